/* SPDX-License-Identifier: MIT
 *
 * follow.h - the analysis of a session that still runs, update by update: all that a diagnosis says.
 *
 * A snapshot of a session is bounded however long it has run: the rings, the ladder of windows, the series and the sample of root trees
 * are.  So is the diagnosis of one; but it may take a tenth of a second, of a thousand names.  An update does as much of it as a budget
 * allows, and goes on where the one before has stopped; what was found in the snapshot before stays at hand until that of the next one is
 * whole.  So an update costs the same after a minute and after a day, and what is shown is at all times exactly what tc_diagnose_part() says
 * of one snapshot.
 */
#ifndef ANALYZE_FOLLOW_H
#define ANALYZE_FOLLOW_H

#include "analyze/diagnosis.h"

enum { TC_FOLLOW_BUDGET_NS = 3000000 }; /* CPU time of an update; a piece that was begun is finished */

struct tc_follow {                  /* all zero: nothing yet.  Sessions are borrowed */
	struct tc_diagnosis *shown; /* the newest that is whole; NULL: none */
	struct tc_diagnosis *next;  /* that is worked out; NULL: it wants a snapshot */
};

/* Gives it the snapshot that it wants, which outlives what is said of it.  0 or TACHO_ENOMEM. */
int tc_follow_take(
	struct tc_follow *follow, const struct tc_session *snapshot, const struct tc_report_options *options);

/* Does so much of what is to do.  1: there is something new to show, and it wants a snapshot; the one that was shown before is no longer
 * used; 0: not yet; or TACHO_ENOMEM. */
int tc_follow_update(struct tc_follow *follow, uint64_t budget_ns);

void tc_follow_release(struct tc_follow *follow);

#endif
