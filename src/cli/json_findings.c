/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "cli/findings.h"
#include "export/report_json.h"

static void trend(struct tc_json *json, const struct tc_findings *findings)
{
	const struct tc_trend *t = &findings->trend;
	const char *reason = t->reason ? t->reason : "not known";
	tc_json_object(json, "trend");
	tc_json_u64(json, "n", t->n);
	tc_json_text(json, "method", t->method);
	tc_json_bool(json, "enough_data", t->enough_data);
	tc_json_bool(json, "low_power", t->low_power);
	tc_json_text(json, "basis", findings->windows ? "medians of windows" : "values");
	tc_json_text(json, "trend", tc_trend_name(t->label));
	tc_json_text(json, "shape", t->shape);
	tc_json_known(json, "change_percent", t->change_percent, reason);
	tc_json_known(json, "change_lo", t->low_percent, reason);
	tc_json_known(json, "change_hi", t->high_percent, reason);
	tc_json_known(json, "slope_per_run", t->slope, reason);
	tc_json_known(json, "p_value", t->p, reason);
	tc_json_known(json, "tau", t->tau, reason);
	tc_json_known(json, "n_eff", t->n_eff, reason);
	tc_json_known(json, "halves_change_percent", t->halves_change_percent, "the first half has no mean above 0");
	tc_json_known(json, "confidence", t->confidence, "no trend was found");
	tc_json_end(json);
}

static void time_of(struct tc_json *json, const struct tc_series_file *series, size_t index)
{
	tc_json_known(json, "time_seconds", series->at ? series->at[index] : NAN, "no column of times was given");
}

static void change_points(
	struct tc_json *json, const struct tc_change_points *points, const struct tc_series_file *series)
{
	static const char reason[] = "too few values for an interval, or the level before is 0";
	tc_json_array(json, "change_points");
	for (size_t i = 0; i < points->count; i++) {
		const struct tc_change_point *point = &points->at[i];
		tc_json_object(json, NULL);
		tc_json_u64(json, "index", point->index);
		time_of(json, series, point->index);
		tc_json_f64(json, "before", point->before);
		tc_json_f64(json, "after", point->after);
		tc_json_known(json, "shift_percent", point->shift_percent, "the level before is 0");
		tc_json_known(json, "shift_lo", point->low_percent, reason);
		tc_json_known(json, "shift_hi", point->high_percent, reason);
		tc_json_f64(json, "p_value", point->p);
		tc_json_f64(json, "confidence", point->confidence);
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
