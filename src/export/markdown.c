/* SPDX-License-Identifier: MIT
 *
 * markdown.c - a report as Markdown, for a wiki, a ticket or a pull request: findings, phases, resources.
 */
#include <ctype.h>
#include <math.h>
#include "analyze/diagnosis.h"
#include "analyze/phases.h"
#include "analyze/usual.h"
#include "analyze/words.h"
#include "base/text.h"
#include "export/export.h"

/* Whatever stands in it, it is text: all that Markdown, tables or HTML would take for their own is a number. */
static void put_plain(struct tc_out *out, const char *text)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text) || strchr(" .,:/-", *text) || (unsigned char)*text >= 0x80)
			tc_out_putc(out, *text);
		else
			tc_out_printf(out, "&#%d;", *text);
}

static void put_raw(struct tc_out *out, const char *bytes, size_t count)
{
	struct tc_strbuf shown = {0};
	tc_text_escape(&shown, bytes, count, false);
	put_plain(out, tc_strbuf_text(&shown));
	tc_strbuf_release(&shown);
}

static void head(struct tc_out *out, const struct tc_session *session)
{
	const struct tc_manifest *m = &session->manifest;
	struct tc_strbuf command = {0}, end = {0};
	tc_command_text(&command, m, false);
	tc_end_text(&end, session, false);
	tc_out_puts(out, "# ");
	put_raw(out, m->name ? m->name : "session", strlen(m->name ? m->name : "session"));
	tc_out_puts(out, "\n\n<code>");
	put_plain(out, tc_strbuf_text(&command));
	tc_out_printf(out, "</code> %s %s **%s**", tc_strbuf_text(&end), session->live ? "for" : "after",
		tc_duration(tc_runtime(session)).text);
	if (m->begin.realtime_ns)
		tc_out_printf(out, ", begun %.19sZ", tc_time_utc(m->begin.realtime_ns).text);
	if (m->host) {
		tc_out_puts(out, " on ");
		put_raw(out, m->host, strlen(m->host));
	}
	tc_strbuf_clear(&end);
	tc_commit_text(&end, m);
	tc_out_puts(out, end.bytes ? ", " : "");
	put_plain(out, tc_strbuf_text(&end));
	tc_out_puts(out, ".\n\nFigures are of ");
	put_plain(out, session->basis);
	tc_out_puts(out, ".\n");
	tc_strbuf_release(&command);
	tc_strbuf_release(&end);
}

static void finding(struct tc_out *out, const struct tc_advice *a)
{
	tc_out_printf(out, "1. **%s**", tc_severity_name(a->priority));
	if (a->stage) {
		tc_out_puts(out, " · <code>");
		put_raw(out, a->stage, a->stage_bytes);
		tc_out_puts(out, "</code>");
	}
	tc_out_putc(out, ' ');
	put_plain(out, a->issue);
	tc_out_printf(out, " (sure to %.0f %%)  \n   ", 100 * a->sure);
	put_plain(out, a->suggested_action);
	tc_out_putc(out, '\n');
}

static int findings(struct tc_export *export)
{
	struct tc_diagnosis *diagnosis;
	int error = tc_diagnose_part(&diagnosis, export->session, &export->what);
	if (error)
		return error;
	tc_out_puts(export->out, "\n## Findings\n\n");
	for (size_t i = 0; i < diagnosis->findings; i++)
		finding(export->out, &diagnosis->finding[i]);
	if (!diagnosis->findings)
		tc_out_puts(export->out, "Nothing stands out.\n");
	tc_diagnosis_release(diagnosis);
	return 0;
}

static int phase_table(struct tc_export *export)
{
	struct tc_out *out = export->out;
	struct tc_phases phases;
	int error = tc_phases_build(&phases, export->session, &export->what);
	if (error || !phases.count)
		return error;
	tc_out_puts(out, "\n## Phases\n\n| phase | count | total | own | mean | p95 | failed |\n"
			 "|:--|--:|--:|--:|--:|--:|--:|\n");
	for (size_t at = TC_NO_PHASE; (at = tc_phases_next(&phases, at)) != TC_NO_PHASE;) {
		const struct tc_phase *phase = &phases.phase[at];
		tc_out_puts(out, "| ");
		for (uint32_t depth = phase->node->depth; depth; depth--)
			tc_out_puts(out, "&emsp;");
		put_raw(out, phase->name->name, phase->name->bytes);
		tc_out_printf(out, " | %s | %s | %s | %s | %s | %s |\n", tc_count(phase->node->figures.count).text,
			tc_duration(phase->total).text, tc_duration(phase->self).text, tc_duration(phase->mean).text,
			tc_duration(phase->p95).text,
			phase->node->figures.failed ? tc_count(phase->node->figures.failed).text : "");
	}
	size_t hidden = phases.hidden;
	for (size_t i = 0; i < phases.count; i++)
		hidden += phases.phase[i].hidden;
	if (hidden)
		tc_out_printf(out, "\n%zu %s that took less %s left out.\n", hidden, hidden == 1 ? "phase" : "phases",
			hidden == 1 ? "is" : "are");
	tc_phases_release(&phases);
	return 0;
}

static void resources(struct tc_export *export)
{
	const struct tc_session *session = export->session;
	struct tc_out *out = export->out;
	tc_out_puts(out, "\n## Resources\n\n| | | average | p95 | maximum |\n|:--|:--|--:|--:|--:|\n");
	for (const struct tc_usual *row = tc_usual; row->series; row++) {
		const struct tc_series_view *view = tc_usual_series(session, row);
		if (!view)
			continue;
		const struct tc_course *c = &view->course;
		tc_out_printf(out, "| %s | %s | %s | %s | %s |\n", row->group, row->label,
			tc_series_figure(c->average, view->series.unit).text,
			tc_series_figure(c->p95, view->series.unit).text,
			tc_series_figure(c->max, view->series.unit).text);
	}
}

static void notes(struct tc_export *export)
{
	const struct tc_session *session = export->session;
	if (session->notes)
		tc_out_puts(export->out, "\n## Notes\n\n");
	for (size_t i = 0; i < session->notes; i++) {
		tc_out_puts(export->out, "- ");
		put_raw(export->out, session->note[i], strlen(session->note[i]));
		tc_out_putc(export->out, '\n');
	}
}

static int write_markdown(struct tc_export *export)
{
	head(export->out, export->session);
	int error = findings(export);
	if (!error)
		error = phase_table(export);
	if (error)
		return error;
	resources(export);
	notes(export);
	return 0;
}

const struct tc_format tc_format_markdown = {
	.name = "markdown",
	.ending = ".md",
	.summary = "a report to paste into a ticket, a wiki or a pull request",
	.has_spans = true,
	.streams = true,
	.finds = true,
	.write = write_markdown,
};
