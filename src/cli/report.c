/* SPDX-License-Identifier: MIT */
#include "cli/report.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "cli/render.h"
#include "format/store.h"

enum { NOTES = 12 };

void tc_render_heading(struct tc_view *view, const char *text)
{
	tc_screen_line(&view->screen);
	tc_screen_put(&view->screen, TC_BOLD, text);
}

void tc_render_more(struct tc_view *view, size_t more, const char *noun, const char *together)
{
	char what[48];
	if (!more)
		return;
	snprintf(what, sizeof what, "more %s", noun);
	tc_screen_to(&view->screen, 2);
	tc_screen_printf(&view->screen, TC_DIM, "%s%s: --top 0", tc_counted(more, what).text, together);
	tc_screen_line(&view->screen);
}

static void draw_notes(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	struct tc_strbuf text = {0};
	if (!session->notes)
		return;
	tc_render_heading(view, "Notes");
	tc_screen_line(&view->screen);
	bool all = view->options->has_top && !view->options->top; /* fewer than usual are never wanted: they warn */
	size_t most = all || session->notes <= NOTES ? session->notes : NOTES;
	for (size_t i = 0; i < most; i++) {
		tc_strbuf_clear(&text);
		tc_text_escape(&text, session->note[i], strlen(session->note[i]), !view->screen.utf8);
		tc_screen_to(&view->screen, 2);
		tc_screen_words(&view->screen, TC_WARN, tc_strbuf_text(&text), 4);
		tc_screen_line(&view->screen);
	}
	tc_render_more(view, session->notes - most, "note", "");
	tc_strbuf_release(&text);
}

/* What names the session in commands that come next: its name when the store has it, else its path. */
static void put_handle(struct tc_strbuf *out, const char *directory)
{
	char found[PATH_MAX], real[PATH_MAX], other[PATH_MAX];
	const char *slash = strrchr(directory, '/');
	bool stored = slash && slash[1] && !tc_session_find(slash + 1, found) && realpath(found, real) &&
	              realpath(directory, other) && !strcmp(real, other);
	tc_strbuf_puts(out, stored ? slash + 1 : directory);
}

/* Whole, because it is to be copied: what does not fit beside its label has a line of its own. */
static void draw_hint(struct tc_view *view, const char *label, const char *text)
{
	const size_t beside = 11;
	tc_screen_put(&view->screen, TC_DIM, label);
	if (beside + tc_text_columns(text) > view->screen.columns)
		tc_screen_line(&view->screen);
	else
		tc_screen_to(&view->screen, beside);
	tc_screen_whole(&view->screen, TC_PLAIN, text);
	tc_screen_line(&view->screen);
}

static bool is_part(const struct tc_session_options *part)
{
	return part && (part->has_window || part->name_glob || part->source_glob || part->has_kinds);
}

static void draw_foot(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	struct tc_strbuf handle = {0}, text = {0};
	uint64_t failed = 0;
	for (size_t i = 0; i < session->names; i++)
		failed += session->name[i].figures.failed;
	tc_screen_line(&view->screen);
	if (!session->names)
		draw_hint(view, "Phases",
			is_part(view->options->part) ? "none that were asked for" : "none marked: see tacho help span");
	tc_text_escape(&text, session->directory, strlen(session->directory), !view->screen.utf8);
	draw_hint(view, "Session", tc_strbuf_text(&text));
	put_handle(&handle, session->directory);
	tc_strbuf_clear(&text);
	tc_strbuf_puts(&text, session->names ? failed ? "tacho dump " : "tacho report " : "tacho report ");
	tc_text_escape(&text, tc_strbuf_text(&handle), handle.bytes, !view->screen.utf8);
	tc_strbuf_puts(&text, session->names ? failed ? " --failed" : " --sort total" : " --format json");
	draw_hint(view, "Next", tc_strbuf_text(&text));
	tc_strbuf_release(&handle);
	tc_strbuf_release(&text);
}

int tc_report_text(const struct tc_session *session, const struct tc_report_options *options, FILE *out)
{
	struct tc_view view = {.session = session, .options = options};
	struct tc_diagnosis *diagnosis;
	int error = tc_diagnose_part(&diagnosis, session, options);
	if (error)
		return error;
	view.diagnosis = diagnosis;
	tc_screen_init(&view.screen, out);
	tc_render_head(&view);
	error = tc_render_advice(&view);
	if (!error) {
		tc_render_what_ifs(&view);
		error = tc_render_phases(&view);
	}
	if (error)
		goto out;
	tc_render_open(&view);
	tc_render_failures(&view);
	error = tc_render_paths(&view);
	if (error)
		goto out;
	tc_render_shares(&view);
	tc_render_load(&view);
	if (!tc_considers_nothing(session, options)) {
		tc_render_metrics(&view);
		tc_render_resources(&view);
	}
	tc_render_outlook(&view);
	tc_render_processes(&view);
	draw_notes(&view);
	draw_foot(&view);
	error = tc_screen_write(&view.screen, out);
out:
	tc_screen_release(&view.screen);
	tc_diagnosis_release(diagnosis);
	return error;
}

int tc_report_session(const char *directory, FILE *out)
{
	static const struct tc_report_options usual = {0};
	static const struct tc_session_options bounded = {.stream = true, .finds = true};
	struct tc_session *session;
	int error = tc_session_open(&session, directory, &bounded);
	if (error)
		return error;
	error = tc_report_text(session, &usual, out);
	tc_session_release(session);
	return error;
}
