/* SPDX-License-Identifier: MIT */
#include "analyze/critical_path.h"

#include <stdlib.h>

struct walk {
	const struct tc_forest *forest;
	int64_t *own_ns;
	struct tc_section *section; /* NULL: they are not asked for */
	size_t sections;
};

static void take(struct walk *walk, uint32_t span, int64_t begin_ns, int64_t end_ns)
{
	if (begin_ns == end_ns)
		return;
	walk->own_ns[span] += end_ns - begin_ns;
	if (walk->section)
		walk->section[walk->sections++] = (struct tc_section){span, begin_ns, end_ns};
}

/* Of a span on the path. */
static void walk_back(struct walk *walk, uint32_t index)
{
	const struct tc_tree_span *span = &walk->forest->span[index];
	int64_t at = span->end_ns;
	for (uint32_t i = span->children; i--;) {
		uint32_t child = walk->forest->by_end[span->child + i];
		if (walk->forest->span[child].end_ns > at)
			continue;
		take(walk, index, walk->forest->span[child].end_ns, at);
		walk->own_ns[child] = 0;
		at = walk->forest->span[child].begin_ns;
	}
	take(walk, index, span->begin_ns, at);
}

static void walk_tree(struct walk *walk, const struct tc_span_tree *tree)
{
	for (uint32_t i = 0; i < tree->spans; i++)
		walk->own_ns[tree->first + i] = i ? TC_OFF_PATH : 0;
	for (uint32_t i = 0; i < tree->spans; i++)
		if (walk->own_ns[tree->first + i] != TC_OFF_PATH)
			walk_back(walk, tree->first + i);
}

void tc_critical_path(const struct tc_forest *forest, const struct tc_span_tree *tree, int64_t *own_ns)
{
	struct walk walk = {.forest = forest, .own_ns = own_ns};
	walk_tree(&walk, tree);
}

static int last_first(const void *a, const void *b)
{
	const struct tc_section *x = a, *y = b;
	return (x->end_ns < y->end_ns) - (x->end_ns > y->end_ns);
}

size_t tc_critical_sections(
	const struct tc_forest *forest, const struct tc_span_tree *tree, int64_t *own_ns, struct tc_section *out)
{
	struct walk walk = {.forest = forest, .own_ns = own_ns, .section = out};
	walk_tree(&walk, tree);
	qsort(out, walk.sections, sizeof *out, last_first);
	return walk.sections;
}
