/* SPDX-License-Identifier: MIT
 *
 * build.h - a window under construction: what grew, summed per name.  Used again for window after window, so that ticks
 * allocate nothing once a program has shown what it does.
 */
#ifndef OBSERVE_BUILD_H
#define OBSERVE_BUILD_H

#include "format/log.h"

struct tc_build_name {
	struct tc_window_entry entry; /* its cells are not used */
	uint32_t cells, room;
	uint64_t *grown; /* and behind them, in the same memory, which cells they are (build.c) */
};

struct tc_build {                 /* all zero: an empty window */
	size_t count, room, kept; /* kept: entries whose memory serves again */
	struct tc_build_name *name;
	uint32_t *place; /* of a name's number + 1; 0: not in the window */
	size_t places;
	uint32_t row, *cell, *grown; /* one name's cells on their way to the log */
	size_t cell_bytes;           /* of all cells together; bounded */
	bool cells_lost;             /* something grew that found no room, or no memory */
};

/* Adds what grew under one name.  Where memory ends, its cells or all of it are left out and cells_lost says so. */
void tc_build_add(struct tc_build *build, const struct tc_window_entry *entry);

/* Writes the window and empties it. */
void tc_build_write(struct tc_build *build, struct tc_log *log, int kind, uint64_t begin_ns, uint64_t end_ns);

void tc_build_release(struct tc_build *build);

#endif
