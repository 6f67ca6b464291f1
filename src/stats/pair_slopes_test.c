/* SPDX-License-Identifier: MIT */
#include "stats/pair_slopes.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include "base/test.h"

enum { N = 300, RANKS = 5 };
static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

static double uniform(void)
{
	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return (double)(state >> 11) / 9007199254740992.0;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static size_t all_slopes(double *out, const double *values, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			out[count++] = (values[j] - values[i]) / (double)(j - i);
	qsort(out, count, sizeof *out, ascending);
	return count;
}

static void is_as_in_all(const double *values, size_t n)
{
	static double all[N * N / 2];
	size_t pairs = all_slopes(all, values, n);
	/* around the middle, as an interval has them, and as far out as there are any */
	const size_t near[RANKS] = {
		(pairs - 1) / 2 - pairs / 20, (pairs - 1) / 2, pairs / 2, pairs / 2, pairs / 2 + pairs / 20};
	const size_t wide[RANKS] = {0, pairs / 10, pairs / 2, pairs - 1, pairs - 1};
	for (int i = 0; i < 2; i++) {
		const size_t *rank = i ? wide : near;
		double out[RANKS];
		assert_int_equal(tc_pair_slopes(out, rank, RANKS, values, n), 0);
		for (int k = 0; k < RANKS; k++)
			if (out[k] != all[rank[k]])
				fail_msg("rank %zu of %zu values: %.17g instead of %.17g", rank[k], n, out[k],
					all[rank[k]]);
	}
}

enum { KINDS = 10 };

/* Noise, a drift, a step, few different ones, all the same, outliers; values that rounding can hardly tell apart, that leave the range of
 * a double, that fall all the time; and of two turns, whose slopes are of two sizes. */
static double value_of(int kind, size_t i, size_t n)
{
	double noise = uniform() + uniform() + uniform(), at = (double)i;
	const double of_kind[KINDS] = {noise, 5 + noise + at, noise + (i > n / 2 ? 10 : 0), floor(4 * noise), 3,
		i % 37 ? noise : 1e12 * noise, 1e15 + noise, (noise - 1.5) * 1.1e308, -at * at, i % 2 ? 1e9 : at};
	return of_kind[kind];
}

static void each_rank_is_as_in_all_slopes_in_order(void **unused)
{
	static const size_t sizes[] = {2, 3, 5, 31, 32, 33, 50, 128, 299, 300};
	(void)unused;
	for (int kind = 0; kind < KINDS; kind++)
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
			for (int round = 0; round < 3; round++) {
				double values[N];
				for (size_t i = 0; i < sizes[s]; i++)
					values[i] = value_of(kind, i, sizes[s]);
				is_as_in_all(values, sizes[s]);
			}
}

static void pairs_that_fall_are_counted(void **unused)
{
	(void)unused;
	for (size_t n = 1; n < 60; n++) {
		struct tc_ranked sorted[60];
		double values[60], rank[60], tree[60], falls = 0;
		for (size_t i = 0; i < n; i++)
			values[i] = floor(20 * uniform());
		for (size_t i = 0; i < n; i++)
			for (size_t j = i + 1; j < n; j++)
				falls += values[j] < values[i];
		tc_mid_ranks(values, n, rank, sorted);
		assert_true(tc_falling_pairs(sorted, n, tree) == falls);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rank_is_as_in_all_slopes_in_order),
		cmocka_unit_test(pairs_that_fall_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
