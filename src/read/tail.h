/* SPDX-License-Identifier: MIT
 *
 * tail.h - what was read of the observer's log so far, for one snapshot of a session or for one after the other: of a running session only
 * what was written since is read.  What is told of a window is large and never changes once it is read: snapshots share it.  One thread at
 * a time has a tail and the snapshots that share it.
 */
#ifndef READ_TAIL_H
#define READ_TAIL_H

#include "read/arena.h"
#include "read/session.h"

struct tc_tail_window {
	struct tc_window_view view; /* its entries have numbers of names in the log */
	int kind;                   /* 0: of the ladder; 1: a second of the last hour */
};

struct tc_tail_name {
	const char *bytes;
	size_t count;
	struct tc_share share; /* of all windows of the ladder that were read */
	bool has_share;
};

struct tc_tail {
	size_t holders;
	struct tc_session_options options; /* those that say what is taken from the log */
	uint64_t begin_ns;                 /* CLOCK_MONOTONIC of the session's begin */
	struct tc_arena arena;
	bool no_memory;

	int fd; /* the log; -1: there is none, or it lies in memory */
	uint64_t device, inode;
	uint64_t offset, bytes; /* behind what was read; of the log when it was last looked at */
	char trouble[512];      /* why it cannot be read; empty: it can */

	struct tc_calibration *calibration; /* as they were written */
	size_t calibrations, calibration_room;
	struct tc_series_view *series_view; /* without figures; their values are the tail's */
	size_t series, series_room, *value_room;
	struct tc_tail_name *name; /* by number in the log */
	size_t names, name_room;
	struct tc_tail_window *window;
	size_t windows, window_room;
	struct tc_process_entry *process; /* as they were written */
	size_t processes, process_room;
	const char **note;
	size_t notes, note_room;
	size_t trees;
	struct tc_tree_entry tree[TC_TREES_MOST]; /* those with the lowest keys; their records are malloc'ed */
	tc_instant last_seen;                     /* the newest sample */
	tc_instant last_row;                      /* the same, whether it lies in the window or not */
};

/* Of a session that began at begin_ns, nothing read yet; NULL: out of memory.  Held once. */
struct tc_tail *tc_tail_new(const struct tc_session_options *options, uint64_t begin_ns);
struct tc_tail *tc_tail_hold(struct tc_tail *tail);
void tc_tail_release(struct tc_tail *tail); /* NULL too */

/* Whether such options take the same from a log that has grown. */
bool tc_tail_serves(const struct tc_tail *tail, const struct tc_session_options *options, uint64_t begin_ns);

/* The log is open as fd now, which the tail owns from here on.  False: what was read is not the begin of that one, which was written anew. */
bool tc_tail_takes(struct tc_tail *tail, int fd);

/* Reads on.  1: there may be more; 0: that was all, for now; negative: out of memory, without a sentence.  What is no log is told by
 * `trouble`. */
int tc_tail_step(struct tc_tail *tail);

/* The whole of one in memory, likewise. */
int tc_tail_memory(struct tc_tail *tail, const void *bytes, size_t count);

/* The last reading before the time window. */
void tc_series_hold(struct tc_series_view *view, double value);

#endif
