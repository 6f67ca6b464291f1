/* SPDX-License-Identifier: MIT
 *
 * render_paths.c - what the ends of roots waited for, by name, and what it saves to make it shorter.
 */
#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "base/text.h"
#include "cli/render.h"

enum { NAME = 30, NAME_NARROW = 22, WIDE = 90, TIME = 11, SHARE = 9, ROWS = 8 };
static const double LITTLE_AT_ONCE = 1.005, SHARE_LEAST = 0.01;

static size_t name_columns(const struct tc_screen *screen)
{
	return screen->columns < WIDE ? NAME_NARROW : NAME;
}

struct row {
	uint32_t name;
	double path_ns;
};

static int most_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	return (x->path_ns < y->path_ns) - (x->path_ns > y->path_ns);
}

static void say_why_no_interval(struct tc_screen *screen, const struct tc_saving *saving)
{
	struct tc_strbuf words = {0};
	tc_strbuf_printf(&words, "no interval: it %s", saving->reason);
	tc_screen_to(screen, 4);
	tc_screen_words(screen, TC_DIM, tc_strbuf_text(&words), 4);
	tc_screen_line(screen);
	tc_strbuf_release(&words);
}

/* "6.10 s (5.90 s to 6.30 s)" */
static void draw_saving(struct tc_screen *screen, const struct tc_saving *saving)
{
	if (isnan(saving->ns)) {
		tc_screen_right(screen, TC_DIM, "-", TIME);
		tc_screen_printf(screen, TC_DIM, " (%s)", saving->reason);
		return;
	}
	tc_screen_right(screen, TC_PLAIN, tc_duration(saving->ns).text, TIME);
	if (isnan(saving->low_ns))
		tc_screen_put(screen, TC_DIM, " (no interval)");
	else
		tc_screen_printf(screen, TC_DIM, " (%s to %s)", tc_duration(saving->low_ns).text,
			tc_duration(saving->high_ns).text);
}

static void draw_name(struct tc_view *view, uint32_t name, size_t columns)
{
	const struct tc_name_view *shown = &view->session->name[name];
	tc_screen_raw(&view->screen, TC_PLAIN, shown->name, shown->bytes, columns);
}

static int draw_row(struct tc_view *view, const struct tc_paths *paths, const struct row *row)
{
	struct tc_saving saving;
	struct tc_screen *screen = &view->screen;
	int error = tc_paths_save(&saving, paths, row->name, 0.5);
	if (error)
		return error;
	tc_screen_to(screen, 2);
	draw_name(view, row->name, name_columns(screen) - 1);
	tc_screen_to(screen, 2 + name_columns(screen));
	tc_screen_right(screen, TC_PLAIN, tc_duration(row->path_ns).text, TIME);
	tc_screen_right(screen, TC_PLAIN, tc_percent_column(100 * row->path_ns / paths->total_ns).text, SHARE);
	draw_saving(screen, &saving);
	tc_screen_line(screen);
	if (view->options->verbose && saving.reason && !isnan(saving.ns))
		say_why_no_interval(screen, &saving);
	return 0;
}

static void say_at_once(struct tc_strbuf *out, const struct tc_paths *paths)
{
	if (tc_paths_overlap(paths))
		tc_strbuf_printf(out, "%s roots at a time on average", tc_number(tc_paths_at_once(paths)).text);
	else if (paths->avg_parallelism < LITTLE_AT_ONCE)
		tc_strbuf_puts(out, "nothing ran at the same time");
	else
		tc_strbuf_printf(out, "%s spans at a time on average", tc_number(paths->avg_parallelism).text);
}

static void draw_headings(struct tc_view *view, const struct tc_paths *paths)
{
	struct tc_screen *screen = &view->screen;
	tc_render_heading(view, "Critical path");
	tc_screen_to(screen, 2 + name_columns(screen));
	tc_screen_right(screen, TC_DIM, "on it", TIME);
	tc_screen_right(screen, TC_DIM, "share", SHARE);
	tc_screen_put(screen, TC_DIM, "  halving it saves");
	tc_screen_line(screen);
	struct tc_strbuf basis = {0};
	tc_strbuf_printf(&basis, "%s; ", paths->trees.basis);
	say_at_once(&basis, paths);
	tc_screen_to(screen, 2);
	tc_screen_words(screen, TC_DIM, tc_strbuf_text(&basis), 2);
	tc_screen_line(screen);
	tc_strbuf_release(&basis);
}

static struct row *sorted(const struct tc_paths *paths)
{
	struct row *row = malloc((paths->names + 1) * sizeof *row);
	for (uint32_t i = 0; row && i < paths->names; i++)
		row[i] = (struct row){i, paths->name[i].path_ns};
	if (row)
		qsort(row, paths->names, sizeof *row, most_first);
	return row;
}

