/* SPDX-License-Identifier: MIT
 *
 * paths_node.h - how much of the time of each node of the call tree was on critical paths, over the session.
 *
 * The time of a node's spans is known of all of them, and of the trees at hand which part of theirs was on critical paths, with all that lies
 * in it.  What a parent has there itself is what its children leave of that: so all nodes of a tree's root together have the time of all its
 * spans, whatever runs beside what, however few of the trees are at hand.  (Ratio estimates of totals: Cochran, Sampling Techniques, 6.2.)
 */
#ifndef ANALYZE_PATHS_NODE_H
#define ANALYZE_PATHS_NODE_H

#include "analyze/tree_build.h"

struct tc_path_node {
	/* Of its spans at hand, those in no tree too. */
	size_t spans;
	double ns, squares_ns2;
	/* Of those of them that are in trees: */
	double in_trees_ns, taken_ns; /* taken: from their parents' own time, as the figures count it */
	double within_ns, path_ns;    /* on critical paths, with and without what lies in it */
	bool in_tree;                 /* below the root of trees, or one */
	bool beside;                  /* in trees in which something does not run on its parent's stack */
	double unseen;                /* part of the time of its root's spans in longer ones than are at hand */
	/* Over the session: */
	double all_ns; /* of its spans, with the open ones */
	double all_within_ns, all_path_ns;
};

/* node: of all zero, by tc_node_view.number.  path_ns: by span of the forest, of tc_critical_path().  What lies below trees and is at hand in
 * none gets the role of what is above them. */
void tc_paths_nodes(struct tc_path_node *node, struct tc_session_trees *trees, const int64_t *path_ns);

#endif
