/* SPDX-License-Identifier: MIT */
#include "export/report_json.h"

#include <math.h>
#include "analyze/diagnosis.h"
#include "analyze/limit.h"
#include "analyze/phases.h"
#include "base/error.h"
#include "base/units.h"
#include "format/identity.h"
#include "format/metric_text.h"

void tc_json_figures(struct tc_json *json, const struct tc_figures *f, const struct tc_summary *s)
{
	static const char none[] = "no span has ended yet", few[] = "needs at least two spans",
			  interval[] = "needs at least six spans, all of them at hand";
	tc_json_u64(json, "count", f->count);
	tc_json_u64(json, "success", f->count - (f->failed < f->count ? f->failed : f->count));
	tc_json_u64(json, "failed", f->failed);
	tc_json_known(json, "success_ratio", s->success_rate, none);
	tc_json_wide(json, "total_ns", f->sum_ns);
	tc_json_u64(json, "self_ns", f->self_ns);
	tc_json_known(json, "mean_ns", s->mean, none);
	tc_json_known(json, "sd_ns", s->sd, few);
	tc_json_known(json, "cv_ratio", s->cv, few);
	tc_json_known(json, "min_ns", s->min, none);
	tc_json_known(json, "max_ns", s->max, none);
	tc_json_known(json, "median_ns", s->median, none);
	tc_json_known(json, "median_low_ns", s->median_low, interval);
	tc_json_known(json, "median_high_ns", s->median_high, interval);
	tc_json_known(json, "p90_ns", s->p90, none);
	tc_json_known(json, "p95_ns", s->p95, none);
	tc_json_known(json, "p99_ns", s->p99, none);
	tc_json_known(json, "p999_ns", s->p999, none);
	tc_json_known(json, "mad_ns", s->mad, s->count ? "needs all spans at hand" : none);
	tc_json_known(json, "rcv_ratio", s->rcv, s->count ? "needs all spans at hand, and a median above 0" : none);
	tc_json_known(json, "tail_ratio", s->tail_ratio, "needs at least 100 spans");
	tc_json_known(json, "quantile_error_ratio", s->quantile_error, none);
	tc_json_text(json, "method", s->quantile_error > 0 ? "exact sums, quantiles from the histogram" : "exact");
	tc_json_bool(json, "enough_data", f->count >= 2);
}

static void names(struct tc_json *json, const struct tc_diagnosis *d)
{
	tc_json_array(json, "names");
	for (size_t i = 0; i < d->names; i++) {
		const struct tc_name_view *name = d->name[i].view;
		tc_json_object(json, NULL);
		tc_json_bytes(json, "name", name->name, name->bytes);
		tc_json_i64(json, "first_ns", name->first);
		tc_json_u64(json, "open", name->open);
		tc_json_u64(json, "open_ns", name->open_ns);
		tc_json_figures(json, &name->figures, &name->summary);
		tc_json_course(json, "trend", &d->name[i].course);
		tc_json_end(json);
	}
	tc_json_end(json);
}

/* Flat, parents before their children: a tree of any depth is read without recursion. */
static int tree(struct tc_json *json, const struct tc_session *session, const struct tc_report_options *options)
{
	struct tc_report_options all = *options;
	struct tc_phases phases;
	all.top = all.has_top ? all.top : 0;
	all.has_top = true;
	int error = tc_phases_build(&phases, session, &all);
	if (error)
		return error;
	double runtime = tc_considered(session, options);
	tc_json_array(json, "tree");
	for (size_t at = TC_NO_PHASE; (at = tc_phases_next(&phases, at)) != TC_NO_PHASE;) {
		const struct tc_phase *phase = &phases.phase[at];
		const struct tc_figures *f = &phase->node->figures;
		struct tc_summary summary;
		tc_summarize(&summary, f->count, f->failed, f->sum_ns, f->squares_ns2, f->min_ns, f->max_ns,
			&f->histogram, NULL);
		tc_json_object(json, NULL);
		tc_json_u64(json, "id", at);
		if (phase->parent == TC_NO_PHASE)
			tc_json_absent(json, "parent_id", "no phase stands above it");
		else
			tc_json_u64(json, "parent_id", phase->parent);
		tc_json_u64(json, "depth", phase->node->depth);
		tc_json_text(json, "kind", tc_kind_text(phase->node->kind));
		tc_json_bytes(json, "name", phase->name->name, phase->name->bytes);
		tc_json_i64(json, "first_ns", phase->node->first);
		tc_json_u64(json, "open", phase->node->open);
		tc_json_u64(json, "open_ns", phase->node->open_ns);
		tc_json_known(json, "share_ratio", runtime > 0 ? phase->total / runtime : NAN, "no time has passed");
		tc_json_u64(json, "children_left_out", phase->hidden);
		tc_json_figures(json, f, &summary);
		tc_json_end(json);
	}
	tc_json_end(json);
	tc_phases_release(&phases);
	return 0;
}

