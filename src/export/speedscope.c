/* SPDX-License-Identifier: MIT
 *
 * speedscope.c - speedscope's own JSON: one profile of stacks with their own time in ns, of all spans, however few of them were kept one
 * by one.  What happened when is in the chrome format, which speedscope opens as well.
 */
#include <stdlib.h>
#include <tacho/version.h>
#include "analyze/phases.h"
#include "base/error.h"
#include "export/escape.h"
#include "export/export.h"

static void frames(struct tc_export *export)
{
	tc_out_puts(export->out, "\"shared\":{\"frames\":[");
	for (size_t i = 0; i < export->session->names; i++) {
		tc_out_puts(export->out, i ? ",\n{\"name\":" : "\n{\"name\":");
		tc_escape_json(export->out, export->session->name[i].name, export->session->name[i].bytes);
		tc_out_putc(export->out, '}');
	}
	tc_out_puts(export->out, "\n]},\n");
}

static int64_t own_time(const struct tc_phase *phase)
{
	int64_t self = (int64_t)phase->node->figures.self_ns;
	return self > 0 ? self : 0;
}

/* The frames above a phase and its own, outermost first; an array of JSON numbers. */
static void stack(struct tc_out *out, const struct tc_phases *phases, size_t at, uint32_t *scratch)
{
	size_t depth = 0;
	for (size_t up = at; up != TC_NO_PHASE; up = phases->phase[up].parent)
		scratch[depth++] = phases->phase[up].node->name;
	tc_out_putc(out, '[');
	while (depth--) {
		tc_out_u64(out, scratch[depth]);
		if (depth)
			tc_out_putc(out, ',');
	}
	tc_out_putc(out, ']');
}

static int64_t samples(struct tc_out *out, const struct tc_phases *phases, uint32_t *scratch)
{
	int64_t total = 0;
	tc_out_puts(out, "\"samples\":[");
	for (size_t at = TC_NO_PHASE, n = 0; (at = tc_phases_next(phases, at)) != TC_NO_PHASE;) {
		if (!own_time(&phases->phase[at]))
			continue;
		tc_out_puts(out, n++ ? ",\n" : "\n");
		stack(out, phases, at, scratch);
		total += own_time(&phases->phase[at]);
	}
	tc_out_puts(out, "\n],\"weights\":[");
	for (size_t at = TC_NO_PHASE, n = 0; (at = tc_phases_next(phases, at)) != TC_NO_PHASE;) {
		if (!own_time(&phases->phase[at]))
			continue;
		tc_out_puts(out, n++ ? "," : "");
		tc_out_i64(out, own_time(&phases->phase[at]));
	}
	tc_out_putc(out, ']');
	return total;
}

static int write_speedscope(struct tc_export *export)
{
	struct tc_report_options all = {.part = export->what.part, .has_top = true};
	const char *name = export->session->manifest.name ? export->session->manifest.name : "session";
	struct tc_out *out = export->out;
	struct tc_phases phases;
	int64_t total;
	int error = tc_phases_build(&phases, export->session, &all);
	if (error)
		return error;
	uint32_t *scratch = malloc((phases.count + 1) * sizeof *scratch);
	if (!scratch) {
		error = tc_error(TACHO_ENOMEM, "not enough memory for a tree of %zu phases", phases.count);
		goto out;
	}
	tc_out_puts(out, "{\"$schema\":\"https://www.speedscope.app/"
			 "file-format-schema.json\",\"exporter\":\"tacho " TACHO_VERSION "\",\"name\":");
	tc_escape_json(out, name, strlen(name));
	tc_out_puts(out, ",\n");
	frames(export);
	tc_out_puts(out, "\"profiles\":[{\"type\":\"sampled\",\"name\":\"all spans\",\"unit\":\"nanoseconds\",");
	total = samples(out, &phases, scratch);
	tc_out_printf(out, ",\"startValue\":0,\"endValue\":%lld}]}\n", (long long)total);
out:
	free(scratch);
	tc_phases_release(&phases);
	return error;
}

const struct tc_format tc_format_speedscope = {
	.name = "speedscope",
	.ending = ".speedscope.json",
	.summary = "speedscope's own JSON (speedscope.app): own time of every stack, of all spans",
	.write = write_speedscope,
};
