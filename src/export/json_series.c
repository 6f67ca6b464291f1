/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "export/report_json.h"
#include "read/course.h"

void tc_json_points(struct tc_json *json, const struct tc_series_view *view)
{
	bool lines = json->lines;
	tc_json_text(json, "points_columns", "at_ns, value; null: missing");
	tc_json_array(json, "points");
	json->lines = false;
	for (size_t i = 0; i < view->count; i++) {
		tc_json_array(json, NULL);
		tc_json_i64(json, NULL, view->at[i]);
		tc_json_f64(json, NULL, view->value[i]);
		tc_json_end(json);
	}
	tc_json_end(json);
	json->lines = lines;
}

void tc_json_series(struct tc_json *json, const struct tc_session *session)
{
	tc_json_array(json, "series");
	for (size_t i = 0; i < session->series; i++) {
		const struct tc_series_view *view = &session->series_view[i];
		const struct tc_series *s = &view->series;
		const struct tc_course course = view->course;
		if (view->left_out)
			continue;
		const char *missing = tc_series_missing(view), *reason = missing ? missing : "its total is not known";
		tc_json_object(json, NULL);
		tc_json_text(json, "name", s->name);
		tc_json_text(json, "unit", s->unit);
		tc_json_text(json, "source", s->source);
		tc_json_text(json, "help", s->help);
		if (s->resolution)
			tc_json_text(json, "resolution", s->resolution);
		else
			tc_json_known(json, "resolution", NAN, "its source has no steps to speak of");
		if (s->total_unit) {
			tc_json_known(json, "total", view->total, reason);
			tc_json_text(json, "total_unit", s->total_unit);
		}
		tc_json_u64(json, "count", view->count);
		tc_json_known(json, "last", course.last, reason);
		tc_json_known(json, "average", course.average, reason);
		tc_json_known(json, "min", course.min, reason);
		tc_json_known(json, "p95", course.p95, reason);
		tc_json_known(json, "max", course.max, reason);
		tc_json_points(json, view);
		tc_json_end(json);
	}
	tc_json_end(json);
}

/* Else it tells only where time went, of spans that are still open. */
static bool tells_of_spans(const struct tc_session *session, const struct tc_window_entry *e)
{
	return tc_entry_name(session, e) < session->names && (e->count || e->self_ns || e->cells);
}

static void entry(struct tc_json *json, const struct tc_session *session, const struct tc_window_entry *e)
{
	const struct tc_name_view *name = &session->name[tc_entry_name(session, e)];
	struct tc_histogram histogram = {0};
	bool whole = true;
	for (uint32_t i = 0; i < e->cells; i++)
		whole &= !tc_histogram_add(&histogram, e->cell[i], e->grown[i]);
	double median = whole ? tc_histogram_quantile(&histogram, 0.5, e->min_ns, e->max_ns) : NAN;
	double p95 = whole ? tc_histogram_quantile(&histogram, 0.95, e->min_ns, e->max_ns) : NAN;
	tc_histogram_release(&histogram);
	tc_json_object(json, NULL);
	tc_json_bytes(json, "name", name->name, name->bytes);
	tc_json_u64(json, "count", e->count);
	tc_json_u64(json, "failed", e->failed);
	tc_json_wide(json, "total_ns", e->sum_ns);
	tc_json_i64(json, "self_ns", e->self_ns);
	tc_json_known(
		json, "mean_ns", e->count ? tc_wide_double(e->sum_ns) / (double)e->count : NAN, "no span ended in it");
	tc_json_known(json, "median_ns", median, "no histogram in this window");
	tc_json_known(json, "p95_ns", p95, "no histogram in this window");
	tc_json_u64(json, "min_bound_ns", e->min_ns);
	tc_json_u64(json, "max_bound_ns", e->max_ns);
	tc_json_end(json);
}

void tc_json_windows(struct tc_json *json, const struct tc_session *session)
{
	bool lines = json->lines;
	tc_json_array(json, "windows");
	for (size_t i = 0; i < tc_session_span_windows(session); i++) {
		const struct tc_window_view *window = &session->window[i];
		tc_json_object(json, NULL);
		json->lines = false;
		tc_json_i64(json, "begin_ns", window->begin);
		tc_json_i64(json, "end_ns", window->end);
		tc_json_array(json, "names");
		for (size_t k = 0; k < window->entries; k++)
			if (tells_of_spans(session, &window->entry[k]))
				entry(json, session, &window->entry[k]);
		tc_json_end(json);
		tc_json_end(json);
		json->lines = lines;
	}
	tc_json_end(json);
}
