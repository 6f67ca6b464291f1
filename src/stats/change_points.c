/* SPDX-License-Identifier: MIT */
#include "stats/change_points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "stats/change_scan.h"
#include "stats/change_split.h"
#include "stats/confidence.h"
#include "stats/normal.h"
#include "stats/rank.h"
#include "stats/rest.h"
#include "stats/shift.h"
#include "stats/values.h"

struct work {
	const double *values;
	size_t n,
		count; /* of edges without the first, 0, and the last, n: point i lies between edge[i] and edge[i + 2] */
	size_t *edge;
	double *sorted, *rank; /* room for n */
	double *course;        /* room for 3 n */
	struct tc_ranked *scratch;
	double inflation, min_effect;
};

static const double least_p = 0.01, least_shift = 0.5, mad_to_sd = 1.4826;

static int ascending(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	return (x > y) - (x < y);
}

static int holds_edge(const struct work *work, const struct tc_change_candidate *candidate)
{
	for (size_t i = 1; i <= work->count; i++)
		if (candidate->begin < work->edge[i] && work->edge[i] < candidate->end)
			return 1;
	return 0;
}

/* Greedily, those that exceed `least` and lie in an interval in which there is no other yet. */
static void accept(struct work *work, const struct tc_change_candidate *at, size_t count, double least)
{
	work->count = 0;
	for (size_t i = 0; i < count && at[i].z >= least; i++)
		if (!holds_edge(work, &at[i]))
			work->edge[++work->count] = at[i].index;
	work->edge[work->count + 1] = work->n;
	qsort(work->edge, work->count + 2, sizeof *work->edge, ascending);
}

/* The level from edge i on, sorted into `to`; returns its median. */
static double level(const struct work *work, size_t i, double *to)
{
	size_t n = work->edge[i + 1] - work->edge[i];
	memcpy(to, work->values + work->edge[i], n * sizeof *to);
	return tc_values_exact(to, n, 0.5);
}

static double inflation(struct work *work)
{
	if (work->n < 30)
		return 1;
	for (size_t i = 0; i <= work->count; i++) {
		size_t n = work->edge[i + 1] - work->edge[i];
		memcpy(work->rank, work->values + work->edge[i], n * sizeof *work->rank);
		double median = tc_values_select(work->rank, n, 0.5);
		for (size_t k = work->edge[i]; k < work->edge[i + 1]; k++)
			work->sorted[k] = work->values[k] - median;
	}
	return tc_residual_inflation(work->sorted, work->n, work->rank, work->scratch);
}

static int refine(struct work *work)
{
	for (size_t i = 1; i <= work->count; i++) {
		size_t begin = work->edge[i - 1], end = work->edge[i + 1], index = work->edge[i], at = 0;
		int rc = tc_change_split(
			&at, work->values + begin, end - begin, (index - begin + 1) / 2, (index + end) / 2 - begin);
		if (rc)
			return rc;
		work->edge[i] = begin + at;
	}
	return 0;
}

/* 0 where nothing is like the value before: the test of ranks has said all then. */
static double chance_at_rest(const struct work *work, const struct tc_change_point *point, size_t begin, size_t end)
{
	if (work->inflation <= 1)
		return 0;
	for (size_t k = begin; k < end; k++)
		work->course[k - begin] = k < point->index ? point->before : point->after;
	return tc_rest_p(work->values + begin, work->course, 1, end - begin, work->course + work->n);
}

/* p is of this place; as it is the best of all n, how sure that is takes n of them into account (Bonferroni).
 * What is told of the point at edge i, and how far values lie from the levels on its two sides. */
