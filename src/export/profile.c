/* SPDX-License-Identifier: MIT
 *
 * profile.c - the profile of a session that the screen bot's dashboard keeps, one file per session (R6.6): modules with their load level,
 * statistics, recommendations.  A module is a span name; CPU and RAM are what attribution gives it.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "analyze/load.h"
#include "analyze/usual.h"
#include "base/error.h"
#include "export/by_name.h"
#include "export/export.h"
#include "export/report_json.h"

static const char not_observed[] = "it was not observed for long enough";

static void about(struct tc_json *json, const struct tc_export *export)
{
	const struct tc_session *session = export->session;
	const char *slash = strrchr(session->directory, '/');
	tc_json_text(json, "schema", "tacho.profile/1");
	tc_json_text(json, "session_id", slash && slash[1] ? slash + 1 : session->directory);
	tc_json_given(json, "name", session->manifest.name, "not recorded");
	tc_json_instant(json, "start_time", session, tc_considered_from(export->session, &export->what));
	tc_json_f64(json, "duration_seconds", tc_considered(session, &export->what) / 1e9);
	tc_json_known(json, "sample_interval",
		session->manifest.interval_ms ? session->manifest.interval_ms / 1e3 : NAN,
		"nothing was sampled: the session was imported");
	tc_json_bool(json, "active", session->live);
}

static void course(
	struct tc_json *json, const struct tc_session *session, const char *key, const char *name, double factor)
{
	struct tc_course none = {NAN, NAN, NAN, NAN, NAN};
	const struct tc_course *c = &none;
	const struct tc_series_view *view = tc_series_find(session, name);
	c = view ? &view->course : c;
	tc_json_object(json, key);
	tc_json_known(json, "current", c->last * factor, not_observed);
	tc_json_known(json, "average", c->average * factor, not_observed);
	tc_json_known(json, "min", c->min * factor, not_observed);
	tc_json_known(json, "max", c->max * factor, not_observed);
	tc_json_end(json);
}

static void events(struct tc_json *json, const struct tc_session *session)
{
	tc_json_array(json, "events_per_minute");
	for (size_t i = 0; i < session->metrics; i++) {
		const struct tc_metric_view *m = &session->metric[i];
		if (m->kind != TACHO_METRIC_EVENT)
			continue;
		tc_json_object(json, NULL);
		tc_json_text(json, "event", m->name);
		tc_json_text(json, "source", m->source);
		tc_json_known(json, "last_60_seconds", tc_metric_has_count(m) ? (double)m->last_minute : NAN,
			"not known of this part of the session");
		tc_json_known(json, "per_minute", tc_metric_per_minute(m), "less than a second of it is known");
		tc_json_known(json, "total", tc_metric_has_count(m) ? (double)m->count : NAN,
			"not known of this part of the session");
		tc_json_end(json);
	}
	tc_json_end(json);
}

/* What tacho_io_wait() adds to: other waits, as for locks, are not what the dashboard calls so. */
static bool is_io_wait(const struct tc_metric_view *m)
{
	return m->kind == TACHO_METRIC_WAIT && !strcmp(m->name, "io.waits") && isfinite(m->sum);
}

static void waits(struct tc_json *json, const struct tc_export *export)
{
	static const char none[] = "the program told of none by tacho_io_wait()";
	double wall = tc_considered(export->session, &export->what), ns = 0;
	bool any = false;
	for (size_t i = 0; i < export->session->metrics; i++)
		if (is_io_wait(&export->session->metric[i])) {
			ns += export->session->metric[i].sum;
			any = true;
		}
	tc_json_object(json, "io_wait");
	tc_json_known(json, "total_seconds", any ? ns / 1e9 : NAN, none);
	tc_json_known(json, "percent", any && wall > 0 ? 100 * ns / wall : NAN, any ? "no time has passed" : none);
	tc_json_end(json);
}

