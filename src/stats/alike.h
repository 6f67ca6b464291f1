/* SPDX-License-Identifier: MIT
 *
 * alike.h - how little two sets of values say of each other where each value is like the one before it.
 */
#ifndef STATS_ALIKE_H
#define STATS_ALIKE_H

#include <stddef.h>

enum { TC_ALIKE_LEAST = 20 }; /* values of each set below which nothing is known of that */

/* How many times larger than of independent figures the variance of a rank statistic of two sets is, both in time order.  blocks: as many
 * figures of each set are compared, of equal stretches of it; 0: the values themselves.  1 where the values are no more like the one before, on each
 * side by itself, than 1 of 20 independent ones are.  As tc_inflation(), with the likeness of both sides together, at most 0.995.
 * Neither set is empty.  0 or TACHO_ENOMEM. */
int tc_alike(double *inflation, const double *base, size_t n, const double *other, size_t m, size_t blocks);

#endif
