/* SPDX-License-Identifier: MIT */
#include "stats/trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "stats/confidence.h"
#include "stats/mann_kendall.h"
#include "stats/normal.h"
#include "stats/rank.h"
#include "stats/shift.h"
#include "stats/values.h"

enum { SHORT = 8 }; /* below it the exact test alone is to be trusted */
static const double least_p = 0.01, least_percent = 5;

struct work {
	const double *values;
	size_t n;
	double *room, *rank; /* for n */
	struct tc_ranked *scratch;
};

const char *tc_trend_name(enum tc_trend_label label)
{
	static const char *const name[] = {"stable", "improving", "degrading"};
	return name[label];
}

static double mean(const double *values, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += values[i] / (double)n;
	return sum;
}

static double halves_change(const double *values, size_t n)
{
	double first = mean(values, n / 2), second = mean(values + n / 2, n - n / 2);
	return n > 1 && first > 0 ? 100 * (second / first - 1) : NAN;
}

static double median(const struct work *work, size_t begin, size_t end)
{
	memcpy(work->room, work->values + begin, (end - begin) * sizeof *work->room);
	return tc_values_exact(work->room, end - begin, 0.5);
}

/* Of a line through the median in the middle: its rise by its height where it begins. */
static double change_of(double slope, double middle, size_t n)
{
	double rise = slope * ((double)n - 1), base = middle - rise / 2;
	return base > 0 ? 100 * rise / base : NAN;
}

static int drift(struct tc_trend *out, const struct work *work)
{
	size_t n = work->n;
	struct tc_slope slope;
	struct tc_mann_kendall m = tc_mann_kendall(work->values, n, work->rank, work->scratch);
	bool exact = n < SHORT || (n <= TC_KENDALL_EXACT_MAX && m.ties.pairs == 0);
	double p = exact ? tc_kendall_exact(work->scratch, n, m.s, true) : NAN, middle = median(work, 0, n);
	int rc = tc_theil_sen(&slope, work->values, n, m.variance);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		work->room[i] = work->values[i] - slope.slope * (double)i;
	double inflation = tc_residual_inflation(work->room, n, work->rank, work->scratch);
	exact = exact && inflation == 1;
	out->method = exact ? "Mann-Kendall, exact" : "Mann-Kendall";
	out->p = exact ? p : tc_normal_two_sided(m.z / sqrt(inflation));
	out->n_eff = (double)n / inflation;
	out->tau = m.tau;
	out->slope = slope.slope;
	out->change_percent = change_of(slope.slope, middle, n);
	out->low_percent = change_of(slope.low, middle, n);
	out->high_percent = change_of(slope.high, middle, n);
	return 0;
}

static void label(struct tc_trend *out, const char *shape, double p)
{
	out->label = out->change_percent > 0 ? TC_TREND_DEGRADING : TC_TREND_IMPROVING;
	out->shape = shape;
	out->label_p = p;
	out->confidence = tc_confidence(p);
}

/* The last level against the first. */
static void step(struct tc_trend *out, const struct work *work, const struct tc_change_points *points)
{
	size_t begin = points->at[points->count - 1].index, end = points->at[0].index, last = work->n - begin;
	double from = points->at[0].before, to = points->at[points->count - 1].after, p = 0;
	if (!(from > 0) || fabs(to / from - 1) < least_percent / 100)
		return;
	memcpy(work->rank, work->values + begin, last * sizeof *work->rank);
	tc_values_exact(work->rank, last, 0.5);
	median(work, 0, end);
	struct tc_shift shift = tc_shift_of(work->room, end, work->rank, last, points->inflation);
	for (size_t i = 0; i < points->count; i++)
		p = fmax(p, points->at[i].p);
	out->method = "rank scan";
	out->change_percent = 100 * (to / from - 1);
	out->low_percent = 100 * shift.lo / from;
	out->high_percent = 100 * shift.hi / from;
	label(out, "step", p);
}

static int judge(struct tc_trend *out, const struct work *work, const struct tc_change_points *points)
{
	int rc = drift(out, work);
	if (rc)
		return rc;
	out->label_p = out->p;
	if (out->p <= least_p && fabs(out->change_percent) >= least_percent)
		label(out, "drift", out->p);
	else if (points->count)
		step(out, work, points);
	if (isnan(out->change_percent))
		out->reason = "the line begins at 0 or below: no change in percent";
	else if (isnan(out->tau))
		out->reason = "all values are equal";
	return 0;
}

int tc_trend(struct tc_trend *out, const double *values, size_t n, const struct tc_change_points *points)
{
	*out = (struct tc_trend){.n = n, .shape = "none", .method = "none", .enough_data = n >= TC_TREND_MIN};
	out->change_percent = out->low_percent = out->high_percent = NAN;
	out->slope = out->p = out->tau = out->n_eff = out->label_p = out->confidence = NAN;
	out->low_power = n < SHORT;
	out->halves_change_percent = halves_change(values, n);
	if (!out->enough_data) {
		out->reason = "insufficient_data: a trend needs at least 4 values";
		return 0;
	}
	struct work work = {.values = values,
		.n = n,
		.room = calloc(n, sizeof *work.room),
		.rank = calloc(n, sizeof *work.rank),
		.scratch = calloc(n, sizeof *work.scratch)};
	int rc = TACHO_ENOMEM;
	if (work.room && work.rank && work.scratch)
		rc = judge(out, &work, points);
	else
		tc_error(rc, "no memory for the trend of %zu values", n);
	free(work.room);
	free(work.rank);
	free(work.scratch);
	return rc;
}
