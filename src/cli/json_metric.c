/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "cli/report_json.h"
#include "format/metric_text.h"

static void figures(struct tc_json *json, const struct tc_metric_view *m)
{
	static const char none[] = "not known of this kind of metric, or there are too few values";
	tc_json_known(json, "last", m->last, none);
	tc_json_known(json, "sum", m->sum, none);
	tc_json_known(json, "mean", m->mean, none);
	tc_json_known(json, "sd", m->sd, none);
	tc_json_known(json, "min", m->min, none);
	tc_json_known(json, "max", m->max, none);
	tc_json_known(json, "median", m->median, none);
	tc_json_known(json, "p90", m->p90, none);
	tc_json_known(json, "p95", m->p95, none);
	tc_json_known(json, "p99", m->p99, none);
	tc_json_known(json, "quantile_error_ratio", m->quantile_error, none);
}

void tc_json_metrics(struct tc_json *json, const struct tc_session *session)
{
	tc_json_array(json, "metrics");
	for (size_t i = 0; i < session->metrics; i++) {
		const struct tc_metric_view *m = &session->metric[i];
		double wall = session->end > 0 ? (double)session->end : NAN;
		tc_json_object(json, NULL);
		tc_json_text(json, "name", m->name);
		tc_json_text(json, "kind", tc_metric_kind_text(m->kind));
		tc_json_text(json, "unit", m->unit);
		tc_json_text(json, "source", m->source);
		tc_json_text(json, "help", m->help);
		tc_json_i64(json, "first_ns", m->first);
		tc_json_u64(json, "threads", m->threads);
		tc_json_u64(json, "count", m->count);
		figures(json, m);
		tc_json_u64(json, "zero", m->zero);
		tc_json_u64(json, "negative", m->negative);
		tc_json_u64(json, "invalid", m->invalid);
		if (m->kind == TACHO_METRIC_EVENT)
			tc_json_u64(json, "per_minute", m->last_minute);
		else
			tc_json_absent(json, "per_minute", "it is no event");
		tc_json_known(json, "wall_ratio", m->kind == TACHO_METRIC_WAIT ? m->sum / wall : NAN, "it is no wait");
		tc_json_text(json, "basis", m->basis);
		tc_json_array(json, "recent");
		for (size_t k = 0; k < m->recent; k++)
			tc_json_f64(json, NULL, m->recent_value[k].value);
		tc_json_end(json);
		tc_json_end(json);
	}
	tc_json_end(json);
}
