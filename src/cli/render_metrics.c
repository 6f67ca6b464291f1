/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "base/units.h"
#include "cli/plot.h"
#include "cli/render.h"
#include "format/metric_text.h"

enum { NAME = 24, KIND = 11, COUNT = 14, FIGURE = 9, FIGURES = 5, NEWEST = 10, COURSES = 12 };

/* Where it is narrow, the later figures are left to the JSON. */
static size_t figures(const struct tc_screen *screen)
{
	size_t before = 2 + NAME + KIND + COUNT,
	       fit = screen->columns > before ? (screen->columns - before) / FIGURE : 0;
	return fit < FIGURES ? fit : FIGURES;
}

static struct tc_figure value_text(const struct tc_metric_view *m, double value)
{
	struct tc_figure f = {"-"};
	if (isnan(value))
		return f;
	if (m->kind == TACHO_METRIC_TIME || m->kind == TACHO_METRIC_WAIT)
		return tc_duration(value);
	if (m->kind == TACHO_METRIC_MEMORY || !strcmp(m->unit, "bytes"))
		return tc_bytes(value);
	if (m->kind == TACHO_METRIC_PERCENTAGE)
		return tc_percent(value);
	snprintf(f.text, sizeof f.text, "%.4g", value);
	return f;
}

static void draw_rest(struct tc_view *view, const struct tc_metric_view *m)
{
	struct tc_screen *screen = &view->screen;
	if (m->kind == TACHO_METRIC_EVENT) {
		if (tc_metric_has_count(m))
			tc_screen_printf(screen, TC_PLAIN, "  %s in the last minute", tc_count(m->last_minute).text);
	} else if (m->kind == TACHO_METRIC_WAIT) {
		double wall = tc_considered(view->session, view->options);
		tc_screen_printf(
			screen, TC_PLAIN, "  %s of the time", tc_percent(wall > 0 ? 100 * m->sum / wall : NAN).text);
	} else if (m->kind != TACHO_METRIC_COUNTER) {
		const double values[] = {m->last, m->mean, m->median, m->p95, m->max};
		for (size_t i = 0; i < figures(screen); i++)
			tc_screen_right(screen, TC_PLAIN, value_text(m, values[i]).text, FIGURE);
	}
	tc_screen_line(screen);
}

static void draw_headings(struct tc_view *view)
{
	static const char *const titles[] = {"last", "mean", "median", "p95", "max"};
	struct tc_screen *screen = &view->screen;
	tc_render_heading(view, "Metrics");
	tc_screen_to(screen, 2 + NAME + KIND);
	tc_screen_right(screen, TC_DIM, "count", COUNT);
	for (size_t i = 0; i < figures(screen); i++)
		tc_screen_right(screen, TC_DIM, titles[i], FIGURE);
	tc_screen_line(screen);
}

static void draw_metric(struct tc_view *view, const struct tc_metric_view *m)
{
	struct tc_screen *screen = &view->screen;
	struct tc_figure count = {"-"};
	tc_screen_to(screen, 2);
	tc_screen_raw(screen, TC_PLAIN, m->name, strlen(m->name), NAME - 1);
	tc_screen_to(screen, 2 + NAME);
	tc_screen_put(screen, TC_DIM, tc_metric_kind_text(m->kind));
	tc_screen_to(screen, 2 + NAME + KIND);
	if (tc_metric_has_count(m))
		count = m->kind == TACHO_METRIC_WAIT ? tc_duration(m->sum) : tc_count(m->count);
	tc_screen_right(screen, TC_PLAIN, count.text, COUNT);
	draw_rest(view, m);
}

/* What is known of the newest values, and from what all figures are, of metrics that were asked for by name. */
static void draw_more(struct tc_view *view, const struct tc_metric_view *m)
{
	struct tc_screen *screen = &view->screen;
	struct tc_strbuf text = {0};
	size_t first = m->recent > NEWEST ? m->recent - NEWEST : 0;
	double sum = 0;
	tc_text_escape(&text, m->help, strlen(m->help), !screen->utf8);
	tc_strbuf_printf(&text, "%sFrom %s.", *m->help ? ". " : "", m->basis);
	for (size_t i = 0; i < m->recent; i++)
		sum += m->recent_value[i].value;
	if (m->recent)
		tc_strbuf_printf(&text, " Mean of the last %zu: %s; the newest:", m->recent,
			value_text(m, sum / (double)m->recent).text);
	for (size_t i = first; i < m->recent; i++)
		tc_strbuf_printf(&text, " %s", value_text(m, m->recent_value[i].value).text);
	tc_screen_to(screen, 4);
	tc_screen_words(screen, TC_DIM, tc_strbuf_text(&text), 4);
	tc_screen_line(screen);
	tc_strbuf_release(&text);
}

static const struct tc_series_look look = {.label = 22};

static bool has_course(const struct tc_metric_view *m)
{
	return m->series && !isnan(m->series->course.last);
}

/* A few; all are in the JSON, and those that are asked for by name. */
static void draw_courses(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	bool all = view->options->part && view->options->part->metric_glob;
	size_t drawn = 0, left = 0;
	for (size_t i = 0; i < session->metrics; i++) {
		const struct tc_metric_view *m = &session->metric[i];
		if (!has_course(m))
			continue;
		if (!all && drawn == COURSES) {
			left++;
			continue;
		}
		if (!drawn++)
			tc_render_series_headings(view, &look, "Metrics over time");
		tc_render_series(view, &look, m->name, m->series, 0);
	}
	if (!left)
		return;
	tc_screen_to(&view->screen, 2);
	tc_screen_printf(&view->screen, TC_DIM, "and %zu more: --metric GLOB shows those of a name", left);
	tc_screen_line(&view->screen);
}

void tc_render_metrics(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	const struct tc_session_options *part = view->options->part;
	if (!session->metrics)
		return;
	draw_headings(view);
	for (size_t i = 0; i < session->metrics; i++) {
		draw_metric(view, &session->metric[i]);
		if (part && part->metric_glob)
			draw_more(view, &session->metric[i]);
	}
	if (part && part->has_window) {
		tc_screen_to(&view->screen, 2);
		tc_screen_words(&view->screen, TC_DIM,
			"Of this part, from the observer's readings and the newest values; -: not known of it.", 2);
		tc_screen_line(&view->screen);
	}
	draw_courses(view);
}
