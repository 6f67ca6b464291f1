/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "export/flame.h"
#include "export/sheet.h"

static void cell(struct tc_out *out, const char *class, const char *text)
{
	tc_out_printf(out, "<td class=\"%s\">", class);
	tc_sheet_puts(out, text);
	tc_out_puts(out, "</td>");
}

/* full: what a full bar stands for. */
static void row(struct tc_out *out, const struct tc_phase *phase, double runtime, double full)
{
	enum { DEPTH_SHOWN = 24 };
	const struct tc_figures *f = &phase->node->figures;
	uint32_t depth = phase->node->depth < DEPTH_SHOWN ? phase->node->depth : DEPTH_SHOWN;
	double total = full > 0 ? 100 * phase->total / full : 0;
	double self = full > 0 ? fmin(total, fmax(0, 100 * phase->self / full)) : 0;
	tc_out_printf(out, "<tr><th scope=\"row\" style=\"padding-left:%uem\"><i class=\"dot h%u\"></i>", depth,
		tc_hue_of(phase->name->name, phase->name->bytes));
	tc_sheet_text(out, phase->name->name, phase->name->bytes);
	tc_out_printf(out,
		"</th><td class=\"bar\"><svg width=\"100%%\" height=\"10\"><rect class=\"part\" width=\"%.2f%%\" "
		"height=\"10\"/><rect class=\"own\" width=\"%.2f%%\" height=\"10\"/></svg></td>",
		total, self);
	cell(out, "wide", runtime > 0 ? tc_percent_column(100 * phase->total / runtime).text : "-");
	cell(out, "", tc_count(f->count).text);
	cell(out, "", tc_duration(phase->total).text);
	cell(out, "wide", tc_duration(phase->self).text);
	cell(out, "", tc_duration(phase->mean).text);
	cell(out, "wide", tc_duration(phase->median).text);
	cell(out, "wide", tc_duration(phase->p95).text);
	cell(out, f->failed ? "bad" : "", f->failed ? tc_count(f->failed).text : "");
	tc_out_puts(out, "</tr>\n");
}

/* The runtime, or the longest phase where several threads together took longer. */
static double longest(const struct tc_phases *phases, double runtime)
{
	for (size_t i = 0; i < phases->count; i++)
		runtime = fmax(runtime, phases->phase[i].total);
	return runtime;
}

static int table(struct tc_export *export)
{
	struct tc_out *out = export->out;
	struct tc_phases phases;
	double runtime = tc_considered(export->session, &export->what);
	int error = tc_phases_build(&phases, export->session, &export->what);
	if (error)
		return error;
	double full = longest(&phases, runtime);
	tc_out_puts(out, "<section><h2>Phases</h2><div class=\"scroll\"><table "
			 "class=\"phases\"><thead><tr><th>phase</th><th class=\"bar\">"
			 "share of the runtime</th><th class=\"wide\">%</th><th>count</th><th>total</th><th "
			 "class=\"wide\">own</th>"
			 "<th>mean</th><th class=\"wide\">median</th><th "
			 "class=\"wide\">p95</th><th>failed</th></tr></thead><tbody>\n");
	size_t hidden = phases.hidden;
	for (size_t at = TC_NO_PHASE; (at = tc_phases_next(&phases, at)) != TC_NO_PHASE;)
		row(out, &phases.phase[at], runtime, full);
	for (size_t i = 0; i < phases.count; i++)
		hidden += phases.phase[i].hidden;
	tc_out_puts(out, "</tbody></table></div>\n");
	if (runtime > 0 && full > runtime)
		tc_out_printf(out, "<p class=\"dim\">A full bar is %s of the runtime: threads worked side by side.</p>",
			tc_percent(100 * full / runtime).text);
	if (hidden)
		tc_out_printf(out, "<p class=\"dim\">%zu %s that took less %s left out.</p>", hidden,
			hidden == 1 ? "phase" : "phases", hidden == 1 ? "is" : "are");
	tc_out_puts(out, "</section>\n");
	tc_phases_release(&phases);
	return 0;
}

int tc_sheet_phases(struct tc_export *export)
{
	struct tc_flame flame;
	struct tc_out *out = export->out;
	if (!export->session->names)
		return 0;
	int error = table(export);
	if (error)
		return error;
	error = tc_flame_make(&flame, export->session, &export->what);
	if (error)
		return error;
	tc_out_puts(out, "<section><h2>Flame graph</h2><div class=\"controls\">");
	tc_flame_put_controls(out, &flame);
	tc_out_puts(out, "</div>\n");
	tc_flame_put(out, &flame);
	tc_out_puts(out, "<p class=\"dim flame-info\">Width is own time, of all threads together. Choose a box to see "
			 "it alone.</p>\n<script>\n");
	tc_out_puts(out, tc_flame_script);
	tc_out_puts(out, "</script></section>\n");
	tc_flame_release(&flame);
	return 0;
}
