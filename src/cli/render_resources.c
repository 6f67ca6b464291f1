/* SPDX-License-Identifier: MIT
 *
 * render_resources.c - what the run took of the machine: what always is of interest, and what was out of the ordinary.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "analyze/usual.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/render.h"
#include "read/taken.h"

static const struct tc_series_look usual = {.label = 22}, every = {.label = 34, .all = true};

static void draw_shared_once(struct tc_view *view)
{
	tc_screen_to(&view->screen, 2);
	tc_screen_words(&view->screen, TC_DIM,
		"shared once: the process tree's, with pages that its processes share counted once, not in each", 2);
	tc_screen_line(&view->screen);
}

/* Whether there is anything. */
static bool draw_rows(struct tc_view *view)
{
	const char *group = NULL;
	bool shared_once = false;
	for (const struct tc_usual *row = tc_usual; row->series; row++) {
		const struct tc_series_view *series = tc_usual_series(view->session, row);
		char label[64];
		if (!series)
			continue;
		if (!group)
			tc_render_series_headings(view, &usual, "Resources");
		bool same = group && !strcmp(group, row->group);
		snprintf(label, sizeof label, "%-8s%s", same ? "" : row->group, row->label);
		group = row->group;
		tc_render_series(view, &usual, label, series, tc_usual_top(view->session, row, series));
		shared_once |= !strcmp(row->series, "process.memory_proportional");
	}
	if (shared_once)
		draw_shared_once(view);
	return group;
}

/* Every series that the observer wrote, under its own name; of a percentage 100 is the top. */
static bool draw_all(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	if (!session->series)
		return false;
	tc_render_series_headings(view, &every, "Resources");
	for (size_t i = 0; i < session->series; i++) {
		const struct tc_series_view *series = &session->series_view[i];
		bool share = !strcmp(series->series.unit, "percent");
		tc_render_series(view, &every, series->series.name, series, share ? 100 : 0);
	}
	return true;
}

/* One of several facts on a line, or the first of the next where there is no room. */
static void fact(struct tc_screen *screen, const char *text)
{
	if (screen->column > 10 && screen->column + 3 + tc_text_columns(text) > screen->columns)
		tc_screen_line(screen);
	else if (screen->column > 10)
		tc_screen_put(screen, TC_DIM, " · ");
	tc_screen_to(screen, 10);
	tc_screen_put(screen, TC_PLAIN, text);
}

static void total_fact(struct tc_view *view, const char *name, const char *word)
{
	const struct tc_series_view *series = tc_series_find(view->session, name);
	char text[96];
	if (!series || isnan(series->total) || series->total <= 0)
		return;
	snprintf(text, sizeof text, "%s %s", tc_bytes(series->total).text, word);
	fact(&view->screen, text);
}

static void cpu_fact(struct tc_view *view, const struct tc_taken *taken)
{
	const struct tc_manifest *m = &view->session->manifest;
	char text[96];
	bool part = tc_considers_part(view->session, view->options);
	if (taken->by_usage)
		snprintf(text, sizeof text, "CPU %s user, %s kernel", tc_duration((double)m->user_ns).text,
			tc_duration((double)m->system_ns).text);
	else
		snprintf(text, sizeof text, "CPU %s%s", tc_duration(taken->cpu_ns).text,
			part && !m->has_usage ? " in this time" : "");
	if (!isnan(taken->cpu_ns))
		fact(&view->screen, text);
}

static void peak_fact(struct tc_view *view, const struct tc_taken *taken)
{
	char text[96];
	if (isnan(taken->peak_rss_bytes))
		return;
	snprintf(text, sizeof text, "largest process %s", tc_bytes(taken->peak_rss_bytes).text);
	fact(&view->screen, text);
}

static void draw_usage(struct tc_view *view, const struct tc_taken *taken)
{
	struct tc_screen *screen = &view->screen;
	bool part = tc_considers_part(view->session, view->options); /* usage is of the whole, totals of the part */
	tc_screen_to(screen, 2);
	tc_screen_put(screen, TC_PLAIN, part ? "Run" : "In all");
	cpu_fact(view, taken);
	peak_fact(view, taken);
	total_fact(view, "process.read", part ? "read from disks in this time" : "read from disks");
	total_fact(view, "process.written", part ? "written in this time" : "written");
	tc_screen_line(screen);
}

void tc_render_resources(struct tc_view *view)
{
	bool drawn = view->options->all_series ? draw_all(view) : draw_rows(view);
	const struct tc_taken taken = tc_session_taken(view->session);
	if (isnan(taken.cpu_ns) && isnan(taken.peak_rss_bytes))
		return;
	if (!drawn) {
		tc_render_heading(view, "Resources");
		tc_screen_line(&view->screen);
	}
	draw_usage(view, &taken);
}
