/* SPDX-License-Identifier: MIT
 * runs in: release clang asan (valgrind has long doubles of 64 bits) */
#include "stats/order.h"

#include <math.h>
#include <string.h>
#include "base/test.h"
#include "stats/summary.h"

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The median of distances, as its definition says it. */
static double plain_mad(const double *value, size_t n, double median)
{
	double distance[64];
	for (size_t i = 0; i < n; i++)
		distance[i] = fabs(value[i] - median);
	qsort(distance, n, sizeof *distance, ascending);
	return n % 2 ? distance[n / 2] : (distance[n / 2 - 1] + distance[n / 2]) / 2;
}

static void test_distances_from_the_median(void **state)
{
	(void)state;
	uint32_t random = 7;
	for (size_t n = 1; n < 60; n++) {
		double value[64];
		for (size_t i = 0; i < n; i++) {
			random = random * 1664525 + 1013904223;
			value[i] = (double)(random >> 24) * (n % 3 ? 1 : 0.125) - (n % 2 ? 0 : 128);
			value[i] = n % 5 ? value[i] : (double)(random >> 31); /* many equal ones */
		}
		struct tc_order order = tc_order_real(value, n);
		assert_true(tc_order_mad(&order) == plain_mad(value, n, tc_order_quantile(&order, 0.5L)));
	}
}

static void test_whole_numbers_beyond_a_double(void **state)
{
	(void)state;
	uint64_t value[] = {UINT64_MAX, UINT64_MAX - 4, UINT64_MAX - 1};
	struct tc_order order = tc_order_whole(value, 3);
	assert_true(tc_order_mad(&order) == 1 && value[0] == UINT64_MAX - 4);
}

static void test_none_and_one(void **state)
{
	(void)state;
	double value = -3;
	struct tc_order none = tc_order_real(NULL, 0), one = tc_order_real(&value, 1);
	assert_true(isnan(tc_order_mad(&none)) && isnan(tc_order_quantile(&none, 0.5L)));
	assert_true(tc_order_mad(&one) == 0 && tc_order_quantile(&one, 0.999L) == -3);
}

/* Numbers that are not durations: negative ones, broken ones, a median of 0. */
static void test_summary_of_reals(void **state)
{
	(void)state;
	double value[] = {-1.5, 2.25, 0, -1.5, 0, 4, 0.5, -2}, gone[] = {5};
	struct tc_summary s;
	tc_summarize_reals(&s, value, 8);
	assert_true(s.count == 8 && s.total == 1.75 && s.mean == 0.21875 && s.min == -2 && s.max == 4);
	assert_true(s.median == 0 && s.mad == 1.5 && isnan(s.rcv) && isnan(s.tail_ratio) && s.quantile_error == 0);
	assert_true(s.median_low == -2 && s.median_high == 4);
	assert_true(fabs(s.cv - s.sd / 0.21875) < 1e-15 && isnan(s.success_rate));
	tc_summarize_reals(&s, gone, 0);
	assert_true(s.count == 0 && s.total == 0 && isnan(s.mean) && isnan(s.median) && isnan(s.cv));
	tc_summarize_reals(&s, gone, 1);
	assert_true(s.mean == 5 && isnan(s.sd) && isnan(s.cv) && s.mad == 0 && s.rcv == 0 && s.p999 == 5);
}

static void test_tail_wants_a_hundred(void **state)
{
	(void)state;
	double value[TC_TAIL_LEAST];
	struct tc_summary s;
	for (int i = 0; i < TC_TAIL_LEAST; i++)
		value[i] = i + 1;
	tc_summarize_reals(&s, value, TC_TAIL_LEAST - 1);
	assert_true(isnan(s.tail_ratio));
	tc_summarize_reals(&s, value, TC_TAIL_LEAST);
	assert_true(fabs(s.tail_ratio - 99.01 / 50.5) < 1e-15 * 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distances_from_the_median),
		cmocka_unit_test(test_whole_numbers_beyond_a_double),
		cmocka_unit_test(test_none_and_one),
		cmocka_unit_test(test_summary_of_reals),
		cmocka_unit_test(test_tail_wants_a_hundred),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
