/* SPDX-License-Identifier: MIT */
#include <string.h>
#include "analyze/activity.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/kinds.h"
#include "cli/render.h"

enum tc_style tc_end_style(const struct tc_session *session)
{
	const struct tc_manifest *m = &session->manifest;
	if (m->how == TC_HOW_STOPPED || (m->how == TC_HOW_EXITED && !m->status))
		return TC_GOOD;
	if (m->how >= TC_HOW_ENDED)
		return TC_PLAIN;
	return m->how == TC_HOW_RUNNING && session->live ? TC_ACCENT : TC_BAD;
}

/* One of several facts on a line, or the first on the next where there is no room. */
static void fact(struct tc_screen *screen, enum tc_style style, const char *text)
{
	if (screen->column > 2 && screen->column + 3 + tc_text_columns(text) > screen->columns)
		tc_screen_line(screen);
	if (screen->column > 2)
		tc_screen_put(screen, TC_DIM, " · ");
	else
		tc_screen_to(screen, 2);
	tc_screen_put(screen, style, text);
}

static void machine(struct tc_screen *screen, const struct tc_manifest *m)
{
	struct tc_strbuf text = {0};
	if (m->host && *m->host) {
		tc_text_escape(&text, m->host, strlen(m->host), !screen->utf8);
		tc_strbuf_puts(&text, ", ");
	}
	if (!m->cpus) { /* of an import nobody knows where it ran */
		tc_strbuf_release(&text);
		return;
	}
	tc_strbuf_puts(&text, tc_counted(m->cpus, "CPU").text);
	if (m->cpu_limit > 0 && m->cpu_limit < (double)m->cpus)
		tc_strbuf_printf(&text, " (%s for it)", tc_number(m->cpu_limit).text);
	if (m->memory_total_bytes)
		tc_strbuf_printf(&text, ", %s", tc_bytes((double)m->memory_total_bytes).text);
	if (m->memory_limit_bytes && m->memory_limit_bytes < m->memory_total_bytes)
		tc_strbuf_printf(&text, " (%s for it)", tc_bytes((double)m->memory_limit_bytes).text);
	fact(screen, TC_PLAIN, tc_strbuf_text(&text));
	tc_strbuf_release(&text);
}

/* "12,345 spans of 14 names · 5 metrics · 9 threads in 2 processes · 3 failed" */
static void recorded(struct tc_screen *screen, const struct tc_session *session)
{
	struct tc_strbuf text = {0};
	uint64_t spans = 0, failed = 0;
	size_t threads = 0;
	for (size_t i = 0; i < session->names; i++) {
		spans += session->name[i].figures.count;
		failed += session->name[i].figures.failed;
	}
	for (size_t i = 0; i < session->processes; i++)
		threads += session->process[i].threads;
	tc_strbuf_puts(&text, tc_counted(spans, "span").text);
	tc_strbuf_puts(&text, " of ");
	tc_strbuf_puts(&text, tc_counted(session->names, "name").text);
	if (session->names)
		fact(screen, TC_PLAIN, tc_strbuf_text(&text));
	tc_strbuf_clear(&text);
	tc_strbuf_puts(&text, tc_counted(session->metrics, "metric").text);
	if (session->metrics)
		fact(screen, TC_PLAIN, tc_strbuf_text(&text));
	tc_strbuf_clear(&text);
	tc_strbuf_puts(&text, tc_counted(threads, "thread").text);
	tc_strbuf_puts(&text, " in ");
	tc_strbuf_puts(&text, tc_counted(session->processes, "process").text);
	fact(screen, TC_PLAIN, tc_strbuf_text(&text));
	tc_strbuf_clear(&text);
	tc_strbuf_printf(&text, "%s failed", failed ? tc_count(failed).text : "none");
	if (session->names)
		fact(screen, failed ? TC_BAD : TC_PLAIN, tc_strbuf_text(&text));
	tc_strbuf_release(&text);
}

static void only(struct tc_screen *screen, const char *what, const char *which)
{
	struct tc_strbuf text = {0};
	if (!which)
		return;
	tc_strbuf_puts(&text, what);
	tc_text_escape(&text, which, strlen(which), !screen->utf8);
	fact(screen, TC_WARN, tc_strbuf_text(&text));
	tc_strbuf_release(&text);
}

