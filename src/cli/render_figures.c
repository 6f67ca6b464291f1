/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "base/text.h"
#include "cli/figure.h"
#include "cli/figures.h"

enum { FIGURE = 10, FIGURES = 8, COURSE_LEAST = 8, INTERVAL_LEAST = 6 };

void tc_draw_figures(struct tc_screen *screen, const struct tc_summary *s, const char *unit)
{
	static const char *const names[FIGURES] = {"min", "median", "mean", "p90", "p95", "p99", "p99.9", "max"};
	const double values[FIGURES] = {s->min, s->median, s->mean, s->p90, s->p95, s->p99, s->p999, s->max};
	int width = FIGURE, row = FIGURES;
	for (int i = 0; i < FIGURES; i++) {
		int columns = (int)tc_text_columns(tc_unit_figure(values[i], unit).text) + 1;
		width = columns > width ? columns : width;
	}
	while (row > 1 && (int)screen->columns / width < row)
		row /= 2;
	for (int i = 0; i < FIGURES; i += row) {
		for (int k = i; k < i + row; k++)
			tc_screen_right(screen, TC_DIM, names[k], width);
		tc_screen_line(screen);
		for (int k = i; k < i + row; k++)
			tc_screen_right(
				screen, k == 1 ? TC_BOLD : TC_PLAIN, tc_unit_figure(values[k], unit).text, width);
		tc_screen_line(screen);
	}
	tc_screen_line(screen);
}

void tc_draw_label(struct tc_screen *screen, const char *label)
{
	tc_screen_put(screen, TC_DIM, "  ");
	tc_screen_put(screen, TC_DIM, label);
	tc_screen_to(screen, TC_FIGURES_LABEL);
}

void tc_draw_words(struct tc_screen *screen, const char *label, struct tc_strbuf *words)
{
	tc_draw_label(screen, label);
	tc_screen_words(screen, TC_PLAIN, tc_strbuf_text(words), TC_FIGURES_LABEL);
	tc_screen_line(screen);
	screen->text.failed |= words->failed;
	tc_strbuf_release(words);
}

static void draw_median(struct tc_screen *screen, const struct tc_summary *s, const char *unit)
{
	struct tc_strbuf median = {0};
	if (!isnan(s->median_low))
		tc_strbuf_printf(&median, "between %s and %s with 95 %% confidence",
			tc_unit_figure(s->median_low, unit).text, tc_unit_figure(s->median_high, unit).text);
	else if (s->count < INTERVAL_LEAST)
		tc_strbuf_puts(&median, "no interval: that takes six values");
	else
		tc_strbuf_printf(&median, "right to %.2f %%, from a histogram", 100 * s->quantile_error);
	tc_draw_words(screen, "median", &median);
}

void tc_draw_spread(struct tc_screen *screen, const struct tc_summary *s, const char *unit)
{
	struct tc_strbuf spread = {0}, tail = {0};
	draw_median(screen, s, unit);
	if (isnan(s->sd))
		tc_strbuf_puts(&spread, "no sd: that takes two values");
	else
		tc_strbuf_printf(&spread, "sd %s", tc_unit_figure(s->sd, unit).text);
	if (!isnan(s->cv))
		tc_strbuf_printf(&spread, ", %s of the mean", tc_percent(fabs(100 * s->cv)).text);
	if (!isnan(s->mad))
		tc_strbuf_printf(&spread, "; half lie within %s of the median", tc_unit_figure(s->mad, unit).text);
	if (!isnan(s->rcv))
		tc_strbuf_printf(&spread, ", robust cv %s", tc_percent(fabs(100 * s->rcv)).text);
	tc_draw_words(screen, "spread", &spread);
	if (isnan(s->tail_ratio))
		return;
	tc_strbuf_printf(&tail, "p99 is %.3g times the median", s->tail_ratio);
	tc_draw_words(screen, "tail", &tail);
}

size_t tc_course_room(const struct tc_screen *screen)
{
	size_t room = screen->columns - TC_FIGURES_LABEL;
	return room < TC_COURSE_MOST ? room : TC_COURSE_MOST;
}

void tc_draw_course(struct tc_screen *screen, const double *value, size_t count, const char *unit, bool medians)
{
	static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	double low = INFINITY, high = -INFINITY;
	for (size_t i = 0; i < count; i++) {
		low = fmin(low, value[i]);
		high = fmax(high, value[i]);
	}
	if (count < COURSE_LEAST || !(high > low))
		return;
	tc_draw_label(screen, "in order");
	for (size_t i = 0; i < count; i++) {
		double level = (value[i] / 2 - low / 2) / (high / 2 - low / 2) * 8;
		tc_screen_put(screen, TC_ACCENT, levels[level >= 7 ? 7 : (int)level]);
	}
	tc_screen_line(screen);
	tc_draw_label(screen, "");
	tc_screen_printf(screen, TC_DIM, "%s %s at the bottom, %s at the top", medians ? "medians from" : "from",
		tc_unit_figure(low, unit).text, tc_unit_figure(high, unit).text);
	tc_screen_line(screen);
}
