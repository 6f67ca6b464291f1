/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "export/report_json.h"
#include "format/metric_text.h"

static void known_u64(struct tc_json *json, const char *key, uint64_t value, const char *reason)
{
	if (reason)
		tc_json_absent(json, key, reason);
	else
		tc_json_u64(json, key, value);
}

static void figures(struct tc_json *json, const struct tc_metric_view *m)
{
	const char *none = m->part == TC_METRIC_WHOLE ? "not known of this kind of metric, or there are too few values"
	                                              : "not known of this kind of metric in this part of the session";
	none = m->missing && isnan(m->last) ? m->missing : none;
	tc_json_known(json, "last", m->last, none);
	if (tc_metric_sum_is_count(m))
		tc_json_u64(json, "sum", m->count);
	else
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

/* Whole numbers that readings do not tell. */
static void counts(struct tc_json *json, const struct tc_metric_view *m)
{
	static const char unknown[] = "not known of this part of the session";
	static const char added[] = "how often something was waited for is not counted: see sum",
			  no_event[] = "it is no event";
	bool has_count = tc_metric_has_count(m), whole = m->part == TC_METRIC_WHOLE;
	const char *reason = has_count ? NULL : unknown;
	known_u64(json, "count", m->count, m->kind == TACHO_METRIC_WAIT ? added : reason);
	known_u64(json, "zero", m->zero, reason);
	known_u64(json, "negative", m->negative, reason);
	known_u64(json, "invalid", m->invalid, whole ? NULL : unknown);
	reason = m->kind != TACHO_METRIC_EVENT ? no_event : reason;
	known_u64(json, "last_minute", m->last_minute, reason);
	tc_json_known(json, "last_minute_ns", reason ? NAN : m->minute_ns, reason);
	tc_json_known(json, "per_minute", tc_metric_per_minute(m),
		reason ? reason : "less than a second is no time to tell a rate from");
}

static void recent(struct tc_json *json, const struct tc_metric_view *m)
{
	bool lines = json->lines;
	tc_json_array(json, "recent");
	json->lines = false;
	for (size_t k = 0; k < m->recent; k++)
		tc_json_f64(json, NULL, m->recent_value[k].value);
	tc_json_end(json);
	tc_json_array(json, "recent_at_ns");
	for (size_t k = 0; k < m->recent; k++)
		tc_json_i64(json, NULL, m->recent_value[k].at);
	tc_json_end(json);
	json->lines = lines;
}

/* Among those that are shown. */
static size_t series_number(const struct tc_session *session, const struct tc_series_view *view)
{
	size_t number = 0;
	for (const struct tc_series_view *at = session->series_view; at && at < view; at++)
		number += !at->left_out;
	return number;
}

void tc_json_metric_members(
	struct tc_json *json, const struct tc_session *session, const struct tc_metric_view *m, double wall_ns)
{
	tc_json_text(json, "name", m->name);
	tc_json_text(json, "kind", tc_metric_kind_text(m->kind));
	tc_json_text(json, "unit", m->unit);
	tc_json_text(json, "source", m->source);
	tc_json_text(json, "help", m->help);
	tc_json_i64(json, "first_ns", m->first);
	tc_json_u64(json, "threads", m->threads);
	counts(json, m);
	figures(json, m);
	tc_json_known(json, "wall_ratio", m->kind == TACHO_METRIC_WAIT && wall_ns > 0 ? m->sum / wall_ns : NAN,
		m->kind == TACHO_METRIC_WAIT ? "nothing is known of this time" : "it is no wait");
	tc_json_text(json, "basis", m->basis);
	known_u64(json, "series", m->series ? series_number(session, m->series) : 0,
		m->series ? NULL : "the observer wrote no readings of it");
	recent(json, m);
}

void tc_json_metrics(struct tc_json *json, const struct tc_session *session, double wall_ns)
{
	tc_json_array(json, "metrics");
	for (size_t i = 0; i < session->metrics; i++) {
		tc_json_object(json, NULL);
		tc_json_metric_members(json, session, &session->metric[i], wall_ns);
		tc_json_end(json);
	}
	tc_json_end(json);
}
