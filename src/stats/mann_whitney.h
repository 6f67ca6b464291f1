/* SPDX-License-Identifier: MIT
 *
 * mann_whitney.h - whether one of two sets of values lies above the other, by ranks alone (docs/STATISTICS.md section 5).
 */
#ifndef STATS_MANN_WHITNEY_H
#define STATS_MANN_WHITNEY_H

#include <stdbool.h>
#include <stddef.h>

enum { TC_EXACT_MOST = 60 }; /* values of both sets together */

struct tc_mann_whitney {
	double u;       /* pairs in which the value of a is larger; a tie counts half */
	double p_value; /* of a |U - n m / 2| at least as large, two-sided; conditional on the ties */
	bool exact;     /* else by the normal distribution, corrected for ties and continuity */
};

/* 0 or TACHO_ENOMEM.  n and m > 0; no value is NAN. */
int tc_mann_whitney(struct tc_mann_whitney *out, const double *a, size_t n, const double *b, size_t m);

/* The least p that sets of these sizes can have: 2 / C(n + m, n). */
double tc_mann_whitney_least(size_t n, size_t m);

#endif
