/* SPDX-License-Identifier: MIT
 *
 * runs.h - what a list says of each finished run, without opening its session.
 */
#ifndef HISTORY_RUNS_H
#define HISTORY_RUNS_H

#include "history/history.h"

struct tc_history_run { /* owns folder */
	char *folder;
	int64_t runtime_ns;
	uint64_t spans, failed;
};

struct tc_history_runs { /* by folder; owns run */
	struct tc_history_run *run;
	size_t count;
};

/* A damaged history is made anew.  0 or a negative code with the sentence set; release in any case. */
int tc_history_runs(struct tc_history_runs *out, struct tc_history *history);
void tc_history_runs_release(struct tc_history_runs *runs);

/* NULL: it is not there, as sessions that run or cannot be read. */
const struct tc_history_run *tc_history_runs_find(const struct tc_history_runs *runs, const char *folder);

#endif
