/* SPDX-License-Identifier: MIT */
#include "analyze/parallel.h"

#include <stdlib.h>
#include <string.h>
#include "analyze/parallel_evidence.h"
#include "analyze/parallel_time.h"
#include "base/error.h"
#include "read/arena.h"

static const double SHARE_LEAST = 0.1;

static const struct {
	const char *name, *text;
	unsigned right, of; /* how often it was right of labelled cases: tools/calibrate.py --fit */
} kinds[TC_EVIDENCES] = {
	[TC_EVIDENCE_NONE] = {"none", "nothing says that they need not wait for each other", 615, 4667},
	[TC_EVIDENCE_ROW] = {"row", "the same operation several times in a row", 1812, 2994},
	[TC_EVIDENCE_ORDER] = {"order", "they come in either order", 1640, 1940},
	[TC_EVIDENCE_OVERLAP] = {"overlap", "elsewhere they overlap", 1802, 2034},
};

struct finder {
	struct tc_parallel_timer timer;
	struct tc_siblings siblings; /* of the parent name at hand */
	uint32_t *parent;            /* spans with two children and more, by name */
	size_t parents;
	struct tc_linked_names *link; /* by name of the parent */
	size_t links;
	double *weight_ns; /* by name: 0 */
	struct tc_opportunities *out;
	size_t room;
	bool no_memory;
};

/* The first that is free and whatever may join it without the evidence getting worse than `least`; they are taken then. */
static bool make_group(struct tc_sibling_group *out, const struct tc_siblings *siblings,
	enum tc_parallel_evidence least, size_t first, bool *taken)
{
	enum tc_parallel_evidence found;
	*out = (struct tc_sibling_group){.evidence = least};
	for (size_t i = first; i < siblings->slots; i++) {
		bool fits = !taken[i];
		for (size_t k = 0; fits && k < out->slots; k++)
			fits = tc_siblings_evidence(siblings, i, out->slot[k], &found) && found >= least;
		if (!fits)
			continue;
		out->alone[i] = tc_siblings_evidence(siblings, i, i, &found) && found >= least;
		out->member[i] = true;
		out->slot[out->slots++] = i;
	}
	if (!out->slots || !out->member[first] || (out->slots == 1 && !out->alone[first]))
		return false;
	for (size_t i = 0; i < out->slots; i++)
		taken[out->slot[i]] = true;
	return true;
}

static void consider(struct finder *finder, const struct tc_sibling_group *group)
{
	const struct tc_siblings *siblings = &finder->siblings;
	struct tc_opportunity found = {.parent = siblings->forest->span[siblings->parent[0]].name,
		.evidence = group->evidence,
		.confidence = tc_evidence_confidence(group->evidence)};
	if (!tc_parallel_weigh(&found, &finder->timer, siblings, group) || found.share_ratio < SHARE_LEAST)
		return;
	tc_parallel_retime(&found, &finder->timer, siblings, group);
	if (found.saving_hi_ns <= 0)
		return;
	for (size_t i = 0; i < group->slots; i++)
		found.name[found.names++] = siblings->name[group->slot[i]];
	struct tc_opportunity *grown = tc_grow(finder->out->at, finder->out->count, &finder->room, sizeof *grown);
	finder->no_memory |= !grown;
	if (!grown)
		return;
	finder->out->at = grown;
	grown[finder->out->count++] = found;
}

/* The best evidence first; nobody is in two groups. */
static void find_groups(struct finder *finder)
{
	bool taken[TC_PARALLEL_NAMES] = {false};
	struct tc_sibling_group group;
	tc_siblings_look(&finder->siblings, finder->weight_ns);
	for (int least = TC_EVIDENCES; least--;)
		for (size_t first = 0; first < finder->siblings.slots; first++)
			if (!taken[first] &&
				make_group(&group, &finder->siblings, (enum tc_parallel_evidence)least, first, taken))
				consider(finder, &group);
	tc_siblings_forget(&finder->siblings);
}

static int by_name(const void *a, const void *b, void *context)
{
	const struct tc_tree_span *span = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	if (span[x].name != span[y].name)
		return span[x].name < span[y].name ? -1 : 1;
	return (x > y) - (x < y);
}

static int by_parent(const void *a, const void *b)
{
	const struct tc_linked_names *x = a, *y = b;
	return (x->parent > y->parent) - (x->parent < y->parent);
}

