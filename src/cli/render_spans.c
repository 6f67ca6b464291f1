/* SPDX-License-Identifier: MIT
 *
 * render_spans.c - single spans: what failed, and what was under way.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "base/units.h"
#include "cli/render.h"

enum { NAMES = 8, STACKS = 8 };

static void put_cut(struct tc_strbuf *out, uint32_t cut)
{
	if (cut)
		tc_strbuf_printf(out, " (%" PRIu32 " bytes cut)", cut);
}

void tc_attribute_text(struct tc_strbuf *out, const struct tc_attribute_view *a, bool ascii_only)
{
	if (a->key) {
		tc_text_escape(out, a->key, strlen(a->key), ascii_only);
		tc_strbuf_puts(out, *a->key ? "=" : "\"\"=");
	}
	if (a->type == TACHO_ATTR_I64 || a->type == TACHO_ATTR_CODE)
		tc_strbuf_printf(out, "%" PRId64, a->i64);
	else if (a->type == TACHO_ATTR_F64)
		tc_strbuf_printf(out, "%.6g", a->f64);
	else if (a->type == TACHO_ATTR_BOOL)
		tc_strbuf_puts(out, a->i64 ? "true" : "false");
	else if (a->text) {
		const char *quote = memchr(a->text, ' ', a->text_bytes) || !a->text_bytes ? "\"" : "";
		tc_strbuf_puts(out, quote);
		tc_text_escape(out, a->text, a->text_bytes, ascii_only);
		tc_strbuf_puts(out, a->cut ? "…" : "");
		tc_strbuf_puts(out, quote);
		put_cut(out, a->cut);
	}
}

void tc_attributes_text(struct tc_strbuf *out, const struct tc_span_view *span, bool ascii_only)
{
	for (size_t i = 0; i < span->attributes; i++) {
		if (i)
			tc_strbuf_putc(out, ' ');
		tc_attribute_text(out, &span->attribute[i], ascii_only);
	}
	if (span->attributes_lost)
		tc_strbuf_puts(out, span->attributes ? " …" : "(attributes lost)");
}

void tc_failure_text(struct tc_strbuf *out, const struct tc_span_view *span, bool ascii_only)
{
	if (span->message)
		tc_text_escape(out, span->message, strlen(span->message), ascii_only);
	if (span->message)
		put_cut(out, span->message_cut);
	else if (span->has_code)
		tc_strbuf_printf(out, "code %" PRId64, span->code);
	else
		tc_strbuf_puts(out, "failed");
	if (span->message && span->has_code && span->code)
		tc_strbuf_printf(out, " (%" PRId64 ")", span->code);
}

/* ---- what failed ---- */

static void draw_failed_span(struct tc_view *view, const char *which, const struct tc_span_view *span)
{
	struct tc_screen *screen = &view->screen;
	struct tc_strbuf text = {0}, attributes = {0};
	tc_failure_text(&text, span, !screen->utf8);
	tc_attributes_text(&attributes, span, !screen->utf8);
	tc_screen_to(screen, 4);
	tc_screen_cut(screen, TC_DIM, which, 6);
	tc_screen_to(screen, 10);
	tc_screen_right(screen, TC_DIM, tc_duration((double)span->begin).text, 11);
	tc_screen_to(screen, 23);
	tc_screen_put(screen, TC_PLAIN, tc_strbuf_text(&text));
	if (attributes.bytes) {
		if (screen->column + 2 + tc_text_columns(attributes.text) > screen->columns)
			tc_screen_line(screen);
		tc_screen_to(screen, screen->column ? screen->column + 2 : 23);
		tc_screen_put(screen, TC_DIM, attributes.text);
	}
	tc_screen_line(screen);
	tc_strbuf_release(&text);
	tc_strbuf_release(&attributes);
}

void tc_render_failed_name(struct tc_view *view, const struct tc_name_view *name)
{
	struct tc_screen *screen = &view->screen;
	const struct tc_span_view *first = NULL, *last = NULL;
	for (size_t i = 0; i < name->failed_kept_count; i++) {
		const struct tc_span_view *span = &name->failed_kept[i];
		first = !first || span->begin < first->begin ? span : first;
		last = !last || span->begin > last->begin ? span : last;
	}
	tc_screen_to(screen, 2);
	tc_screen_raw(screen, TC_BAD, name->name, name->bytes, screen->columns / 2);
	tc_screen_printf(screen, TC_PLAIN, "  %s of %s", tc_count(name->figures.failed).text,
		tc_count(name->figures.count).text);
	tc_screen_printf(screen, TC_DIM, "  %s",
		tc_percent(100.0 * (double)name->figures.failed / (double)name->figures.count).text);
	tc_screen_line(screen);
	if (first)
		draw_failed_span(view, first == last ? "at" : "first", first);
	if (last != first)
		draw_failed_span(view, "last", last);
}

