/* SPDX-License-Identifier: MIT
 *
 * parallel_time.h - what a group of siblings takes one after another, and would at the same time: the second half of parallel.c.
 */
#ifndef ANALYZE_PARALLEL_TIME_H
#define ANALYZE_PARALLEL_TIME_H

#include "analyze/parallel_evidence.h"

struct tc_sibling_group {
	enum tc_parallel_evidence evidence; /* of the weakest pair */
	size_t slots, slot[TC_PARALLEL_NAMES];
	bool member[TC_PARALLEL_NAMES + 1];
	bool alone[TC_PARALLEL_NAMES + 1]; /* spans of this name need not wait for each other either */
};

struct tc_parallel_timer {
	const struct tc_paths *paths;
	double cores;
	const double *cpu_ratio; /* by name; NULL: of none */
	double *whole;           /* by span of the forest: 1 */
	int64_t *end_ns;         /* by span of the forest: room */
	double *job_ns;          /* the same */
};

/* Times and counts of a group.  False: nowhere are there two at least that could share cores. */
bool tc_parallel_weigh(struct tc_opportunity *out, const struct tc_parallel_timer *timer,
	const struct tc_siblings *siblings, const struct tc_sibling_group *group);

/* Its saving. */
void tc_parallel_retime(struct tc_opportunity *out, const struct tc_parallel_timer *timer,
	const struct tc_siblings *siblings, const struct tc_sibling_group *group);

#endif
