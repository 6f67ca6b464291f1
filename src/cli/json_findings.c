/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "cli/findings.h"
#include "export/report_json.h"

static void trend(struct tc_json *json, const struct tc_findings *findings)
{
	tc_json_object(json, "trend");
	tc_json_trend_members(json, &findings->trend, findings->windows ? "medians of windows" : "values");
	tc_json_end(json);
}

static void time_of(struct tc_json *json, const struct tc_series_file *series, size_t index)
{
	tc_json_known(json, "time_seconds", series->at ? series->at[index] : NAN, "no column of times was given");
}

static void change_points(
	struct tc_json *json, const struct tc_change_points *points, const struct tc_series_file *series)
{
	tc_json_array(json, "change_points");
	for (size_t i = 0; i < points->count; i++) {
		tc_json_object(json, NULL);
		tc_json_change_point_members(json, &points->at[i]);
		time_of(json, series, points->at[i].index);
		tc_json_end(json);
	}
	tc_json_end(json);
}

static void anomalies(struct tc_json *json, const struct tc_findings *findings, const struct tc_series_file *series)
{
	const struct tc_anomalies *all = &findings->anomalies;
	tc_json_object(json, "anomalies");
	tc_json_u64(json, "n", all->n);
	tc_json_text(json, "method", findings->of_durations ? "durations" : "samples");
	tc_json_bool(json, "enough_data", !all->reason);
	tc_json_given(json, "reason", all->reason, "there is enough data");
	tc_json_array(json, "found");
	for (size_t i = 0; i < all->count; i++) {
		const struct tc_anomaly *a = &all->at[i];
		tc_json_object(json, NULL);
		tc_json_u64(json, "index", a->index);
		time_of(json, series, a->index);
		tc_json_u64(json, "first", a->first);
		tc_json_u64(json, "last", a->last);
		tc_json_f64(json, "value", a->value);
		tc_json_known(json, "z", a->z, "the values before it do not differ");
		tc_json_bool(json, "extreme", a->extreme);
		tc_json_end(json);
	}
	tc_json_end(json);
	tc_json_end(json);
}

void tc_json_findings(struct tc_json *json, const struct tc_findings *findings, const struct tc_series_file *series)
{
	trend(json, findings);
	change_points(json, &findings->points, series);
	anomalies(json, findings, series);
	if (findings->asked_for_leak)
		tc_json_leak(json, &findings->leak);
	else
		tc_json_absent(json, "leak", "--leak was not given");
	if (findings->has_times)
		tc_json_forecast(json, &findings->forecast);
	else
		tc_json_absent(json, "forecast", "no column of times was given");
}
