/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "cli/diff.h"
#include "export/report_json.h"

static void value(struct tc_json *json, const struct tc_diff_value *v, const char *statistic, bool of_spans)
{
	static const char none[] = "it has no such figure";
	tc_json_object(json, NULL);
	tc_json_text(json, "statistic", statistic);
	tc_json_known(json, of_spans ? "base_ns" : "base", v->base, none);
	tc_json_known(json, of_spans ? "new_ns" : "new", v->other, none);
	tc_json_comparison(json, &v->comparison);
	tc_json_known(
		json, "needed_runs", v->needed_runs, v->comparison.reason ? v->comparison.reason : "it is settled");
	tc_json_bool(json, "needed_runs_at_least", v->at_least);
	tc_json_end(json);
}

static void row(struct tc_json *json, const struct tc_diff_row *r)
{
	static const char *const statistics[TC_DIFF_FIGURES] = {"median", "p95"};
	bool of_spans = r->values == TC_DIFF_FIGURES;
	tc_json_object(json, NULL);
	tc_json_bytes(json, "name", r->name, r->bytes);
	tc_json_text(json, "unit", r->unit);
	tc_json_text(json, "verdict", tc_verdict_name(tc_diff_verdict(r)));
	tc_json_u64(json, "base_count", r->base_count);
	tc_json_u64(json, "new_count", r->other_count);
	tc_json_array(json, "comparisons");
	for (size_t k = 0; k < r->values; k++)
		value(json, &r->value[k], of_spans ? statistics[k] : "average", of_spans);
	tc_json_end(json);
	tc_json_end(json);
}

static void alone(struct tc_json *json, const char *key, const struct tc_diff_alone *name, size_t count)
{
	tc_json_array(json, key);
	for (size_t i = 0; i < count; i++) {
		tc_json_object(json, NULL);
		tc_json_bytes(json, "name", name[i].name, name[i].bytes);
		tc_json_u64(json, "count", name[i].count);
		tc_json_u64(json, "open", name[i].open);
		tc_json_u64(json, "open_ns", name[i].open_ns);
		tc_json_known(json, "total_ns", name[i].total_ns, "it is beyond what a double holds");
		tc_json_known(json, "median_ns", name[i].median_ns, "no span has ended");
		tc_json_end(json);
	}
	tc_json_end(json);
}

static void side(struct tc_json *json, const char *key, const struct tc_diff_view *view, int which)
{
	const struct tc_diff_side *s = &view->diff->side[which];
	struct tc_strbuf label = {0};
	const char *none =
		view->diff->part ? "it is known of whole runs alone" : "the kernel was not asked what the command used";
	tc_side_label(&label, &view->side[which]);
	tc_json_object(json, key);
	tc_json_bytes(json, "label", tc_strbuf_text(&label), label.bytes);
	tc_strbuf_release(&label);
	tc_json_known(json, "runtime_ns", tc_diff_total(view->diff, which, TC_DIFF_RUNTIME), none);
	tc_json_known(json, "cpu_ns", tc_diff_total(view->diff, which, TC_DIFF_CPU_TIME), none);
	tc_json_known(json, "largest_process_peak_rss_bytes", tc_diff_total(view->diff, which, TC_DIFF_PEAK), none);
	tc_json_array(json, "sessions");
	for (size_t i = 0; i < s->count; i++)
		tc_json_session(json, NULL, s->source[i].session);
	tc_json_end(json);
	tc_json_end(json);
}

static void failures(struct tc_json *json, const struct tc_diff_view *view)
{
	tc_json_array(json, "failed_if");
	for (size_t i = 0; i < view->failures; i++) {
		tc_json_object(json, NULL);
		tc_json_text(json, "condition", view->failure[i].condition->text);
		tc_json_text(json, "names", view->failure[i].why);
		tc_json_end(json);
	}
	tc_json_end(json);
}

void tc_json_diff(struct tc_json *json, const struct tc_diff_view *view)
{
	const struct tc_diff *diff = view->diff;
	tc_json_object(json, NULL);
	tc_json_text(json, "schema", "tacho.diff/1");
	tc_json_text(json, "scope", diff->single ? "this pair only" : "the runs of both sides");
	for (int i = 0; i <= TC_EQUIVALENT; i++)
		tc_json_u64(json, tc_verdict_name(tc_diff_order[i]), view->count[tc_diff_order[i]]);
	tc_json_array(json, "spans");
	for (size_t i = 0; i < diff->rows; i++)
		row(json, view->row[i]);
	tc_json_end(json);
	alone(json, "new_names", diff->fresh, diff->added);
	alone(json, "vanished_names", diff->gone, diff->vanished);
	tc_json_array(json, "resources");
	for (size_t i = 0; i < diff->resources; i++)
		row(json, &diff->resource[i]);
	tc_json_end(json);
	side(json, "base", view, 0);
	side(json, "new", view, 1);
	failures(json, view);
	tc_json_array(json, "notes");
	for (size_t i = 0; i < view->notes; i++)
		tc_json_text(json, NULL, view->note[i]);
	tc_json_end(json);
	tc_json_end(json);
}
