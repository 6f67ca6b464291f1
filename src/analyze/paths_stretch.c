/* SPDX-License-Identifier: MIT */
#include "analyze/paths_stretch.h"

#include "analyze/critical_path.h"

enum { CHILDREN_LEAST = 6 };

/* The span whose children the stretches are of. */
static uint32_t find_parent(const struct tc_forest *forest, const struct tc_span_tree *tree)
{
	uint32_t at = tree->first;
	for (;;) {
		const struct tc_tree_span *span = &forest->span[at];
		int64_t half = (span->end_ns - span->begin_ns) / 2;
		uint32_t longest = TC_NO_SPAN;
		for (uint32_t i = span->child; i < span->child + span->children; i++)
			if (forest->span[i].end_ns - forest->span[i].begin_ns > half)
				longest = i;
		if (span->children >= CHILDREN_LEAST || longest == TC_NO_SPAN)
			return at;
		at = longest;
	}
}

/* The child of the parent that a span is or lies below, by number; as many as there are children: it is in none. */
static size_t stretch_of(const struct tc_forest *forest, uint32_t parent, uint32_t span)
{
	const struct tc_tree_span *above = &forest->span[parent];
	while (span != TC_NO_SPAN && forest->span[span].parent != parent)
		span = forest->span[span].parent;
	return span == TC_NO_SPAN ? above->children : span - above->child;
}

static double path_of(const struct tc_paths *paths, uint32_t span)
{
	return paths->path_ns[span] == TC_OFF_PATH ? 0 : (double)paths->path_ns[span];
}

/* What the parent itself takes before each of its children. */
static void add_gaps(struct tc_stretch *out, const struct tc_paths *paths, uint32_t parent)
{
	const struct tc_forest *forest = &paths->trees.forest;
	const struct tc_tree_span *above = &forest->span[parent];
	int64_t at = above->begin_ns;
	double left = path_of(paths, parent);
	for (uint32_t i = 0; i < above->children; i++) {
		const struct tc_tree_span *child = &forest->span[above->child + i];
		double gap = child->begin_ns > at ? (double)(child->begin_ns - at) : 0;
		out[i].there = true;
		out[i].path += gap < left ? gap : left;
		left -= gap < left ? gap : left;
		at = child->end_ns > at ? child->end_ns : at;
	}
	out[above->children].path += left;
	out[above->children].there |= left > 0;
}

/* By how much earlier each child ends than it did, beyond those that ended before it. */
static void add_retimed(struct tc_stretch *out, const struct tc_forest *forest, uint32_t parent, const int64_t *end_ns)
{
	const struct tc_tree_span *above = &forest->span[parent];
	int64_t latest = 0, before = 0;
	for (uint32_t i = above->child; i < above->child + above->children; i++) {
		uint32_t child = forest->by_end[i];
		int64_t end = forest->span[child].end_ns - above->begin_ns;
		latest = end_ns[child] > latest ? end_ns[child] : latest;
		out[child - above->child].x = (double)(end - latest - before);
		before = end - latest;
	}
}

size_t tc_paths_stretches(struct tc_stretch *out, const struct tc_paths *paths, const struct tc_span_tree *tree,
	const struct tc_change *change, const int64_t *end_ns, double saved_ns)
{
	const struct tc_forest *forest = &paths->trees.forest;
	uint32_t parent = find_parent(forest, tree);
	size_t count = forest->span[parent].children;
	for (size_t i = 0; i <= count; i++)
		out[i] = (struct tc_stretch){0};
	for (uint32_t i = tree->first; i < tree->first + tree->spans; i++) {
		if (forest->span[i].name != change->name || i == parent)
			continue;
		struct tc_stretch *in = &out[stretch_of(forest, parent, i)];
		in->there = true;
		in->path += path_of(paths, i);
	}
	if (forest->span[parent].name == change->name)
		add_gaps(out, paths, parent);
	if (tree->overlaps)
		add_retimed(out, forest, parent, end_ns);
	out[count].x = saved_ns;
	for (size_t i = 0; i < count; i++) {
		if (!tree->overlaps)
			out[i].x = out[i].path * (1 - change->own_factor);
		out[count].x -= out[i].x;
	}
	return count + (out[count].there || out[count].x > 1e-3 * saved_ns); /* else it is what rounding left */
}
