/* SPDX-License-Identifier: MIT
 *
 * render_stats.c - a series of numbers on a screen: its figures, its course and where its values lie.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/figure.h"
#include "cli/stats.h"
#include "stats/blocks.h"

enum { FIGURE = 10, FIGURES = 8, COURSE_MOST = 100, COURSE_LEAST = 8, ROWS = 10, LABEL = 12, BAR_MOST = 50 };

void tc_render_series_name(struct tc_screen *screen, const struct tc_stats_series *s)
{
	tc_screen_raw(screen, TC_BOLD, s->name, strlen(s->name), screen->columns / 2);
	if (!s->column)
		return;
	tc_screen_put(screen, TC_PLAIN, "  ");
	tc_screen_raw(screen, TC_PLAIN, s->column, strlen(s->column), screen->columns / 4);
}

static void draw_head(struct tc_screen *screen, const struct tc_stats_series *s)
{
	tc_render_series_name(screen, s);
	tc_screen_printf(
		screen, TC_DIM, "  %s value%s", tc_count(s->series.count).text, s->series.count == 1 ? "" : "s");
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

static void draw_figures(struct tc_screen *screen, const struct tc_summary *s, const char *unit)
{
	static const char *const names[FIGURES] = {"min", "median", "mean", "p90", "p95", "p99", "p99.9", "max"};
	const double values[FIGURES] = {s->min, s->median, s->mean, s->p90, s->p95, s->p99, s->p999, s->max};
	int row = screen->columns / FIGURE < FIGURES ? FIGURES / 2 : FIGURES;
	for (int i = 0; i < FIGURES; i += row) {
		for (int k = i; k < i + row; k++)
			tc_screen_right(screen, TC_DIM, names[k], FIGURE);
		tc_screen_line(screen);
		for (int k = i; k < i + row; k++)
			tc_screen_right(
				screen, k == 1 ? TC_BOLD : TC_PLAIN, tc_unit_figure(values[k], unit).text, FIGURE);
		tc_screen_line(screen);
	}
	tc_screen_line(screen);
}

static void draw_label(struct tc_screen *screen, const char *label)
{
	tc_screen_put(screen, TC_DIM, "  ");
	tc_screen_put(screen, TC_DIM, label);
	tc_screen_to(screen, LABEL);
}

static void draw_words(struct tc_screen *screen, const char *label, struct tc_strbuf *words)
{
	draw_label(screen, label);
	tc_screen_words(screen, TC_PLAIN, tc_strbuf_text(words), LABEL);
	tc_screen_line(screen);
	screen->text.failed |= words->failed;
	tc_strbuf_release(words);
}

/* What the figures are worth, in words. */
static void draw_spread(struct tc_screen *screen, const struct tc_summary *s, const char *unit)
{
	struct tc_strbuf median = {0}, spread = {0}, tail = {0};
	if (isnan(s->median_low))
		tc_strbuf_puts(&median, "no interval: that takes six values");
	else
		tc_strbuf_printf(&median, "between %s and %s with 95 %% confidence",
			tc_unit_figure(s->median_low, unit).text, tc_unit_figure(s->median_high, unit).text);
	draw_words(screen, "median", &median);
	if (isnan(s->sd))
		tc_strbuf_puts(&spread, "no sd: that takes two values");
	else
		tc_strbuf_printf(&spread, "sd %s", tc_unit_figure(s->sd, unit).text);
	if (!isnan(s->cv))
		tc_strbuf_printf(&spread, ", %s of the mean", tc_percent(fabs(100 * s->cv)).text);
	tc_strbuf_printf(&spread, "; half lie within %s of the median", tc_unit_figure(s->mad, unit).text);
	if (!isnan(s->rcv))
		tc_strbuf_printf(&spread, ", robust cv %s", tc_percent(fabs(100 * s->rcv)).text);
	draw_words(screen, "spread", &spread);
	if (isnan(s->tail_ratio))
		return;
	tc_strbuf_printf(&tail, "p99 is %.3g times the median", s->tail_ratio);
	draw_words(screen, "tail", &tail);
}