/* What of the session is shown, and from what that is known, where it is not all. */
static void considered(struct tc_view *view)
{
	struct tc_screen *screen = &view->screen;
	const struct tc_session_options *part = view->options->part;
	struct tc_strbuf text = {0};
	if (!part)
		return;
	only(screen, "only spans named ", part->name_glob);
	only(screen, "only metrics named ", part->metric_glob);
	only(screen, "only metrics from ", part->source_glob);
	if (part->has_kinds) {
		tc_kinds_text(&text, part);
		only(screen, "only of kind ", tc_strbuf_text(&text));
		tc_strbuf_clear(&text);
	}
	if (part->has_window) {
		double length = tc_considered(view->session, view->options);
		double from = (double)tc_considered_from(view->session, view->options);
		if (length > 0)
			tc_strbuf_printf(
				&text, "only the %s from %s on", tc_duration(length).text, tc_duration(from).text);
		else if (tc_considers_nothing(view->session, view->options))
			tc_strbuf_puts(&text, tc_considers_nothing(view->session, view->options));
		else
			tc_strbuf_puts(&text, "only a time behind the session's end");
		fact(screen, TC_WARN, tc_strbuf_text(&text));
	}
	if (part->has_window || part->last)
		fact(screen, TC_DIM, view->session->basis);
	if (view->session->last_since) {
		tc_strbuf_clear(&text);
		tc_strbuf_printf(&text, "load, resources and CPU time of the %s from %s on, in which they lie",
			tc_duration(tc_considered(view->session, view->options)).text,
			tc_duration((double)view->session->last_since).text);
		fact(screen, TC_WARN, tc_strbuf_text(&text));
	}
	if (screen->column)
		tc_screen_line(screen);
	tc_strbuf_release(&text);
}

/* What did limit it is among the findings. */
static void limited(struct tc_view *view)
{
	const struct tc_limited *limited = &view->diagnosis->limited;
	struct tc_strbuf text = {0};
	if (limited->by != TC_LIMIT_NONE)
		return;
	tc_strbuf_printf(&text, "not limited by the machine: %s", limited->evidence);
	tc_screen_to(&view->screen, 2);
	tc_screen_words(&view->screen, TC_DIM, tc_strbuf_text(&text), 4);
	tc_screen_line(&view->screen);
	tc_strbuf_release(&text);
}

static void put_name(struct tc_strbuf *out, const struct tc_screen *screen, const struct tc_name_view *name)
{
	enum { LONGEST = 24 };
	struct tc_strbuf text = {0};
	tc_text_escape(&text, name->name, name->bytes, !screen->utf8);
	tc_text_cut(out, tc_strbuf_text(&text), LONGEST);
	tc_strbuf_release(&text);
}

/* "request 2.07 ms, query 932 µs on average · 1,234 spans in the last 60 ms, the newest row, query" */
static void active(struct tc_view *view)
{
	struct tc_activity activity;
	struct tc_strbuf text = {0};
	tc_activity_find(&activity, view->session, view->diagnosis->from, view->diagnosis->to);
	for (size_t i = 0; i < activity.top; i++) {
		tc_strbuf_puts(&text, i ? ", " : "");
		put_name(&text, &view->screen, activity.by_average[i]);
		tc_strbuf_printf(&text, " %s", tc_duration(activity.by_average[i]->summary.mean).text);
	}
	tc_strbuf_puts(&text, activity.top ? " on average" : "");
	if (activity.recent) {
		tc_strbuf_puts(&text, " · ");
		tc_strbuf_puts(&text, tc_counted(activity.recent, "span").text);
		tc_strbuf_printf(&text, " in the last %s", tc_duration(activity.recent_ns).text);
	}
	for (size_t i = 0; activity.recent && i < activity.newest; i++) {
		tc_strbuf_puts(&text, i ? ", " : ", newest ");
		put_name(&text, &view->screen, activity.last[i]);
	}
	if (text.bytes) {
		tc_screen_to(&view->screen, 2);
		tc_screen_words(&view->screen, TC_DIM, tc_strbuf_text(&text), 4);
		tc_screen_line(&view->screen);
	}
	tc_strbuf_release(&text);
}

void tc_render_head(struct tc_view *view)
{
	struct tc_screen *screen = &view->screen;
	const struct tc_session *session = view->session;
	struct tc_strbuf text = {0};
	tc_command_text(&text, &session->manifest, !screen->utf8);
	tc_screen_put(screen, TC_ACCENT, "● ");
	tc_screen_put(screen, TC_BOLD, tc_strbuf_text(&text));
	tc_screen_line(screen);
	tc_strbuf_clear(&text);
	tc_end_text(&text, session, false);
	tc_screen_to(screen, 2);
	tc_screen_put(screen, tc_end_style(session), tc_strbuf_text(&text));
	tc_screen_put(screen, TC_PLAIN, session->live ? " for " : " after ");
	tc_screen_put(screen, TC_BOLD, tc_duration(tc_runtime(session)).text);
	if (session->manifest.begin.realtime_ns)
		fact(screen, TC_PLAIN, tc_time_local(session->manifest.begin.realtime_ns).text);
	tc_strbuf_clear(&text);
	tc_commit_text(&text, &session->manifest);
	if (text.bytes)
		fact(screen, TC_PLAIN, tc_strbuf_text(&text));
	machine(screen, &session->manifest);
	tc_screen_line(screen);
	if (session->names || session->metrics) {
		recorded(screen, session);
		tc_screen_line(screen);
		active(view);
	}
	limited(view);
	considered(view);
	tc_strbuf_release(&text);
}
