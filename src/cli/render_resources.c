/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "base/units.h"
#include "cli/plot.h"
#include "cli/render.h"

enum { LABEL = 22, FIGURE = 12, PLOT_LEAST = 10, PLOT_MOST = 60 };

/* The series a person is shown; all others are in the JSON. */
static const struct row {
	const char *series, *label;
	double full;  /* top of the plot in the series' unit; 0: its own maximum; -1: the machine's memory */
	double least; /* the own maximum is no less, so that next to nothing does not look like much */
} rows[] = {
	{"system.cpu", "CPU     machine", 100, 0},
	{"process.cpu", "        process tree", 0, 0.05},
	{"system.memory", "Memory  machine", -1, 0},
	{"process.memory", "        process tree", 0, 0},
};

static const struct tc_series_view *find(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, name))
			return &session->series_view[i];
	return NULL;
}

static struct tc_figure figure(double value, const char *unit)
{
	struct tc_figure f;
	if (!strcmp(unit, "percent"))
		return tc_percent_column(value);
	if (!strcmp(unit, "bytes"))
		return tc_bytes(value);
	if (!strcmp(unit, "ns"))
		return tc_duration(value);
	if (!strcmp(unit, "per second") || !strcmp(unit, "per minute"))
		snprintf(f.text, sizeof f.text, "%.15s/%s", tc_number(value).text, unit[4] == 's' ? "s" : "min");
	else if (!strcmp(unit, "cores") && value < 1000)
		snprintf(f.text, sizeof f.text, "%.2f cores", value);
	else
		snprintf(f.text, sizeof f.text, "%.15s %.14s", tc_number(value).text, isnan(value) ? "" : unit);
	return f;
}

/* Where it is narrow, the last reading of a run that is over makes room for the plot. */
static bool has_last(const struct tc_view *view)
{
	return view->session->live || view->screen.columns >= LABEL + 3 * FIGURE + 2 + PLOT_LEAST;
}

static void draw_absence(struct tc_screen *screen, const char *reason)
{
	if (!reason)
		reason = "no reading in this time";
	tc_screen_to(screen, LABEL + 2);
	tc_screen_put(screen, TC_DIM, "not available: ");
	tc_screen_raw(screen, TC_DIM, reason, strlen(reason), screen->columns);
	tc_screen_line(screen);
}

/* 0: the series' own maximum. */
static double plot_top(const struct tc_view *view, const struct row *row, const struct tc_series_view *series)
{
	double memory = (double)view->session->manifest.memory_total_bytes;
	if (row->full)
		return row->full > 0 ? row->full : memory;
	double max = series->course.max;
	return max > row->least ? max : row->least;
}

void tc_render_series(struct tc_view *view, const char *label, const struct tc_series_view *series, double top)
{
	struct tc_screen *screen = &view->screen;
	struct tc_course course = series->course;
	tc_screen_to(screen, 2);
	tc_screen_raw(screen, TC_PLAIN, label, strlen(label), LABEL - 2);
	if (isnan(course.last)) {
		draw_absence(screen, series->series.absent);
		return;
	}
	tc_screen_to(screen, LABEL);
	const double values[] = {course.last, course.average, course.max};
	for (size_t i = has_last(view) ? 0 : 1; i < 3; i++)
		tc_screen_right(screen, TC_PLAIN, figure(values[i], series->series.unit).text, FIGURE);
	tc_screen_to(screen, screen->column + 2);
	if (screen->columns >= screen->column + PLOT_LEAST) {
		struct tc_strbuf plot = {0};
		tc_instant from = tc_considered_from(view->options);
		size_t columns = screen->columns - screen->column;
		tc_plot_line(&plot, series, from, from + (tc_instant)tc_considered(view->session, view->options),
			top > 0 ? top : course.max, columns < PLOT_MOST ? columns : PLOT_MOST);
		tc_screen_put(screen, TC_ACCENT, tc_strbuf_text(&plot));
		tc_strbuf_release(&plot);
	}
	tc_screen_line(screen);
}

void tc_render_series_headings(struct tc_view *view, const char *text)
{
	struct tc_screen *screen = &view->screen;
	tc_render_heading(view, text);
	tc_screen_to(screen, LABEL);
	if (has_last(view))
		tc_screen_right(screen, TC_DIM, view->session->live ? "now" : "last", FIGURE);
	tc_screen_right(screen, TC_DIM, "average", FIGURE);
	tc_screen_right(screen, TC_DIM, "max", FIGURE);
	tc_screen_to(screen, screen->column + 2);
	if (screen->columns >= screen->column + PLOT_LEAST)
		tc_screen_printf(
			screen, TC_DIM, "over %s", tc_duration(tc_considered(view->session, view->options)).text);
	tc_screen_line(screen);
}

static void draw_usage(struct tc_view *view)
{
	struct tc_screen *screen = &view->screen;
	const struct tc_manifest *m = &view->session->manifest;
	tc_screen_to(screen, 2);
	tc_screen_printf(screen, TC_PLAIN, "In all  CPU %s user, %s kernel", tc_duration((double)m->user_ns).text,
		tc_duration((double)m->system_ns).text);
	struct tc_strbuf peak = {0};
	tc_strbuf_printf(&peak, "largest process %s", tc_bytes((double)m->peak_rss_bytes).text);
	if (screen->column + 3 + tc_text_columns(tc_strbuf_text(&peak)) > screen->columns) {
		tc_screen_line(screen);
		tc_screen_to(screen, 10);
	} else
		tc_screen_put(screen, TC_DIM, " · ");
	tc_screen_put(screen, TC_PLAIN, tc_strbuf_text(&peak));
	tc_screen_line(screen);
	tc_strbuf_release(&peak);
}

void tc_render_resources(struct tc_view *view)
{
	bool headed = false;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct tc_series_view *series = find(view->session, rows[i].series);
		if (!series)
			continue;
		if (!headed)
			tc_render_series_headings(view, "Resources");
		headed = true;
		tc_render_series(view, rows[i].label, series, plot_top(view, &rows[i], series));
	}
	if (!view->session->manifest.has_usage)
		return;
	if (!headed) {
		tc_render_heading(view, "Resources");
		tc_screen_line(&view->screen);
	}
	draw_usage(view);
}
