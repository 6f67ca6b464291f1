/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "export/report_json.h"

static const char not_recorded[] = "not recorded";

void tc_json_absent(struct tc_json *json, const char *key, const char *reason)
{
	char reason_key[64];
	snprintf(reason_key, sizeof reason_key, "%s_reason", key);
	tc_json_null(json, key);
	tc_json_text(json, reason_key, reason);
}

void tc_json_known(struct tc_json *json, const char *key, double value, const char *reason)
{
	if (isfinite(value))
		tc_json_f64(json, key, value);
	else
		tc_json_absent(json, key, reason);
}

void tc_json_given(struct tc_json *json, const char *key, const char *text, const char *reason)
{
	if (text)
		tc_json_text(json, key, text);
	else
		tc_json_absent(json, key, reason);
}

void tc_json_commit(struct tc_json *json, const char *commit, enum tc_git_changes changes)
{
	tc_json_given(json, "git_commit", commit, "it ran in no git repository, or tacho was too old to look");
	if (tc_git_changes_reason(changes))
		tc_json_absent(json, "git_dirty", tc_git_changes_reason(changes));
	else
		tc_json_bool(json, "git_dirty", changes == TC_GIT_CHANGED);
}

void tc_json_instant(struct tc_json *json, const char *key, const struct tc_session *session, tc_instant at)
{
	uint64_t begin = session->manifest.begin.realtime_ns;
	if (begin)
		tc_json_text(json, key, tc_time_utc(begin + (uint64_t)at).text);
	else
		tc_json_absent(json, key, "the manifest does not say when the session began");
}

static void how(struct tc_json *json, const struct tc_session *session)
{
	static const char *const states[] = {[TC_HOW_RUNNING] = "running",
		[TC_HOW_EXITED] = "exited",
		[TC_HOW_SIGNALLED] = "signalled",
		[TC_HOW_STOPPED] = "stopped",
		[TC_HOW_ENDED] = "ended",
		[TC_HOW_DETACHED] = "detached",
		[TC_HOW_ARCHIVED] = "archived"};
	const struct tc_manifest *m = &session->manifest;
	bool lost = m->how == TC_HOW_RUNNING && !session->live;
	tc_json_bool(json, "live", session->live);
	tc_json_text(json, "state", lost ? "killed" : states[m->how]);
	if (m->how == TC_HOW_EXITED)
		tc_json_i64(json, "exit_status", m->status);
	else
		tc_json_absent(json, "exit_status", "the command did not exit by itself, or not yet");
	if (m->how == TC_HOW_SIGNALLED) {
		tc_json_i64(json, "signal", m->status);
		tc_json_text(json, "signal_name", strsignal(m->status));
	} else
		tc_json_absent(json, "signal", "no signal is known to have ended it");
	tc_json_instant(json, "begin_time", session, 0);
	if (session->live)
		tc_json_absent(json, "end_time", "it is still running");
	else
		tc_json_instant(json, "end_time", session, session->end);
	tc_json_i64(json, "runtime_ns", session->end);
	tc_json_text(json, "runtime_text", tc_duration((double)session->end).text);
}

/* Of an import nobody knows it. */
static void number(struct tc_json *json, const char *key, uint64_t value)
{
	if (value)
		tc_json_u64(json, key, value);
	else
		tc_json_absent(json, key, not_recorded);
}

static void machine(struct tc_json *json, const struct tc_manifest *m)
{
	tc_json_given(json, "host", m->host, not_recorded);
	tc_json_given(json, "kernel", m->kernel, not_recorded);
	tc_json_given(json, "tacho_version", m->tacho, not_recorded);
	number(json, "cpus", m->cpus);
	tc_json_known(json, "cpu_limit_cores", m->cpu_limit > 0 ? m->cpu_limit : NAN, "no limit is known");
	tc_json_known(json, "memory_total_bytes", m->memory_total_bytes ? (double)m->memory_total_bytes : NAN,
		"not recorded");
	tc_json_known(json, "memory_limit_bytes", m->memory_limit_bytes ? (double)m->memory_limit_bytes : NAN,
		"no limit is known");
	number(json, "sample_interval_ns", m->interval_ms * 1000000);
	if (!m->has_usage) {
		tc_json_absent(json, "usage", "known when `tacho run` has waited for the command");
		return;
	}
	tc_json_object(json, "usage");
	tc_json_u64(json, "cpu_user_ns", m->user_ns);
	tc_json_u64(json, "cpu_system_ns", m->system_ns);
	tc_json_u64(json, "largest_process_peak_rss_bytes", m->peak_rss_bytes);
	tc_json_end(json);
}

static void put_trace(struct tc_json *json, const struct tc_trace *trace)
{
	if (!*trace->trace_id) {
		tc_json_absent(json, "trace", "no TRACEPARENT was in the environment");
		return;
	}
	tc_json_object(json, "trace");
	tc_json_text(json, "trace_id", trace->trace_id);
	tc_json_text(json, "parent_span_id", trace->parent_span_id);
	tc_json_text(json, "span_id", trace->span_id);
	tc_json_text(json, "flags", trace->flags);
	tc_json_end(json);
}

void tc_json_session(struct tc_json *json, const char *key, const struct tc_session *session)
{
	const struct tc_manifest *m = &session->manifest;
	tc_json_object(json, key);
	tc_json_given(json, "name", m->name, not_recorded);
	tc_json_text(json, "directory", session->directory);
	tc_json_array(json, "command");
	for (size_t i = 0; m->arguments && m->arguments[i]; i++)
		tc_json_text(json, NULL, m->arguments[i]);
	tc_json_end(json);
	tc_json_given(json, "working_directory", m->directory, not_recorded);
	tc_json_commit(json, m->git_commit, m->git_changes);
	number(json, "pid", m->pid);
	how(json, session);
	machine(json, m);
	put_trace(json, &m->trace);
	tc_json_end(json);
}
