/* SPDX-License-Identifier: MIT
 *
 * render_outlook.c - what leaks, what runs into its limit, and gauges of the program, of which nobody knows a limit, that only grow: nothing
 * else of what lies ahead needs anybody now.
 */
#include <math.h>
#include <string.h>
#include "analyze/outlook.h"
#include "cli/render.h"

enum { LABEL = 32, ROWS = 8 };

static bool leaks(const struct tc_outlook_row *row)
{
	return row->of_memory && row->leak.status == TC_LEAK_LEAK;
}

static bool grows(const struct tc_outlook_row *row)
{
	return row->gauge && isnan(row->limit) && row->forecast.heading && row->forecast.low > 0;
}

static bool presses(const struct tc_outlook_row *row)
{
	return leaks(row) || row->near;
}

static bool only_grows(const struct tc_outlook_row *row)
{
	return grows(row) && !presses(row);
}

static void put_leak(struct tc_strbuf *words, const struct tc_leak *leak)
{
	tc_strbuf_printf(words, "leaks %s a second (%s to %s), at least since %s. ",
		tc_bytes(leak->bytes_per_second).text, tc_bytes(leak->low).text, tc_bytes(leak->high).text,
		tc_duration(leak->since_seconds * 1e9).text);
}

/* Of the memory of processes others take some too. */
static void put_limit(struct tc_strbuf *words, const struct tc_outlook_row *row, bool live)
{
	const struct tc_forecast *f = &row->forecast;
	tc_strbuf_printf(words, "Grows %s a second: %s it %s %s, %s, in %s",
		tc_series_figure(f->per_second, row->series->series.unit).text, row->of_memory ? "alone" : "so",
		live ? "reaches" : "would reach", row->limit_of,
		tc_series_figure(row->limit, row->series->series.unit).text,
		tc_duration_short(f->seconds_to_limit * 1e9).text);
	if (isnan(f->latest))
		tc_strbuf_printf(words, ", %s at the soonest", tc_duration_short(f->soonest * 1e9).text);
	else
		tc_strbuf_printf(words, " (%s to %s)", tc_duration_short(f->soonest * 1e9).text,
			tc_duration_short(f->latest * 1e9).text);
}

/* "Grows 12.0 jobs a second (11.0 jobs to 13.0 jobs), at least since 1.00 s." */
static void put_growth(struct tc_strbuf *words, const struct tc_outlook_row *row)
{
	const struct tc_forecast *f = &row->forecast;
	const char *unit = row->series->series.unit;
	tc_strbuf_printf(words, "Grows %s a second (%s to %s), at least since %s.",
		tc_series_figure(f->per_second, unit).text, tc_series_figure(f->low, unit).text,
		tc_series_figure(f->high, unit).text, tc_duration(f->since_seconds * 1e9).text);
}

static void draw_row(struct tc_view *view, const struct tc_outlook_row *row)
{
	struct tc_screen *screen = &view->screen;
	const char *name = row->series->series.name;
	struct tc_strbuf words = {0};
	tc_screen_to(screen, 2);
	tc_screen_raw(screen, TC_PLAIN, name, strlen(name), LABEL - 3);
	tc_screen_to(screen, LABEL);
	if (leaks(row))
		put_leak(&words, &row->leak);
	if (!isnan(row->forecast.seconds_to_limit))
		put_limit(&words, row, view->session->live);
	else if (row->limit_of)
		tc_strbuf_printf(&words, "No time can be told to %s: %s.", row->limit_of, row->forecast.limit_reason);
	if (grows(row))
		put_growth(&words, row);
	tc_screen_words(screen, leaks(row) ? TC_WARN : TC_PLAIN, tc_strbuf_text(&words), LABEL);
	tc_screen_line(screen);
	screen->text.failed |= words.failed;
	tc_strbuf_release(&words);
}

/* Draws at most `most` of the rows that `are`; how many there are. */
static size_t draw_rows(
	struct tc_view *view, const struct tc_outlook *outlook, bool (*are)(const struct tc_outlook_row *), size_t most)
{
	size_t count = 0;
	for (size_t i = 0; i < outlook->count; i++)
		if (are(&outlook->row[i]) && count++ < most)
			draw_row(view, &outlook->row[i]);
	return count;
}

void tc_render_outlook(struct tc_view *view)
{
	const struct tc_outlook *outlook = &view->diagnosis->outlook;
	size_t count = 0;
	for (size_t i = 0; i < outlook->count; i++)
		count += presses(&outlook->row[i]) || only_grows(&outlook->row[i]);
	if (!count)
		return;
	tc_render_heading(view, "Ahead");
	tc_screen_line(&view->screen);
	size_t most = tc_considered_rows(view->options, count, ROWS);
	size_t pressing = draw_rows(view, outlook, presses, most);
	draw_rows(view, outlook, only_grows, pressing < most ? most - pressing : 0);
	tc_render_more(view, count - most, "gauge", " ahead");
}
