/* SPDX-License-Identifier: MIT */
#include "stats/summary.h"

#include <math.h>
#include "base/test.h"
#include "stats/summarized.h"

static void test_empty_and_one(void **state)
{
	(void)state;
	uint64_t one = 7;
	struct tc_summary s = tc_summarized(NULL, 0, true);
	assert_true(s.count == 0 && s.total == 0 && isnan(s.mean) && isnan(s.min) && isnan(s.median) &&
		    isnan(s.success_rate));
	s = tc_summarized(&one, 1, true);
	assert_true(s.mean == 7 && s.median == 7 && s.p999 == 7 && isnan(s.sd) && isnan(s.cv) && isnan(s.median_low));
	s = tc_summarized(&one, 1, false);
	assert_true(s.mean == 7 && s.median == 7 && s.p999 == 7 && s.quantile_error == 0);
}

static void test_figures(void **state)
{
	(void)state;
	uint64_t value[] = {9, 2, 5, 4, 12, 7, 8, 11, 9, 3, 7, 4, 12, 5, 4, 10, 9, 6, 9, 4};
	struct tc_summary s = tc_summarized(value, 20, true);
	assert_true(s.total == 140 && s.mean == 7 && s.min == 2 && s.max == 12 && s.median == 7);
	assert_true(fabs(s.sd - sqrt(178 / 19.0)) < 1e-15 * 4);
	assert_true(fabs(s.p90 - 11.1) < 1e-12 && fabs(s.p95 - 12) < 1e-12);
	assert_true(s.median_low == 4 && s.median_high == 9 && s.quantile_error == 0);
}

/* The digits that a naive sum of squares in doubles loses, and a sum of squares beyond 2^128. */
static void test_large_offsets(void **state)
{
	(void)state;
	enum { N = 1001 };
	static uint64_t value[N];
	for (unsigned i = 0; i < N; i++)
		value[i] = (UINT64_C(1) << 63) + (i % 2);
	struct tc_summary s = tc_summarized(value, N, true);
	double sd = sqrt(500.0 * 501 / N / (N - 1));
	assert_true(fabs(s.sd - sd) < sd * 1e-15);
	for (unsigned i = 0; i < N; i++)
		value[i] = i ? 1 : 0; /* the mean all but a whole number */
	s = tc_summarized(value, N, true);
	sd = sqrt(1000.0 / N / 1000);
	assert_true(fabs(s.sd - sd) < sd * 1e-15);
}

static void test_zeros(void **state)
{
	(void)state;
	uint64_t value[10] = {0};
	struct tc_summary s = tc_summarized(value, 10, false);
	assert_true(s.mean == 0 && s.sd == 0 && isnan(s.cv) && s.median == 0 && s.p99 == 0 && s.quantile_error == 0);
}

/* Ranks as tables of the sign test have them. */
static void test_median_interval(void **state)
{
	(void)state;
	static const struct {
		unsigned n, l;
	} rank[] = {{6, 1}, {8, 1}, {9, 2}, {12, 3}, {15, 4}, {25, 8}, {50, 18}, {100, 40}, {1000, 469}, {4000, 1938}};
	static uint64_t value[4000];
	for (unsigned i = 0; i < sizeof rank / sizeof *rank; i++) {
		for (unsigned k = 0; k < rank[i].n; k++)
			value[k] = rank[i].n - k; /* order statistic j is j */
		struct tc_summary s = tc_summarized(value, rank[i].n, true);
		assert_true(s.median_low == rank[i].l && s.median_high == rank[i].n + 1 - rank[i].l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_and_one),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_large_offsets),
		cmocka_unit_test(test_zeros),
		cmocka_unit_test(test_median_interval),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
