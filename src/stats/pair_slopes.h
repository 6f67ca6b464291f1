/* SPDX-License-Identifier: MIT
 *
 * pair_slopes.h - order statistics of the slopes of all pairs of a series.
 *
 * Of a slope t the pairs that rise less fall in the series values[i] - t i, which are counted without being looked at (D. Knuth, Sorting and
 * Searching, 5.1.1).  Those between two slopes change sides from the order of the one series to that of the other: each swap of a sort by
 * insertion is one of them (J. Matousek, Randomized optimal algorithm for slope selection, 1991).  A sample of pairs tells two slopes that
 * hold the ranks asked for; whatever rounding does, what is given is checked to be what all slopes in order would have there.
 */
#ifndef STATS_PAIR_SLOPES_H
#define STATS_PAIR_SLOPES_H

#include <stddef.h>
#include "stats/rank.h"

/* out[k]: number rank[k], from 0, of the n(n-1)/2 slopes (values[j] - values[i]) / (j - i), i < j, in ascending order.  The ranks ascend; values
 * are numbers; n is at least 2.  O(n log n) and what lies between the first rank and the last; O(n^2) where values are so much alike or so
 * large that no sample tells.  Allocates room for n(n-1)/2 doubles while it reckons.  0 or TACHO_ENOMEM. */
int tc_pair_slopes(double *out, const size_t *rank, size_t ranks, const double *values, size_t n);

/* How many pairs of a series fall, of its values in ascending order; O(n log n).  tree: room for n. */
double tc_falling_pairs(const struct tc_ranked *sorted, size_t n, double *tree);

#endif
