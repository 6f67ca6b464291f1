/* SPDX-License-Identifier: MIT
 *
 * follow_kept.h - what follow.c keeps of the windows, name by name: of a window of a name its counts and the cells that grew, some 60 bytes and
 * 8 a cell, where the reader's entry takes four times as much.
 */
#ifndef ANALYZE_FOLLOW_KEPT_H
#define ANALYZE_FOLLOW_KEPT_H

#include "analyze/follow.h"
#include "analyze/load_judge.h"

struct tc_kept_entry {
	uint32_t window, cells;
	uint64_t count, min_ns, max_ns;
	int64_t self_ns;
	size_t cell_at; /* in cell: the cells, and behind them by how much each grew */
};

struct tc_kept_name { /* all zero: empty */
	struct tc_kept_entry *entry;
	size_t entries, entry_room;
	uint32_t *cell;
	size_t cells, cell_room;
	struct tc_load_moment *moment;
	size_t moments, moment_room;
};

/* Adds what a window has of the name.  0 or TACHO_ENOMEM. */
int tc_kept_add(struct tc_kept_name *kept, const struct tc_window_entry *entry, size_t window);
void tc_kept_clear(struct tc_kept_name *kept); /* keeps the room */
void tc_kept_release(struct tc_kept_name *kept);

/* Its course, of TC_COURSE_COARSE values; window: of all numbers that entries have. */
int tc_kept_course(
	struct tc_course_of_name *course, const struct tc_kept_name *kept, const struct tc_window_view *window);

#endif
