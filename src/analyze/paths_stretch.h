/* SPDX-License-Identifier: MIT
 *
 * paths_stretch.h - the stretches of a tree: where there are few trees, as of the one main() around everything, what a name saves differs
 * from stretch to stretch as it else does from tree to tree.  Each child of the root with what lies between it and the one before is one; of a
 * root with few children, most of which is a single child, the children of that.  What lies before, behind and beside them is one more.
 */
#ifndef ANALYZE_PATHS_STRETCH_H
#define ANALYZE_PATHS_STRETCH_H

#include "analyze/paths.h"
#include "analyze/what_if.h"

struct tc_stretch {     /* of what a change is about: */
	bool there;     /* some span of the name lies in it */
	double x, path; /* ns that it would save; on the critical path now */
};

/* Of a tree that takes all of the name's path_ns, and saves `saved_ns` by the change, after tc_retime() made end_ns where siblings overlap
 * (else not looked at).  out: room for as many as the tree has spans, and one more.  Returns how many. */
size_t tc_paths_stretches(struct tc_stretch *out, const struct tc_paths *paths, const struct tc_span_tree *tree,
	const struct tc_change *change, const int64_t *end_ns, double saved_ns);

#endif
