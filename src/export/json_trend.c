/* SPDX-License-Identifier: MIT */
#include "analyze/diagnosis.h"
#include "export/report_json.h"

void tc_json_trend_members(struct tc_json *json, const struct tc_trend *t, const char *basis)
{
	static const char unsure[] = "too few values, or a line that may begin at 0";
	const char *reason = t->reason ? t->reason : unsure;
	const char *none = t->untold ? t->untold : "no trend was found";
	const char *untold = t->label == TC_TREND_STABLE ? none : unsure;
	tc_json_u64(json, "n", t->n);
	tc_json_text(json, "method", t->method);
	tc_json_bool(json, "enough_data", t->enough_data);
	tc_json_bool(json, "low_power", t->low_power);
	tc_json_text(json, "basis", basis);
	tc_json_text(json, "trend", tc_trend_name(t->label));
	tc_json_text(json, "shape", t->shape);
	tc_json_known(json, "change_percent", t->change_percent, reason);
	tc_json_known(json, "change_lo", t->low_percent, reason);
	tc_json_known(json, "change_hi", t->high_percent, reason);
	tc_json_text(json, "told", t->told);
	tc_json_known(json, "told_percent", t->told_percent, untold);
	tc_json_known(json, "told_lo", t->told_low_percent, untold);
	tc_json_known(json, "told_hi", t->told_high_percent, untold);
	tc_json_known(json, "slope_per_run", t->slope, reason);
	tc_json_known(json, "p_value", t->p, reason);
	tc_json_known(json, "tau", t->tau, reason);
	tc_json_known(json, "n_eff", t->n_eff, reason);
	tc_json_known(json, "halves_change_percent", t->halves_change_percent, "the first half has no mean above 0");
	tc_json_known(json, "confidence", t->confidence, none);
}

void tc_json_change_point_members(struct tc_json *json, const struct tc_change_point *point)
{
	static const char reason[] = "too few values for an interval, or the level before is 0";
	tc_json_u64(json, "index", point->index);
	tc_json_f64(json, "before", point->before);
	tc_json_f64(json, "after", point->after);
	tc_json_known(json, "shift_percent", point->shift_percent, "the level before is 0");
	tc_json_known(json, "shift_lo", point->low_percent, reason);
	tc_json_known(json, "shift_hi", point->high_percent, reason);
	tc_json_f64(json, "p_value", point->p);
	tc_json_f64(json, "at_rest_p_value", point->rest_p);
	tc_json_f64(json, "confidence", point->confidence);
}

void tc_json_course(struct tc_json *json, const char *key, const struct tc_course_of_name *course)
{
	tc_json_object(json, key);
	tc_json_trend_members(json, &course->trend, course->basis ? course->basis : "no span has ended yet");
	tc_json_known(json, "q_value", course->q, course->trend.reason ? course->trend.reason : "not known");
	tc_json_array(json, "change_points");
	for (size_t i = 0; i < course->points.count; i++) {
		tc_json_object(json, NULL);
		tc_json_change_point_members(json, &course->points.at[i]);
		tc_json_i64(json, "at_ns", course->changed_at[i]);
		tc_json_end(json);
	}
	tc_json_end(json);
	tc_json_end(json);
}
