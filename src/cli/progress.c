/* SPDX-License-Identifier: MIT
 *
 * progress.c - reads the running session as any other reader would, seldom enough to cost at most a twentieth of a core.
 */
#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/units.h"
#include "format/clock.h"
#include "read/session.h"

enum { TC_PROGRESS_BYTES = 256, TC_PROGRESS_COST = 20 };

#define TC_PROGRESS_NS UINT64_C(1000000000)

void tc_progress_begin(struct tc_progress *progress, bool wanted, const char *directory)
{
	*progress = (struct tc_progress){.directory = wanted && isatty(STDERR_FILENO) ? directory : NULL};
	progress->begun_ns = progress->shown_ns = tc_monotonic_ns();
	progress->due_ns = progress->begun_ns + TC_PROGRESS_NS;
}

/* The newest reading of a series; NAN: none yet. */
static double newest(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->series; i++) {
		const struct tc_series_view *view = &session->series_view[i];
		if (strcmp(view->series.name, name) == 0 && view->count)
			return view->value[view->count - 1];
	}
	return NAN;
}

static uint64_t finished_spans(const struct tc_session *session)
{
	uint64_t spans = 0;
	for (size_t i = 0; i < session->processes; i++)
		spans += session->process[i].finished;
	return spans;
}

/* The command may have stopped being in the foreground; then the terminal is another's. */
static size_t columns_of_ours(void)
{
	struct winsize window;
	if (tcgetpgrp(STDERR_FILENO) != getpgrp())
		return 0;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
		return 80;
	return window.ws_col;
}

static void write_line(const char *text, size_t bytes)
{
	ssize_t written = write(STDERR_FILENO, text, bytes);
	(void)written; /* a terminal that is gone shows nothing */
}

static void show(struct tc_progress *progress, const struct tc_session *session, uint64_t now)
{
	char line[TC_PROGRESS_BYTES];
	uint64_t spans = finished_spans(session);
	uint64_t more = spans > progress->spans ? spans - progress->spans : 0;
	double cpu = newest(session, "process.cpu"), memory = newest(session, "process.memory");
	size_t columns = columns_of_ours();
	int n = snprintf(line, sizeof line, "recording %s  %s spans/s  %s%s CPU  %s",
		tc_duration((double)(now - progress->begun_ns)).text,
		tc_number((double)more * 1e9 / (double)(now - progress->shown_ns)).text, tc_number(cpu).text,
		isnan(cpu) ? ""
		: cpu == 1 ? " core"
			   : " cores",
		tc_bytes(memory).text);
	if (n > 0 && columns > 1) {
		size_t bytes = (size_t)n < columns ? (size_t)n : columns - 1;
		write_line("\r\033[K", 4);
		write_line(line, bytes < sizeof line ? bytes : sizeof line - 1);
		progress->visible = true;
	}
	progress->spans = spans;
	progress->shown_ns = now;
}

uint64_t tc_progress_show(struct tc_progress *progress)
{
	const struct tc_session_options figures_only = {.no_spans = true};
	struct tc_session *session;
	uint64_t now = tc_monotonic_ns();
	if (!progress->directory)
		return UINT64_MAX;
	if (now < progress->due_ns)
		return progress->due_ns - now;
	if (tc_session_open(&session, progress->directory, &figures_only) == 0) {
		show(progress, session, now);
		tc_session_release(session);
	}
	uint64_t pause_ns = (tc_monotonic_ns() - now) * TC_PROGRESS_COST;
	if (pause_ns < TC_PROGRESS_NS)
		pause_ns = TC_PROGRESS_NS;
	progress->due_ns = now + pause_ns;
	return pause_ns;
}

void tc_progress_end(struct tc_progress *progress)
{
	if (progress->visible && columns_of_ours())
		write_line("\r\033[K", 4);
	progress->visible = false;
}
