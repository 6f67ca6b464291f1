/* SPDX-License-Identifier: MIT
 *
 * json_advice.c - what was found, what to do about it, and the verdict on every name's share of the time.
 */
#include <math.h>
#include "analyze/activity.h"
#include "analyze/diagnosis.h"
#include "base/units.h"
#include "export/report_json.h"

static void stage_of(struct tc_json *json, const struct tc_advice *advice)
{
	static const char *const kinds[] = {[TC_STAGE_RUN] = "run",
		[TC_STAGE_SPAN] = "span",
		[TC_STAGE_METRIC] = "metric",
		[TC_STAGE_SERIES] = "series",
		[TC_STAGE_PROCESS] = "process"};
	if (advice->stage)
		tc_json_bytes(json, "stage", advice->stage, advice->stage_bytes);
	else
		tc_json_absent(json, "stage", "it is said of the run as a whole");
	tc_json_text(json, "stage_kind", kinds[advice->of]);
	tc_json_text(json, "kind", advice->kind);
	tc_json_text(json, "issue", advice->issue);
	tc_json_known(json, "n", advice->n ? (double)advice->n : NAN, "it is not judged by single values");
	tc_json_text(json, "method", advice->method);
	tc_json_bool(json, "enough_data", true); /* else it would not be found */
}

static void evidence(struct tc_json *json, const struct tc_advice *advice)
{
	tc_json_array(json, "evidence");
	for (size_t i = 0; i < advice->evidences; i++)
		tc_json_text(json, NULL, advice->evidence[i]);
	tc_json_end(json);
}

static void finding(struct tc_json *json, const struct tc_advice *advice)
{
	tc_json_object(json, NULL);
	stage_of(json, advice);
	tc_json_text(json, "severity", tc_severity_name(advice->severity));
	tc_json_text(json, "priority", tc_severity_name(advice->priority));
	evidence(json, advice);
	tc_json_f64(json, "confidence", advice->sure);
	tc_json_end(json);
}

static void recommendation(struct tc_json *json, const struct tc_advice *advice)
{
	static const char reason[] = "what it would save is not known";
	tc_json_object(json, NULL);
	stage_of(json, advice);
	tc_json_text(json, "suggested_action", advice->suggested_action);
	evidence(json, advice);
	tc_json_text(json, "priority", tc_severity_name(advice->priority));
	tc_json_f64(json, "confidence", advice->confidence);
	tc_json_object(json, "expected_improvement");
	tc_json_given(json, "text", advice->expected_improvement.text, reason);
	tc_json_known(json, "percent_lo", advice->expected_improvement.percent_lo, reason);
	tc_json_known(json, "percent_hi", advice->expected_improvement.percent_hi, reason);
	tc_json_given(json, "basis", advice->expected_improvement.basis, reason);
	tc_json_end(json);
	tc_json_end(json);
}

static void durations(struct tc_json *json, const struct tc_summary *s)
{
	static const char none[] = "no span has ended yet", few[] = "needs at least two spans";
	tc_json_text(json, "unit", "ns");
	tc_json_known(json, "avg", s->mean, none);
	tc_json_known(json, "min", s->min, none);
	tc_json_known(json, "max", s->max, none);
	tc_json_known(json, "variance", s->sd * s->sd, few);
	tc_json_known(json, "cv", s->cv, few);
	tc_json_u64(json, "execution_count", s->count);
	tc_json_known(json, "percentile_95", s->p95, none);
}

static void reason(struct tc_json *json, const struct tc_diagnosis *d, const struct tc_time_use *use)
{
	const struct tc_bottleneck_verdict *verdict = &use->verdict;
	char text[320];
	struct tc_figure share = tc_percent(100 * verdict->share), lift = tc_number(verdict->lift);
	if (d->pool.names < 2)
		snprintf(text, sizeof text, "it is the only name");
	else if (!(d->pool.time_ns > 0))
		snprintf(text, sizeof text, "no name has taken any time");
	else
		snprintf(text, sizeof text, "%s of the time in spans, %s times its part among %zu names", share.text,
			lift.text, d->pool.names);
	if (use->blocks_reason)
		snprintf(text + strlen(text), sizeof text - strlen(text),
			"; not judged again in stretches of time: it %s", use->blocks_reason);
	tc_json_text(json, "reason", text);
}

