/* SPDX-License-Identifier: MIT
 *
 * points.h - one figure of one name, or of the runs themselves, over past runs.
 */
#ifndef HISTORY_POINTS_H
#define HISTORY_POINTS_H

#include "history/history.h"

struct tc_history_stat {
	const char *name;   /* "p95" */
	const char *column; /* where it lies: of names n, or of sessions s */
	const char *unit;   /* "ns", "bytes", "" of counts */
	bool of_runs;       /* it is a run's, not a name's */
};
extern const struct tc_history_stat tc_history_stats[]; /* ends with one whose name is NULL */

/* NULL with the sentence set, which lists those there are. */
const struct tc_history_stat *tc_history_stat_find(const char *name, bool of_runs);

struct tc_history_point { /* owns its texts */
	char *folder;
	char *commit;  /* NULL: not known */
	char *changes; /* the word for whether that was changed; NULL: nobody looked */
	char *runs;    /* the run's name; NULL: it has none */
	int64_t begin_ns;
	double value;
};

struct tc_history_points { /* oldest first; owns point */
	struct tc_history_point *point;
	size_t count;
};

struct tc_history_choice {
	const struct tc_history_stat *stat;
	const char *name; /* of spans; NULL: of the runs */
	const char *runs; /* only runs of this name; NULL: all */
	size_t last;      /* only so many, the newest; 0: all */
};

/* Runs that ended without a figure are left out; a damaged history is made anew.  0 or a negative code; release in any case. */
int tc_history_points(
	struct tc_history_points *out, struct tc_history *history, const struct tc_history_choice *choice);
void tc_history_points_release(struct tc_history_points *points);

#endif
