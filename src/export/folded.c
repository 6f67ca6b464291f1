/* SPDX-License-Identifier: MIT
 *
 * folded.c - stacks folded into lines, "root;child;leaf NS", as flame graph tools want them: own time of each place in the call
 * tree, of all spans, in nanoseconds.  A ; in a name would be a step down, so it becomes a colon; line ends become blanks.
 */
#include <stdlib.h>
#include "analyze/phases.h"
#include "base/error.h"
#include "export/escape.h"
#include "export/export.h"

static void frame(struct tc_out *out, const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		size_t plain = 0;
		while (i + plain < bytes && !memchr(";\n\r\t", text[i + plain], 4))
			plain++;
		tc_escape_text(out, text + i, plain);
		i += plain;
		if (i < bytes)
			tc_out_putc(out, text[i] == ';' ? ':' : ' ');
	}
}

/* All phases above one and itself, outermost first; *room grows with the depth. */
static int path_of(size_t **path, size_t *room, size_t *depth, const struct tc_phases *phases, size_t at)
{
	*depth = 0;
	for (size_t up = at; up != TC_NO_PHASE; up = phases->phase[up].parent)
		++*depth;
	if (*depth > *room) {
		size_t *more = realloc(*path, 2 * *depth * sizeof *more);
		if (!more)
			return tc_error(TACHO_ENOMEM, "not enough memory for a stack of %zu spans", *depth);
		*path = more;
		*room = 2 * *depth;
	}
	for (size_t i = *depth; i--; at = phases->phase[at].parent)
		(*path)[i] = at;
	return 0;
}

static int write_folded(struct tc_export *export)
{
	struct tc_report_options all = {.part = export->what.part, .has_top = true};
	struct tc_phases phases;
	size_t *path = NULL, room = 0, depth;
	int error = tc_phases_build(&phases, export->session, &all);
	if (error)
		return error;
	for (size_t at = TC_NO_PHASE; !error && (at = tc_phases_next(&phases, at)) != TC_NO_PHASE;) {
		int64_t self = (int64_t)phases.phase[at].node->figures.self_ns;
		if (self <= 0)
			continue;
		error = path_of(&path, &room, &depth, &phases, at);
		for (size_t i = 0; !error && i < depth; i++) {
			const struct tc_name_view *name = phases.phase[path[i]].name;
			if (i)
				tc_out_putc(export->out, ';');
			frame(export->out, name->name, name->bytes);
		}
		tc_out_putc(export->out, ' ');
		tc_out_i64(export->out, self);
		tc_out_putc(export->out, '\n');
	}
	free(path);
	tc_phases_release(&phases);
	return error;
}

const struct tc_format tc_format_folded = {
	.name = "folded",
	.ending = ".folded",
	.summary = "stacks in lines with their own time in ns, for flamegraph.pl, speedscope and inferno",
	.write = write_folded,
};
