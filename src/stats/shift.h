/* SPDX-License-Identifier: MIT
 *
 * shift.h - by how much values differ: the Hodges-Lehmann estimate, the median of all differences of a pair, with its interval.
 */
#ifndef STATS_SHIFT_H
#define STATS_SHIFT_H

#include <stddef.h>

struct tc_shift {
	double shift, lo, hi; /* b - a; 95 % interval, NAN: too few values for one */
};

/* Both sets ascend; neither is empty; no value is NAN.  inflation: of the variance by autocorrelation (tc_inflation()), 1 for
 * independent values; it widens the interval.  The n m differences are never laid out: memory does not grow with them,
 * time with n + m. */
struct tc_shift tc_shift_of(const double *a, size_t n, const double *b, size_t m, double inflation);

#endif
