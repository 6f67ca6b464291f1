/* SPDX-License-Identifier: MIT
 *
 * otlp.c - OpenTelemetry's protocol as JSON lines, as its file exporter writes: a line of traces, a line of metrics.  Durations of spans are
 * exponential histograms, which ours are already.  Numbers of 64 bits are strings there, ids hexadecimal.
 */
#include "export/otlp.h"
#include <math.h>
#include <stdlib.h>
#include <tacho/version.h>
#include "base/error.h"
#include "export/lanes.h"
#include "export/parents.h"
#include "format/identity.h"

struct traces {
	struct tc_export *export;
	struct tc_out *out;
	struct tc_escaped names;
	uint64_t *pid;
	struct tc_lanes lanes;
	struct tc_parents parents;
	uint64_t written;
	char trace_id[33];
};

/* The session's trace, or one made from when and as what it began. */
static void find_trace(char out[33], const struct tc_session *session)
{
	const char *name = session->manifest.name ? session->manifest.name : "";
	uint64_t hash = 14695981039346656037u;
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 1099511628211u;
	snprintf(out, 33, "%016llx%016llx", (unsigned long long)session->manifest.begin.realtime_ns,
		(unsigned long long)(hash | 1));
	if (*session->manifest.trace.trace_id)
		snprintf(out, 33, "%.32s", session->manifest.trace.trace_id);
}

static void put_failure(struct tc_out *out, const struct tc_span_view *span)
{
	tc_out_puts(out, ",\"status\":{\"code\":2");
	if (span->message) {
		tc_out_puts(out, ",\"message\":");
		tc_escape_json(out, span->message, strlen(span->message));
	}
	tc_out_putc(out, '}');
}

static void put_links(struct traces *t, const struct tc_span_view *span)
{
	tc_out_puts(t->out, ",\"links\":[");
	for (size_t i = 0; i < span->links; i++) {
		tc_out_printf(t->out, "%s{\"traceId\":\"%s\",\"spanId\":\"", i ? "," : "", t->trace_id);
		tc_out_hex(t->out, span->link[i]);
		tc_out_puts(t->out, "\"}");
	}
	tc_out_putc(t->out, ']');
}

/* Beside its thread's stack; how deep tells in which span of that it was begun. */
static void put_kind(struct traces *t, const struct tc_span_view *span)
{
	const char *kind = tc_kind_text(span->kind);
	tc_out_putc(t->out, ',');
	tc_otlp_text(t->out, "tacho.kind", kind, strlen(kind));
	tc_out_putc(t->out, ',');
	tc_otlp_int(t->out, "tacho.depth", span->node ? span->node->depth : span->depth);
}

static void put_span(struct traces *t, const struct tc_span_view *span)
{
	const struct tc_trace *trace = &t->export->session->manifest.trace;
	uint64_t epoch = t->export->session->manifest.begin.realtime_ns;
	tc_instant end;
	uint64_t parent = tc_lanes_pass(&t->lanes, span, &end);
	parent = span->parent ? span->parent : parent;
	parent = parent ? parent : tc_parents_of(&t->parents, span);
	tc_out_printf(t->out, "%s{\"traceId\":\"%s\",\"spanId\":\"", t->written++ ? "," : "", t->trace_id);
	tc_out_hex(t->out, span->id);
	if (parent) {
		tc_out_puts(t->out, "\",\"parentSpanId\":\"");
		tc_out_hex(t->out, parent);
	} else if (*trace->trace_id)
		tc_out_printf(t->out, "\",\"parentSpanId\":\"%.16s", trace->parent_span_id);
	tc_out_puts(t->out, "\",\"kind\":1,\"name\":");
	tc_out_name(t->out, &t->names, span->name);
	tc_out_puts(t->out, ",\"startTimeUnixNano\":\"");
	tc_out_u64(t->out, epoch + (uint64_t)span->begin);
	tc_out_puts(t->out, "\",\"endTimeUnixNano\":\"");
	tc_out_u64(t->out, epoch + (uint64_t)end);
	tc_out_puts(t->out, "\",\"attributes\":[");
	tc_otlp_int(t->out, "process.pid", (int64_t)t->pid[span->process]);
	tc_out_putc(t->out, ',');
	tc_otlp_int(t->out, "thread.id", span->thread);
	if (span->open)
		tc_out_puts(t->out, ",{\"key\":\"tacho.open\",\"value\":{\"boolValue\":true}}");
	if (span->kind != TACHO_KIND_SCOPE)
		put_kind(t, span);
	if (span->has_code) {
		tc_out_putc(t->out, ',');
		tc_otlp_int(t->out, "tacho.code", span->code);
	}
	for (size_t i = 0; i < span->attributes; i++)
		tc_otlp_attribute(t->out, &span->attribute[i]);
	tc_out_putc(t->out, ']');
	if (span->attributes_lost)
		tc_out_puts(t->out, ",\"droppedAttributesCount\":1"); /* at least: how many is not known */
	if (span->failed)
		put_failure(t->out, span);
	if (span->links)
		put_links(t, span);
	tc_out_putc(t->out, '}');
}

static int write_traces(struct tc_export *export)
{
	struct traces t = {.export = export, .out = export->out, .pid = tc_export_pids(export->session)};
	int error = t.pid ? tc_escaped_names(&t.names, export->session, tc_escape_json) : TACHO_ENOMEM;
	if (error)
		goto out;
	export->outer_first = true;
	error = tc_parents_find(&t.parents, export);
	if (error)
		goto out;
	find_trace(t.trace_id, export->session);
	tc_out_puts(t.out, "{\"resourceSpans\":[{");
	tc_otlp_resource(t.out, export->session);
	tc_out_puts(t.out,
		",\"scopeSpans\":[{\"scope\":{\"name\":\"tacho\",\"version\":\"" TACHO_VERSION "\"},\"spans\":[");
	for (const struct tc_span_view *span; (span = tc_export_span(export));)
		put_span(&t, span);
	tc_out_puts(t.out, "]}]}]}\n");
out:
	tc_escaped_release(&t.names);
	tc_parents_release(&t.parents);
	if (!error && t.lanes.no_memory)
		error = tc_error(TACHO_ENOMEM, "not enough memory for %zu threads", t.lanes.lanes);
	tc_lanes_release(&t.lanes);
	free(t.pid);
	return error;
}

static int write_otlp(struct tc_export *export)
{
	int error = write_traces(export);
	return error ? error : tc_otlp_metrics(export);
}

const struct tc_format tc_format_otlp = {
	.name = "otlp",
	.ending = ".otlp.jsonl",
	.summary = "OpenTelemetry's JSON lines: spans, metrics, exponential histograms, for a collector",
	.has_spans = true,
	.streams = true,
	.write = write_otlp,
};
