/* SPDX-License-Identifier: MIT
 *
 * render_share.c - where the own time of each name went: on a CPU, waiting for one, blocked.
 */
#include <math.h>
#include <stdio.h>
#include "base/text.h"
#include "base/units.h"
#include "cli/render.h"

enum {
	NAME = 22,
	TIME = 10,
	SHARE = 9,
	BAR = 12,
	MEMORY = 12,
	ROWS = 12,
	PAGE = 4096 /* less is no more than rounding */
};

static const double worth_a_word = 0.05; /* less is what runs while it is read */

/* A bar of cells: running, then waiting, then what is blocked. */
static void draw_bar(struct tc_screen *screen, const struct tc_share_view *share)
{
	double part[] = {share->running_ns, share->waiting_ns, share->blocked_ns}, whole = share->wall_ns, done = 0;
	static const char *const cells[] = {"█", "▆", "░"};
	static const enum tc_style styles[] = {TC_ACCENT, TC_WARN, TC_DIM};
	size_t drawn = 0;
	tc_screen_to(screen, screen->column + 2);
	for (size_t i = 0; i < 3; i++) {
		done += part[i];
		size_t until = i == 2 ? BAR : (size_t)lround(fmin(1, done / whole) * BAR);
		for (; drawn < until; drawn++)
			tc_screen_put(screen, styles[i], cells[i]);
	}
}

static bool has_room(const struct tc_screen *screen, size_t columns)
{
	return screen->columns >= 2 + NAME + 2 * TIME + 3 * SHARE + columns;
}

/* What bounds an estimate that says too little: at most so much, or no growth at all; nothing is known where it may have grown as well as
 * shrunk. */
static void draw_memory(struct tc_screen *screen, const struct tc_share_view *share)
{
	struct tc_strbuf text = {0};
	double low = share->memory_low_bytes, high = share->memory_high_bytes, bytes = share->memory_bytes;
	bool told = share->memory_told_apart || isnan(low);
	bool either = !told && low <= -PAGE && high >= PAGE;
	const char *sign = bytes < 0 ? "−" : "+";
	if (!told) {
		bytes = high;
		sign = "≤ +";
	}
	if (either)
		tc_strbuf_puts(&text, "not known");
	else if (!told && high < PAGE)
		tc_strbuf_puts(&text, "no growth");
	else if (fabs(bytes) >= PAGE)
		tc_strbuf_printf(&text, "%s%s", sign, tc_bytes(fabs(bytes)).text);
	tc_screen_right(screen, told ? TC_PLAIN : TC_DIM, tc_strbuf_text(&text), MEMORY);
	tc_strbuf_release(&text);
}

static void draw_shares(struct tc_screen *screen, const struct tc_share_view *share)
{
	const double parts[] = {share->running_ns, share->waiting_ns, share->blocked_ns};
	for (size_t i = 0; i < 3; i++)
		tc_screen_right(screen, TC_PLAIN, tc_percent_column(100 * parts[i] / share->wall_ns).text, SHARE);
	if (has_room(screen, 2 + BAR))
		draw_bar(screen, share);
}

/* What is too little known to be drawn is said. */
static void draw_bounds(struct tc_screen *screen, const struct tc_share_view *share)
{
	double low = share->told_apart ? share->waiting_low_ns : share->running_low_ns,
	       high = share->told_apart ? share->waiting_high_ns : share->running_high_ns;
	tc_screen_printf(screen, TC_DIM, "  %.0f to %.0f %% %s, not told apart", floor(100 * low / share->wall_ns),
		ceil(100 * fmin(1, high / share->wall_ns)), share->told_apart ? "waiting" : "running");
}

static void draw_throttled(struct tc_screen *screen, const struct tc_share_view *share)
{
	if (isnan(share->throttled_ns) || share->throttled_ns < share->wall_ns / 100)
		return;
	tc_screen_to(screen, 4);
	tc_screen_printf(screen, TC_WARN, "throttled for %s: the CPU quota of its control group was used up",
		tc_duration(share->throttled_ns).text);
	tc_screen_line(screen);
}

