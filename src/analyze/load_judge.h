/* SPDX-License-Identifier: MIT
 *
 * load_judge.h - the load of one module from what attribution gave it, window by window; for load.c.
 */
#ifndef ANALYZE_LOAD_JUDGE_H
#define ANALYZE_LOAD_JUDGE_H

#include "analyze/load.h"
#include "analyze/load_window.h"
#include "analyze/name_records.h"

struct tc_load_judge { /* owns the arrays: room for all windows */
	const struct tc_session *session;
	struct tc_load_limits limits;
	struct tc_load_window *window;
	size_t windows;
	double *sample[TC_LOAD_PARTS], *sorted;
	double *tree_bytes; /* what the whole tree held at most in each window; NAN: not known */
	bool shared_often;  /* in it, what processes share is counted in each */
};

/* 0 or TACHO_ENOMEM with nothing to release. */
int tc_load_judge_make(struct tc_load_judge *out, const struct tc_session *session, struct tc_load_limits limits);
void tc_load_judge_release(struct tc_load_judge *judge);

/* Of samples that stand in judge->sample: all but the name. */
void tc_load_judge_samples(struct tc_load *load, const struct tc_load_judge *judge);

/* Of the readings of the process tree. */
void tc_load_judge_tree(struct tc_load *tree, const struct tc_load_judge *judge);

/* Of a name's entries in the order of windows; where none has a share nothing is known. */
void tc_load_judge_module(
	struct tc_load *load, const struct tc_load_judge *judge, const struct tc_window_place *place, size_t count);

#endif
