/* SPDX-License-Identifier: MIT
 *
 * change_split.h - the place that parts two levels best, when it is known that there are two.
 */
#ifndef STATS_CHANGE_SPLIT_H
#define STATS_CHANGE_SPLIT_H

#include <stddef.h>

/* The k from low to high, both from 1 to n - 1, for which values before k and from k on lie nearest to their two medians, by the sum of
 * distances; the first of several.  O(n log n); allocates O(n) while it works.  0 or TACHO_ENOMEM. */
int tc_change_split(size_t *out, const double *values, size_t n, size_t low, size_t high);

#endif
