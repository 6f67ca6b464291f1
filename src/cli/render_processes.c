/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include "base/units.h"
#include "cli/render.h"
#include "read/taken.h"

enum { PROCESSES = 6, COUNT = 8, FIGURE = 12, COMMAND_MOST = 60 };

/* All processes of one command together. */
struct group {
	const char *command;
	size_t count;
	double cpu_seconds;
	uint64_t peak_rss_bytes;
};

static int by_command(const void *left, const void *right)
{
	return strcmp(((const struct group *)left)->command, ((const struct group *)right)->command);
}

static int by_cpu(const void *left, const void *right)
{
	const struct group *a = left, *b = right;
	if (a->cpu_seconds != b->cpu_seconds)
		return a->cpu_seconds < b->cpu_seconds ? 1 : -1;
	return (a->peak_rss_bytes < b->peak_rss_bytes) - (a->peak_rss_bytes > b->peak_rss_bytes);
}

/* Groups the session's processes in place of a fresh array; returns how many groups there are. */
static size_t group(const struct tc_session *session, struct group *groups)
{
	size_t count = 0;
	for (size_t i = 0; i < session->tree_processes; i++) {
		const struct tc_process_entry *p = &session->tree_process[i];
		groups[i] = (struct group){p->command ? p->command : "", 1, p->cpu_seconds, p->peak_rss_bytes};
	}
	qsort(groups, session->tree_processes, sizeof *groups, by_command);
	for (size_t i = 0; i < session->tree_processes; i++) {
		struct group *last = count ? &groups[count - 1] : NULL;
		if (!last || strcmp(last->command, groups[i].command)) {
			groups[count++] = groups[i];
			continue;
		}
		last->count++;
		last->cpu_seconds += groups[i].cpu_seconds;
		if (last->peak_rss_bytes < groups[i].peak_rss_bytes)
			last->peak_rss_bytes = groups[i].peak_rss_bytes;
	}
	qsort(groups, count, sizeof *groups, by_cpu);
	return count;
}

static size_t command_columns(const struct tc_screen *screen)
{
	size_t columns = screen->columns - 2 - COUNT - 2 * FIGURE;
	return columns > COMMAND_MOST ? COMMAND_MOST : columns;
}

static void draw(struct tc_view *view, const struct group *group)
{
	struct tc_screen *screen = &view->screen;
	tc_screen_to(screen, 2);
	tc_screen_raw(screen, TC_PLAIN, group->command, strlen(group->command), command_columns(screen));
	tc_screen_to(screen, 2 + command_columns(screen));
	tc_screen_right(screen, TC_PLAIN, tc_count(group->count).text, COUNT);
	tc_screen_right(screen, TC_PLAIN, tc_duration(group->cpu_seconds * 1e9).text, FIGURE);
	if (group->peak_rss_bytes)
		tc_screen_right(screen, TC_PLAIN, tc_bytes((double)group->peak_rss_bytes).text, FIGURE);
	else /* it was seen as it ended, when it had given its memory back */
		tc_screen_right(screen, TC_DIM, "-", FIGURE);
	tc_screen_line(screen);
}

static void draw_headings(struct tc_view *view)
{
	struct tc_screen *screen = &view->screen;
	tc_render_heading(
		view, tc_considers_part(view->session, view->options) ? "Processes, of all the time" : "Processes");
	tc_screen_to(screen, 2 + command_columns(screen));
	tc_screen_right(screen, TC_DIM, "count", COUNT);
	tc_screen_right(screen, TC_DIM, "CPU time", FIGURE);
	tc_screen_right(screen, TC_DIM, "peak RSS", FIGURE);
	tc_screen_line(screen);
}

/* What a process took after its last reading, and one that came and went between two, only those know who waited for it. */
static void draw_unseen(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	bool of_part = !session->manifest.has_usage && tc_considers_part(session, view->options);
	double all = tc_session_taken(session).cpu_ns / 1e9, unseen = all;
	for (size_t i = 0; i < session->tree_processes; i++)
		unseen -= session->tree_process[i].cpu_seconds;
	if (of_part || !(unseen > all / 20 && unseen > 0.01))
		return;
	tc_screen_to(&view->screen, 2);
	tc_screen_printf(&view->screen, TC_DIM, "%s more between two readings, by these or by shorter ones",
		tc_duration(unseen * 1e9).text);
	tc_screen_line(&view->screen);
}

static void draw_rest(struct tc_view *view, const struct group *groups, size_t from, size_t count)
{
	char together[48];
	double seconds = 0;
	for (size_t i = from; i < count; i++)
		seconds += groups[i].cpu_seconds;
	snprintf(together, sizeof together, ", %s together", tc_duration(seconds * 1e9).text);
	tc_render_more(view, count - from, "command", together);
}

void tc_render_processes(struct tc_view *view)
{
	if (view->session->tree_processes < 2)
		return;
	struct group *groups = calloc(view->session->tree_processes, sizeof *groups);
	if (!groups)
		return;
	size_t count = group(view->session, groups), shown = tc_considered_rows(view->options, count, PROCESSES);
	draw_headings(view);
	for (size_t i = 0; i < shown; i++)
		draw(view, &groups[i]);
	draw_rest(view, groups, shown, count);
	draw_unseen(view);
	free(groups);
}
