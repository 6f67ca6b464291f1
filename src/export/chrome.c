/* SPDX-License-Identifier: MIT
 *
 * chrome.c - Chrome's trace event JSON, which Perfetto and speedscope open.  Spans of a stack are complete events (X) of their
 * thread; async and measured ones, which may overlap, are pairs (b, e); readings are counters (C) on the same clock; where a span
 * goes back to others by links, or a job crosses threads, an arrow (s, f) runs between slices.  Times are µs since the session began.
 */
#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "base/strbuf.h"
#include "base/units.h"
#include "export/arrows.h"
#include "export/escape.h"
#include "export/export.h"
#include "export/lanes.h"
#include "format/identity.h"

struct chrome {
	struct tc_export *export;
	struct tc_out *out;
	struct tc_escaped names;
	uint64_t *pid;
	struct tc_arrows arrows;
	size_t passed; /* of the arrows, in their order */
	uint64_t events;
	struct tc_lanes lanes;
};

/* Begins an event; what follows is members, each with a comma before it, and event_end(). */
static void event(struct chrome *c, char phase, uint64_t pid, uint64_t thread)
{
	tc_out_puts(c->out, c->events++ ? ",\n{\"ph\":\"" : "\n{\"ph\":\"");
	tc_out_putc(c->out, phase);
	tc_out_puts(c->out, "\",\"pid\":");
	tc_out_u64(c->out, pid);
	tc_out_puts(c->out, ",\"tid\":");
	tc_out_u64(c->out, thread);
}

static void time_member(struct chrome *c, const char *key, int64_t ns)
{
	tc_out_puts(c->out, key);
	tc_out_fixed(c->out, ns, 3);
}

static void label(struct chrome *c, const char *what, uint64_t pid, uint64_t thread, const char *text)
{
	event(c, 'M', pid, thread);
	tc_out_printf(c->out, ",\"name\":\"%s\",\"args\":{\"name\":", what);
	if (text)
		tc_escape_json(c->out, text, strlen(text));
	else
		tc_out_printf(c->out, "\"thread %llu\"", (unsigned long long)thread);
	tc_out_puts(c->out, "}}");
}

/* What the program attached, and in parentheses what tacho knows. */
static void arguments(struct chrome *c, struct tc_strbuf *scratch, const struct tc_span_view *span)
{
	tc_strbuf_clear(scratch);
	tc_attributes_json(scratch, span);
	tc_out_puts(c->out, ",\"args\":");
	tc_out_add(c->out, tc_strbuf_text(scratch), scratch->bytes - 1); /* up to the brace that closes it */
	const char *comma = span->attributes ? "," : "";
	if (span->open)
		tc_out_printf(c->out, "%s\"(open)\":true", comma);
	comma = span->attributes || span->open ? "," : "";
	if (span->failed) {
		tc_out_printf(c->out, "%s\"(failed)\":true", comma);
		if (span->has_code)
			tc_out_printf(c->out, ",\"(code)\":%lld", (long long)span->code);
		if (span->message) {
			tc_out_puts(c->out, ",\"(message)\":");
			tc_escape_json(c->out, span->message, strlen(span->message));
		}
	}
	tc_out_putc(c->out, '}');
}

static void span_members(struct chrome *c, struct tc_strbuf *scratch, const struct tc_span_view *span)
{
	time_member(c, ",\"ts\":", span->begin);
	tc_out_puts(c->out, ",\"name\":");
	tc_out_name(c->out, &c->names, span->name);
	tc_out_puts(c->out, ",\"cat\":\"");
	tc_out_puts(c->out, tc_kind_text(span->kind));
	tc_out_putc(c->out, '"');
	if (span->failed)
		tc_out_puts(c->out, ",\"cname\":\"terrible\"");
	if (span->open || span->failed || span->attributes)
		arguments(c, scratch, span);
}

static void pair_id(struct chrome *c, const struct tc_span_view *span)
{
	tc_out_puts(c->out, ",\"id\":\"0x");
	tc_out_hex(c->out, span->id);
	tc_out_putc(c->out, '"');
}

static void put_pair(struct chrome *c, struct tc_strbuf *scratch, const struct tc_span_view *span, uint64_t pid)
{
	event(c, 'b', pid, span->thread);
	pair_id(c, span);
	span_members(c, scratch, span);
	tc_out_putc(c->out, '}');
	event(c, 'e', pid, span->thread);
	pair_id(c, span);
	time_member(c, ",\"ts\":", span->begin + (int64_t)span->duration_ns);
	tc_out_puts(c->out, ",\"name\":");
	tc_out_name(c->out, &c->names, span->name);
	tc_out_printf(c->out, ",\"cat\":\"%s\"}", tc_kind_text(span->kind));
}

static void put_arrow(struct chrome *c, char phase, const struct tc_arrow *arrow, const struct tc_arrow_end *end)
{
	if (!tc_arrow_is_drawn(arrow))
		return;
	event(c, phase, c->pid[end->process], end->thread);
	time_member(c, ",\"ts\":", end->at);
	const char *what = arrow->job ? "job" : "link";
	tc_out_printf(c->out, ",\"name\":\"%s\",\"cat\":\"%s\",\"id\":%zu%s}", what, what,
		(size_t)(arrow - c->arrows.arrow) + 1, phase == 'f' ? ",\"bp\":\"e\"" : "");
}

/* Those that end at this span, whose links they are, or whose own way, and links that begin there: behind its slice, so that of slices
 * that begin in the same ns it is the one that viewers find open. */
