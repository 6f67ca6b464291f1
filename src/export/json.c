/* SPDX-License-Identifier: MIT
 *
 * json.c - everything of a session: the report as `tacho report --format json` has it, and all single spans that were kept.  These are
 * written short, since there may be millions: what is usual is left out, as docs/JSON.md says.
 */
#include <stdlib.h>
#include "base/error.h"
#include "export/escape.h"
#include "export/export.h"
#include "export/report_json.h"
#include "format/identity.h"

static int report(struct tc_export *export)
{
	FILE *stream = tc_out_stream(export->out);
	if (!stream)
		return tc_error(TACHO_ENOMEM, "out of memory");
	int error = tc_report_json(export->session, &export->what, stream);
	fclose(stream);
	return error;
}

static void number(struct tc_out *out, const char *key, uint64_t value)
{
	tc_out_puts(out, key);
	tc_out_u64(out, value);
}

static void links(struct tc_out *out, const struct tc_span_view *span)
{
	tc_out_puts(out, ",\"links\":[\"");
	for (size_t i = 0; i < span->links; i++) {
		if (i)
			tc_out_puts(out, "\",\"");
		tc_out_hex(out, span->link[i]);
	}
	tc_out_puts(out, "\"]");
}

static void failure(struct tc_out *out, const struct tc_span_view *span)
{
	tc_out_puts(out, ",\"failed\":true");
	if (span->message) {
		tc_out_puts(out, ",\"message\":");
		tc_escape_json(out, span->message, strlen(span->message));
	}
	if (span->has_code) {
		tc_out_puts(out, ",\"code\":");
		tc_out_i64(out, span->code);
	}
}

static void span_members(struct tc_out *out, struct tc_strbuf *scratch, const struct tc_span_view *span)
{
	tc_out_puts(out, ",\"begin_ns\":");
	tc_out_i64(out, span->begin);
	number(out, ",\"duration_ns\":", span->duration_ns);
	number(out, ",\"thread\":", span->thread);
	number(out, ",\"depth\":", span->node ? span->node->depth : span->depth);
	tc_out_puts(out, ",\"id\":\"");
	tc_out_hex(out, span->id);
	tc_out_putc(out, '"');
	if (span->kind != TACHO_KIND_SCOPE)
		tc_out_printf(out, ",\"kind\":\"%s\"", tc_kind_text(span->kind));
	if (span->open)
		tc_out_puts(out, ",\"open\":true");
	if (span->failed)
		failure(out, span);
	if (span->links)
		links(out, span);
	if (span->attributes) {
		tc_strbuf_clear(scratch);
		tc_attributes_json(scratch, span);
		tc_out_puts(out, ",\"attributes\":");
		tc_out_add(out, tc_strbuf_text(scratch), scratch->bytes);
	}
	if (span->attributes_lost)
		tc_out_puts(out, ",\"attributes_lost\":true");
}

static int spans(struct tc_export *export)
{
	struct tc_out *out = export->out;
	struct tc_strbuf scratch = {0};
	struct tc_escaped names;
	uint64_t *pid = tc_export_pids(export->session), n = 0;
	int error = pid ? tc_escaped_names(&names, export->session, tc_escape_json) : TACHO_ENOMEM;
	if (error)
		goto out;
	for (const struct tc_span_view *span; (span = tc_export_span(export));) {
		tc_out_puts(out, n++ ? ",\n{\"name\":" : "\n{\"name\":");
		tc_out_name(out, &names, span->name);
		number(out, ",\"pid\":", pid[span->process]);
		span_members(out, &scratch, span);
		tc_out_putc(out, '}');
	}
	tc_escaped_release(&names);
out:
	tc_strbuf_release(&scratch);
	free(pid);
	return error;
}

static int write_json(struct tc_export *export)
{
	tc_out_puts(export->out, "{\"schema\": \"tacho.export/1\",\n\"report\": ");
	int error = report(export);
	if (error)
		return error;
	tc_out_puts(export->out, ",\"spans\": [");
	error = spans(export);
	tc_out_puts(export->out, "\n]}\n");
	return error;
}

const struct tc_format tc_format_json = {
	.name = "json",
	.ending = ".json",
	.summary = "everything: the report as `tacho report --format json` has it, and all single spans",
	.has_spans = true,
	.streams = true,
	.finds = true,
	.write = write_json,
};
