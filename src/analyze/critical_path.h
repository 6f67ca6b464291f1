/* SPDX-License-Identifier: MIT
 *
 * critical_path.h - what a root's end waited for.  Walked back from its end: the last child that ended by then is on the path with
 * all of its duration, in which the same holds of its own children; what no such child takes is the span's own.  So the sections add
 * up to the root's duration exactly.  (Of two children that end together the longer is taken.)
 *
 * After CRISP (Zhang et al., USENIX ATC 2022) and Jaeger.
 */
#ifndef ANALYZE_CRITICAL_PATH_H
#define ANALYZE_CRITICAL_PATH_H

#include "analyze/span_tree.h"

#define TC_OFF_PATH INT64_MIN /* 0 is on it, without time of its own */

struct tc_section {
	uint32_t span;
	int64_t begin_ns, end_ns;
};

/* own_ns[span]: its own time on the path of this tree, or TC_OFF_PATH. */
void tc_critical_path(const struct tc_forest *forest, const struct tc_span_tree *tree, int64_t *own_ns);

/* The same, and the sections, the last first; room for 2 * tree->spans of them.  Returns how many. */
size_t tc_critical_sections(
	const struct tc_forest *forest, const struct tc_span_tree *tree, int64_t *own_ns, struct tc_section *out);

#endif