static void put_arrows(struct chrome *c, const struct tc_span_view *span)
{
	size_t first, count = tc_arrows_from(&c->arrows, span->id, &first);
	for (; c->passed < c->arrows.arrows && c->arrows.arrow[c->passed].to == span->id; c->passed++) {
		const struct tc_arrow *arrow = &c->arrows.arrow[c->passed];
		if (arrow->job)
			put_arrow(c, 's', arrow, &arrow->begin);
		put_arrow(c, 'f', arrow, &arrow->end);
	}
	for (size_t i = 0; i < count; i++)
		if (!c->arrows.by_from[first + i]->job)
			put_arrow(c, 's', c->arrows.by_from[first + i], &c->arrows.by_from[first + i]->begin);
}

/* Viewers reckon in doubles from some begin of their own, and of two instants that are the same either may come out first: then
 * spans that end together, or where another begins, do not nest.  So each ends a hundredth of a ns earlier for its depth. */
static void duration_member(struct chrome *c, const struct tc_span_view *span, tc_instant end)
{
	enum { DEPTHS = 64 };
	uint32_t depth = span->node && span->node->depth < DEPTHS ? span->node->depth : DEPTHS;
	tc_out_puts(c->out, ",\"dur\":");
	tc_out_fixed(c->out, end > span->begin ? (end - span->begin) * 100 - depth - 1 : 0, 5);
}

static void put_spans(struct chrome *c)
{
	struct tc_strbuf scratch = {0};
	for (const struct tc_span_view *span; (span = tc_export_span(c->export));) {
		uint64_t pid = c->pid[span->process];
		if (span->kind != TACHO_KIND_SCOPE)
			put_pair(c, &scratch, span, pid);
		else {
			tc_instant end;
			tc_lanes_pass(&c->lanes, span, &end);
			event(c, 'X', pid, span->thread);
			duration_member(c, span, end);
			span_members(c, &scratch, span);
			tc_out_putc(c->out, '}');
		}
		if (c->arrows.arrows)
			put_arrows(c, span);
	}
	tc_strbuf_release(&scratch);
}

/* Counters belong to a process; the machine and the process tree are none, so they get one that no system has. */
static void put_counters(struct chrome *c)
{
	const uint64_t machine = INT32_MAX;
	const struct tc_session *session = c->export->session;
	label(c, "process_name", machine, 0, "machine and process tree");
	for (size_t i = 0; i < session->series; i++) {
		const struct tc_series_view *view = &session->series_view[i];
		for (size_t k = 0; k < view->count && !view->left_out; k++) {
			if (!isfinite(view->value[k]))
				continue;
			event(c, 'C', machine, 0);
			time_member(c, ",\"ts\":", view->at[k]);
			tc_out_puts(c->out, ",\"name\":");
			tc_escape_json(c->out, view->series.name, strlen(view->series.name));
			tc_out_puts(c->out, ",\"args\":{");
			tc_escape_json(c->out, view->series.unit, strlen(view->series.unit));
			tc_out_putc(c->out, ':');
			tc_out_f64(c->out, view->value[k]);
			tc_out_puts(c->out, "}}");
		}
	}
}

static void put_processes(struct chrome *c)
{
	const struct tc_session *session = c->export->session;
	for (uint32_t i = 0; i < session->processes; i++) {
		const char *program = session->process[i].program;
		label(c, "process_name", c->pid[i], 0, program ? program : "process");
	}
	for (size_t i = 0; i < session->thread_names; i++) {
		const struct tc_thread_name *of = &session->thread_name[i];
		label(c, "thread_name", c->pid[of->process], of->tid, *of->name ? of->name : NULL);
	}
}

static void put_head(struct chrome *c)
{
	const struct tc_session *session = c->export->session;
	uint64_t begin = session->manifest.begin.realtime_ns;
	tc_out_puts(c->out, "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"session\":");
	const char *name = session->manifest.name ? session->manifest.name : "";
	tc_escape_json(c->out, name, strlen(name));
	tc_out_printf(c->out, ",\"begin_time\":%s%s%s,\"unit\":\"µs since begin_time\"},\"traceEvents\":[",
		begin ? "\"" : "", begin ? tc_time_utc(begin).text : "null", begin ? "\"" : "");
}

static int write_chrome(struct tc_export *export)
{
	struct chrome c = {.export = export, .out = export->out, .pid = tc_export_pids(export->session)};
	int error = c.pid ? tc_escaped_names(&c.names, export->session, tc_escape_json) : TACHO_ENOMEM;
	if (!error)
		error = tc_arrows_find(&c.arrows, export);
	if (!error) {
		put_head(&c);
		put_processes(&c);
		put_counters(&c);
		put_spans(&c);
		tc_out_puts(c.out, "\n]}\n");
	}
	if (c.lanes.no_memory)
		error = tc_error(TACHO_ENOMEM, "not enough memory for %zu threads", c.lanes.lanes);
	tc_lanes_release(&c.lanes);
	tc_escaped_release(&c.names);
	tc_arrows_release(&c.arrows);
	free(c.pid);
	return error;
}

const struct tc_format tc_format_chrome = {
	.name = "chrome",
	.ending = ".trace.json",
	.summary =
		"Chrome trace JSON for Perfetto (ui.perfetto.dev) and speedscope: spans, counters, links on one clock",
	.has_spans = true,
	.streams = true,
	.write = write_chrome,
};
