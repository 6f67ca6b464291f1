/* SPDX-License-Identifier: MIT */
#include "cli/findings.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "cli/figure.h"
#include "stats/blocks.h"

static const double min_effect = 0.01;

static int find_course(struct tc_findings *out, const double *values, size_t n, double each)
{
	int code = tc_change_points(&out->points, values, n, min_effect);
	return code ? code : tc_trend(&out->trend, values, n, each, &out->points);
}

/* Of a long series, of medians of windows. */
static int find_course_of_windows(struct tc_findings *out, const double *values, size_t n)
{
	double median[TC_TREND_MAX];
	out->windows = TC_TREND_MAX;
	int code = tc_blocks(median, out->windows, values, n, 0.5);
	if (!code)
		code = find_course(out, median, out->windows, (double)n / (double)out->windows);
	for (size_t i = 0; i < out->points.count; i++)
		out->points.at[i].index = tc_block_begin(out->points.at[i].index, out->windows, n);
	return code;
}

/* Values times a factor, as the rules for durations and memory want them. */
static double *scaled(const double *values, size_t n, double factor)
{
	double *out = malloc((n ? n : 1) * sizeof *out);
	for (size_t i = 0; out && i < n; i++)
		out[i] = values[i] * factor;
	if (!out)
		tc_error(TACHO_ENOMEM, "not enough memory for %zu values", n);
	return out;
}

static int find_anomalies(struct tc_findings *out, const struct tc_series_file *series, const char *unit, size_t period)
{
	double ns = tc_unit_ns(unit);
	out->of_durations = !isnan(ns);
	if (!out->of_durations)
		return tc_sample_anomalies(&out->anomalies, series->value, series->count, period);
	double *durations = scaled(series->value, series->count, ns);
	int code = durations ? tc_duration_anomalies(&out->anomalies, durations, series->count) : TACHO_ENOMEM;
	for (size_t i = 0; !code && i < out->anomalies.count; i++)
		out->anomalies.at[i].value = series->value[out->anomalies.at[i].index];
	free(durations);
	return code;
}

/* Of values that are no bytes, as far as anybody said, no number of bytes is too few to matter. */
static int find_leak(struct tc_findings *out, const struct tc_series_file *series, const char *unit, double limit)
{
	bool known = !isnan(tc_unit_bytes(unit));
	double size = known ? tc_unit_bytes(unit) : 1, least = known ? TC_LEAK_LEAST_BYTES : 0;
	double *bytes = scaled(series->value, series->count, size);
	out->asked_for_leak = true;
	int code = bytes ? tc_leak(&out->leak, series->at, bytes, series->count, least, limit * size) : TACHO_ENOMEM;
	free(bytes);
	return code;
}

static int find_forecast(struct tc_findings *out, const struct tc_series_file *series, const char *unit, double limit)
{
	double lasted = series->at[series->count - 1] - series->at[0];
	out->has_times = true;
	out->has_limit = !isnan(limit);
	int code = tc_forecast(&out->forecast, series->at, series->value, series->count, lasted / 2, limit);
	if (!isnan(tc_unit_bytes(unit)) || !isnan(tc_unit_ns(unit)))
		tc_forecast_bound(&out->forecast, 0);
	return code;
}

/* Beside a trend that rises "none" needs more words: that test is of the least that stays in use, and of late. */
static void explain_no_leak(struct tc_findings *out)
{
	bool rises = out->leak.p < TC_LEAK_P && out->leak.bytes_per_second > 0;
	if (out->leak.status == TC_LEAK_NONE && out->trend.label == TC_TREND_DEGRADING && !rises)
		out->leak.reason =
			"its values grow, but the least that is in use in each stretch of the last two thirds rises "
			"no more than chance makes it: what it takes it gives back, or the growth has ended";
}

int tc_find(struct tc_findings *out, const struct tc_series_file *series, const char *unit,
	const struct tc_find_options *options)
{
	*out = (struct tc_findings){0};
	int code = series->count > TC_TREND_MAX ? find_course_of_windows(out, series->value, series->count)
	                                        : find_course(out, series->value, series->count, 1);
	if (!code)
		code = find_anomalies(out, series, unit, options->period);
	if (!code && options->leak)
		code = find_leak(out, series, unit, options->limit);
	if (!code && options->leak)
		explain_no_leak(out);
	if (!code && series->at)
		code = find_forecast(out, series, unit, options->limit);
	if (code)
		tc_findings_release(out);
	return code;
}

void tc_findings_release(struct tc_findings *findings)
{
	tc_change_points_release(&findings->points);
	tc_anomalies_release(&findings->anomalies);
}
