/* SPDX-License-Identifier: MIT
 *
 * paths_save.c - what a name's spans would save, were their own time less: of its time on the path over the session as much as of that in the trees.
 * These are a sample of all; how far the saving may be off is that of a share of the trees' time (the variance of a ratio of two sums,
 * Cochran, Sampling Techniques, 6.19).
 */
#include <math.h>
#include <stdlib.h>
#include "analyze/critical_path.h"
#include "analyze/paths.h"
#include "analyze/what_if.h"
#include "base/error.h"
#include "stats/student.h"

enum { TREES_LEAST = 6 }; /* that have the name, for an interval */

struct stratum { /* the trees of a node: of each its duration d and what it would save x */
	double trees, with_name;
	double d, x, dd, dx, xx;
	double p, all_p; /* its time on the path, in the trees and over the session */
};

/* On its path, that is: 0 where it is not there or off the path. */
static double path_time(struct stratum *stratum, const struct tc_paths *paths, const struct tc_span_tree *tree,
	uint32_t name, bool *there)
{
	double ns = 0;
	for (uint32_t i = tree->first; i < tree->first + tree->spans; i++) {
		if (paths->trees.forest.span[i].name != name)
			continue;
		*there = true;
		if (paths->path_ns[i] == TC_OFF_PATH)
			continue;
		ns += (double)paths->path_ns[i];
		stratum->all_p += paths->span_weight[i] * (double)paths->path_ns[i];
	}
	stratum->p += ns;
	return ns;
}

/* Where no siblings overlap, everything is on the path and nothing else comes in its place. */
static void add_tree(struct stratum *stratum, const struct tc_paths *paths, const struct tc_span_tree *tree,
	const struct tc_change *change, int64_t *end_ns)
{
	const struct tc_forest *forest = &paths->trees.forest;
	bool there = false;
	double d = (double)tc_tree_duration(forest, tree), x = path_time(stratum, paths, tree, change->name, &there);
	if (x > 0 && tree->overlaps)
		x = d - (double)tc_retime(forest, tree, change, end_ns);
	else
		x *= 1 - change->own_factor;
	stratum->trees++;
	stratum->with_name += there;
	stratum->d += d;
	stratum->x += x;
	stratum->dd += d * d;
	stratum->dx += d * x;
	stratum->xx += x * x;
}

/* In no tree every ns of own time is one of the path. */
static double above(const struct tc_paths *paths, uint32_t name)
{
	double ns = 0;
	for (size_t i = 1; i < paths->trees.nodes; i++) {
		const struct tc_node_view *node = paths->trees.node[i];
		if (node->name == name && paths->trees.role[node->number] == TC_NODE_ABOVE)
			ns += (double)node->figures.self_ns;
	}
	return ns;
}

static void sum_up(struct tc_saving *out, const struct tc_paths *paths, const struct stratum *stratum)
{
	double variance = 0, freedom = 0, with_name = 0;
	for (size_t i = 1; i < paths->trees.nodes; i++) {
		const struct tc_node_view *node = paths->trees.node[i];
		const struct stratum *s = &stratum[node->number];
		if (!s->with_name || s->d <= 0)
			continue;
		double ratio = s->x / s->d, times = s->p > 0 ? s->all_p / s->p : 0; /* what the trees stand for */
		double squares = fmax(0, s->xx - 2 * ratio * s->dx + ratio * ratio * s->dd);
		out->ns += times * s->x;
		with_name += s->with_name;
		freedom += s->trees - 1;
		if (s->trees > 1)
			variance += times * times * s->trees / (s->trees - 1) * squares;
	}
	if (with_name < TREES_LEAST || freedom < TREES_LEAST - 1) {
		out->reason = "needs at least six whole trees with it";
		return;
	}
	double half = tc_student_quantile(0.975, freedom) * sqrt(variance);
	out->low_ns = fmax(0, out->ns - half);
	out->high_ns = out->ns + half;
}

int tc_paths_save(struct tc_saving *out, const struct tc_paths *paths, uint32_t name, double factor)
{
	const struct tc_forest *forest = &paths->trees.forest;
	const struct tc_change change = {.name = name, .own_factor = factor};
	struct stratum *stratum = calloc(paths->trees.session->nodes + 1, sizeof *stratum);
	int64_t *end_ns = malloc((forest->spans + 1) * sizeof *end_ns);
	bool room = stratum && end_ns;
	*out = (struct tc_saving){above(paths, name) * (1 - factor), NAN, NAN, NULL};
	for (size_t i = 0; room && i < forest->trees; i++)
		add_tree(&stratum[tc_tree_node(&paths->trees, i)->number], paths, &forest->tree[i], &change, end_ns);
	if (room)
		sum_up(out, paths, stratum);
	free(stratum);
	free(end_ns);
	return room ? 0 : tc_error(TACHO_ENOMEM, "out of memory for a critical path");
}
