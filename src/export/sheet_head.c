/* SPDX-License-Identifier: MIT */
#include "analyze/words.h"
#include "export/sheet.h"

static void fact(struct tc_out *out, const char *class, const char *figure, const char *what)
{
	tc_out_printf(out, "<li class=\"%s\"><b>", class);
	tc_sheet_puts(out, figure);
	tc_out_puts(out, "</b> <span>");
	tc_sheet_puts(out, what);
	tc_out_puts(out, "</span></li>\n");
}

static const char *class_of_end(const struct tc_session *session)
{
	const struct tc_manifest *m = &session->manifest;
	if (m->how == TC_HOW_STOPPED || (m->how == TC_HOW_EXITED && !m->status))
		return "good";
	return session->live || m->how >= TC_HOW_ENDED ? "" : "bad";
}

static void counts(struct tc_out *out, const struct tc_session *session)
{
	uint64_t spans = 0, failed = 0, threads = 0;
	for (size_t i = 0; i < session->names; i++) {
		spans += session->name[i].figures.count;
		failed += session->name[i].figures.failed;
	}
	for (size_t i = 0; i < session->processes; i++)
		threads += session->process[i].threads;
	if (session->names) {
		fact(out, "", tc_count(spans).text, spans == 1 ? "span" : "spans");
		fact(out, failed ? "bad" : "", tc_count(failed).text, "failed");
		fact(out, "", tc_count(threads).text, threads == 1 ? "thread recorded" : "threads recorded");
	}
}

static void machine(struct tc_out *out, const struct tc_manifest *m)
{
	if (m->cpus)
		fact(out, "", tc_count(m->cpus).text, m->cpus == 1 ? "CPU" : "CPUs");
	if (m->memory_total_bytes)
		fact(out, "", tc_bytes((double)m->memory_total_bytes).text, "memory");
	if (m->has_usage)
		fact(out, "", tc_duration((double)(m->user_ns + m->system_ns)).text, "CPU time");
}

void tc_sheet_head(struct tc_export *export)
{
	const struct tc_session *session = export->session;
	const struct tc_manifest *m = &session->manifest;
	struct tc_out *out = export->out;
	struct tc_strbuf text = {0};
	tc_out_puts(out, "<header><h1>");
	tc_sheet_text(out, m->name ? m->name : "session", strlen(m->name ? m->name : "session"));
	tc_out_puts(out, "</h1>\n<p class=\"command\"><code>");
	tc_command_text(&text, m, false);
	tc_sheet_puts(out, tc_strbuf_text(&text));
	tc_out_puts(out, "</code></p>\n<ul class=\"facts\">\n");
	tc_strbuf_clear(&text);
	tc_end_text(&text, session, false);
	fact(out, class_of_end(session), tc_duration(tc_runtime(session)).text, tc_strbuf_text(&text));
	counts(out, session);
	machine(out, m);
	tc_out_puts(out, "</ul>\n<p class=\"dim\">");
	if (m->begin.realtime_ns)
		tc_out_printf(out, "begun <time datetime=\"%s\">%s</time>", tc_time_utc(m->begin.realtime_ns).text,
			tc_time_local(m->begin.realtime_ns).text);
	if (m->host) {
		tc_out_puts(out, " on ");
		tc_sheet_text(out, m->host, strlen(m->host));
	}
	tc_strbuf_clear(&text);
	tc_commit_text(&text, m);
	if (text.bytes)
		tc_out_puts(out, "; ");
	tc_sheet_puts(out, tc_strbuf_text(&text));
	if (tc_considers_part(session, &export->what))
		tc_out_printf(out, "; of it %s from %s on", tc_duration(tc_considered(session, &export->what)).text,
			tc_duration((double)tc_considered_from(export->session, &export->what)).text);
	tc_out_puts(out, "</p></header>\n");
	tc_strbuf_release(&text);
}

static void evidence(struct tc_out *out, const struct tc_advice *a)
{
	if (!a->evidences)
		return;
	tc_out_puts(out, "<details><summary>evidence</summary><ul>");
	for (size_t i = 0; i < a->evidences; i++) {
		tc_out_puts(out, "<li>");
		tc_sheet_puts(out, a->evidence[i]);
		tc_out_puts(out, "</li>");
	}
	tc_out_puts(out, "</ul></details>");
}

static void finding(struct tc_out *out, const struct tc_advice *a)
{
	const char *grade = tc_severity_name(a->priority);
	tc_out_printf(out, "<li><span class=\"grade %s\">%s</span><div><p>", grade, grade);
	if (a->stage) {
		tc_out_puts(out, "<code>");
		tc_sheet_text(out, a->stage, a->stage_bytes);
		tc_out_puts(out, "</code> ");
	}
	tc_sheet_puts(out, a->issue);
	tc_out_printf(out, " <span class=\"dim\">sure to %.0f&#160;%%</span></p><p class=\"do\">", 100 * a->sure);
	tc_sheet_puts(out, a->suggested_action);
	const char *saved = a->expected_improvement.text;
	if (saved && !strstr(a->issue, saved)) { /* nothing is said twice */
		tc_out_puts(out, " <span class=\"dim\">");
		tc_sheet_puts(out, saved);
		tc_out_puts(out, "</span>");
	}
	tc_out_puts(out, "</p>");
	evidence(out, a);
	tc_out_puts(out, "</div></li>\n");
}

static bool is_said(const struct tc_diagnosis *diagnosis, const char *evidence)
{
	for (size_t i = 0; i < diagnosis->findings; i++)
		if (strstr(diagnosis->finding[i].issue, evidence))
			return true;
	return false;
}

void tc_sheet_findings(struct tc_export *export, const struct tc_diagnosis *diagnosis)
{
	enum { OPEN = 5 };
	struct tc_out *out = export->out;
	tc_out_puts(out, "<section><h2>Findings</h2>\n");
	if (!diagnosis->findings)
		tc_out_puts(out, "<p class=\"dim\">Nothing stands out.</p>");
	else
		tc_out_puts(out, "<ol class=\"findings\">\n");
	for (size_t i = 0; i < diagnosis->findings; i++) {
		if (i == OPEN)
			tc_out_printf(out,
				"</ol><details class=\"more\"><summary>%zu more</summary><ol class=\"findings\">\n",
				diagnosis->findings - OPEN);
		finding(out, &diagnosis->finding[i]);
	}
	if (diagnosis->findings)
		tc_out_puts(out, diagnosis->findings > OPEN ? "</ol></details>" : "</ol>");
	if (diagnosis->limited.by > TC_LIMIT_UNKNOWN && !is_said(diagnosis, diagnosis->limited.evidence)) {
		tc_out_puts(out, "<p class=\"dim\">Limit: ");
		for (const char *by = tc_limit_name(diagnosis->limited.by); by && *by; by++)
			tc_out_putc(out, *by == '_' ? ' ' : *by);
		tc_out_puts(out, " (");
		tc_sheet_puts(out, diagnosis->limited.evidence);
		tc_out_puts(out, ")</p>");
	}
	tc_out_puts(out, "</section>\n");
}

void tc_sheet_notes(struct tc_export *export)
{
	const struct tc_session *session = export->session;
	if (!session->notes)
		return;
	tc_out_puts(export->out, "<section><h2>Notes</h2><ul>\n");
	for (size_t i = 0; i < session->notes; i++) {
		tc_out_puts(export->out, "<li>");
		tc_sheet_text(export->out, session->note[i], strlen(session->note[i]));
		tc_out_puts(export->out, "</li>\n");
	}
	tc_out_puts(export->out, "</ul></section>\n");
}
