/* SPDX-License-Identifier: MIT */
#include "stats/trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "stats/confidence.h"
#include "stats/mann_kendall.h"
#include "stats/normal.h"
#include "stats/order.h"
#include "stats/rank.h"
#include "stats/rest.h"
#include "stats/shift.h"
#include "stats/values.h"

enum { SHORT = 8 }; /* below it the exact test alone is to be trusted */
static const double TC_TREND_Percent = 5;

struct work {
	const double *values;
	size_t n;
	double steps;        /* that a line is long: n - 1 of measured values */
	double *room, *rank; /* for n */
	double *course;      /* for 3 n */
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

static double median(const struct work *work)
{
	memcpy(work->room, work->values, work->n * sizeof *work->room);
	return tc_values_select(work->room, work->n, 0.5);
}

/* Values begin .. end - 1 in ascending order. */
static void sort_some(double *to, const struct work *work, size_t begin, size_t end)
{
	memcpy(to, work->values + begin, (end - begin) * sizeof *to);
	tc_order_real(to, end - begin);
}

/* Of a line through the median in the middle: its rise by its height where it begins. */
static double change_of(double slope, double middle, double steps)
{
	double rise = slope * steps, base = middle - rise / 2;
	return base > 0 ? 100 * rise / base : NAN;
}

/* The median of what the line leaves is surer of the level in the middle than the median of all values, which is as unsure as the line is
 * steep; of both the interval takes account.  It varies pi/2 times as much as a mean, which varies 12/n^2 times as much as a slope.  room:
 * what the line leaves. */
static void tell_line(struct tc_trend *out, const struct work *work, const struct tc_slope *slope)
{
	double n = (double)work->n, unsure = (slope->high - slope->low) / 2 * n * sqrt(acos(0) / 12);
	double level = tc_values_select(work->room, work->n, 0.5) + slope->slope * (n - 1) / 2;
	double change = change_of(slope->slope, level, work->steps);
	double a = change_of(slope->slope, level + unsure, work->steps) - change,
	       b = change_of(slope->slope, level - unsure, work->steps) - change;
	out->told_percent = change;
	out->told_low_percent = change - hypot(change - change_of(slope->low, level, work->steps), a < b ? a : b);
	out->told_high_percent = change + hypot(change_of(slope->high, level, work->steps) - change, a < b ? b : a);
}

/* steps: 0 of a line. */
static double chance_at_rest(const struct work *work, size_t steps)
{
	return tc_rest_p(work->values, work->course, steps, work->n, work->course + work->n);
}

/* room: what the line leaves. */
static double line_chance(const struct work *work, double slope)
{
	double level = tc_values_select(work->room, work->n, 0.5);
	for (size_t i = 0; i < work->n; i++)
		work->course[i] = level + slope * (double)i;
	return chance_at_rest(work, 0);
}

/* rest_p: of the line (stats/rest.h); 0 where nothing is like the value before: the test has said all then. */
static int drift(struct tc_trend *out, const struct work *work, double *rest_p)
{
	size_t n = work->n;
	struct tc_slope slope;
	struct tc_mann_kendall m = tc_mann_kendall(work->values, n, work->rank, work->scratch);
	bool exact = n < SHORT || (n <= TC_KENDALL_EXACT_MAX && m.ties.pairs == 0);
	double p = exact ? tc_kendall_exact(work->scratch, n, m.s, true) : NAN, middle = median(work);
	int rc = tc_theil_sen(&slope, work->values, n, m.variance);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		work->room[i] = work->values[i] - slope.slope * (double)i;
	double inflation = tc_residual_inflation(work->room, n, work->rank, work->scratch);
	exact = exact && inflation == 1;
	out->method = exact ? "Mann-Kendall, exact" : "Mann-Kendall";
	out->p = exact ? p : tc_normal_two_sided(m.z / sqrt(inflation));
	rc = inflation > 1 ? tc_theil_sen(&slope, work->values, n, m.variance * inflation) : 0;
	out->n_eff = (double)n / inflation;
	out->tau = m.tau;
	out->slope = slope.slope;
	out->change_percent = change_of(slope.slope, middle, work->steps);
	out->low_percent = change_of(slope.low, middle, work->steps);
	out->high_percent = change_of(slope.high, middle, work->steps);
	tell_line(out, work, &slope);
	*rest_p = inflation > 1 ? line_chance(work, slope.slope) : 0;
	return rc;
}

static void label(struct tc_trend *out, const char *shape, double p)
{
	out->label = out->change_percent > 0 ? TC_TREND_DEGRADING : TC_TREND_IMPROVING;
	out->shape = shape;
	out->label_p = p;
	out->confidence = tc_confidence(p);
}

struct levels {       /* the last level against the first */
	size_t count; /* of steps; 0: there are none, or the first level has no size */
	double percent, low_percent, high_percent, p;
	double distances, inflation; /* of the values from their levels */
	double rest_p;               /* of such levels (stats/rest.h); 1: there are none */
};

/* How far values lie from the levels, and how much each is like the one before.  That is more than the scan sees, which fits more levels. */
static void leave_levels(struct levels *out, const struct work *work, const struct tc_change_points *points)
{
	double *rest = work->rank;
	for (size_t i = 0, begin = 0; i <= points->count; i++) {
		size_t end = i < points->count ? points->at[i].index : work->n;
		memcpy(work->room, work->values + begin, (end - begin) * sizeof *work->room);
		double middle = tc_values_select(work->room, end - begin, 0.5);
		for (; begin < end; begin++) {
			work->course[begin] = middle;
			rest[begin] = work->values[begin] - middle;
			out->distances += fabs(rest[begin]);
		}
	}
	out->rest_p = chance_at_rest(work, points->count);
	memcpy(work->room, rest, work->n * sizeof *rest);
	out->inflation = fmax(points->inflation, tc_residual_inflation(work->room, work->n, work->rank, work->scratch));
}

static void find_levels(struct levels *out, const struct work *work, const struct tc_change_points *points)
{
	*out = (struct levels){.rest_p = 1};
	if (!points->count || !(points->at[0].before > 0))
		return;
	out->count = points->count;
	leave_levels(out, work, points);
	size_t begin = points->at[points->count - 1].index, end = points->at[0].index, last = work->n - begin;
	double from = points->at[0].before, to = points->at[points->count - 1].after;
	sort_some(work->rank, work, begin, work->n);
	sort_some(work->room, work, 0, end);
	struct tc_shift shift = tc_shift_of(work->room, end, work->rank, last, out->inflation);
	out->percent = 100 * (to / from - 1);
	out->low_percent = 100 * shift.lo / from;
	out->high_percent = 100 * shift.hi / from;
	for (size_t i = 0; i < points->count; i++)
		out->p = fmax(out->p, points->at[i].p);
}

static void step(struct tc_trend *out, const struct levels *levels)
{
	out->method = "rank scan";
	out->change_percent = levels->percent;
	out->low_percent = levels->low_percent;
	out->high_percent = levels->high_percent;
	label(out, "step", fmax(levels->p, levels->rest_p));
}

/* Sum of the distances of the values from the line. */
static double distances_from_line(const struct work *work, double slope)
{
	double sum = 0;
	for (size_t i = 0; i < work->n; i++)
		work->room[i] = work->values[i] - slope * (double)i;
	memcpy(work->rank, work->room, work->n * sizeof *work->room);
	double middle = tc_values_select(work->rank, work->n, 0.5);
	for (size_t i = 0; i < work->n; i++)
		sum += fabs(work->room[i] - middle);
	return sum;
}

/* The criterion of Schwarz, of distances: k steps are 2 k + 1 figures, a line is 2, and so much nearer must the levels lie. */
static bool levels_lie_nearer(const struct work *work, const struct levels *levels, double slope)
{
	double more = 2 * (double)levels->count - 1, n = (double)work->n;
	double least = more * log(n) / 2 * levels->inflation / n;
	return levels->distances < exp(-least) * distances_from_line(work, slope);
}

/* A clean step has a line through it too, which begins lower and ends higher than any value: nobody is to be told that rise. */
static void tell_levels(struct tc_trend *out, const struct levels *levels)
{
	out->told = "step";
	out->told_percent = levels->percent;
	out->told_low_percent = levels->low_percent;
	out->told_high_percent = levels->high_percent;
}

/* line_p: rest_p of the line. */
static void choose(struct tc_trend *out, const struct levels *levels, double line_p)
{
	double rest_p = fmin(line_p, levels->rest_p);
	bool drifts = out->p <= TC_TREND_P && fabs(out->change_percent) >= TC_TREND_Percent;
	bool steps = levels->count && fabs(levels->percent) >= TC_TREND_Percent;
	out->label_p = out->p;
	if (drifts && rest_p <= TC_TREND_P)
		label(out, "drift", fmax(out->p, rest_p));
	else if (steps && levels->rest_p <= TC_TREND_P)
		step(out, levels);
	else if (drifts || steps)
		out->untold = "each value is so much like the one before that standing still explains the course as "
			      "well";
}

static int judge(struct tc_trend *out, const struct work *work, const struct tc_change_points *points)
{
	double line_p;
	int rc = drift(out, work, &line_p);
	if (rc)
		return rc;
	struct levels levels;
	find_levels(&levels, work, points);
	choose(out, &levels, line_p);
	if (out->label == TC_TREND_STABLE)
		out->told_percent = out->told_low_percent = out->told_high_percent = NAN;
	else if (!strcmp(out->shape, "step") || (levels.count && levels.percent * out->change_percent > 0 &&
							levels_lie_nearer(work, &levels, out->slope)))
		tell_levels(out, &levels);
	else
		out->told = out->shape;
	if (isnan(out->change_percent))
		out->reason = "the line begins at 0 or below: no change in percent";
	else if (isnan(out->tau))
		out->reason = "all values are equal";
	return 0;
}

int tc_trend(struct tc_trend *out, const double *values, size_t n, double each, const struct tc_change_points *points)
{
	*out = (struct tc_trend){.n = n, .shape = "none", .method = "none", .enough_data = n >= TC_TREND_MIN};
	out->change_percent = out->low_percent = out->high_percent = NAN;
	out->told = "none";
	out->told_percent = out->told_low_percent = out->told_high_percent = NAN;
	out->slope = out->p = out->tau = out->n_eff = out->label_p = out->confidence = NAN;
	out->low_power = n < SHORT;
	out->halves_change_percent = halves_change(values, n);
	if (!out->enough_data) {
		out->reason = "insufficient_data: a trend needs at least 4 values";
		return 0;
	}
	struct work work = {.values = values,
		.n = n,
		.steps = (double)n - 1 / each,
		.room = calloc(n, sizeof *work.room),
		.rank = calloc(n, sizeof *work.rank),
		.course = calloc(n, 3 * sizeof *work.course),
		.scratch = calloc(n, sizeof *work.scratch)};
	int rc = TACHO_ENOMEM;
	if (work.room && work.rank && work.course && work.scratch)
		rc = judge(out, &work, points);
	else
		tc_error(rc, "no memory for the trend of %zu values", n);
	free(work.room);
	free(work.rank);
	free(work.course);
	free(work.scratch);
	return rc;
}
