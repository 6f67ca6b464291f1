/* SPDX-License-Identifier: MIT */
#include "stats/rank.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
	double x = ((const struct tc_ranked *)a)->value, y = ((const struct tc_ranked *)b)->value;
	return (x > y) - (x < y);
}

struct tc_ties tc_mid_ranks(const double *values, size_t n, double *rank, struct tc_ranked *scratch)
{
	struct tc_ties ties = {0, 0, 0};
	for (size_t i = 0; i < n; i++)
		scratch[i] = (struct tc_ranked){values[i], i};
	if (n)
		qsort(scratch, n, sizeof *scratch, ascending);
	for (size_t first = 0, end; first < n; first = end) {
		for (end = first + 1; end < n && scratch[end].value == scratch[first].value; end++)
			;
		for (size_t i = first; i < end; i++)
			rank[scratch[i].index] = (double)(first + end + 1) / 2;
		double t = (double)(end - first);
		ties.pairs += t * (t - 1) / 2;
		ties.cubes += t * (t * t - 1);
		ties.kendall += t * (t - 1) * (2 * t + 5);
	}
	return ties;
}

double tc_lag1(const double *series, size_t n)
{
	double mean = 0, squares = 0, products = 0;
	for (size_t i = 0; i < n; i++)
		mean += (series[i] - mean) / (double)(i + 1);
	for (size_t i = 0; i < n; i++) {
		squares += (series[i] - mean) * (series[i] - mean);
		if (i)
			products += (series[i] - mean) * (series[i - 1] - mean);
	}
	return squares > 0 ? products / squares : 0;
}

double tc_inflation_of(double like, size_t n)
{
	double power = 1, sum = 0;
	for (size_t lag = 1; lag < n; lag++) {
		power *= like;
		sum += (1 - (double)lag / (double)n) * power;
	}
	return 1 + 2 * sum;
}

double tc_inflation(double r1, size_t n)
{
	double count = (double)n;
	if (!(r1 > 1.645 / sqrt(count)))
		return 1;
	return tc_inflation_of(fmin(0.98, r1 + (1 + 4 * r1) / count), n); /* r1 is too low in short series */
}

double tc_residual_inflation(const double *residual, size_t n, double *rank, struct tc_ranked *scratch)
{
	if (n < 10)
		return 1;
	tc_mid_ranks(residual, n, rank, scratch);
	return tc_inflation(tc_lag1(rank, n), n);
}