static void draw_row(struct tc_view *view, const struct tc_share_view *share)
{
	struct tc_screen *screen = &view->screen;
	bool named = share->row == TC_SHARE_OF_NAME, has_wall = !isnan(share->wall_ns);
	tc_screen_to(screen, 2);
	tc_screen_raw(screen, named ? TC_PLAIN : TC_DIM, share->name, share->bytes, NAME - 1);
	tc_screen_to(screen, 2 + NAME);
	tc_screen_right(screen, TC_PLAIN, has_wall ? tc_duration(share->wall_ns).text : "", TIME);
	tc_screen_right(screen, TC_PLAIN, share->told_apart ? tc_duration(share->running_ns).text : "", TIME);
	if (has_wall && share->told_apart && share->waiting_told_apart)
		draw_shares(screen, share);
	else if (has_wall)
		draw_bounds(screen, share);
	if (has_room(screen, 2 + BAR + MEMORY)) {
		tc_screen_to(screen, 2 + NAME + 2 * TIME + 3 * SHARE + 2 + BAR);
		draw_memory(screen, share);
	}
	tc_screen_line(screen);
	draw_throttled(screen, share);
}

static void draw_headings(struct tc_view *view)
{
	static const char *const titles[] = {"running", "waiting", "blocked"};
	struct tc_screen *screen = &view->screen;
	tc_render_heading(view, "Where the time went");
	tc_screen_to(screen, 2 + NAME);
	tc_screen_right(screen, TC_DIM, "self", TIME);
	tc_screen_right(screen, TC_DIM, "CPU", TIME);
	for (size_t i = 0; i < 3; i++)
		tc_screen_right(screen, TC_DIM, titles[i], SHARE);
	if (has_room(screen, 2 + BAR + MEMORY)) {
		tc_screen_to(screen, screen->column + 2 + BAR);
		tc_screen_right(screen, TC_DIM, "memory", MEMORY);
	}
	tc_screen_line(screen);
}

/* The observer's windows rarely begin and end where a time that was asked for does, and time is booked when it is told apart. */
static void draw_time(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	double length = tc_considered(session, view->options),
	       more = (double)(session->shares_to - session->shares_from) - length;
	if (!view->options->part || more < length / 100)
		return;
	tc_screen_to(&view->screen, 2);
	tc_screen_printf(&view->screen, TC_DIM,
		"what the observer told apart from %s to %s; some of it may have been before",
		tc_duration((double)session->shares_from).text, tc_duration((double)session->shares_to).text);
	tc_screen_line(&view->screen);
}

static bool is_worth_a_row(const struct tc_share_view *share)
{
	return share->row == TC_SHARE_OF_NAME || share->running_ns >= 1e6;
}

/* Else the rows seem to contradict the phases. */
static void draw_unseen(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	struct tc_strbuf text = {0};
	double spent = 0, seen = 0;
	for (size_t i = 0; i < session->names; i++)
		spent += (double)session->name[i].figures.self_ns;
	for (size_t i = 0; i < session->shares; i++)
		seen += session->share[i].row == TC_SHARE_OF_NAME ? session->share[i].wall_ns : 0;
	if (!(spent - seen > spent * worth_a_word))
		return;
	tc_strbuf_printf(&text,
		"%s of %s in spans was not seen, as of processes that came and went between two readings, or of spans "
		"beside the stack",
		tc_duration(spent - seen).text, tc_duration(spent).text);
	tc_screen_to(&view->screen, 2);
	tc_screen_words(&view->screen, TC_DIM, tc_strbuf_text(&text), 4);
	tc_screen_line(&view->screen);
	tc_strbuf_release(&text);
}

void tc_render_shares(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	size_t names = 0, drawn = 0;
	for (size_t i = 0; i < session->shares; i++)
		names += session->share[i].row == TC_SHARE_OF_NAME;
	if (!names)
		return;
	size_t most = tc_considered_rows(view->options, names, ROWS);
	draw_headings(view);
	draw_time(view);
	for (size_t i = 0; i < session->shares; i++) {
		const struct tc_share_view *share = &session->share[i];
		bool more = share->row == TC_SHARE_OF_NAME && drawn >= most;
		drawn += share->row == TC_SHARE_OF_NAME;
		if (!more && is_worth_a_row(share))
			draw_row(view, share);
		if (more && drawn == names)
			tc_render_more(view, names - most, "name", "");
	}
	draw_unseen(view);
}
