/* SPDX-License-Identifier: MIT
 *
 * follow.h - the analysis of a session that still runs, update by update: the load of each name and of the process tree, and the course of
 * each name, from the observer's windows.
 *
 * An update folds in the windows that are new since the one before, and then judges so many names that it takes the same time however
 * long the session has run and however many names it has: those come first that have waited longest.  So what is said of a name is at
 * most names / TC_FOLLOW_LOADS (its course: names / TC_FOLLOW_COURSES) updates old.  When the ladder was merged, which happens whenever the
 * session has become twice as long, all windows are folded anew.  After tc_follow_settle() all is as if it had been worked out of all
 * windows at once: of the same length of windows nothing hangs on how often there were updates.
 *
 * What costs more than that (critical paths, leaks and forecasts, advice) is for tc_diagnose() of a snapshot, which is bounded too.
 */
#ifndef ANALYZE_FOLLOW_H
#define ANALYZE_FOLLOW_H

#include "analyze/diagnosis.h"
#include "analyze/load.h"

enum { TC_FOLLOW_LOADS = 48, TC_FOLLOW_COURSES = 8 }; /* names that an update judges */

struct tc_followed_name {
	char *name; /* any bytes, NUL-terminated besides */
	size_t bytes;
	uint64_t count, failed; /* spans that ended, by the windows */
	struct tc_load load;
	struct tc_course_of_name course; /* q: p of this name alone */
};

struct tc_follow { /* make it with tc_follow_make(); owns what it points to */
	struct tc_load_limits limits;
	size_t names;
	struct tc_followed_name *name; /* in the order in which they were first met */
	struct tc_load tree;
	size_t windows, heavy; /* heavy: names that are yellow or red */
	tc_instant until;      /* windows up to here are in it */
};

/* 0 or TACHO_ENOMEM. */
int tc_follow_make(struct tc_follow **out, struct tc_load_limits limits);

/* Folds in what a snapshot of the session has more than those before; it may have been opened without single spans.  0 or TACHO_ENOMEM,
 * after which only tc_follow_release() is of use. */
int tc_follow_update(struct tc_follow *follow, const struct tc_session *snapshot);

/* Judges all that the updates have not got to; O(names), so for a session that ended, or for tests. */
int tc_follow_settle(struct tc_follow *follow, const struct tc_session *snapshot);

void tc_follow_release(struct tc_follow *follow); /* NULL too */

#endif
