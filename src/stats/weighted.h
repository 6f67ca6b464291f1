/* SPDX-License-Identifier: MIT
 *
 * weighted.h - values that each stand for some time: a level that was read now and then.
 */
#ifndef STATS_WEIGHTED_H
#define STATS_WEIGHTED_H

#include <stddef.h>

struct tc_weighted {
	double value, weight; /* weight: not negative */
};

/* By weight; where all of them are 0 each value weighs the same.  NAN: there are none. */
double tc_weighted_mean(const struct tc_weighted *values, size_t count);
double tc_weighted_sd(const struct tc_weighted *values, size_t count);

/* The value at or below which a share q of the weight lies; sorts them. */
double tc_weighted_quantile(struct tc_weighted *values, size_t count, double q);

#endif
