/* SPDX-License-Identifier: MIT
 *
 * windows.h - the resolution ladder: windows of 1/64 s at first; whenever there are 512 they are merged pairwise, so that
 * 256 to 512 windows always span the session, for as long as it runs.  Once they are longer than a second, windows of a
 * second are kept besides, of the last hour.  What is kept lies in the log; memory has the window under way alone.
 *
 * Windows tile: each begins where the one before ended, and an end is when the parts were really read.
 */
#ifndef OBSERVE_WINDOWS_H
#define OBSERVE_WINDOWS_H

#include "observe/build.h"

enum { TC_WINDOWS_MAX = 512 };
#define TC_WINDOW_FIRST_NS UINT64_C(15625000)
#define TC_WINDOW_SECOND_NS UINT64_C(1000000000)
#define TC_WINDOW_HOUR_NS (3600 * TC_WINDOW_SECOND_NS)

struct tc_windows {
	struct tc_build ladder, seconds;
	uint64_t origin_ns, width_ns;
	uint64_t begin_ns, seconds_begin_ns; /* of the windows under way */
	uint64_t count, seconds_count;       /* in the log */
};

void tc_windows_init(struct tc_windows *windows, uint64_t now_ns);

/* Adds what grew since the last reading of the parts. */
void tc_windows_add(struct tc_windows *windows, const struct tc_window_entry *entry);

/* The parts were read at now_ns: closes the windows that are full. */
void tc_windows_tick(struct tc_windows *windows, struct tc_log *log, uint64_t now_ns);

/* When to read the parts next. */
uint64_t tc_windows_due(const struct tc_windows *windows, uint64_t now_ns);

/* Whether the log's windows want merging, see compact.h. */
bool tc_windows_want_merge(const struct tc_windows *windows);

/* Closes what is under way, however short. */
void tc_windows_finish(struct tc_windows *windows, struct tc_log *log, uint64_t now_ns);
void tc_windows_release(struct tc_windows *windows);

#endif
