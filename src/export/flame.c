/* SPDX-License-Identifier: MIT */
#include "export/flame.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "export/by_name.h"
#include "export/sheet.h"

enum { ROW = 20, LEVELS_MOST = 192 };
static const double THIN = 0.0002; /* of the whole: less than a pixel */

static bool is_drawn(const struct tc_flame *flame, size_t at)
{
	return flame->level[at] < LEVELS_MOST &&
	       (flame->own[at] > THIN * flame->total || flame->cpu[at] > THIN * flame->cpu_total);
}

/* Children come behind their parents, so one way back adds them up. */
static void add_up(struct tc_flame *flame)
{
	const struct tc_phases *phases = &flame->phases;
	for (size_t i = phases->count; i--;) {
		size_t parent = phases->phase[i].parent;
		*(parent == TC_NO_PHASE ? &flame->total : &flame->own[parent]) += flame->own[i];
		*(parent == TC_NO_PHASE ? &flame->cpu_total : &flame->cpu[parent]) += flame->cpu[i];
	}
	flame->has_cpu = flame->cpu_total > 0;
	for (size_t i = 0; i < phases->count; i++) {
		size_t parent = phases->phase[i].parent;
		flame->level[i] = parent == TC_NO_PHASE ? 1 : flame->level[parent] + 1;
		if (!is_drawn(flame, i))
			flame->left_out++;
		else if (flame->level[i] + 1 > flame->levels)
			flame->levels = flame->level[i] + 1;
	}
}

/* CPU time by ns of own time, of each name. */
static int rate_names(const struct tc_session *session, double *cpu_per_ns)
{
	struct tc_by_name names;
	int error = tc_by_name_make(&names, session);
	for (size_t i = 0; i < session->shares && !error; i++) {
		const struct tc_share_view *share = &session->share[i];
		const struct tc_name_view *name = tc_by_name_find(&names, share->name, share->bytes);
		double self = name ? (double)(int64_t)name->figures.self_ns : 0;
		if (share->row == TC_SHARE_OF_NAME && share->told_apart && self > 0 && isfinite(share->running_ns))
			cpu_per_ns[name - session->name] = fmin(share->running_ns, self) / self;
	}
	if (!error)
		tc_by_name_release(&names);
	return error;
}

/* The CPU time of a name goes to its places by their own time. */
static void take_own_times(struct tc_flame *flame, const double *cpu_per_ns)
{
	for (size_t i = 0; i < flame->phases.count; i++) {
		double self = (double)(int64_t)flame->phases.phase[i].node->figures.self_ns;
		flame->own[i] = self > 0 ? self : 0;
		flame->cpu[i] = flame->own[i] * cpu_per_ns[flame->phases.phase[i].node->name];
	}
}

int tc_flame_make(struct tc_flame *flame, const struct tc_session *session, const struct tc_report_options *what)
{
	const struct tc_report_options all = {.part = what->part, .has_top = true};
	*flame = (struct tc_flame){.session = session, .levels = 1};
	int error = tc_phases_build(&flame->phases, session, &all);
	if (error)
		return error;
	size_t count = flame->phases.count + 1;
	double *cpu_per_ns = calloc(session->names + 1, sizeof *cpu_per_ns);
	flame->own = calloc(count, sizeof *flame->own);
	flame->cpu = calloc(count, sizeof *flame->cpu);
	flame->level = calloc(count, sizeof *flame->level);
	flame->drawn = calloc(count, sizeof *flame->drawn);
	if (!cpu_per_ns || !flame->own || !flame->cpu || !flame->level || !flame->drawn)
		error = tc_error(TACHO_ENOMEM, "not enough memory for a tree of %zu phases", count);
	else
		error = rate_names(session, cpu_per_ns);
	if (error)
		tc_flame_release(flame);
	else {
		take_own_times(flame, cpu_per_ns);
		add_up(flame);
	}
	free(cpu_per_ns);
	return error;
}

void tc_flame_release(struct tc_flame *flame)
{
	tc_phases_release(&flame->phases);
	free(flame->own);
	free(flame->cpu);
	free(flame->level);
	free(flame->drawn);
}

unsigned tc_flame_height(const struct tc_flame *flame)
{
	return flame->levels * ROW + 2;
}