static void spans(struct tc_json *json, const struct tc_session *session)
{
	tc_json_array(json, "failures");
	for (size_t i = 0; i < session->names; i++)
		for (size_t k = 0; k < session->name[i].failed_kept_count; k++)
			tc_json_span(json, NULL, session, &session->name[i].failed_kept[k]);
	tc_json_end(json);
	tc_json_array(json, "slowest");
	for (size_t i = 0; i < session->names; i++)
		for (size_t k = 0; k < session->name[i].slowest_count; k++)
			tc_json_span(json, NULL, session, &session->name[i].slowest[k]);
	tc_json_end(json);
	tc_json_array(json, "open_spans");
	for (size_t i = 0; i < session->open_spans; i++)
		tc_json_span(json, NULL, session, &session->open_span[i]);
	tc_json_end(json);
}

static void process(struct tc_json *json, const struct tc_session *session, const struct tc_process_view *p)
{
	static const char *const states[] = {"running", "closed", "ended"};
	tc_json_object(json, NULL);
	tc_json_u64(json, "pid", p->pid);
	tc_json_u64(json, "parent_pid", p->parent_pid);
	tc_json_text(json, "program", p->program);
	tc_json_text(json, "file", p->file);
	tc_json_text(json, "state", states[p->state % 3]);
	tc_json_instant(json, "begin_time", session, p->begin);
	tc_json_i64(json, "begin_ns", p->begin);
	tc_json_i64(json, "end_ns", p->end);
	tc_json_u64(json, "threads", p->threads);
	tc_json_u64(json, "spans_finished", p->finished);
	tc_json_u64(json, "spans_kept", p->kept);
	tc_json_u64(json, "threads_mended", p->mended);
	tc_json_u64(json, "names_lost", p->names_lost);
	tc_json_u64(json, "threads_lost", p->threads_lost);
	tc_json_u64(json, "space_lost", p->space_lost);
	tc_json_u64(json, "signal_lost", p->signal_lost);
	tc_json_end(json);
}

static void processes(struct tc_json *json, const struct tc_session *session)
{
	tc_json_array(json, "processes");
	for (size_t i = 0; i < session->processes; i++)
		process(json, session, &session->process[i]);
	tc_json_end(json);
	tc_json_array(json, "process_tree");
	for (size_t i = 0; i < session->tree_processes; i++) {
		const struct tc_process_entry *p = &session->tree_process[i];
		tc_json_object(json, NULL);
		tc_json_u64(json, "pid", p->pid);
		tc_json_u64(json, "parent_pid", p->parent_pid);
		tc_json_text(json, "command", p->command);
		tc_instant begin = (tc_instant)(p->begin_ns - session->manifest.begin.monotonic_ns);
		tc_json_instant(json, "begin_time", session, begin);
		tc_json_i64(json, "begin_ns", begin);
		if (p->end_ns)
			tc_json_i64(json, "end_ns", (tc_instant)(p->end_ns - session->manifest.begin.monotonic_ns));
		else
			tc_json_absent(json, "end_ns", "it was alive when last seen");
		tc_json_known(json, "cpu_seconds", p->cpu_seconds, "it was not seen alive twice");
		if (p->peak_rss_bytes)
			tc_json_u64(json, "peak_rss_bytes", p->peak_rss_bytes);
		else
			tc_json_absent(json, "peak_rss_bytes", "it was first seen as it ended, without memory");
		tc_json_end(json);
	}
	tc_json_end(json);
}

