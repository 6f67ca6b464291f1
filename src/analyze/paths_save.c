/* SPDX-License-Identifier: MIT
 *
 * paths_save.c - what a name's spans would save, were their own time less: of its time on the path over the session as much as of that in the trees.
 *
 * The interval is for another session of as many trees: their savings x are as many draws anew (trees * variance of x), the ones reckoned
 * from were drawn as well (as much again), and where only a sample of the trees is at hand, so is what x is per time on the path, p
 * (Cochran, Sampling Techniques, 6.4, ratio estimate of a total).  The degrees of freedom are those of Satterthwaite.
 */
#include <math.h>
#include <stdlib.h>
#include "analyze/critical_path.h"
#include "analyze/paths.h"
#include "analyze/what_if.h"
#include "base/error.h"
#include "stats/student.h"

enum {
	TREES_LEAST = 6,  /* that have the name, for an interval */
	FREEDOM_LEAST = 3 /* below it is of too few of a node's trees to tell how they differ */
};

struct stratum { /* the trees of a node: of each what it would save x, its time on the path p */
	double trees, with_name;
	double x, p, xx, xp, pp;
	double all_p; /* over the session */
};

/* On its path, that is: 0 where it is not there or off the path. */
static double path_time(struct stratum *stratum, const struct tc_paths *paths, const struct tc_span_tree *tree,
	uint32_t name, bool *there)
{
	double ns = 0;
	for (uint32_t i = tree->first; i < tree->first + tree->spans; i++) {
		if (paths->trees.forest.span[i].name != name)
			continue;
		*there = true;
		if (paths->path_ns[i] == TC_OFF_PATH)
			continue;
		ns += (double)paths->path_ns[i];
		stratum->all_p += paths->span_weight[i] * (double)paths->path_ns[i];
	}
	return ns;
}

/* Where no siblings overlap, everything is on the path and nothing else comes in its place. */
static void add_tree(struct stratum *stratum, const struct tc_paths *paths, const struct tc_span_tree *tree,
	const struct tc_change *change, int64_t *end_ns)
{
	const struct tc_forest *forest = &paths->trees.forest;
	bool there = false;
	double p = path_time(stratum, paths, tree, change->name, &there), x = p * (1 - change->own_factor);
	if (p > 0 && tree->overlaps)
		x = (double)(tc_tree_duration(forest, tree) - tc_retime(forest, tree, change, end_ns));
	stratum->trees++;
	stratum->with_name += there;
	stratum->x += x;
	stratum->p += p;
	stratum->xx += x * x;
	stratum->xp += x * p;
	stratum->pp += p * p;
}

/* In no tree every ns of own time is one of the path. */
static double above(const struct tc_paths *paths, uint32_t name)
{
	double ns = 0;
	for (size_t i = 1; i < paths->trees.nodes; i++) {
		const struct tc_node_view *node = paths->trees.node[i];
		if (node->name == name && paths->trees.role[node->number] == TC_NODE_ABOVE)
			ns += (double)node->figures.self_ns;
	}
	return ns;
}

/* Of another session less what is told of this one; `times`: what a tree at hand stands for. */
static double variance_of(const struct stratum *s, double times)
{
	double ratio = s->x / s->p, free = s->trees - 1;
	double drawn = fmax(0, s->xx - s->x * s->x / s->trees) / free;
	double estimated = fmax(0, s->xx - 2 * ratio * s->xp + ratio * ratio * s->pp) / free;
	return s->trees * times * (2 * drawn + fmax(0, times - 1) * estimated);
}

struct total {
	double variance, squares; /* of the variance, over the degrees of freedom */
	double with_name;
	bool single; /* some of it is of a root that was there but once */
};

static void add_stratum(struct total *total, const struct stratum *s, double times)
{
	total->with_name += s->with_name;
	total->single |= s->x > 0 && s->trees < 2;
	if (s->trees < 2)
		return;
	double variance = variance_of(s, times);
	total->variance += variance;
	total->squares += variance * variance / (s->trees - 1);
}

static void sum_up(struct tc_saving *out, const struct tc_paths *paths, const struct stratum *stratum)
{
	struct total total = {.single = out->ns > 0};
	for (size_t i = 1; i < paths->trees.nodes; i++) {
		const struct stratum *s = &stratum[paths->trees.node[i]->number];
		if (!s->with_name)
			continue;
		double times = s->p > 0 ? s->all_p / s->p : 0;
		out->ns += times * s->x;
		if (s->p > 0)
			add_stratum(&total, s, times);
	}
	double freedom = total.variance > 0 ? total.variance * total.variance / total.squares : INFINITY;
	if (total.with_name < TREES_LEAST || freedom < FREEDOM_LEAST)
		out->reason = "needs at least six whole trees with it";
	else if (total.single)
		out->reason = "is in a tree of which there is no second one";
	if (out->reason)
		return;
	double half = total.variance > 0 ? tc_student_quantile(0.975, freedom) * sqrt(total.variance) : 0;
	out->low_ns = fmax(0, out->ns - half);
	out->high_ns = out->ns + half;
}

int tc_paths_save(struct tc_saving *out, const struct tc_paths *paths, uint32_t name, double factor)
{
	const struct tc_forest *forest = &paths->trees.forest;
	const struct tc_change change = {.name = name, .own_factor = factor};
	struct stratum *stratum = calloc(paths->trees.session->nodes + 1, sizeof *stratum);
	int64_t *end_ns = malloc((forest->spans + 1) * sizeof *end_ns);
	bool room = stratum && end_ns;
	*out = (struct tc_saving){above(paths, name) * (1 - factor), NAN, NAN, NULL};
	for (size_t i = 0; room && i < forest->trees; i++)
		add_tree(&stratum[tc_tree_node(&paths->trees, i)->number], paths, &forest->tree[i], &change, end_ns);
	if (room)
		sum_up(out, paths, stratum);
	free(stratum);
	free(end_ns);
	return room ? 0 : tc_error(TACHO_ENOMEM, "out of memory for a critical path");
}
