/* SPDX-License-Identifier: MIT
 *
 * mann_kendall.h - whether a series rises or falls more often than chance makes it, and how steeply (specification of statistics,
 * section 3, after Mann, Kendall, Theil and Sen).  Values are numbers in time order, evenly apart.
 */
#ifndef STATS_MANN_KENDALL_H
#define STATS_MANN_KENDALL_H

#include <stdbool.h>
#include <stddef.h>
#include "stats/rank.h"

struct tc_mann_kendall {
	double s;        /* pairs that rise less pairs that fall */
	double variance; /* of s, by chance and with these ties */
	double z;        /* 0 where all values are equal */
	double tau;      /* Kendall's tau-b, -1 to 1; NAN where all values are equal */
	struct tc_ties ties;
};

/* O(n log n).  Leaves the values sorted in scratch, of which there are n, as there are of rank, which has nothing of use then. */
struct tc_mann_kendall tc_mann_kendall(const double *values, size_t n, double *rank, struct tc_ranked *scratch);

enum { TC_KENDALL_EXACT_MAX = 12 };

/* The share of the orders of these values whose S is at least s; two_sided: is as far from 0 as s.  sorted: n values, at most
 * TC_KENDALL_EXACT_MAX; equal ones may be among them. */
double tc_kendall_exact(const struct tc_ranked *sorted, size_t n, double s, bool two_sided);

struct tc_slope {                /* per step; NAN below two values */
	double slope, low, high; /* with the 95 % interval */
};

/* Theil and Sen: the median of the slopes of all pairs.  variance: of S.  Allocates room for n(n-1)/2 doubles while it reckons.
 * 0 or TACHO_ENOMEM. */
int tc_theil_sen(struct tc_slope *out, const double *values, size_t n, double variance);

#endif
