/* SPDX-License-Identifier: MIT
 *
 * html.c - a report as one page that a browser opens from anywhere: nothing is loaded, it reads on a phone, in the light and in the
 * dark, and on paper.
 */
#include <stdlib.h>
#include <tacho/version.h>
#include "analyze/words.h"
#include "base/text.h"
#include "export/flame.h"
#include "export/sheet.h"

void tc_sheet_text(struct tc_out *out, const char *bytes, size_t count)
{
	struct tc_strbuf shown = {0};
	tc_text_escape(&shown, bytes, count, false);
	tc_escape_xml(out, tc_strbuf_text(&shown), shown.bytes);
	tc_strbuf_release(&shown);
}

void tc_sheet_puts(struct tc_out *out, const char *text)
{
	tc_escape_xml(out, text, strlen(text));
}

static void begin(struct tc_export *export)
{
	const char *name = export->session->manifest.name ? export->session->manifest.name : "session";
	tc_out_puts(export->out,
		"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
		"content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
		"dark\">\n"
		"<title>");
	tc_sheet_text(export->out, name, strlen(name));
	tc_out_puts(export->out, " - tacho</title>\n<style>\n");
	tc_out_puts(export->out, tc_sheet_style);
	tc_out_puts(export->out, tc_flame_style);
	tc_out_puts(export->out, "</style></head>\n<body>\n");
}

static void end(struct tc_export *export)
{
	tc_out_puts(export->out, "<footer>Figures are of ");
	tc_sheet_puts(export->out, export->session->basis);
	tc_out_puts(export->out, ". Written by tacho " TACHO_VERSION ".</footer>\n</body></html>\n");
}

static int write_html(struct tc_export *export)
{
	struct tc_diagnosis *diagnosis;
	int error = tc_diagnose_part(&diagnosis, export->session, &export->what);
	if (error)
		return error;
	begin(export);
	tc_sheet_head(export);
	tc_sheet_findings(export, diagnosis);
	tc_diagnosis_release(diagnosis);
	error = tc_sheet_phases(export);
	if (!error)
		error = tc_sheet_timeline(export);
	if (error)
		return error;
	tc_sheet_shares(export);
	tc_sheet_resources(export);
	tc_sheet_metrics(export);
	tc_sheet_notes(export);
	end(export);
	return 0;
}

const struct tc_format tc_format_html = {
	.name = "html",
	.ending = ".html",
	.summary = "one page with findings, phases, flame graph, timeline and charts, for a browser",
	.has_spans = true,
	.streams = true,
	.finds = true,
	.write = write_html,
};