static void statistics(struct tc_json *json, const struct tc_export *export, const struct tc_loads *loads)
{
	tc_json_object(json, "statistics");
	course(json, export->session, "cpu_percent", "system.cpu", 1);
	course(json, export->session, "memory_percent", "system.memory_percent", 1);
	course(json, export->session, "process_cpu_cores", "process.cpu", 1);
	course(json, export->session, "process_memory_mb", "process.memory", 0x1p-20);
	waits(json, export);
	events(json, export->session);
	tc_json_u64(json, "active_modules", loads->active);
	tc_json_u64(json, "heavy_modules", loads->heavy);
	tc_json_end(json);
}

static void advice_on(struct tc_json *json, const struct tc_diagnosis *d, const struct tc_load *load)
{
	tc_json_array(json, "recommendations");
	for (size_t i = 0; i < d->findings; i++) {
		const struct tc_advice *a = &d->finding[i];
		if (a->of == TC_STAGE_SPAN && a->stage_bytes == load->bytes &&
			!memcmp(a->stage, load->name, load->bytes) && a->confidence >= TC_ADVICE_CONFIDENCE)
			tc_json_text(json, NULL, a->suggested_action);
	}
	tc_json_end(json);
}

static void module(
	struct tc_json *json, const struct tc_diagnosis *d, const struct tc_by_name *names, const struct tc_load *load)
{
	const struct tc_name_view *view = tc_by_name_find(names, load->name, load->bytes);
	const char *level = tc_level_name(load->level);
	tc_json_object(json, NULL);
	tc_json_bytes(json, "module", load->name, load->bytes);
	tc_json_u64(json, "call_count", view ? view->figures.count : 0);
	tc_json_f64(json, "total_time_seconds", view ? tc_wide_double(view->figures.sum_ns) / 1e9 : 0);
	tc_json_known(json, "average_time_seconds", view ? view->summary.mean / 1e9 : NAN, "no call has ended yet");
	tc_json_known(json, "min_time_seconds", view ? view->summary.min / 1e9 : NAN, "no call has ended yet");
	tc_json_known(json, "max_time_seconds", view ? view->summary.max / 1e9 : NAN, "no call has ended yet");
	tc_json_u64(json, "failed", view ? view->figures.failed : 0);
	tc_json_known(json, "cpu_percent", load->part[TC_LOAD_CPU].figure, not_observed);
	tc_json_known(json, "memory_mb", load->part[TC_LOAD_RAM].figure * 0x1p-20, not_observed);
	tc_json_given(json, "load_level", level, not_observed);
	tc_json_bool(json, "active", load->active);
	advice_on(json, d, load);
	tc_json_end(json);
}

static void write_to(struct tc_json *json, const struct tc_export *export, const struct tc_diagnosis *d,
	const struct tc_by_name *names)
{
	const struct tc_loads *loads = &d->loads;
	tc_json_object(json, NULL);
	about(json, export);
	statistics(json, export, loads);
	tc_json_array(json, "module_profiles");
	for (size_t i = 0; i < loads->modules; i++)
		module(json, d, names, &loads->module[i]);
	tc_json_end(json);
	tc_json_diagnosis(json, d);
	tc_json_end(json);
}

static int write_profile(struct tc_export *export)
{
	struct tc_diagnosis *diagnosis;
	struct tc_by_name names = {0};
	struct tc_json json;
	int error = tc_diagnose_part(&diagnosis, export->session, &export->what);
	if (error)
		return error;
	error = tc_by_name_make(&names, export->session);
	FILE *stream = error ? NULL : tc_out_stream(export->out);
	if (stream) {
		tc_json_init(&json, stream, true);
		write_to(&json, export, diagnosis, &names);
		fclose(stream);
	} else if (!error)
		error = tc_error(TACHO_ENOMEM, "out of memory");
	tc_by_name_release(&names);
	tc_diagnosis_release(diagnosis);
	return error;
}

const struct tc_format tc_format_profile = {
	.name = "profile",
	.ending = ".profile.json",
	.summary = "a session profile: modules with load levels, statistics, recommendations",
	.has_spans = true,
	.streams = true,
	.finds = true,
	.write = write_profile,
};
