/* SPDX-License-Identifier: MIT
 *
 * opening.h - a session opened piece by piece, and again while it runs at the price of what is new: of the observer's log only what was
 * written since the snapshot before is read, for as long as that is of all of the session (no time window).  What a snapshot says is what
 * tc_session_open() says of the same bytes.  A piece is a thread, or some ms of the log.
 */
#ifndef READ_OPENING_H
#define READ_OPENING_H

#include "read/session.h"

struct tc_watch { /* all zero: nothing was read yet.  One thread at a time has it and the sessions that it opens. */
	struct tc_tail *tail;
	struct tc_opening *opening; /* NULL: no snapshot is under way */
};

/* Begins a snapshot; none is under way.  The texts of the options live until it is there.  Codes as of tc_session_open(). */
int tc_watch_begin(struct tc_watch *watch, const char *directory, const struct tc_session_options *options);

/* 1: there is more to do; 0: *out is there, the caller's, and outlives the watch; or a negative code: there is none. */
int tc_watch_step(struct tc_watch *watch, struct tc_session **out);

void tc_watch_release(struct tc_watch *watch);

#endif
