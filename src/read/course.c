/* SPDX-License-Identifier: MIT */
#include "read/course.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/error.h>

/* Where ticks come too fast for a rate or a share of time, the next reading covers them, as far as this. */
#define COVERED_NS INT64_C(2500000000)

/* Whether a reading is of the time before it, and not of its instant. */
static bool is_over_time(const struct tc_series *series)
{
	return series->total_unit || (series->unit && !strcmp(series->unit, "percent"));
}

tc_instant tc_series_from(const struct tc_series_view *series, size_t i)
{
	size_t k = i;
	while (is_over_time(&series->series) && k > 0 && isnan(series->value[k - 1]) &&
		series->at[i] - (k > 1 ? series->at[k - 2] : series->since) <= COVERED_NS)
		k--;
	return k ? series->at[k - 1] : series->since;
}

/* ns of [from, to) that reading i stands for. */
static double lasted(const struct tc_series_view *series, size_t i, tc_instant from, tc_instant to)
{
	tc_instant begin = tc_series_from(series, i), end = series->at[i];
	begin = begin > from ? begin : from;
	end = end < to ? end : to;
	return end > begin ? (double)(end - begin) : 0;
}

size_t tc_series_levels(const struct tc_series_view *series, tc_instant from, tc_instant to, struct tc_weighted *out)
{
	size_t count = 0;
	for (size_t i = 0; i < series->count; i++)
		if (isfinite(series->value[i]))
			out[count++] = (struct tc_weighted){series->value[i], lasted(series, i, from, to)};
	return count;
}

double tc_series_mean(const struct tc_series_view *series, tc_instant from, tc_instant to)
{
	double sum = 0, weight = 0;
	for (size_t i = 0; i < series->count; i++) {
		double ns = isnan(series->value[i]) ? 0 : lasted(series, i, from, to);
		sum += ns > 0 ? series->value[i] * ns : 0;
		weight += ns;
	}
	return weight > 0 ? sum / weight : NAN;
}

double tc_series_share(const struct tc_series_view *series, tc_instant from, tc_instant to, double least)
{
	double held = 0, weight = 0;
	for (size_t i = 0; i < series->count; i++) {
		double ns = isnan(series->value[i]) ? 0 : lasted(series, i, from, to);
		held += series->value[i] >= least ? ns : 0;
		weight += ns;
	}
	return weight > 0 ? held / weight : NAN;
}

/* What a rate came to in the part of [begin, end) that lies in [from, to). */
static double piece(double rate, tc_instant begin, tc_instant end, tc_instant from, tc_instant to)
{
	begin = begin > from ? begin : from;
	end = end < to ? end : to;
	return end > begin ? rate * (double)(end - begin) / 1e9 : 0;
}

double tc_series_integral(const struct tc_series_view *series, tc_instant from, tc_instant to)
{
	double sum = 0;
	tc_instant begin = series->since;
	for (size_t i = 0; i < series->count; i++) {
		if (!isfinite(series->value[i]))
			continue;
		sum += piece(series->value[i], begin, series->at[i], from, to);
		begin = series->at[i];
	}
	return series->next_at && isfinite(series->next) ? sum + piece(series->next, begin, series->next_at, from, to)
	                                                 : sum;
}

const char *tc_series_missing(const struct tc_series_view *series)
{
	if (!isnan(series->course.last))
		return NULL;
	if (series->series.absent)
		return series->series.absent;
	return series->total > 0 ? "it was read too seldom for a rate: its total alone is known"
	                         : "no reading in this time";
}

/* At the end of a run the last reading comes when that ends, be it some ms after the one before: a rate over so little time is mostly how
 * coarse the source counts.  It is told together with the one before. */
static size_t join_short_end(struct tc_weighted *level, size_t count)
{
	const double least = 0.25;
	if (count < 2 || level[count - 1].weight >= least * level[count - 2].weight)
		return count;
	level[count - 2].value = tc_weighted_mean(level + count - 2, 2);
	level[count - 2].weight += level[count - 1].weight;
	return count - 1;
}

/* A level that is read seldom holds until it is read again; what no reading was before, the next one tells. */
static void hold(struct tc_course *out, double level)
{
	*out = (struct tc_course){level, level, level, level, level};
}

int tc_series_course(struct tc_course *out, const struct tc_series_view *series, tc_instant from)
{
	struct tc_weighted *level = malloc((series->count + 1) * sizeof *level);
	*out = (struct tc_course){NAN, NAN, NAN, NAN, NAN};
	if (!level)
		return TACHO_ENOMEM;
	size_t count = tc_series_levels(series, from, INT64_MAX, level);
	if (is_over_time(&series->series))
		count = join_short_end(level, count);
	if (count) {
		out->last = level[count - 1].value;
		out->average = tc_weighted_mean(level, count);
		out->p95 = tc_weighted_quantile(level, count, 0.95);
		out->min = out->max = level[0].value;
		for (size_t i = 1; i < count; i++) {
			out->min = fmin(out->min, level[i].value);
			out->max = fmax(out->max, level[i].value);
		}
	}
	free(level);
	if (!count && !is_over_time(&series->series) && (series->has_held || series->next_at))
		hold(out, series->has_held ? series->held : series->next);
	return 0;
}
