/* SPDX-License-Identifier: MIT
 *
 * span_tree.h - trees of spans, each a root and what is below it, laid out for what reckons with them.  A child is cut to its parent;
 * one that lies outside of it, or only follows from it, is dropped with all that is below, and so is one without any duration.
 * Traces whose times are broken microseconds in floating point come with ends and begins up to 3 ns off: a sibling that ends no more than
 * that after another one has begun is cut to that begin, so that what ran one after another is not taken for parallel.
 */
#ifndef ANALYZE_SPAN_TREE_H
#define ANALYZE_SPAN_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TC_NO_SPAN UINT32_MAX
#define TC_TREE_ROUNDING_NS 3

struct tc_plain_span {            /* as it was recorded */
	uint32_t name;            /* whatever number the caller has for it */
	uint32_t parent;          /* index, less than its own; TC_NO_SPAN: a root */
	int64_t begin_ns, end_ns; /* of any clock */
	bool follows;             /* its parent caused it and did not wait for it: FOLLOWS_FROM, a consumer */
};

struct tc_tree_span {
	int64_t begin_ns, end_ns; /* cut to the parent's and the next sibling's; end > begin, but for a root */
	uint32_t name;
	uint32_t parent;          /* index, TC_NO_SPAN: the root */
	uint32_t child, children; /* span[child] .. are its children, by begin */
	uint32_t plain;           /* index of what it was made of */
};

struct tc_span_tree { /* span[first] is the root; parents before their children */
	uint32_t first, spans;
	bool overlaps; /* some siblings did */
};

struct tc_forest {
	size_t trees;
	struct tc_span_tree *tree; /* in the order of their roots */
	size_t spans;
	struct tc_tree_span *span;
	uint32_t *
		by_end; /* a permutation of the spans: by_end[child] .. are the same children by end, of equal ones the longer, then the first, last */
	uint32_t *place; /* of each plain span, its index here; TC_NO_SPAN: dropped */
};

/* Where nobody has a parent behind it.  At most TC_NO_SPAN - 1 spans.  0 or TACHO_ENOMEM with the sentence set. */
int tc_forest_make(struct tc_forest *out, const struct tc_plain_span *plain, size_t count);
void tc_forest_release(struct tc_forest *forest); /* one that is all zero too */

static inline int64_t tc_tree_duration(const struct tc_forest *forest, const struct tc_span_tree *tree)
{
	return forest->span[tree->first].end_ns - forest->span[tree->first].begin_ns;
}

#endif