/* The name with most failures of those not drawn yet: `most` bounds how many it has, names before `at` with as many are
 * drawn. */
static size_t next_failed(const struct tc_session *session, uint64_t most, size_t at)
{
	size_t best = SIZE_MAX;
	for (size_t i = 0; i < session->names; i++) {
		uint64_t failed = session->name[i].figures.failed;
		if (!failed || failed > most || (failed == most && at != SIZE_MAX && i <= at))
			continue;
		if (best == SIZE_MAX || failed > session->name[best].figures.failed)
			best = i;
	}
	return best;
}

void tc_render_failures(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	size_t names = 0, drawn = 0;
	for (size_t i = 0; i < session->names; i++)
		names += session->name[i].figures.failed > 0;
	if (!names)
		return;
	tc_render_heading(view, "Failures");
	tc_screen_line(&view->screen);
	size_t most = tc_considered_rows(view->options, names, NAMES);
	uint64_t failed = UINT64_MAX;
	for (size_t at = SIZE_MAX; drawn < most && (at = next_failed(session, failed, at)) != SIZE_MAX; drawn++) {
		failed = session->name[at].figures.failed;
		tc_render_failed_name(view, &session->name[at]);
	}
	tc_render_more(view, names - drawn, "name", " with failures");
}

/* ---- what was under way ---- */

/* One thread's open spans, outermost first. */
static void draw_stack(struct tc_view *view, const struct tc_span_view *span, size_t count)
{
	const struct tc_session *session = view->session;
	struct tc_screen *screen = &view->screen;
	struct tc_strbuf text = {0}, who = {0};
	for (size_t i = 0; i < count; i++) {
		const struct tc_name_view *name = &session->name[span[i].name];
		tc_strbuf_puts(&text, i ? " › " : "");
		tc_text_escape(&text, name->name, name->bytes, !screen->utf8);
	}
	const struct tc_process_view *process = &session->process[span->process];
	const char *program = process->program ? process->program : "";
	tc_text_escape(&who, program, strlen(program), !screen->utf8);
	tc_strbuf_printf(&who, " %" PRIu64 ", thread %" PRIu32, process->pid, span->thread);
	struct tc_figure time = tc_duration((double)span[count - 1].duration_ns);
	tc_screen_to(screen, 2);
	struct tc_strbuf path = {0};
	tc_text_cut_begin(&path, tc_strbuf_text(&text), screen->columns - 2 - 5 - tc_text_columns(time.text));
	tc_screen_put(screen, TC_BOLD, tc_strbuf_text(&path));
	tc_screen_printf(screen, TC_PLAIN, " for %s", time.text);
	if (screen->column + 3 + tc_text_columns(tc_strbuf_text(&who)) > screen->columns) {
		tc_screen_line(screen);
		tc_screen_to(screen, 3);
	}
	tc_screen_to(screen, screen->column + 3);
	tc_screen_put(screen, TC_DIM, tc_strbuf_text(&who));
	tc_screen_line(screen);
	tc_strbuf_clear(&text);
	for (size_t i = 0; i < count; i++) {
		if (text.bytes && span[i].attributes)
			tc_strbuf_puts(&text, " · ");
		tc_attributes_text(&text, &span[i], !screen->utf8);
	}
	if (text.bytes) {
		tc_screen_to(screen, 6);
		tc_screen_put(screen, TC_DIM, text.text);
		tc_screen_line(screen);
	}
	tc_strbuf_release(&text);
	tc_strbuf_release(&path);
	tc_strbuf_release(&who);
}

/* The end of the stack whose outermost span is at `from`: a thread's open scopes, or a span beside the stack. */
static size_t stack_end(const struct tc_session *session, size_t from)
{
	const struct tc_span_view *span = &session->open_span[from];
	size_t to = from + 1;
	while (!span->kind && to < session->open_spans && session->open_span[to].process == span->process &&
		session->open_span[to].thread == span->thread && !session->open_span[to].kind &&
		session->open_span[to].depth > session->open_span[to - 1].depth)
		to++;
	return to;
}

void tc_render_open(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	size_t stacks = 0, drawn = 0;
	for (size_t at = 0; at < session->open_spans; at = stack_end(session, at))
		stacks++;
	if (!stacks)
		return;
	tc_render_heading(view, session->live ? "Is in the middle of" : "Was in the middle of");
	tc_screen_line(&view->screen);
	size_t most = tc_considered_rows(view->options, stacks, STACKS);
	for (size_t at = 0; drawn < most; at = stack_end(session, at), drawn++)
		draw_stack(view, &session->open_span[at], stack_end(session, at) - at);
	tc_render_more(view, stacks - drawn, "stack", " of open spans");
}
