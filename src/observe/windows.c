/* SPDX-License-Identifier: MIT */
#include "observe/windows.h"

void tc_windows_init(struct tc_windows *windows, uint64_t now_ns)
{
	*windows = (struct tc_windows){
		.origin_ns = now_ns, .begin_ns = now_ns, .seconds_begin_ns = now_ns, .width_ns = TC_WINDOW_FIRST_NS};
}

static bool has_seconds(const struct tc_windows *windows)
{
	return windows->width_ns > TC_WINDOW_SECOND_NS;
}

void tc_windows_add(struct tc_windows *windows, const struct tc_window_entry *entry)
{
	tc_build_add(&windows->ladder, entry);
	if (has_seconds(windows))
		tc_build_add(&windows->seconds, entry);
}

/* The first point of the grid after an instant.  The grid is the session's own, so that lateness does not add up. */
static uint64_t next_point(const struct tc_windows *windows, uint64_t after_ns, uint64_t width_ns)
{
	return windows->origin_ns + ((after_ns - windows->origin_ns) / width_ns + 1) * width_ns;
}

void tc_windows_tick(struct tc_windows *windows, struct tc_log *log, uint64_t now_ns)
{
	if (has_seconds(windows) && now_ns >= next_point(windows, windows->seconds_begin_ns, TC_WINDOW_SECOND_NS)) {
		tc_build_write(&windows->seconds, log, 1, windows->seconds_begin_ns, now_ns);
		windows->seconds_count++;
		windows->seconds_begin_ns = now_ns;
	}
	if (now_ns >= next_point(windows, windows->begin_ns, windows->width_ns)) {
		tc_build_write(&windows->ladder, log, 0, windows->begin_ns, now_ns);
		windows->count++;
		windows->begin_ns = now_ns;
		if (!has_seconds(windows))
			windows->seconds_begin_ns = now_ns;
	}
}

uint64_t tc_windows_due(const struct tc_windows *windows, uint64_t now_ns)
{
	return next_point(windows, now_ns, has_seconds(windows) ? TC_WINDOW_SECOND_NS : windows->width_ns);
}

bool tc_windows_want_merge(const struct tc_windows *windows)
{
	return windows->count >= TC_WINDOWS_MAX ||
	       windows->seconds_count >= 2 * TC_WINDOW_HOUR_NS / TC_WINDOW_SECOND_NS;
}

void tc_windows_finish(struct tc_windows *windows, struct tc_log *log, uint64_t now_ns)
{
	if (has_seconds(windows) && now_ns > windows->seconds_begin_ns)
		tc_build_write(&windows->seconds, log, 1, windows->seconds_begin_ns, now_ns);
	if (now_ns > windows->begin_ns)
		tc_build_write(&windows->ladder, log, 0, windows->begin_ns, now_ns);
	windows->begin_ns = windows->seconds_begin_ns = now_ns;
}

void tc_windows_release(struct tc_windows *windows)
{
	tc_build_release(&windows->ladder);
	tc_build_release(&windows->seconds);
}
