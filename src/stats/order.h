/* SPDX-License-Identifier: MIT
 *
 * order.h - order statistics of values that are at hand: exact quantiles, and how far values lie from their median.
 */
#ifndef STATS_ORDER_H
#define STATS_ORDER_H

#include <stdint.h>

struct tc_order { /* values in ascending order; does not own them */
	const void *value;
	uint64_t count;
	long double (*at)(const void *value, uint64_t i); /* number i, from 0 */
};

/* Both sort in place.  No value is NAN. */
struct tc_order tc_order_whole(uint64_t *value, uint64_t count);
struct tc_order tc_order_real(double *value, uint64_t count);

/* R type 7; NAN when there are none. */
double tc_order_quantile(const struct tc_order *order, long double q);

/* The median of the distances from the median. */
double tc_order_mad(const struct tc_order *order);

/* The largest l with P(Bin(n, 1/2) < l) <= 0.025: order statistics l and n + 1 - l, from 1, hold the median with 95 %; 0:
 * none do. */
uint64_t tc_median_rank(uint64_t n);

#endif
