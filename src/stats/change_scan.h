/* SPDX-License-Identifier: MIT
 *
 * change_scan.h - the first half of finding change points: in many intervals, the place at which ranks differ most.
 */
#ifndef STATS_CHANGE_SCAN_H
#define STATS_CHANGE_SCAN_H

#include <stddef.h>
#include "stats/rank.h"

struct tc_change_candidate {
	size_t begin, end, index; /* between values index - 1 and index of those from begin up to end */
	double z;                 /* its size */
};

/* The candidates of n values, the largest first; *at is the caller's to free.  rank, scratch: room for n.  0 or TACHO_ENOMEM. */
int tc_change_scan(struct tc_change_candidate **at, size_t *count, const double *values, size_t n, double *rank,
	struct tc_ranked *scratch);

/* How much the ranks of the first k of n values differ from those of the others; 0 where all are equal.  0 < k < n. */
double tc_change_z(const double *values, size_t n, size_t k, double *rank, struct tc_ranked *scratch);

enum tc_change_alpha { TC_CHANGE_ALPHA_10, TC_CHANGE_ALPHA_1 };

/* The z that the largest of all candidates exceeds by chance in 10 or 1 of 100 series of n values, whatever their distribution. */
double tc_change_threshold(size_t n, enum tc_change_alpha alpha);

#endif