static void kinds(struct tc_json *json, const struct tc_session_options *part)
{
	if (!part || !part->has_kinds) {
		tc_json_absent(json, "kinds", "all kinds are considered");
		return;
	}
	tc_json_array(json, "kinds");
	for (uint32_t i = 0; i <= TACHO_KIND_MEASURED; i++)
		if (part->span_kinds >> i & 1)
			tc_json_text(json, NULL, tc_kind_text(i));
	for (uint32_t i = 1; i <= TACHO_METRIC_CUSTOM; i++)
		if (part->metric_kinds >> i & 1)
			tc_json_text(json, NULL, tc_metric_kind_text((enum tacho_metric_kind)i));
	tc_json_end(json);
}

/* What of the session was asked for. */
static void part(struct tc_json *json, const struct tc_session *session, const struct tc_report_options *options)
{
	const struct tc_session_options *part = options->part;
	tc_json_text(json, "basis", session->basis);
	tc_json_i64(json, "considered_from_ns", tc_considered_from(session, options));
	tc_json_f64(json, "considered_ns", tc_considered(session, options));
	tc_json_given(json, "span_glob", part ? part->name_glob : NULL, "spans of all names are considered");
	tc_json_given(json, "metric_glob", part ? part->metric_glob : NULL, "metrics of all names are shown");
	tc_json_given(json, "source_glob", part ? part->source_glob : NULL, "metrics of all sources are shown");
	tc_json_known(json, "last", part && part->last ? (double)part->last : NAN,
		"all are considered, not the last ones alone");
	kinds(json, part);
	if (!part || !part->has_window) {
		tc_json_absent(json, "window", "all of the session is considered");
		return;
	}
	tc_json_object(json, "window");
	tc_json_i64(json, "from_ns", part->from < session->end ? part->from : session->end);
	tc_json_i64(json, "to_ns", part->to < session->end ? part->to : session->end);
	tc_json_end(json);
}

void tc_json_limit(struct tc_json *json, const struct tc_limited *limited)
{
	tc_json_object(json, "limit");
	if (tc_limit_name(limited->by))
		tc_json_text(json, "by", tc_limit_name(limited->by));
	else
		tc_json_absent(json, "by", limited->evidence);
	tc_json_known(json, "share_ratio", limited->share, "the evidence is not a share of time");
	tc_json_text(json, "evidence", limited->evidence);
	tc_json_end(json);
}

static int document(struct tc_json *json, const struct tc_diagnosis *d, const struct tc_report_options *options)
{
	const struct tc_session *session = d->session;
	tc_json_object(json, NULL);
	tc_json_text(json, "schema", "tacho.report/1");
	tc_json_session(json, "session", session);
	part(json, session, options);
	tc_json_limit(json, &d->limited);
	tc_json_diagnosis(json, d);
	names(json, d);
	int error = tree(json, session, options);
	if (error)
		return error;
	spans(json, session);
	processes(json, session);
	tc_json_series(json, session);
	tc_json_metrics(json, session, tc_considered(session, options));
	tc_json_i64(json, "shares_from_ns", session->shares_from);
	tc_json_i64(json, "shares_to_ns", session->shares_to);
	tc_json_shares(json, session);
	error = tc_json_paths(json, d);
	if (error)
		return error;
	tc_json_load(json, &d->loads);
	tc_json_outlook(json, &d->outlook);
	tc_json_windows(json, session);
	tc_json_array(json, "notes");
	if (tc_considers_nothing(session, options))
		tc_json_text(json, NULL, tc_considers_nothing(session, options));
	for (size_t i = 0; i < session->notes; i++)
		tc_json_text(json, NULL, session->note[i]);
	tc_json_end(json);
	tc_json_end(json);
	return 0;
}

int tc_report_json(const struct tc_session *session, const struct tc_report_options *options, FILE *out)
{
	struct tc_diagnosis *diagnosis;
	struct tc_json json;
	int error = tc_diagnose_part(&diagnosis, session, options);
	if (error)
		return error;
	tc_json_init(&json, out, true);
	error = document(&json, diagnosis, options);
	tc_diagnosis_release(diagnosis);
	return error;
}
