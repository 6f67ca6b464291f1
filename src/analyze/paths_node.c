/* SPDX-License-Identifier: MIT */
#include "analyze/paths_node.h"

#include "analyze/critical_path.h"

/* Whether the figures of the outer one take the inner one's time from its own: on the same stack, or `tacho span` waits for it. */
static bool takes_time(
	const struct tc_session *session, const struct tc_span_view *outer, const struct tc_span_view *inner)
{
	if (outer->process != inner->process)
		return session->process[outer->process].waits;
	return outer->ring == inner->ring && inner->kind == TACHO_KIND_SCOPE;
}

static void add_span(
	struct tc_path_node *node, const struct tc_session_trees *trees, uint32_t i, const int64_t *path_ns)
{
	const struct tc_tree_span *span = &trees->forest.span[i];
	const struct tc_span_view *recorded = tc_tree_recorded(trees, i);
	double ns = (double)(recorded->end - recorded->begin); /* by the clock of the paths */
	node->in_trees_ns += ns;
	if (span->parent != TC_NO_SPAN && takes_time(trees->session, tc_tree_recorded(trees, span->parent), recorded))
		node->taken_ns += ns;
	if (path_ns[i] == TC_OFF_PATH)
		return;
	node->within_ns += (double)(span->end_ns - span->begin_ns);
	node->path_ns += (double)path_ns[i];
}

static void add_spans(struct tc_path_node *node, const struct tc_session_trees *trees, const int64_t *path_ns)
{
	for (size_t i = 0; i < trees->plains; i++) {
		const struct tc_span_view *span = trees->span[i];
		struct tc_path_node *of = &node[span->node->number];
		double ns = (double)(span->end - span->begin);
		of->spans++;
		of->ns += ns;
		of->squares_ns2 += ns * ns;
	}
	for (uint32_t i = 0; i < trees->forest.spans; i++)
		add_span(&node[tc_tree_recorded(trees, i)->node->number], trees, i, path_ns);
}

static bool is_root(const struct tc_session_trees *trees, const struct tc_node_view *view)
{
	return trees->role[view->number] == TC_NODE_TOP || trees->role[view->number] == TC_NODE_SAMPLED;
}

/* The part of a node's spans that is in its parent's own time no more. */
static double taken(const struct tc_path_node *node, const struct tc_node_view *view)
{
	if (node->in_trees_ns > 0)
		return node->taken_ns / node->in_trees_ns;
	return view->kind == TACHO_KIND_SCOPE;
}

/* Own time and what was taken from it. */
static void add_up(struct tc_path_node *node, const struct tc_session_trees *trees)
{
	for (size_t i = trees->nodes; i-- > 1;) {
		const struct tc_node_view *view = trees->node[i];
		struct tc_path_node *own = &node[view->number], *parent = &node[view->parent->number];
		double part = taken(own, view);
		own->all_ns += (double)view->figures.self_ns;
		parent->all_ns += part * own->all_ns;
		parent->beside |= !is_root(trees, view) && (own->beside || part < 1);
	}
}

static double longest_at_hand(const struct tc_session_trees *trees, const struct tc_node_view *view)
{
	double longest = 0;
	for (size_t i = 0; i < trees->forest.trees; i++)
		if (tc_tree_node(trees, i) == view) {
			double ns = (double)tc_tree_duration(&trees->forest, &trees->forest.tree[i]);
			longest = ns > longest ? ns : longest;
		}
	return longest;
}

/* Of a root's spans. */
static double part_unseen(const struct tc_session_trees *trees, const struct tc_node_view *view)
{
	const struct tc_histogram *h = &view->figures.histogram;
	double longest = longest_at_hand(trees, view), unseen = 0, all = 0, lower, upper;
	for (uint32_t i = 0; i < h->cells; i++) {
		tc_cell_bounds(h->first + i, &lower, &upper);
		double ns = (double)h->count[i] * (lower + upper) / 2;
		all += ns;
		unseen += lower >= longest ? ns : 0;
	}
	return all > 0 ? unseen / all : 0;
}

/* Parents come first. */
static void mark(struct tc_path_node *node, struct tc_session_trees *trees)
{
	for (size_t i = 1; i < trees->nodes; i++) {
		const struct tc_node_view *view = trees->node[i];
		struct tc_path_node *own = &node[view->number], *parent = &node[view->parent->number];
		own->in_tree = trees->role[view->number] != TC_NODE_ABOVE;
		if (is_root(trees, view) && own->spans) {
			own->unseen = own->spans < view->figures.count ? part_unseen(trees, view) : 0;
		} else if (own->in_tree) {
			own->beside = parent->beside;
			own->unseen = parent->unseen;
		}
		if (!own->spans)
			trees->role[view->number] = TC_NODE_ABOVE;
	}
}

/* What nobody has seen was on the path as its parent was, as if nothing had run beside it. */
static double part_within(const struct tc_path_node *node, const struct tc_path_node *parent)
{
	if (node->spans)
		return node->ns > 0 ? node->within_ns / node->ns : 0;
	return parent->all_ns > 0 ? parent->all_within_ns / parent->all_ns : 0;
}

/* Children have no more than all of their parent. */
static void share_out(struct tc_path_node *node, const struct tc_node_view *view)
{
	struct tc_path_node *parent = &node[view->number];
	double sum = 0;
	for (size_t i = 0; i < view->children; i++) {
		struct tc_path_node *child = &node[view->child[i]->number];
		child->all_within_ns = child->all_ns * part_within(child, parent);
		sum += child->all_within_ns;
	}
	double left = sum > parent->all_within_ns ? parent->all_within_ns / sum : 1;
	for (size_t i = 0; i < view->children; i++)
		node[view->child[i]->number].all_within_ns *= left;
	parent->all_path_ns = left < 1 ? 0 : parent->all_within_ns - sum;
}

void tc_paths_nodes(struct tc_path_node *node, struct tc_session_trees *trees, const int64_t *path_ns)
{
	add_spans(node, trees, path_ns);
	add_up(node, trees);
	for (size_t i = 1; i < trees->nodes; i++)
		if (is_root(trees, trees->node[i]))
			node[trees->node[i]->number].all_within_ns = node[trees->node[i]->number].all_ns;
	mark(node, trees);
	for (size_t i = 1; i < trees->nodes; i++) {
		const struct tc_node_view *view = trees->node[i];
		if (node[view->number].in_tree)
			share_out(node, view);
		else
			node[view->number].all_path_ns = (double)view->figures.self_ns;
	}
}
