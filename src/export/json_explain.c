/* SPDX-License-Identifier: MIT
 *
 * json_explain.c - everything known of one span name.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "analyze/name_series.h"
#include "analyze/relatives.h"
#include "export/report_json.h"

enum { COURSE_MOST = 500 };

static void distribution(struct tc_json *json, const struct tc_histogram *h)
{
	tc_json_array(json, "histogram");
	for (uint32_t i = 0; i < h->cells; i++) {
		double low, high;
		if (!h->count[i])
			continue;
		tc_cell_bounds(h->first + i, &low, &high);
		tc_json_object(json, NULL);
		tc_json_f64(json, "above_ns", low);
		tc_json_f64(json, "up_to_ns", high);
		tc_json_u64(json, "count", h->count[i]);
		tc_json_end(json);
	}
	tc_json_end(json);
}

static void points(struct tc_json *json, const struct tc_name_series *series)
{
	static const char few[] = "fewer than 20 spans", none[] = "single spans and groups of them have no own time";
	tc_json_array(json, "course");
	for (size_t i = 0; i < series->count; i++) {
		tc_json_object(json, NULL);
		tc_json_i64(json, "from_ns", series->from[i]);
		tc_json_u64(json, "spans", series->spans[i]);
		tc_json_f64(json, "median_ns", series->value_ns[i]);
		tc_json_known(json, "p95_ns", series->p95_ns[i], few);
		tc_json_known(json, "self_ns", series->self_ns[i], none);
		tc_json_end(json);
	}
	tc_json_end(json);
}

static void relatives(struct tc_json *json, const char *key, const struct tc_session *session,
	const struct tc_relative *relative, size_t count)
{
	tc_json_array(json, key);
	for (size_t i = 0; i < count; i++) {
		tc_json_object(json, NULL);
		if (relative[i].name == TC_ROOT)
			tc_json_absent(json, "name", "they stand in no span");
		else
			tc_json_bytes(json, "name", session->name[relative[i].name].name,
				session->name[relative[i].name].bytes);
		tc_json_u64(json, "spans", relative[i].spans);
		tc_json_u64(json, "open", relative[i].open);
		tc_json_f64(json, "total_ns", relative[i].total_ns);
		tc_json_end(json);
	}
	tc_json_end(json);
}

static void spans(struct tc_json *json, const char *key, const struct tc_session *session,
	const struct tc_span_view *span, size_t count)
{
	tc_json_array(json, key);
	for (size_t i = 0; i < count; i++)
		tc_json_span(json, NULL, session, &span[i]);
	tc_json_end(json);
}

static void document(struct tc_json *json, const struct tc_diagnosis *d, size_t index,
	const struct tc_name_series *series, const struct tc_relatives *around)
{
	const struct tc_name_diagnosis *name = &d->name[index];
	const struct tc_name_view *view = name->view;
	tc_json_object(json, NULL);
	tc_json_text(json, "schema", "tacho.explain/1");
	tc_json_session(json, "session", d->session);
	tc_json_bytes(json, "name", view->name, view->bytes);
	tc_json_i64(json, "first_ns", view->first);
	tc_json_u64(json, "open", view->open);
	tc_json_u64(json, "open_ns", view->open_ns);
	tc_json_figures(json, &view->figures, &view->summary);
	tc_json_bottleneck(json, "bottleneck", d, index);
	tc_json_course(json, "trend", &name->course);
	tc_json_advice(json, d, view->name);
	if (name->share)
		tc_json_share(json, "share", d->session, name->share);
	else
		tc_json_absent(json, "share", "no thread was seen in it");
	relatives(json, "callers", d->session, around->caller, around->above);
	relatives(json, "callees", d->session, around->callee, around->below);
	distribution(json, &view->figures.histogram);
	tc_json_given(json, "course_basis", name->course.basis, "no span has ended yet");
	points(json, series);
	spans(json, "slowest", d->session, view->slowest, view->slowest_count);
	spans(json, "failures", d->session, view->failed_kept, view->failed_kept_count);
	tc_json_end(json);
}

int tc_json_explain(struct tc_json *json, const struct tc_diagnosis *d, size_t name)
{
	struct tc_name_series series;
	struct tc_relatives around;
	int code = tc_name_series(&series, &d->records, name, COURSE_MOST, 1);
	if (code)
		return code;
	code = tc_relatives_find(&around, d->session, (uint32_t)name);
	if (!code) {
		document(json, d, name, &series, &around);
		tc_relatives_release(&around);
	}
	tc_name_series_release(&series);
	return code;
}
