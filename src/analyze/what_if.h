/* SPDX-License-Identifier: MIT
 *
 * what_if.h - how long a tree would have taken, had some of its spans taken less.  Own time is what no child covers.  The tree is
 * timed anew, from the leaves up: a span begins as long as it did after the last of those siblings that had ended before it began, less
 * what its parent saves of its own time in between, and after all of those; with none, after its parent's begin.  So siblings that
 * had ended before a span began stay before it, and gaps are kept.  With nothing changed the times come out as they were.
 *
 * Nothing ends later by it, and no more is saved than was on the critical path: the spans of that path wait for each other in the new
 * times as they did in the old ones.
 */
#ifndef ANALYZE_WHAT_IF_H
#define ANALYZE_WHAT_IF_H

#include "analyze/span_tree.h"

struct tc_change {
	uint32_t name;     /* whose own time becomes own_factor of what it was; TC_NO_SPAN: nobody's */
	double own_factor; /* 0 to 1 */
	const double
		*whole; /* by index of a span: its whole duration becomes so much of what it was; NULL: as it was */
};

/* The root's new duration in ns.  end_ns: by index of the tree's spans, their new ends from the new begin of their parent on. */
int64_t tc_retime(const struct tc_forest *forest, const struct tc_span_tree *tree, const struct tc_change *change,
	int64_t *end_ns);

/* own_ns: by index of the tree's spans, what none of their children covers. */
void tc_own_time(const struct tc_forest *forest, const struct tc_span_tree *tree, int64_t *own_ns);

#endif
