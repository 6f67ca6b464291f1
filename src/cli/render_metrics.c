/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/units.h"
#include "cli/render.h"
#include "format/metric_text.h"

enum { NAME = 24, KIND = 11, COUNT = 14, FIGURE = 9, FIGURES = 5 };

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
		tc_screen_printf(screen, TC_PLAIN, "  %s in the last minute", tc_count(m->last_minute).text);
	} else if (m->kind == TACHO_METRIC_WAIT) {
		double wall = tc_runtime(view->session);
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

void tc_render_metrics(struct tc_view *view)
{
	struct tc_screen *screen = &view->screen;
	const struct tc_session *session = view->session;
	if (!session->metrics)
		return;
	draw_headings(view);
	for (size_t i = 0; i < session->metrics; i++) {
		const struct tc_metric_view *m = &session->metric[i];
		tc_screen_to(screen, 2);
		tc_screen_raw(screen, TC_PLAIN, m->name, strlen(m->name), NAME - 1);
		tc_screen_to(screen, 2 + NAME);
		tc_screen_put(screen, TC_DIM, tc_metric_kind_text(m->kind));
		tc_screen_to(screen, 2 + NAME + KIND);
		struct tc_figure count = m->kind == TACHO_METRIC_WAIT ? tc_duration(m->sum) : tc_count(m->count);
		tc_screen_right(screen, TC_PLAIN, count.text, COUNT);
		draw_rest(view, m);
	}
}
