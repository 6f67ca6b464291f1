/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include "cli/figure.h"
#include "cli/figures.h"

enum { ROWS = 8, BAR_MOST = 50, HALVED_MOST = 16 };

struct row {
	struct tc_figure label;
	uint64_t count;
};

/* A step of 1, 2 or 5 times a power of ten that cuts `range` into at most `rows`. */
static double step_for(double range, int rows)
{
	double power = pow(10, floor(log10(range / rows))), wanted = range / rows / power;
	return power * (wanted <= 1 ? 1 : wanted <= 2 ? 2 : wanted <= 5 ? 5 : 10);
}

static void draw_bar(struct tc_screen *screen, const struct row *row, uint64_t most, uint64_t all)
{
	static const char *const ends[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	size_t room = screen->columns > 48 ? screen->columns - 38 : 10, full = room < BAR_MOST ? room : BAR_MOST;
	size_t eighths = (size_t)((double)row->count / (double)most * (double)(8 * full) + 0.5);
	tc_screen_right(screen, TC_PLAIN, row->label.text, TC_FIGURES_LABEL + 4);
	tc_screen_right(screen, TC_PLAIN, tc_count(row->count).text, 11);
	tc_screen_right(screen, TC_DIM, tc_percent_column(100 * (double)row->count / (double)all).text, 9);
	tc_screen_put(screen, TC_PLAIN, "  ");
	for (size_t i = 0; i < eighths / 8; i++)
		tc_screen_put(screen, TC_ACCENT, "█");
	tc_screen_put(screen, TC_ACCENT, eighths % 8 ? ends[eighths % 8] : row->count && !eighths ? ends[1] : "");
	tc_screen_line(screen);
}

static int rows_of(struct row row[ROWS + 4], const struct tc_distribution *d)
{
	double step = step_for(d->high - d->low, ROWS), from = floor(d->low / step) * step;
	int rows = 0;
	if (d->min < from)
		snprintf(row[rows].label.text, sizeof row->label.text, "below %.20s",
			tc_unit_figure(from, d->unit).text);
	if (d->min < from)
		row[rows++].count = d->below(d->context, from);
	for (; from <= d->high; from += step) {
		row[rows].label = tc_unit_figure(from, d->unit);
		row[rows++].count = d->below(d->context, from + step) - d->below(d->context, from);
	}
	if (d->max >= from) {
		snprintf(
			row[rows].label.text, sizeof row->label.text, "over %.20s", tc_unit_figure(from, d->unit).text);
		row[rows++].count = d->count - d->below(d->context, from);
	}
	return rows;
}

static uint64_t most_of(const struct row *row, int rows)
{
	uint64_t most = 0;
	for (int i = 0; i < rows; i++)
		most = row[i].count > most ? row[i].count : most;
	return most;
}

/* Where a few values are so high that nearly all the others stand in one row, these few come together in the last one. */
static int closer_rows(struct row row[ROWS + 4], const struct tc_distribution *d)
{
	struct tc_distribution near = *d;
	for (int halved = 0; halved < HALVED_MOST && near.high - near.low > 0.2 * fabs(near.low); halved++) {
		int rows = rows_of(row, &near);
		if ((double)most_of(row, rows) <= 0.7 * (double)d->count)
			return rows;
		near.high = near.low + (near.high - near.low) / 2;
	}
	return rows_of(row, d); /* nearly all are the same */
}

void tc_draw_distribution(struct tc_screen *screen, const struct tc_distribution *d)
{
	struct row row[ROWS + 4];
	double range = d->high - d->low;
	if (d->count < ROWS || !(range > 0) || range > 1e300 || d->min + range / ROWS == d->min)
		return;
	int rows = closer_rows(row, d);
	uint64_t most = most_of(row, rows);
	tc_screen_line(screen);
	tc_screen_right(screen, TC_DIM, "from", TC_FIGURES_LABEL + 4);
	tc_screen_right(screen, TC_DIM, d->what, 11);
	tc_screen_line(screen);
	for (int i = 0; i < rows; i++)
		draw_bar(screen, &row[i], most, d->count);
}