/* Medians of equal stretches, the lowest of them at the bottom. */
static void draw_course(struct tc_screen *screen, const struct tc_stats_series *s)
{
	static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	double median[COURSE_MOST], low = INFINITY, high = -INFINITY;
	size_t blocks = screen->columns - LABEL < COURSE_MOST ? screen->columns - LABEL : COURSE_MOST;
	blocks = s->series.count < blocks ? s->series.count : blocks;
	if (blocks < COURSE_LEAST || tc_blocks(median, blocks, s->series.value, s->series.count, 0.5))
		return;
	for (size_t i = 0; i < blocks; i++) {
		low = fmin(low, median[i]);
		high = fmax(high, median[i]);
	}
	if (!(high > low))
		return;
	draw_label(screen, "in order");
	for (size_t i = 0; i < blocks; i++) {
		double level = (median[i] / 2 - low / 2) / (high / 2 - low / 2) * 8;
		tc_screen_put(screen, TC_ACCENT, levels[level >= 7 ? 7 : (int)level]);
	}
	tc_screen_line(screen);
	draw_label(screen, "");
	tc_screen_printf(screen, TC_DIM, "%s %s at the bottom, %s at the top",
		blocks < s->series.count ? "medians from" : "from", tc_unit_figure(low, s->unit).text,
		tc_unit_figure(high, s->unit).text);
	tc_screen_line(screen);
}

/* A step of 1, 2 or 5 times a power of ten that cuts `range` into at most `rows`. */
static double step_for(double range, int rows)
{
	double power = pow(10, floor(log10(range / rows))), wanted = range / rows / power;
	return power * (wanted <= 1 ? 1 : wanted <= 2 ? 2 : wanted <= 5 ? 5 : 10);
}

static size_t below(const struct tc_stats_series *s, double bound)
{
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

static void draw_bar(struct tc_screen *screen, const char *label, size_t count, size_t most, size_t all)
{
	static const char *const ends[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	size_t room = screen->columns > 48 ? screen->columns - 38 : 10, full = room < BAR_MOST ? room : BAR_MOST;
	size_t eighths = (size_t)((double)count / (double)most * (double)(8 * full) + 0.5);
	tc_screen_right(screen, TC_PLAIN, label, LABEL + 4);
	tc_screen_right(screen, TC_PLAIN, tc_count(count).text, 11);
	tc_screen_right(screen, TC_DIM, tc_percent_column(100 * (double)count / (double)all).text, 9);
	tc_screen_put(screen, TC_PLAIN, "  ");
	for (size_t i = 0; i < eighths / 8; i++)
		tc_screen_put(screen, TC_ACCENT, "█");
	tc_screen_put(screen, TC_ACCENT, eighths % 8 ? ends[eighths % 8] : count && !eighths ? ends[1] : "");
	tc_screen_line(screen);
}

struct row {
	struct tc_figure label;
	size_t count;
};

/* The bulk in even steps; one line each for what lies far below and far above, however far. */
static int rows_of(struct row row[ROWS + 4], const struct tc_stats_series *s)
{
	double bottom = s->sorted[s->series.count / 100], top = s->summary.p99, step = step_for(top - bottom, ROWS);
	double from = floor(bottom / step) * step;
	int rows = 0;
	if (s->summary.min < from)
		snprintf(row[rows].label.text, sizeof row->label.text, "below %.20s",
			tc_unit_figure(from, s->unit).text);
	if (s->summary.min < from)
		row[rows++].count = below(s, from);
	for (; from <= top; from += step) {
		row[rows].label = tc_unit_figure(from, s->unit);
		row[rows++].count = below(s, from + step) - below(s, from);
	}
	if (s->summary.max >= from) {
		snprintf(
			row[rows].label.text, sizeof row->label.text, "over %.20s", tc_unit_figure(from, s->unit).text);
		row[rows++].count = s->series.count - below(s, from);
	}
	return rows;
}

static void draw_distribution(struct tc_screen *screen, const struct tc_stats_series *s)
{
	struct row row[ROWS + 4];
	size_t most = 0;
	double range = s->summary.p99 - s->sorted[s->series.count / 100];
	if (s->series.count < ROWS || !(range > 0) || range > 1e300 || s->sorted[0] + range / ROWS == s->sorted[0])
		return;
	int rows = rows_of(row, s);
	for (int i = 0; i < rows; i++)
		most = row[i].count > most ? row[i].count : most;
	tc_screen_line(screen);
	tc_screen_right(screen, TC_DIM, "from", LABEL + 4);
	tc_screen_right(screen, TC_DIM, "values", 11);
	tc_screen_line(screen);
	for (int i = 0; i < rows; i++)
		draw_bar(screen, row[i].label.text, row[i].count, most, s->series.count);
}

void tc_render_stats(struct tc_screen *screen, const struct tc_stats_series *s)
{
	draw_head(screen, s);
	draw_figures(screen, &s->summary, s->unit);
	draw_spread(screen, &s->summary, s->unit);
	tc_render_findings(screen, &s->findings, s->unit, LABEL);
	draw_course(screen, s);
	draw_distribution(screen, s);
}
