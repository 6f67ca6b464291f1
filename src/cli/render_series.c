/* SPDX-License-Identifier: MIT
 *
 * render_series.c - readings over time: a line for each series, with the figures that there is room for and a plot.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "base/units.h"
#include "cli/plot.h"
#include "cli/render.h"
#include "read/course.h"

enum { FIGURE = 12, PLOT_LEAST = 10, PLOT_GOOD = 20, PLOT_MOST = 60, FIGURES = 5 };

enum column { LAST, AVERAGE, MIN, P95, MAX };

struct columns {
	size_t count;
	enum column column[FIGURES];
};

/* As many as leave room for a plot; of a run that goes on, what is now comes first. */
static struct columns columns_of(const struct tc_view *view, size_t label, bool all)
{
	static const struct columns every = {5, {LAST, AVERAGE, MIN, P95, MAX}}, four = {4, {LAST, AVERAGE, P95, MAX}},
				    over = {3, {AVERAGE, P95, MAX}}, live = {3, {LAST, AVERAGE, MAX}},
				    least_over = {2, {AVERAGE, MAX}}, least_live = {2, {LAST, MAX}};
	size_t room = view->screen.columns > label ? view->screen.columns - label : 0;
	if (all && room >= 5 * FIGURE)
		return every;
	if (room >= 4 * FIGURE + 2 + PLOT_GOOD)
		return four;
	if (room >= 3 * FIGURE + 2 + PLOT_LEAST)
		return view->session->live ? live : over;
	return view->session->live ? least_live : least_over;
}

static double value_of(const struct tc_course *course, enum column column)
{
	const double values[] = {course->last, course->average, course->min, course->p95, course->max};
	return values[column];
}

static bool fits(struct tc_figure figure)
{
	return tc_text_columns(figure.text) < FIGURE;
}

static bool is_one_of(struct tc_figure figure, const char *unit)
{
	return !strncmp(figure.text, "1 ", 2) && !strncmp(figure.text + 2, unit, 14);
}

/* A unit stands behind all figures of a row or none; those of counts are plurals, and stand in the name already. */
static bool has_room_for_units(
	const struct tc_series_view *series, const struct columns *columns, struct tc_figure figure[FIGURES])
{
	bool room = true;
	for (size_t i = 0; i < columns->count; i++) {
		figure[i] = tc_series_figure(value_of(&series->course, columns->column[i]), series->series.unit);
		room = room && fits(figure[i]) && !is_one_of(figure[i], series->series.unit);
	}
	return room;
}

static void draw_figures(struct tc_screen *screen, const struct tc_series_view *series, const struct columns *columns)
{
	struct tc_figure figure[FIGURES];
	bool units = has_room_for_units(series, columns, figure);
	for (size_t i = 0; i < columns->count; i++) {
		double value = value_of(&series->course, columns->column[i]);
		if (!units)
			figure[i] = fits(tc_series_number(value)) ? tc_series_number(value) : tc_number_short(value);
		tc_screen_cell(screen, TC_PLAIN, figure[i].text, FIGURE);
	}
}

static void draw_absence(struct tc_screen *screen, size_t label, const char *reason)
{
	tc_screen_to(screen, label + 2);
	tc_screen_put(screen, TC_DIM, "not available: ");
	tc_screen_raw(screen, TC_DIM, reason, strlen(reason), screen->columns);
	tc_screen_line(screen);
}

static void draw_plot(struct tc_view *view, const struct tc_series_view *series, double top)
{
	struct tc_screen *screen = &view->screen;
	tc_instant from = tc_considered_from(view->session, view->options);
	struct tc_strbuf plot = {0};
	tc_screen_to(screen, screen->column + 2);
	if (screen->columns < screen->column + PLOT_LEAST)
		return;
	size_t columns = screen->columns - screen->column;
	tc_plot_line(&plot, series, from, from + (tc_instant)tc_considered(view->session, view->options),
		top > 0 ? top : series->course.max, columns < PLOT_MOST ? columns : PLOT_MOST);
	tc_screen_put(screen, TC_ACCENT, tc_strbuf_text(&plot));
	tc_strbuf_release(&plot);
}

void tc_render_series(struct tc_view *view, const struct tc_series_look *look, const char *label,
	const struct tc_series_view *series, double top)
{
	struct tc_screen *screen = &view->screen;
	tc_screen_to(screen, 2);
	tc_screen_raw(screen, TC_PLAIN, label, strlen(label), look->label - 2);
	const char *missing = tc_series_missing(series);
	if (missing) {
		draw_absence(screen, look->label, missing);
		return;
	}
	tc_screen_to(screen, look->label);
	const struct columns columns = columns_of(view, look->label, look->all);
	draw_figures(screen, series, &columns);
	draw_plot(view, series, top);
	tc_screen_line(screen);
}

void tc_render_series_headings(struct tc_view *view, const struct tc_series_look *look, const char *text)
{
	static const char *const words[] = {"last", "average", "min", "p95", "max"};
	struct tc_screen *screen = &view->screen;
	const struct columns columns = columns_of(view, look->label, look->all);
	tc_render_heading(view, text);
	tc_screen_to(screen, look->label);
	for (size_t i = 0; i < columns.count; i++) {
		bool now = columns.column[i] == LAST && view->session->live;
		tc_screen_right(screen, TC_DIM, now ? "now" : words[columns.column[i]], FIGURE);
	}
	tc_screen_to(screen, screen->column + 2);
	if (screen->columns >= screen->column + PLOT_LEAST && tc_considered(view->session, view->options) > 0)
		tc_screen_printf(
			screen, TC_DIM, "over %s", tc_duration(tc_considered(view->session, view->options)).text);
	tc_screen_line(screen);
}
