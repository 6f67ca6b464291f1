/* SPDX-License-Identifier: MIT
 *
 * spread.h - the middle of values and how far they lie from it, on each side by itself.
 */
#ifndef STATS_SPREAD_H
#define STATS_SPREAD_H

#include <stddef.h>

struct tc_spread {
	double median, below,
		above; /* below, above: 1.4826 times the median distance of the values on that side, the median with them */
};

/* sorted: at least one value, in ascending order. */
struct tc_spread tc_spread(const double *sorted, size_t n);

/* below and above are at least so large. */
struct tc_spread tc_spread_floor(struct tc_spread spread, double least);

/* Spreads from the median; NAN where it is not the median and there is no spread, or none to speak of. */
double tc_spread_z(const struct tc_spread *spread, double value);

/* A window on a series: the values in it, sorted.  The caller's memory; O(n) for each step. */
void tc_sorted_insert(double *sorted, size_t n, double value);        /* of n; there is room for one more */
void tc_sorted_remove(double *sorted, size_t n, double value);        /* of n, one of which is the value */
size_t tc_sorted_below(const double *sorted, size_t n, double value); /* how many are smaller */

#endif
