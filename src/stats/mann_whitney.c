/* SPDX-License-Identifier: MIT */
#include "stats/mann_whitney.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "stats/normal.h"
#include "stats/rank.h"

/* Ranks are doubled, so that middle ones are whole.  of[k * (most + 1) + s]: in how many ways k of the values seen so far have ranks that
 * add up to s. */
static void count_ways(uint64_t *of, size_t k_most, size_t most, const double *rank, size_t all)
{
	of[0] = 1;
	for (size_t i = 0; i < all; i++) {
		size_t twice = (size_t)(2 * rank[i]);
		for (size_t k = i + 1 < k_most ? i + 1 : k_most; k > 0; k--) {
			uint64_t *with = of + k * (most + 1);
			const uint64_t *without = with - (most + 1);
			for (size_t s = twice; s <= most; s++)
				with[s] += without[s - twice];
		}
	}
}

/* The share of all choices of n among the ranks that lie at least as far from the middle as the sum that was seen.  At most
 * C(60, 30) choices: below 2^64. */
static double share_of_choices(const uint64_t *ways, size_t most, size_t n, size_t all, double sum)
{
	uint64_t total = 0, far = 0;
	double middle = (double)n * (double)(all + 1), seen = fabs(2 * sum - middle);
	for (size_t s = 0; s <= most; s++) {
		total += ways[s];
		far += fabs((double)s - middle) >= seen ? ways[s] : 0;
	}
	return (double)((long double)far / (long double)total);
}

static int exact_p(double *p, const double *rank, size_t n, size_t all, double sum)
{
	size_t most = all * (all + 1);
	uint64_t *of = calloc((n + 1) * (most + 1), sizeof *of);
	if (!of)
		return tc_error(TACHO_ENOMEM, "no memory to compare %zu values", all);
	count_ways(of, n, most, rank, all);
	*p = share_of_choices(of + n * (most + 1), most, n, all, sum);
	free(of);
	return 0;
}

static double normal_p(double u, double n, double m, double cubes)
{
	double all = n + m, variance = n * m / 12 * (all + 1 - cubes / (all * (all - 1)));
	double off = fabs(u - n * m / 2) - 0.5;
	return off > 0 && variance > 0 ? tc_normal_two_sided(off / sqrt(variance)) : 1;
}

/* value, rank and scratch: room for n + m. */
static int test(struct tc_mann_whitney *out, double *value, double *rank, struct tc_ranked *scratch, size_t n, size_t m)
{
	struct tc_ties ties = tc_mid_ranks(value, n + m, rank, scratch);
	double sum = 0, half = (double)n * ((double)n + 1) / 2;
	for (size_t i = 0; i < n; i++)
		sum += rank[i];
	*out = (struct tc_mann_whitney){.u = sum - half, .exact = n + m <= TC_EXACT_MOST};
	if (out->exact)
		return exact_p(&out->p_value, rank, n, n + m, sum);
	out->p_value = normal_p(out->u, (double)n, (double)m, ties.cubes);
	return 0;
}

int tc_mann_whitney(struct tc_mann_whitney *out, const double *a, size_t n, const double *b, size_t m)
{
	double *value = calloc(n + m, sizeof *value), *rank = calloc(n + m, sizeof *rank);
	struct tc_ranked *scratch = calloc(n + m, sizeof *scratch);
	int code = 0;
	if (!value || !rank || !scratch)
		code = tc_error(TACHO_ENOMEM, "no memory to compare %zu values", n + m);
	else {
		memcpy(value, a, n * sizeof *a);
		memcpy(value + n, b, m * sizeof *b);
		code = test(out, value, rank, scratch, n, m);
	}
	free(value);
	free(rank);
	free(scratch);
	return code;
}

double tc_mann_whitney_least(size_t n, size_t m)
{
	size_t few = n < m ? n : m, all = n + m;
	double choices = 1;
	for (size_t i = 1; i <= few && choices < 1e300; i++)
		choices *= (double)(all - few + i) / (double)i;
	return choices > 2 ? 2 / choices : 1;
}