static struct tc_change_point point_at(struct work *work, size_t i, double *shift, double *spread)
{
	size_t begin = work->edge[i - 1], index = work->edge[i], end = work->edge[i + 1];
	double *a = work->sorted + begin, *b = work->sorted + index;
	double before = level(work, i - 1, a), after = level(work, i, b), percent = before ? 100 / fabs(before) : NAN;
	struct tc_shift s = tc_shift_of(a, index - begin, b, end - index, work->inflation);
	double z = tc_change_z(work->values + begin, end - begin, index - begin, work->rank, work->scratch);
	double p = tc_normal_two_sided(z / sqrt(work->inflation));
	for (size_t k = begin; k < end; k++)
		work->rank[k] = fabs(work->values[k] - (k < index ? before : after));
	*spread = mad_to_sd * tc_values_select(work->rank + begin, end - begin, 0.5);
	*shift = s.shift;
	struct tc_change_point out = {.index = index,
		.before = before,
		.after = after,
		.shift_percent = s.shift * percent,
		.low_percent = s.lo * percent,
		.high_percent = s.hi * percent,
		.p = p};
	out.rest_p = chance_at_rest(work, &out, begin, end);
	out.confidence = tc_confidence(fmin(1, fmax(p * (double)work->n, out.rest_p)));
	return out;
}

static int too_small(const struct work *work, const struct tc_change_point *point, double shift, double spread)
{
	return point->p > least_p || fabs(shift) < work->min_effect * fabs(point->before) ||
	       fabs(shift) < least_shift * spread;
}

/* Takes away the worst point, as long as one says too little; the others are looked at anew, their levels being wider then. */
static void prune(struct work *work, struct tc_change_point *at)
{
	for (size_t worst = 1; worst;) {
		double worst_p = -1;
		worst = 0;
		for (size_t i = 1; i <= work->count; i++) {
			double shift, spread;
			at[i - 1] = point_at(work, i, &shift, &spread);
			if (at[i - 1].p > worst_p && too_small(work, &at[i - 1], shift, spread)) {
				worst = i;
				worst_p = at[i - 1].p;
			}
		}
		if (worst) {
			memmove(&work->edge[worst], &work->edge[worst + 1],
				(work->count + 1 - worst) * sizeof *work->edge);
			work->count--;
		}
	}
}

static int find(struct work *work, struct tc_change_points *out)
{
	struct tc_change_candidate *at = NULL;
	size_t count;
	int rc = tc_change_scan(&at, &count, work->values, work->n, work->rank, work->scratch);
	if (rc)
		return rc;
	accept(work, at, count, tc_change_threshold(work->n, TC_CHANGE_ALPHA_10));
	work->inflation = inflation(work);
	accept(work, at, count, tc_change_threshold(work->n, TC_CHANGE_ALPHA_1) * sqrt(work->inflation));
	free(at);
	rc = refine(work);
	if (rc || !work->count)
		return rc;
	out->at = calloc(work->count, sizeof *out->at);
	if (!out->at)
		return tc_error(TACHO_ENOMEM, "no memory for %zu change points", work->count);
	prune(work, out->at);
	out->count = work->count;
	return 0;
}

int tc_change_points(struct tc_change_points *out, const double *values, size_t n, double min_effect)
{
	*out = (struct tc_change_points){.n = n, .inflation = 1};
	if (n < TC_CHANGE_POINTS_MIN)
		return 0;
	struct work work = {.values = values,
		.n = n,
		.min_effect = min_effect,
		.edge = calloc(n + 2, sizeof *work.edge),
		.sorted = calloc(n, sizeof *work.sorted),
		.rank = calloc(n, sizeof *work.rank),
		.course = calloc(n, 3 * sizeof *work.course),
		.scratch = calloc(n, sizeof *work.scratch)};
	int rc = TACHO_ENOMEM;
	if (work.edge && work.sorted && work.rank && work.course && work.scratch)
		rc = find(&work, out);
	else
		tc_error(rc, "no memory to look for changes in %zu values", n);
	out->inflation = work.inflation;
	free(work.edge);
	free(work.sorted);
	free(work.rank);
	free(work.course);
	free(work.scratch);
	return rc;
}

void tc_change_points_release(struct tc_change_points *points)
{
	free(points->at);
	*points = (struct tc_change_points){0};
}
