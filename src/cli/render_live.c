/* SPDX-License-Identifier: MIT
 *
 * render_live.c - the top of a report as a running session is followed with: what was found, the names that take most of the time, and
 * the machine, in as many lines as the window has: findings whole, of the rest the first lines.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/units.h"
#include "cli/live.h"
#include "cli/render.h"

enum { NAME_LEAST = 14, NAME_MOST = 40, LEVEL = 8, FIGURE = 11, FIGURES = 6, BUSIEST = 40 };

static const char *const headings[FIGURES] = {"of time", "count", "total", "mean", "p95", "failed"};

static size_t name_columns(const struct tc_screen *screen)
{
	size_t others = 2 + LEVEL + FIGURES * FIGURE;
	size_t room = screen->columns > others ? screen->columns - others : 0;
	return room < NAME_LEAST ? NAME_LEAST : room > NAME_MOST ? NAME_MOST : room;
}

/* Whole or not at all. */
static void draw_figure(struct tc_screen *screen, enum tc_style style, const char *text)
{
	if (screen->column + FIGURE <= screen->columns)
		tc_screen_cell(screen, style, text, FIGURE);
}

static void draw_headings(struct tc_view *view)
{
	struct tc_screen *screen = &view->screen;
	bool by_time = view->options->sort == TC_SORT_FIRST || view->options->sort == TC_SORT_TOTAL;
	tc_render_heading(view, by_time ? "Busiest" : "Names");
	tc_screen_to(screen, 2 + name_columns(screen));
	tc_screen_put(screen, TC_DIM, "load");
	tc_screen_to(screen, 2 + name_columns(screen) + LEVEL);
	for (size_t i = 0; i < FIGURES; i++)
		draw_figure(screen, TC_DIM, headings[i]);
	tc_screen_line(screen);
}

static enum tc_level level_of(const struct tc_loads *loads, const struct tc_name_view *name)
{
	for (size_t i = 0; i < loads->modules; i++)
		if (loads->module[i].name == name->name)
			return loads->module[i].now;
	return TC_LEVEL_UNKNOWN;
}

static void draw_level(struct tc_screen *screen, enum tc_level level)
{
	enum tc_style style = level == TC_LEVEL_RED ? TC_BAD : level == TC_LEVEL_YELLOW ? TC_WARN : TC_GOOD;
	const char *text = tc_level_name(level);
	tc_screen_put(screen, text ? style : TC_DIM, text ? text : "·");
}

static void draw_name(struct tc_view *view, const struct tc_name_diagnosis *name)
{
	struct tc_screen *screen = &view->screen;
	const struct tc_name_view *v = name->view;
	size_t columns = name_columns(screen);
	tc_screen_to(screen, 2);
	tc_screen_raw(screen, TC_PLAIN, v->name, v->bytes, columns - 1);
	tc_screen_to(screen, 2 + columns);
	draw_level(screen, level_of(&view->diagnosis->loads, v));
	tc_screen_to(screen, 2 + columns + LEVEL);
	draw_figure(screen, TC_PLAIN, tc_percent(100 * name->use.verdict.share).text);
	draw_figure(screen, TC_PLAIN, tc_spans_figure(v->figures.count, v->open).text);
	draw_figure(screen, TC_PLAIN, tc_duration_short(tc_wide_double(v->figures.sum_ns) + (double)v->open_ns).text);
	draw_figure(screen, TC_PLAIN, v->figures.count ? tc_duration_short(v->summary.mean).text : "·");
	draw_figure(screen, TC_PLAIN, v->figures.count ? tc_duration_short(v->summary.p95).text : "·");
	draw_figure(screen, v->figures.failed ? TC_BAD : TC_DIM,
		v->figures.failed ? tc_count(v->figures.failed).text : "·");
	tc_screen_line(screen);
}

static double key_of(const struct tc_name_view *name, enum tc_sort sort)
{
	const struct tc_figures *f = &name->figures;
	switch (sort) {
	case TC_SORT_TOTAL:
		return tc_wide_double(f->sum_ns) + (double)name->open_ns;
	case TC_SORT_SELF:
		return (double)f->self_ns;
	case TC_SORT_MEAN:
		return f->count ? name->summary.mean : -1;
	case TC_SORT_P95:
		return f->count ? name->summary.p95 : -1;
	case TC_SORT_COUNT:
		return (double)f->count;
	case TC_SORT_FAILED: /* as of phases: the rate */
		return f->count ? (double)f->failed / (double)f->count : -1;
	default:
		return 0;
	}
}

struct busy {
	const struct tc_name_diagnosis *name;
	size_t place; /* by time */
};

static int compare(const void *left, const void *right, void *context)
{
	const struct busy *a = left, *b = right;
	enum tc_sort sort = *(const enum tc_sort *)context;
	double x = key_of(a->name->view, sort), y = key_of(b->name->view, sort);
	int order = sort == TC_SORT_NAME ? strcmp(a->name->view->name, b->name->view->name) : (x < y) - (x > y);
	return order ? order : (a->place > b->place) - (a->place < b->place);
}