void tc_json_bottleneck(struct tc_json *json, const char *key, const struct tc_diagnosis *d, size_t index)
{
	const struct tc_name_diagnosis *name = &d->name[index];
	const struct tc_time_use *use = &name->use;
	const struct tc_bottleneck_verdict *verdict = &use->verdict;
	tc_json_object(json, key);
	tc_json_bytes(json, "stage", name->view->name, name->view->bytes);
	tc_json_text(json, "severity", tc_severity_name(verdict->severity));
	tc_json_text(json, "documented_severity", tc_severity_name(verdict->documented));
	tc_json_text(json, "impact_severity", tc_severity_name(verdict->impact));
	durations(json, &name->view->summary);
	tc_json_u64(json, "open", name->view->open);
	tc_json_u64(json, "open_ns", name->view->open_ns);
	tc_json_f64(json, "share", verdict->share);
	tc_json_f64(json, "lift", verdict->lift);
	tc_json_f64(json, "self_total", use->self_ns);
	tc_json_known(json, "cp_total", use->critical_ns, "no whole trees of spans are at hand");
	tc_json_known(json, "max_speedup", verdict->max_speedup, "it is all there is");
	tc_json_known(json, "saving_if_halved", use->halved.ns, use->halved.reason);
	tc_json_known(json, "saving_lo", use->halved.low_ns, use->halved.reason);
	tc_json_known(json, "saving_hi", use->halved.high_ns, use->halved.reason);
	tc_json_known(json, "saving_if_removed", use->removed.ns, use->removed.reason);
	tc_json_f64(json, "confidence", use->confidence);
	tc_json_u64(json, "n", use->blocks);
	tc_json_text(json, "method", d->time_basis);
	tc_json_bool(json, "enough_data", use->blocks > 0);
	reason(json, d, use);
	tc_json_end(json);
}

static void names(struct tc_json *json, const char *key, const struct tc_name_view *const *name, size_t count)
{
	tc_json_array(json, key);
	for (size_t i = 0; i < count; i++) {
		tc_json_object(json, NULL);
		tc_json_bytes(json, "name", name[i]->name, name[i]->bytes);
		tc_json_known(json, "mean_ns", name[i]->summary.mean, "no span has ended yet");
		tc_json_end(json);
	}
	tc_json_end(json);
}

static void header(struct tc_json *json, const struct tc_diagnosis *d)
{
	struct tc_activity activity;
	tc_activity_find(&activity, d->session, d->from, d->to);
	tc_json_object(json, "header");
	tc_json_u64(json, "collected", activity.collected);
	tc_json_instant(json, "from_time", d->session, d->from);
	tc_json_instant(json, "to_time", d->session, d->to);
	names(json, "top_by_average", activity.by_average, activity.top);
	tc_json_known(json, "recent_ns", activity.recent_ns, "there are no windows of that time");
	tc_json_u64(json, "recent_spans", activity.recent);
	names(json, "newest", activity.last, activity.newest);
	tc_json_end(json);
}

static bool is_of(const struct tc_advice *advice, const char *stage)
{
	return !stage || (advice->of == TC_STAGE_SPAN && advice->stage == stage);
}

void tc_json_advice(struct tc_json *json, const struct tc_diagnosis *d, const char *stage)
{
	tc_json_array(json, "findings");
	for (size_t i = 0; i < d->findings; i++)
		if (is_of(&d->finding[i], stage))
			finding(json, &d->finding[i]);
	tc_json_end(json);
	tc_json_array(json, "recommendations");
	for (size_t i = 0; i < d->findings; i++)
		if (is_of(&d->finding[i], stage) && d->finding[i].confidence >= TC_ADVICE_CONFIDENCE &&
			d->finding[i].suggested_action)
			recommendation(json, &d->finding[i]);
	tc_json_end(json);
}

void tc_json_diagnosis(struct tc_json *json, const struct tc_diagnosis *d)
{
	header(json, d);
	tc_json_advice(json, d, NULL);
	tc_json_array(json, "bottlenecks");
	for (size_t i = 0; i < d->names; i++)
		tc_json_bottleneck(json, NULL, d, d->by_time[i]);
	tc_json_end(json);
}
