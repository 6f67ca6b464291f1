/* SPDX-License-Identifier: MIT */
#include "stats/histogram.h"

#include <math.h>
#include <stdlib.h>
#include <tacho/hot.h>
#include "base/test.h"
#include "stats/order.h"

static void test_cells_hold_their_values(void **state)
{
	(void)state;
	double lower, upper;
	tc_cell_bounds(0, &lower, &upper);
	assert_true(lower == 0 && upper == 0);
	assert_int_equal(tacho_cell(0), 0);
	assert_int_equal(tacho_cell(1), 1);
	for (uint64_t ns = 1; ns < UINT64_C(1) << 36; ns += 1 + ns / 97) {
		tc_cell_bounds(tacho_cell(ns), &lower, &upper);
		assert_true(lower < (double)ns * (1 + 1e-15) && (double)ns <= upper * (1 + 1e-15));
		assert_true(upper / lower < 1.00543 + 1e-5);
	}
}

static void test_bounds_are_those_of_the_grid(void **state)
{
	(void)state;
	for (uint32_t cell = 1; cell < TC_HISTOGRAM_CELLS; cell++) {
		double lower, upper, of_grid = 1e9 * exp2(((double)cell - 3828) / 128);
		tc_cell_bounds(cell, &lower, &upper);
		assert_true(fabs(lower / of_grid - 1) < 1e-14);
		assert_true(fabs(upper / lower - exp2(1.0 / 128)) < 1e-15);
	}
}

static void test_many_quantiles_are_as_each(void **state)
{
	static const double q[] = {-1, 0, 0.1, 0.5, 0.5, 0.50001, 0.9, 0.999, 1, 2};
	enum { COUNT = sizeof q / sizeof *q };
	(void)state;
	struct tc_histogram h = {0};
	double out[COUNT];
	for (uint64_t n = 0; n < 40; n++) {
		tc_histogram_quantiles(&h, q, out, COUNT, 1, 5000);
		for (int i = 0; i < COUNT; i++) {
			double one = tc_histogram_quantile(&h, q[i], 1, 5000);
			assert_true(n ? out[i] == one : isnan(out[i]) && isnan(one));
		}
		assert_int_equal(tc_histogram_add(&h, (uint32_t)(n * n % 41 * 40), 1 + n % 3), 0);
	}
	tc_histogram_clear(&h);
	assert_int_equal(tc_histogram_total(&h), 0);
	assert_true(isnan(tc_histogram_quantile(&h, 0.5, 1, 5000)));
	tc_histogram_release(&h);
}

static void test_grows_both_ways_and_merges(void **state)
{
	(void)state;
	struct tc_histogram a = {0}, b = {0};
	assert_int_equal(tc_histogram_add(&a, 2000, 3), 0);
	assert_int_equal(tc_histogram_add(&a, 10, 2), 0);
	assert_int_equal(tc_histogram_add(&b, TC_HISTOGRAM_CELLS - 1, 7), 0);
	assert_int_equal(tc_histogram_add(&b, 0, 1), 0);
	assert_true(tc_histogram_add(&b, TC_HISTOGRAM_CELLS, 1) < 0);
	assert_int_equal(tc_histogram_merge(&a, &b), 0);
	assert_int_equal(tc_histogram_total(&a), 13);
	assert_int_equal(a.first, 0);
	assert_int_equal(a.count[2000], 3);
	assert_int_equal(a.count[10], 2);
	tc_histogram_release(&a);
	tc_histogram_release(&b);
	assert_int_equal(tc_histogram_merge(&a, &b), 0);
	assert_null(a.count);
}

static int ascending(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
	return (a > b) - (a < b);
}

static void test_quantiles_are_within_alpha(void **state)
{
	(void)state;
	enum { N = 5000 };
	static uint64_t value[N];
	struct tc_histogram h = {0};
	uint64_t x = 1;
	for (unsigned i = 0; i < N; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		value[i] = (x >> 40) >> (x % 17);
		assert_int_equal(tc_histogram_add(&h, tacho_cell(value[i]), 1), 0);
	}
	qsort(value, N, sizeof *value, ascending);
	for (double q = 0; q <= 1; q += 0.003) {
		double place = (N - 1) * q, rank = floor(place);
		double low = (double)value[(unsigned)rank],
		       high = (double)value[rank + 1 < N ? (unsigned)rank + 1 : N - 1];
		double exact = low + (place - rank) * (high - low);
		double got = tc_histogram_quantile(&h, q, value[0], value[N - 1]);
		assert_true(fabs(got - exact) <= exact * (TC_HISTOGRAM_ALPHA + 1e-9));
	}
	assert_true(tc_histogram_quantile(&h, 0, value[0], value[N - 1]) == (double)value[0]);
	assert_true(tc_histogram_quantile(&h, 1, value[0], value[N - 1]) == (double)value[N - 1]);
	tc_histogram_release(&h);
}

static void test_few_values(void **state)
{
	(void)state;
	struct tc_histogram h = {0};
	assert_true(isnan(tc_histogram_quantile(&h, 0.5, 0, 0)));
	tc_histogram_add(&h, tacho_cell(42), 1);
	assert_true(tc_histogram_quantile(&h, 0.99, 42, 42) == 42);
	tc_histogram_add(&h, tacho_cell(142), 1);
	assert_true(tc_histogram_quantile(&h, 0.5, 42, 142) == 92);
	tc_histogram_release(&h);
	tc_histogram_add(&h, 0, 100);
	assert_true(tc_histogram_quantile(&h, 0.5, 0, 0) == 0);
	tc_histogram_release(&h);
}

static void test_the_median_distance_is_near_the_exact_one(void **state)
{
	enum { N = 3001 };
	static uint64_t value[N];
	struct tc_histogram h = {0};
	uint64_t random = 88172645463325252u;
	(void)state;
	for (int i = 0; i < N; i++) {
		random ^= random << 13, random ^= random >> 7, random ^= random << 17;
		value[i] = 1000000 + random % 1000000 * (i % 7 ? 1 : 9);
		assert_int_equal(tc_histogram_add(&h, tacho_cell(value[i]), 1), 0);
	}
	struct tc_order order = tc_order_whole(value, N);
	double exact = tc_order_mad(&order), median = tc_order_quantile(&order, 0.5L);
	double got = tc_histogram_mad(&h, value[0], value[N - 1]);
	assert_true(fabs(got - exact) <= 2 * TC_HISTOGRAM_ALPHA * median);
	tc_histogram_release(&h);
	assert_true(isnan(tc_histogram_mad(&h, 0, 0)));
	tc_histogram_add(&h, tacho_cell(42), 5);
	assert_true(tc_histogram_mad(&h, 42, 42) == 0);
	tc_histogram_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells_hold_their_values),
		cmocka_unit_test(test_bounds_are_those_of_the_grid),
		cmocka_unit_test(test_many_quantiles_are_as_each),
		cmocka_unit_test(test_grows_both_ways_and_merges),
		cmocka_unit_test(test_quantiles_are_within_alpha),
		cmocka_unit_test(test_few_values),
		cmocka_unit_test(test_the_median_distance_is_near_the_exact_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