static int draw_busiest(struct tc_view *view)
{
	const struct tc_diagnosis *d = view->diagnosis;
	if (!d->names)
		return 0;
	struct busy *busy = malloc(d->names * sizeof *busy);
	if (!busy)
		return tc_error(TACHO_ENOMEM, "no memory for %zu names", d->names);
	for (size_t i = 0; i < d->names; i++)
		busy[i] = (struct busy){&d->name[d->by_time[i]], i};
	enum tc_sort sort = view->options->sort;
	qsort_r(busy, d->names, sizeof *busy, compare, &sort);
	size_t rows = tc_considered_rows(view->options, d->names, BUSIEST);
	bool open = false;
	draw_headings(view);
	for (size_t i = 0; i < rows; i++) {
		draw_name(view, busy[i].name);
		open |= busy[i].name->view->open;
	}
	free(busy);
	tc_render_more(view, d->names - rows, "name", "");
	if (open)
		tc_render_not_ended(view);
	return 0;
}

static int draw_head(struct tc_view *view)
{
	tc_render_head(view);
	return 0;
}

static int draw_resources(struct tc_view *view)
{
	tc_render_resources(view);
	return 0;
}

static int draw_what_ifs(struct tc_view *view)
{
	tc_render_what_ifs(view);
	return 0;
}

enum { HEAD, FINDINGS, ASKED, NAMES, MACHINE, SECTIONS };
static int (*const sections[SECTIONS])(struct tc_view *view) = {
	draw_head, tc_render_advice, draw_what_ifs, draw_busiest, draw_resources};
static const int order[SECTIONS] = {
	HEAD, ASKED, NAMES, MACHINE, FINDINGS}; /* how much room findings have depends on the others */

static size_t lines_of(const char *text)
{
	size_t lines = 0;
	for (; (text = strchr(text, '\n')); text++)
		lines++;
	return lines;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t less(size_t a, size_t b)
{
	return a > b ? a - b : 0;
}

/* Two fifths of what the head leaves, and what the others do not need. */
static size_t rows_for_findings(const size_t lines[SECTIONS], size_t rows)
{
	size_t left = less(rows, lines[HEAD] + lines[ASKED]);
	return larger(2 * left / 5, less(left, lines[NAMES] + lines[MACHINE]));
}

/* A finding for which there is no room is not cut; names and the machine have a half each of the rest, and what the other leaves. */
static void share_out(size_t lines[SECTIONS], size_t rows)
{
	lines[HEAD] = smaller(lines[HEAD], rows);
	rows -= lines[HEAD];
	lines[ASKED] = smaller(lines[ASKED], rows);
	rows -= lines[ASKED];
	lines[FINDINGS] = lines[FINDINGS] > rows ? 0 : lines[FINDINGS];
	rows -= lines[FINDINGS];
	lines[MACHINE] = smaller(lines[MACHINE], larger(rows / 2, less(rows, lines[NAMES])));
	lines[NAMES] = smaller(lines[NAMES], rows - lines[MACHINE]);
}

static void add_lines(struct tc_strbuf *out, const char *text, size_t lines)
{
	const char *end = text;
	for (; lines; lines--)
		end = strchr(end, '\n') + 1;
	tc_strbuf_add(out, text, (size_t)(end - text));
}

static void add_hint(struct tc_strbuf *out, const char *hint, FILE *where)
{
	struct tc_screen screen;
	tc_screen_init(&screen, where);
	tc_screen_put(&screen, TC_DIM, hint);
	tc_strbuf_puts(out, tc_strbuf_text(&screen.text));
	tc_screen_release(&screen);
}

int tc_render_live(struct tc_strbuf *out, const struct tc_diagnosis *diagnosis, const struct tc_report_options *options,
	size_t rows, const char *hint, FILE *where)
{
	struct tc_strbuf text[SECTIONS] = {{0}};
	size_t lines[SECTIONS] = {0};
	int error = 0;
	rows -= hint != NULL;
	for (int k = 0; k < SECTIONS; k++) {
		int i = order[k];
		struct tc_view view = {.session = diagnosis->session, .diagnosis = diagnosis, .options = options};
		tc_screen_init(&view.screen, where);
		view.rows = rows_for_findings(lines, rows);
		error = error ? error : sections[i](&view);
		text[i] = view.screen.text;
		lines[i] = lines_of(tc_strbuf_text(&text[i]));
	}
	share_out(lines, rows);
	for (int i = 0; i < SECTIONS; i++) {
		add_lines(out, tc_strbuf_text(&text[i]), lines[i]);
		out->failed |= text[i].failed;
		tc_strbuf_release(&text[i]);
	}
	if (hint)
		add_hint(out, hint, where);
	return error ? error : out->failed ? tc_error(TACHO_ENOMEM, "not enough memory to draw the report") : 0;
}