static int draw_names(struct tc_view *view, const struct tc_paths *paths)
{
	struct row *row = sorted(paths);
	size_t count = 0, drawn = 0;
	int error = row ? 0 : tc_error(TACHO_ENOMEM, "out of memory for critical paths");
	while (row && count < paths->names && row[count].path_ns > 0)
		count++;
	size_t most = tc_considered_rows(view->options, count, ROWS);
	double least = view->options->has_top ? 0 : SHARE_LEAST * paths->total_ns;
	for (; drawn < most && row[drawn].path_ns >= least && !error; drawn++)
		error = draw_row(view, paths, &row[drawn]);
	tc_render_more(view, count - drawn, "name", "");
	free(row);
	return error;
}

/* Only where there are trees with something in them: else it is what the phases say. */
static bool says_more(const struct tc_paths *paths)
{
	return paths->trees.forest.spans > paths->trees.forest.trees && paths->total_ns > 0;
}

static void say_why_no_opportunities(struct tc_view *view)
{
	struct tc_strbuf words = {0};
	if (!view->options->verbose || !view->diagnosis->parallel.reason)
		return;
	tc_strbuf_printf(&words, "what could run at the same time is not known: %s", view->diagnosis->parallel.reason);
	tc_screen_to(&view->screen, 2);
	tc_screen_words(&view->screen, TC_DIM, tc_strbuf_text(&words), 4);
	tc_screen_line(&view->screen);
	tc_strbuf_release(&words);
}

int tc_render_paths(struct tc_view *view)
{
	const struct tc_paths *paths = view->diagnosis->paths;
	if (!says_more(paths))
		return 0;
	draw_headings(view, paths);
	int error = draw_names(view, paths);
	if (!error)
		say_why_no_opportunities(view);
	return error;
}

/* "halving insert saves 1.20 s (1.10 s to 1.30 s) of 4.00 s, 30.0 %" */
static void draw_answer(struct tc_view *view, const struct tc_answer *answer)
{
	struct tc_screen *screen = &view->screen;
	const struct tc_what_if *asked = answer->asked;
	const struct tc_saving *saving = &answer->saving;
	double total_ns = tc_paths_all_ns(view->diagnosis->paths);
	bool halved = asked->factor == 0.5, removed = asked->factor == 0;
	tc_screen_to(screen, 2);
	tc_screen_put(screen, TC_PLAIN, halved ? "halving " : removed ? "leaving out " : "");
	tc_screen_raw(screen, TC_PLAIN, asked->name, asked->bytes, NAME);
	if (!halved && !removed)
		tc_screen_printf(screen, TC_PLAIN, " in %s of its own time", tc_percent(100 * asked->factor).text);
	if (isnan(saving->ns)) {
		tc_screen_printf(screen, TC_PLAIN, " saves what is not known: it %s", saving->reason);
		tc_screen_line(screen);
		return;
	}
	tc_screen_printf(screen, TC_PLAIN, " saves %s", tc_duration(saving->ns).text);
	if (!isnan(saving->low_ns))
		tc_screen_printf(screen, TC_PLAIN, " (%s to %s)", tc_duration(saving->low_ns).text,
			tc_duration(saving->high_ns).text);
	if (total_ns > 0)
		tc_screen_printf(screen, TC_DIM, " of %s, %s", tc_duration(total_ns).text,
			tc_percent(100 * saving->ns / total_ns).text);
	tc_screen_line(screen);
	if (saving->reason)
		say_why_no_interval(screen, saving);
}

/* Of a running session it may come yet. */
static void draw_nobody(struct tc_view *view, const struct tc_what_if *asked)
{
	tc_screen_to(&view->screen, 2);
	tc_screen_put(
		&view->screen, TC_WARN, view->session->live ? "no span is called so yet: " : "no span is called ");
	tc_screen_raw(&view->screen, TC_PLAIN, asked->name, asked->bytes, NAME);
	tc_screen_line(&view->screen);
}

void tc_render_what_ifs(struct tc_view *view)
{
	const struct tc_diagnosis *d = view->diagnosis;
	if (!d->answers)
		return;
	tc_render_heading(view, "What if");
	if (tc_paths_overlap(d->paths))
		tc_screen_put(&view->screen, TC_DIM, "  with as many root spans at once as before");
	tc_screen_line(&view->screen);
	for (size_t i = 0; i < d->answers; i++)
		if (d->answer[i].name == TC_NO_NAME)
			draw_nobody(view, d->answer[i].asked);
		else
			draw_answer(view, &d->answer[i]);
}
