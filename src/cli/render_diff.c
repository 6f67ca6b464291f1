/* SPDX-License-Identifier: MIT
 *
 * render_diff.c - a comparison of sessions on a screen: what differs first, and how sure that is.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "cli/diff.h"
#include "cli/render.h"

enum { INDENT = 2, FIGURE = 11, CHANGE = 9, INTERVAL = 17, LAST = 10, NAME_LEAST = 19, NAME_MOST = 44 };

static enum tc_style style_of(enum tc_verdict verdict)
{
	return verdict == TC_REGRESSION     ? TC_BAD
	       : verdict == TC_IMPROVEMENT  ? TC_GOOD
	       : verdict == TC_INCONCLUSIVE ? TC_WARN
	                                    : TC_PLAIN;
}

static size_t name_width(const struct tc_screen *screen)
{
	size_t others = 2 * FIGURE + CHANGE + INTERVAL + LAST;
	size_t room = screen->columns > others ? screen->columns - others : 0;
	room -= room >= NAME_LEAST + LAST ? LAST : 0; /* of the run a word stands before what is last */
	return room < NAME_LEAST ? NAME_LEAST : room > NAME_MOST ? NAME_MOST : room;
}

static void draw_words(struct tc_screen *screen, enum tc_style style, const char *text, size_t indent)
{
	struct tc_strbuf shown = {0};
	tc_text_escape(&shown, text, strlen(text), !screen->utf8);
	tc_screen_to(screen, indent);
	tc_screen_words(screen, style, tc_strbuf_text(&shown), indent);
	tc_screen_line(screen);
	tc_strbuf_release(&shown);
}

static void draw_side(struct tc_screen *screen, const char *label, const struct tc_side *side)
{
	struct tc_strbuf name = {0};
	tc_side_label(&name, side);
	tc_screen_put(screen, TC_DIM, label);
	tc_screen_to(screen, 6);
	tc_screen_raw(screen, TC_BOLD, tc_strbuf_text(&name), name.bytes, screen->columns);
	tc_screen_line(screen);
	tc_strbuf_release(&name);
}

static void draw_head(struct tc_screen *screen, const struct tc_diff_view *view)
{
	struct tc_strbuf text = {0};
	draw_side(screen, "base", &view->side[0]);
	draw_side(screen, "new", &view->side[1]);
	tc_screen_line(screen);
	tc_diff_sentence(&text, view);
	draw_words(screen, style_of(tc_diff_worst(view)), tc_strbuf_text(&text), INDENT);
	if (view->diff->single)
		draw_words(screen, TC_DIM, "of these two runs alone; several a side tell of the program", INDENT);
	else if (view->diff->side[0].count < TC_EVIDENCE_SESSIONS || view->diff->side[1].count < TC_EVIDENCE_SESSIONS)
		draw_words(screen, TC_DIM, "of these runs alone; five a side and more tell of the program", INDENT);
	tc_strbuf_clear(&text);
	tc_diff_figures_sentence(&text, view);
	draw_words(screen, TC_DIM, tc_strbuf_text(&text), INDENT);
	tc_strbuf_release(&text);
}

/* Names stand under their verdict; of the run each row has it as a word, which comes before its interval. */
static void draw_headings(struct tc_screen *screen, const char *title, bool word, const char *last)
{
	tc_screen_line(screen);
	tc_screen_put(screen, TC_BOLD, title);
	tc_screen_to(screen, name_width(screen));
	tc_screen_right(screen, TC_DIM, "base", FIGURE);
	tc_screen_right(screen, TC_DIM, "new", FIGURE);
	tc_screen_right(screen, TC_DIM, "change", CHANGE);
	if (screen->column + INTERVAL + (word ? LAST : 0) <= screen->columns)
		tc_screen_right(screen, TC_DIM, "95 % interval", INTERVAL);
	if (word)
		tc_screen_right(screen, TC_DIM, "verdict", LAST);
	if (screen->column + LAST <= screen->columns)
		tc_screen_right(screen, TC_DIM, last, LAST);
	tc_screen_line(screen);
}

static struct tc_figure figure(double value, const char *unit)
{
	struct tc_figure f = !strcmp(unit, "ns") ? tc_duration_short(value) : tc_series_figure(value, unit);
	return tc_text_columns(f.text) < FIGURE ? f : tc_number_short(value); /* of things that the name tells */
}

