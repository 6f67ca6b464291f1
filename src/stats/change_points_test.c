/* SPDX-License-Identifier: MIT */
#include "stats/change_points.h"

#include <math.h>
#include "base/test.h"
#include "stats/change_scan.h"
#include "stats/change_split.h"
#include "stats/confidence.h"
#include "stats/values.h"

enum { N = 60 };
static struct tc_change_points points;

static size_t find(const double *values, size_t n)
{
	assert_int_equal(tc_change_points(&points, values, n, 0.01), 0);
	assert_int_equal(points.n, n);
	return points.count;
}

static int release(void **state)
{
	(void)state;
	tc_change_points_release(&points);
	return 0;
}

/* 0 to 2, neighbours apart: no autocorrelation widens what chance does. */
static double wobble(size_t i)
{
	return (double)(i * 8 % 13) / 6;
}

static void nothing_in_few_or_equal_values(void **state)
{
	(void)state;
	double values[N] = {0};
	for (size_t n = 0; n <= N; n++) {
		assert_int_equal(find(values, n), 0);
		assert_true(!points.at && points.inflation == 1);
	}
	const double seven[] = {1, 1, 1, 1, 9, 9, 9};
	assert_int_equal(find(seven, 7), 0);
}

static void one_outlier_is_no_level(void **state)
{
	(void)state;
	double values[N];
	for (size_t at = 0; at < N; at++) {
		for (size_t i = 0; i < N; i++)
			values[i] = i == at ? 1e300 : 10 + wobble(i);
		assert_int_equal(find(values, N), 0);
		tc_change_points_release(&points);
	}
}

static void two_steps(void **state)
{
	(void)state;
	double values[N];
	for (size_t i = 0; i < N; i++)
		values[i] = (i < 20 ? 100 : i < 45 ? 150 : 120) + wobble(i);
	assert_int_equal(find(values, N), 2);
	const struct tc_change_point *up = &points.at[0], *down = &points.at[1];
	assert_true(up->index == 20 && down->index == 45);
	assert_true(up->before >= 100 && up->before <= 102 && up->after >= 150 && up->after <= 152);
	assert_true(up->shift_percent > 48 && up->shift_percent < 52 && down->shift_percent < -18);
	assert_true(
		up->low_percent <= up->shift_percent && up->shift_percent <= up->high_percent && up->low_percent > 40);
	assert_true(up->p < 1e-6 && up->confidence == 0.99);
}

/* From 0 no percentage is known, and it is not infinite. */
static void from_zero(void **state)
{
	(void)state;
	double values[N];
	for (size_t i = 0; i < N; i++)
		values[i] = i < 30 ? 0 : 5;
	assert_int_equal(find(values, N), 1);
	assert_true(points.at->index == 30 && points.at->before == 0 && points.at->after == 5);
	assert_true(isnan(points.at->shift_percent) && isnan(points.at->low_percent) && isnan(points.at->high_percent));
}

static void small_shifts_are_left_out(void **state)
{
	(void)state;
	double values[N];
	for (size_t i = 0; i < N; i++)
		values[i] = i < 30 ? 1000 : 1005;
	assert_int_equal(find(values, N), 0);
	tc_change_points_release(&points);
	assert_int_equal(tc_change_points(&points, values, N, 0.004), 0);
	assert_int_equal(points.count, 1);
}

static double distances(const double *values, size_t n)
{
	double copy[N], sum = 0;
	for (size_t i = 0; i < n; i++)
		copy[i] = values[i];
	double median = tc_values_exact(copy, n, 0.5);
	for (size_t i = 0; i < n; i++)
		sum += fabs(values[i] - median);
	return sum;
}

/* Found as the best of 60 places: less sure than a test at a place that was known before. */
static void a_place_that_was_searched_is_less_sure(void **state)
{
	(void)state;
	double values[N];
	for (size_t i = 0; i < N; i++)
		values[i] = 10 + wobble(i) + (i < N / 2 ? 0 : 0.75);
	assert_int_equal(find(values, N), 1);
	double p = points.at[0].p;
	assert_float_equal(points.at[0].confidence, tc_confidence(N * p), 1e-12);
	assert_true(p < 0.01 && p > 1e-7 && tc_confidence(p) > points.at[0].confidence);
}

static void split_is_the_cheapest(void **state)
{
	(void)state;
	double values[N];
	for (size_t n = 2; n <= N; n++) {
		size_t at, best = 1;
		for (size_t i = 0; i < n; i++)
			values[i] = (double)((i * i * 13 + n * 5) % 17) + (i < n / 3 ? 0 : 4);
		for (size_t k = 1; k < n; k++)
			if (distances(values, k) + distances(values + k, n - k) <
				distances(values, best) + distances(values + best, n - best))
				best = k;
		assert_int_equal(tc_change_split(&at, values, n, 1, n - 1), 0);
		assert_int_equal(at, best);
	}
}

static void thresholds(void **state)
{
	(void)state;
	assert_true(tc_change_threshold(8, TC_CHANGE_ALPHA_1) == 2.309);
	assert_true(tc_near(tc_change_threshold(30, TC_CHANGE_ALPHA_10), 2.805, 1e-12));
	assert_true(tc_near(tc_change_threshold(500, TC_CHANGE_ALPHA_1), 4.477, 1e-12));
	assert_true(tc_near(tc_change_threshold(40, TC_CHANGE_ALPHA_1),
		3.297 + (3.510 - 3.297) * log(40.0 / 30) / log(50.0 / 30), 1e-12));
}

/* So many intervals were in the simulation of the thresholds. */
static void intervals(void **state)
{
	(void)state;
	const size_t n[] = {8, 10, 12, 16, 20, 30, 50}, want[] = {4, 9, 4, 9, 14, 14, 23};
	double values[N], rank[N];
	struct tc_ranked scratch[N];
	for (size_t i = 0; i < N; i++)
		values[i] = (double)i;
	for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
		struct tc_change_candidate *at;
		size_t count;
		assert_int_equal(tc_change_scan(&at, &count, values, n[i], rank, scratch), 0);
		assert_int_equal(count, want[i]);
		assert_true(at[0].begin == 0 && at[0].end == n[i] && at[0].index == n[i] / 2);
		free(at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_in_few_or_equal_values),
		cmocka_unit_test(one_outlier_is_no_level),
		cmocka_unit_test_teardown(two_steps, release),
		cmocka_unit_test_teardown(from_zero, release),
		cmocka_unit_test_teardown(small_shifts_are_left_out, release),
		cmocka_unit_test_teardown(a_place_that_was_searched_is_less_sure, release),
		cmocka_unit_test(split_is_the_cheapest),
		cmocka_unit_test(thresholds),
		cmocka_unit_test(intervals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
