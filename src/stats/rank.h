/* SPDX-License-Identifier: MIT
 *
 * rank.h - ranks, and what the order of values in time says (specification of statistics, section 3).  Values are numbers, none
 * is NAN.  Nothing is allocated here: who calls brings the scratch.
 */
#ifndef STATS_RANK_H
#define STATS_RANK_H

#include <stddef.h>

struct tc_ranked { /* scratch: one for each value */
	double value;
	size_t index;
};

struct tc_ties {        /* sums over the groups of t equal values; 0: there are none */
	double pairs;   /* t(t-1)/2 */
	double cubes;   /* t^3 - t */
	double kendall; /* t(t-1)(2t+5) */
};

/* Ranks from 1; equal values share the middle of theirs. */
struct tc_ties tc_mid_ranks(const double *values, size_t n, double *rank, struct tc_ranked *scratch);

/* Autocorrelation of a series at lag 1; 0 where the values are all equal or fewer than two. */
double tc_lag1(const double *series, size_t n);

/* How many times larger the variance of a rank statistic is than of independent values, at least 1: by the autocorrelation r1 of
 * ranks of residuals.  1 where r1 is no more than chance makes it. */
double tc_inflation(double r1, size_t n);

/* The same where each value is `like` times the one before, below 1, of which nothing has to be found out. */
double tc_inflation_of(double like, size_t n);

/* The same from residuals in time order; 1 below 10 of them.  rank: room for n. */
double tc_residual_inflation(const double *residual, size_t n, double *rank, struct tc_ranked *scratch);

#endif
