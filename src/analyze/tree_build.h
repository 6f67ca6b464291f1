/* SPDX-License-Identifier: MIT
 *
 * tree_build.h - the trees of a session's single spans, those that are whole: of which nothing was overwritten in a ring.
 *
 * A root is whole that ended and began when every ring that may hold something below it still had all (session.h: since, below_since).
 * Of a node at least half of whose spans at hand are whole the whole ones are trees, and the others are left out.  Of any other node
 * the nodes below are asked the same: so a server whose main() spans the hours has trees of its requests.  Where the rings lack some of
 * a node's spans, and the observer kept whole trees of them, those are taken instead: a random sample of the whole session, if nothing
 * below them ran on other threads.
 *
 * A span's parent is what its node says, and among the spans of that node the innermost open one of its thread; beside the stack, where
 * that does not tell, the one of the process that began last and holds it.  One that has a link to its parent only follows from it.
 */
#ifndef ANALYZE_TREE_BUILD_H
#define ANALYZE_TREE_BUILD_H

#include "analyze/span_tree.h"
#include "read/session.h"

enum tc_node_role {
	TC_NODE_ABOVE,   /* of no tree */
	TC_NODE_TOP,     /* whose spans are roots of trees, as the rings have them */
	TC_NODE_SAMPLED, /* the same, of trees that the observer kept */
	TC_NODE_BELOW    /* in trees */
};

struct tc_tree_link { /* indexes of spans in the forest: of `to` a link goes back to `from` */
	uint32_t from, to;
};

struct tc_session_trees { /* borrows from the session */
	const struct tc_session *session;
	struct tc_forest forest;          /* names are indexes of the session's */
	const struct tc_span_view **span; /* what each plain span of the forest was made of */
	size_t plains;
	size_t links;
	struct tc_tree_link *link;
	unsigned char *role; /* enum tc_node_role by tc_node_view.number */
	size_t nodes;
	const struct tc_node_view **node; /* of the session, parents before their children */
	uint64_t of;                      /* so many spans were roots of trees, whole or not */
	char basis
		[224]; /* "all 12 root trees", "the newest 12 of 3,400 root trees", "the only root tree", "a random sample, 256 of …" */
};

/* 0, or TACHO_ENOMEM with the sentence set and nothing to release. */
int tc_session_trees_build(struct tc_session_trees *out, const struct tc_session *session);
void tc_session_trees_release(struct tc_session_trees *trees);

/* The span that one of the forest's was made of. */
static inline const struct tc_span_view *tc_tree_recorded(const struct tc_session_trees *trees, uint32_t span)
{
	return trees->span[trees->forest.span[span].plain];
}

/* The node of a tree's root. */
static inline const struct tc_node_view *tc_tree_node(const struct tc_session_trees *trees, size_t tree)
{
	return tc_tree_recorded(trees, trees->forest.tree[tree].first)->node;
}

#endif