static void list_parents(struct finder *finder)
{
	const struct tc_forest *forest = finder->siblings.forest;
	for (uint32_t i = 0; i < forest->spans; i++)
		if (forest->span[i].children > 1)
			finder->parent[finder->parents++] = i;
	qsort_r(finder->parent, finder->parents, sizeof *finder->parent, by_name, forest->span);
	if (finder->links)
		qsort(finder->link, finder->links, sizeof *finder->link, by_parent);
}

/* Those of one parent name after another. */
static void go_through(struct finder *finder)
{
	const struct tc_tree_span *span = finder->siblings.forest->span;
	size_t link = 0;
	for (size_t i = 0, next; i < finder->parents; i = next) {
		uint32_t name = span[finder->parent[i]].name;
		for (next = i; next < finder->parents && span[finder->parent[next]].name == name; next++)
			;
		for (; link < finder->links && finder->link[link].parent < name; link++)
			;
		finder->siblings.parent = finder->parent + i;
		finder->siblings.parents = next - i;
		finder->siblings.link = finder->link + link;
		for (; link < finder->links && finder->link[link].parent == name; link++)
			;
		finder->siblings.links = (size_t)(finder->link + link - finder->siblings.link);
		find_groups(finder);
	}
}

static int most_saving_first(const void *a, const void *b)
{
	const struct tc_opportunity *x = a, *y = b;
	return (x->saving_hi_ns < y->saving_hi_ns) - (x->saving_hi_ns > y->saving_hi_ns);
}

static bool make_room(struct finder *finder, size_t spans, size_t names, size_t links)
{
	finder->parent = malloc((spans + 1) * sizeof *finder->parent);
	finder->link = malloc((links + 1) * sizeof *finder->link);
	finder->weight_ns = calloc(names + 1, sizeof *finder->weight_ns);
	finder->siblings.slot = malloc(names + 1);
	finder->timer.whole = malloc((spans + 1) * sizeof *finder->timer.whole);
	finder->timer.end_ns = malloc((spans + 1) * sizeof *finder->timer.end_ns);
	finder->timer.job_ns = malloc(2 * (spans + 1) * sizeof *finder->timer.job_ns); /* and when cores are free */
	if (!finder->parent || !finder->link || !finder->weight_ns || !finder->siblings.slot || !finder->timer.whole ||
		!finder->timer.end_ns || !finder->timer.job_ns)
		return false;
	memset(finder->siblings.slot, TC_NO_SLOT, names + 1);
	for (size_t i = 0; i < spans; i++)
		finder->timer.whole[i] = 1;
	return true;
}

int tc_parallel_find(struct tc_opportunities *out, const struct tc_paths *paths, double cores, const double *cpu_ratio)
{
	const struct tc_session_trees *trees = &paths->trees;
	struct finder finder = {.timer = {.paths = paths, .cores = cores, .cpu_ratio = cpu_ratio},
		.siblings = {.forest = &trees->forest},
		.out = out};
	*out = (struct tc_opportunities){0};
	finder.no_memory = !make_room(&finder, trees->forest.spans, paths->names, trees->links);
	if (!finder.no_memory) {
		finder.links = tc_links_lift(finder.link, trees);
		list_parents(&finder);
		go_through(&finder);
		if (out->count)
			qsort(out->at, out->count, sizeof *out->at, most_saving_first);
	}
	free(finder.parent);
	free(finder.link);
	free(finder.weight_ns);
	free(finder.siblings.slot);
	free(finder.timer.whole);
	free(finder.timer.end_ns);
	free(finder.timer.job_ns);
	if (finder.no_memory)
		tc_opportunities_release(out);
	return finder.no_memory ? tc_error(TACHO_ENOMEM, "out of memory for what could run at the same time") : 0;
}

void tc_opportunities_release(struct tc_opportunities *opportunities)
{
	free(opportunities->at);
	*opportunities = (struct tc_opportunities){0};
}

const char *tc_evidence_name(enum tc_parallel_evidence evidence)
{
	return kinds[evidence].name;
}

const char *tc_evidence_text(enum tc_parallel_evidence evidence)
{
	return kinds[evidence].text;
}

double tc_evidence_confidence(enum tc_parallel_evidence evidence)
{
	return (kinds[evidence].right + 1.0) / (kinds[evidence].of + 2.0);
}