static void put_title(struct tc_out *out, const struct tc_flame *flame, size_t at)
{
	const struct tc_phase *phase = &flame->phases.phase[at];
	const struct tc_figures *f = &phase->node->figures;
	double self = (double)(int64_t)f->self_ns;
	struct tc_strbuf text = {0};
	tc_text_escape(&text, phase->name->name, phase->name->bytes, false);
	tc_strbuf_printf(&text, ": %s of %s (%s), own %s", tc_duration(flame->own[at]).text,
		tc_duration(flame->total).text, tc_percent(100 * flame->own[at] / flame->total).text,
		tc_duration(self > 0 ? self : 0).text);
	if (flame->has_cpu)
		tc_strbuf_printf(&text, ", CPU %s", tc_duration(flame->cpu[at]).text);
	tc_strbuf_printf(&text, ", %s %s", tc_count(f->count).text, f->count == 1 ? "time" : "times");
	if (f->failed)
		tc_strbuf_printf(&text, ", %s failed", tc_count(f->failed).text);
	tc_out_puts(out, "<title>");
	tc_escape_xml(out, tc_strbuf_text(&text), text.bytes);
	tc_out_puts(out, "</title>");
	tc_strbuf_release(&text);
}

/* Where it begins and how wide it is, of what it stands in. */
static void begin_box(struct tc_out *out, double from, double own, double cpu, double of)
{
	tc_out_printf(out, "<svg class=\"box\" x=\"%.4f%%\" width=\"%.4f%%\" data-own=\"%.0f\" data-cpu=\"%.0f\"",
		of > 0 ? 100 * from / of : 0, of > 0 ? 100 * own / of : 0, own, cpu);
}

/* from: own time of siblings before it. */
static void put_box(struct tc_out *out, const struct tc_flame *flame, size_t at, double from)
{
	const struct tc_phase *phase = &flame->phases.phase[at];
	double of = phase->parent == TC_NO_PHASE ? flame->total : flame->own[phase->parent];
	begin_box(out, from, flame->own[at], flame->cpu[at], of);
	tc_out_printf(out, " y=\"%d\" tabindex=\"0\">", ROW);
	put_title(out, flame, at);
	tc_out_printf(out, "<rect class=\"h%u\" width=\"100%%\" height=\"%d\" rx=\"2\"/>",
		tc_hue_of(phase->name->name, phase->name->bytes), ROW - 1);
	if (phase->node->figures.failed)
		tc_out_printf(out, "<rect class=\"failed\" width=\"3\" height=\"%d\"/>", ROW - 1);
	tc_out_puts(out, "<text x=\"6\" y=\"14\">");
	tc_sheet_text(out, phase->name->name, phase->name->bytes);
	tc_out_puts(out, "</text>");
}

void tc_flame_put(struct tc_out *out, struct tc_flame *flame)
{
	const struct tc_phases *phases = &flame->phases;
	tc_out_printf(out, "<svg class=\"flame\" width=\"100%%\" height=\"%u\" role=\"img\">", tc_flame_height(flame));
	begin_box(out, 0, flame->total, flame->cpu_total, flame->total);
	tc_out_printf(out,
		" tabindex=\"0\"><title>all spans: %s%s%s</title><rect class=\"all\" width=\"100%%\" height=\"%d\" "
		"rx=\"2\"/><text x=\"6\" y=\"14\">all spans, %s</text>",
		tc_duration(flame->total).text, flame->has_cpu ? ", CPU " : "",
		flame->has_cpu ? tc_duration(flame->cpu_total).text : "", ROW - 1, tc_duration(flame->total).text);
	uint32_t open = 1;
	for (size_t at = TC_NO_PHASE; (at = tc_phases_next(phases, at)) != TC_NO_PHASE;) {
		if (!is_drawn(flame, at))
			continue;
		for (; open > flame->level[at]; open--)
			tc_out_puts(out, "</svg>\n");
		size_t parent = phases->phase[at].parent;
		double *drawn = &flame->drawn[parent == TC_NO_PHASE ? phases->count : parent];
		put_box(out, flame, at, *drawn);
		*drawn += flame->own[at];
		open = flame->level[at] + 1;
	}
	for (; open; open--)
		tc_out_puts(out, "</svg>");
	tc_out_puts(out, "</svg>\n");
}

void tc_flame_put_controls(struct tc_out *out, const struct tc_flame *flame)
{
	tc_out_puts(out, "<input class=\"flame-search\" type=\"search\" placeholder=\"search names\" "
			 "aria-label=\"search names\"/>");
	if (flame->has_cpu)
		tc_out_puts(out, "<button class=\"flame-measure\" type=\"button\">show CPU time</button>");
	tc_out_puts(out, "<button class=\"flame-reset\" type=\"button\" disabled=\"disabled\">show all</button>"
			 "<span class=\"flame-found\"></span>");
}
