/* SPDX-License-Identifier: MIT */
#include "analyze/paths.h"

#include <math.h>
#include <stdlib.h>
#include "analyze/critical_path.h"
#include "analyze/what_if.h"
#include "base/error.h"

/* What lies in trees that are unlike those that are not at hand is a guess where something runs beside it. */
static void add_nodes(struct tc_paths *paths)
{
	for (size_t i = 1; i < paths->trees.nodes; i++) {
		const struct tc_node_view *view = paths->trees.node[i];
		const struct tc_path_node *node = &paths->node[view->number];
		struct tc_path_name *name = &paths->name[view->name];
		name->path_ns += node->all_path_ns;
		name->guessed_ns += node->beside ? node->unseen * node->all_path_ns : 0;
		if (!node->spans || !node->in_tree)
			name->own_ns += node->all_path_ns;
	}
}

/* What 1 ns of a span's own time stands for. */
static void weigh_spans(struct tc_paths *paths)
{
	for (uint32_t i = 0; i < paths->trees.forest.spans; i++) {
		const struct tc_path_node *node = &paths->node[tc_tree_recorded(&paths->trees, i)->node->number];
		paths->span_weight[i] = node->path_ns > 0 ? node->all_path_ns / node->path_ns
		                        : node->ns > 0    ? node->all_ns / node->ns
		                                          : 0;
	}
}

/* The total of a node's spans, all that there were, over that of its trees. */
static int weigh(struct tc_paths *paths)
{
	const struct tc_forest *forest = &paths->trees.forest;
	double *at_hand_ns = calloc(paths->trees.session->nodes + 1, sizeof *at_hand_ns);
	if (!at_hand_ns)
		return tc_error(TACHO_ENOMEM, "out of memory for the weights of trees");
	for (size_t i = 0; i < forest->trees; i++)
		at_hand_ns[tc_tree_node(&paths->trees, i)->number] +=
			(double)tc_tree_duration(forest, &forest->tree[i]);
	for (size_t i = 0; i < forest->trees; i++) {
		const struct tc_node_view *node = tc_tree_node(&paths->trees, i);
		double ns = at_hand_ns[node->number];
		paths->weight[i] = ns > 0 ? tc_wide_double(node->figures.sum_ns) / ns : 0;
	}
	free(at_hand_ns);
	return 0;
}

static void add_tree(struct tc_paths *paths, size_t index, int64_t *own_ns)
{
	const struct tc_forest *forest = &paths->trees.forest;
	const struct tc_span_tree *tree = &forest->tree[index];
	tc_own_time(forest, tree, own_ns);
	for (uint32_t i = tree->first; i < tree->first + tree->spans; i++)
		paths->name[forest->span[i].name].own_ns += paths->span_weight[i] * (double)own_ns[i];
}

static void find_parallelism(struct tc_paths *paths, const int64_t *own_ns)
{
	const struct tc_forest *forest = &paths->trees.forest;
	double own = 0, roots = 0;
	for (size_t i = 0; i < forest->trees; i++) {
		const struct tc_span_tree *tree = &forest->tree[i];
		for (uint32_t k = tree->first; k < tree->first + tree->spans; k++)
			own += paths->weight[i] * (double)own_ns[k];
		roots += paths->weight[i] * (double)tc_tree_duration(forest, tree);
	}
	paths->avg_parallelism = roots > 0 ? own / roots : NAN;
}

static int find(struct tc_paths *paths, const struct tc_session *session)
{
	const struct tc_forest *forest = &paths->trees.forest;
	int64_t *own_ns = malloc((forest->spans + 1) * sizeof *own_ns);
	paths->path_ns = malloc((forest->spans + 1) * sizeof *paths->path_ns);
	paths->weight = malloc((forest->trees + 1) * sizeof *paths->weight);
	paths->span_weight = malloc((forest->spans + 1) * sizeof *paths->span_weight);
	paths->name = calloc(session->names + 1, sizeof *paths->name);
	paths->node = calloc(session->nodes + 1, sizeof *paths->node);
	paths->names = session->names;
	paths->wall_ns = (double)session->end;
	bool room = own_ns && paths->path_ns && paths->weight && paths->span_weight && paths->name && paths->node;
	int error = room ? weigh(paths) : tc_error(TACHO_ENOMEM, "out of memory for critical paths");
	if (!error) {
		for (size_t i = 0; i < forest->trees; i++)
			tc_critical_path(forest, &forest->tree[i], paths->path_ns);
		tc_paths_nodes(paths->node, &paths->trees, paths->path_ns);
		weigh_spans(paths);
		add_nodes(paths);
		for (size_t i = 0; i < forest->trees; i++)
			add_tree(paths, i, own_ns);
		for (size_t i = 0; i < paths->names; i++)
			paths->total_ns += paths->name[i].path_ns;
		find_parallelism(paths, own_ns);
	}
	free(own_ns);
	return error;
}

int tc_paths_find(struct tc_paths **out, const struct tc_session *session)
{
	*out = NULL;
	struct tc_paths *paths = calloc(1, sizeof *paths);
	if (!paths)
		return tc_error(TACHO_ENOMEM, "out of memory for critical paths");
	int error = tc_session_trees_build(&paths->trees, session);
	if (!error)
		error = find(paths, session);
	if (error)
		tc_paths_release(paths);
	else
		*out = paths;
	return error;
}

void tc_paths_release(struct tc_paths *paths)
{
	if (!paths)
		return;
	tc_session_trees_release(&paths->trees);
	free(paths->path_ns);
	free(paths->weight);
	free(paths->span_weight);
	free(paths->name);
	free(paths->node);
	free(paths);
}

void tc_paths_between(const struct tc_paths *paths, tc_instant from, tc_instant to, double *path_ns)
{
	const struct tc_forest *forest = &paths->trees.forest;
	for (size_t i = 0; i < forest->trees; i++) {
		const struct tc_span_tree *tree = &forest->tree[i];
		tc_instant end = forest->span[tree->first].end_ns;
		for (uint32_t k = tree->first; end >= from && end < to && k < tree->first + tree->spans; k++)
			if (paths->path_ns[k] != TC_OFF_PATH)
				path_ns[forest->span[k].name] += (double)paths->path_ns[k];
	}
}
