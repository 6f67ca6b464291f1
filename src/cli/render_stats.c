/* SPDX-License-Identifier: MIT
 *
 * render_stats.c - a series of numbers on a screen: its figures, its course and where its values lie.
 */
#include <math.h>
#include <string.h>
#include "cli/figure.h"
#include "cli/figures.h"
#include "cli/stats.h"
#include "stats/blocks.h"

void tc_render_series_name(struct tc_screen *screen, const struct tc_stats_series *s)
{
	tc_screen_raw(screen, TC_BOLD, s->name, strlen(s->name), screen->columns / 2);
	if (!s->column)
		return;
	bool by_number = strspn(s->column, "0123456789") == strlen(s->column);
	tc_screen_put(screen, TC_PLAIN, by_number ? "  column " : "  ");
	tc_screen_raw(screen, TC_PLAIN, s->column, strlen(s->column), screen->columns / 4);
}

static void draw_head(struct tc_screen *screen, const struct tc_stats_series *s)
{
	tc_render_series_name(screen, s);
	tc_screen_printf(screen, TC_DIM, "  %s", tc_counted(s->series.count, "value").text);
	if (s->unit && !tc_unit_is_known(s->unit)) {
		tc_screen_put(screen, TC_DIM, " in ");
		tc_screen_raw(screen, TC_DIM, s->unit, strlen(s->unit), screen->columns);
	}
	if (s->series.at)
		tc_screen_printf(screen, TC_DIM, " over %s",
			tc_duration((s->series.at[s->series.count - 1] - s->series.at[0]) * 1e9).text);
	tc_screen_line(screen);
	tc_screen_line(screen);
}

/* Medians of equal stretches. */
static void draw_course(struct tc_screen *screen, const struct tc_stats_series *s)
{
	double median[TC_COURSE_MOST];
	size_t room = tc_course_room(screen), count = s->series.count < room ? s->series.count : room;
	if (count && !tc_blocks(median, count, s->series.value, s->series.count, 0.5))
		tc_draw_course(screen, median, count, s->unit, count < s->series.count);
}

static uint64_t below(const void *context, double bound)
{
	const struct tc_stats_series *s = context;
	size_t low = 0, high = s->series.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s->sorted[middle] < bound)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void tc_render_stats(struct tc_screen *screen, const struct tc_stats_series *s)
{
	const struct tc_distribution distribution = {.unit = s->unit,
		.what = "values",
		.count = s->series.count,
		.min = s->summary.min,
		.low = s->series.count ? s->sorted[s->series.count / 100] : NAN,
		.high = s->summary.p99,
		.max = s->summary.max,
		.below = below,
		.context = s};
	draw_head(screen, s);
	tc_draw_figures(screen, &s->summary, s->unit);
	tc_draw_spread(screen, &s->summary, s->unit);
	tc_render_findings(screen, &s->findings, s->unit, TC_FIGURES_LABEL);
	draw_course(screen, s);
	tc_draw_distribution(screen, &distribution);
}