/* What behind the name there is room for: the change before its interval, the interval before what else there is. */
static void draw_value(struct tc_screen *screen, const struct tc_diff_value *value, const char *unit, const char *word)
{
	const struct tc_comparison *c = &value->comparison;
	bool told = c->verdict != TC_INCONCLUSIVE;
	tc_screen_to(screen, name_width(screen));
	tc_screen_cell(screen, TC_PLAIN, figure(value->base, unit).text, FIGURE);
	tc_screen_cell(screen, TC_PLAIN, figure(value->other, unit).text, FIGURE);
	tc_screen_cell(screen, told ? style_of(c->verdict) : TC_DIM, tc_diff_change(tc_diff_ratio(value)).text, CHANGE);
	if (screen->column + INTERVAL + (word ? LAST : 0) <= screen->columns)
		tc_screen_cell(screen, told ? TC_PLAIN : TC_DIM, tc_diff_interval(c).text, INTERVAL);
	if (word)
		tc_screen_cell(screen, style_of(c->verdict), word, LAST);
	if (screen->column + LAST <= screen->columns)
		tc_screen_cell(screen, told ? TC_DIM : TC_WARN,
			told ? tc_diff_q(c->q_value).text : tc_diff_runs(value).text, LAST);
	tc_screen_line(screen);
}

static void draw_row(struct tc_screen *screen, const struct tc_diff_row *row, const char *word)
{
	tc_screen_to(screen, INDENT);
	tc_screen_raw(screen, TC_PLAIN, row->name, row->bytes, name_width(screen) - INDENT);
	draw_value(screen, &row->value[TC_DIFF_MEDIAN], row->unit, word);
	if (!tc_diff_shows_tail(row))
		return;
	tc_screen_put(screen, TC_DIM, "    p95");
	draw_value(screen, &row->value[TC_DIFF_TAIL], row->unit, NULL);
}

static void draw_rest(struct tc_screen *screen, size_t hidden)
{
	if (!hidden)
		return;
	tc_screen_printf(screen, TC_DIM, "  … %s more: --top 0 shows all", tc_count(hidden).text);
	tc_screen_line(screen);
}

static void draw_group(struct tc_screen *screen, const struct tc_diff_view *view, size_t from, enum tc_verdict verdict)
{
	size_t count = view->count[verdict], shown = view->top && view->top < count ? view->top : count;
	if (!count)
		return;
	draw_headings(screen, tc_diff_group[verdict], false, verdict == TC_INCONCLUSIVE ? "needs" : "q");
	for (size_t i = 0; i < shown; i++)
		draw_row(screen, view->row[from + i], NULL);
	draw_rest(screen, count - shown);
}

static void draw_alone(struct tc_screen *screen, const struct tc_diff_view *view, const char *title,
	const struct tc_diff_alone *name, size_t count)
{
	size_t shown = view->top && view->top < count ? view->top : count;
	if (!count)
		return;
	tc_screen_line(screen);
	tc_screen_put(screen, TC_BOLD, title);
	tc_screen_to(screen, name_width(screen));
	tc_screen_right(screen, TC_DIM, "spans", FIGURE);
	tc_screen_right(screen, TC_DIM, "median", FIGURE);
	tc_screen_right(screen, TC_DIM, "total", CHANGE);
	tc_screen_line(screen);
	for (size_t i = 0; i < shown; i++) {
		tc_screen_to(screen, INDENT);
		tc_screen_raw(screen, TC_PLAIN, name[i].name, name[i].bytes, name_width(screen) - INDENT);
		tc_screen_to(screen, name_width(screen));
		tc_screen_cell(screen, TC_PLAIN, tc_spans_figure(name[i].count, name[i].open).text, FIGURE);
		tc_screen_cell(screen, TC_PLAIN, tc_duration_short(name[i].median_ns).text, FIGURE);
		tc_screen_cell(screen, TC_PLAIN, tc_duration_short(tc_diff_so_far(&name[i])).text, CHANGE);
		tc_screen_line(screen);
	}
	draw_rest(screen, count - shown);
}

static void draw_resources(struct tc_screen *screen, const struct tc_diff *diff)
{
	if (!diff->resources)
		return;
	draw_headings(screen, "The run", true, "q / needs");
	for (size_t i = 0; i < diff->resources; i++)
		draw_row(screen, &diff->resource[i], tc_diff_word(&diff->resource[i]));
}

static void draw_foot(struct tc_screen *screen, const struct tc_diff_view *view)
{
	if (view->notes || view->failures)
		tc_screen_line(screen);
	for (size_t i = 0; i < view->notes; i++)
		draw_words(screen, TC_WARN, view->note[i], INDENT);
	for (size_t i = 0; i < view->failures; i++) {
		struct tc_strbuf text = {0};
		tc_strbuf_printf(&text, "--fail-if %s: %s", view->failure[i].condition->text, view->failure[i].why);
		draw_words(screen, TC_BAD, tc_strbuf_text(&text), INDENT);
		tc_strbuf_release(&text);
	}
}

void tc_render_diff(struct tc_screen *screen, const struct tc_diff_view *view)
{
	size_t from = 0;
	draw_head(screen, view);
	for (int i = 0; i <= TC_EQUIVALENT; i++) {
		draw_group(screen, view, from, tc_diff_order[i]);
		from += view->count[tc_diff_order[i]];
	}
	draw_alone(screen, view, "New", view->diff->fresh, view->diff->added);
	draw_alone(screen, view, "Vanished", view->diff->gone, view->diff->vanished);
	draw_resources(screen, view->diff);
	draw_foot(screen, view);
}
