/* SPDX-License-Identifier: MIT */
#include "stats/mann_kendall.h"

#include <math.h>
#include "base/test.h"

enum { MOST = 8 };
static double rank[TC_KENDALL_EXACT_MAX];
static struct tc_ranked scratch[TC_KENDALL_EXACT_MAX];

struct tally {
	double s, at_least, as_far, orders;
};

/* Every order of the values from `from` on, equal ones as if they were not. */
static void every_order(struct tally *tally, double *values, size_t n, size_t from)
{
	if (from == n) {
		struct tc_ranked other[MOST];
		double s = tc_mann_kendall(values, n, rank, other).s;
		tally->orders++;
		tally->at_least += s >= tally->s;
		tally->as_far += fabs(s) >= fabs(tally->s);
	}
	for (size_t i = from; i < n; i++) {
		double first = values[from];
		values[from] = values[i];
		values[i] = first;
		every_order(tally, values, n, from + 1);
		values[i] = values[from];
		values[from] = first;
	}
}

static void exact_is_what_all_orders_give(void **state)
{
	(void)state;
	double sets[][MOST] = {{3, 1, 2, 7, 5, 6, 4}, {1, 1, 2, 2, 2, 3, 9}, {5, 5, 5, 5, 1}, {2, 1}, {4}};
	const size_t n[] = {7, 7, 5, 2, 1};
	for (int i = 0; i < 5; i++) {
		struct tc_mann_kendall m = tc_mann_kendall(sets[i], n[i], rank, scratch);
		struct tally tally = {.s = m.s};
		every_order(&tally, sets[i], n[i], 0);
		assert_true(tc_near(tc_kendall_exact(scratch, n[i], m.s, false), tally.at_least / tally.orders, 1e-15));
		assert_true(tc_near(tc_kendall_exact(scratch, n[i], m.s, true), tally.as_far / tally.orders, 1e-15));
	}
}

static void longest_exact_test(void **state)
{
	(void)state;
	double values[TC_KENDALL_EXACT_MAX];
	for (int i = 0; i < TC_KENDALL_EXACT_MAX; i++)
		values[i] = i;
	struct tc_mann_kendall m = tc_mann_kendall(values, TC_KENDALL_EXACT_MAX, rank, scratch);
	assert_true(m.s == 66 && m.tau == 1);
	assert_true(tc_near(tc_kendall_exact(scratch, TC_KENDALL_EXACT_MAX, 66, false) * 479001600, 1, 1e-12));
}

static void nothing_and_all_equal(void **state)
{
	(void)state;
	const double flat[] = {4, 4, 4, 4, 4};
	struct tc_slope slope;
	struct tc_mann_kendall m = tc_mann_kendall(NULL, 0, NULL, NULL);
	assert_true(m.s == 0 && m.z == 0 && isnan(m.tau));
	assert_true(tc_theil_sen(&slope, NULL, 0, 0) == 0 && isnan(slope.slope) && isnan(slope.low));
	assert_true(tc_theil_sen(&slope, flat, 1, 0) == 0 && isnan(slope.slope));
	m = tc_mann_kendall(flat, 5, rank, scratch);
	assert_true(m.s == 0 && m.variance == 0 && m.z == 0 && isnan(m.tau));
	assert_true(tc_kendall_exact(scratch, 5, 0, true) == 1);
	assert_true(tc_theil_sen(&slope, flat, 5, 0) == 0 && slope.slope == 0 && slope.low == 0 && slope.high == 0);
}

/* One value out of all bounds turns no line. */
static void slope_by_hand(void **state)
{
	(void)state;
	const double values[] = {1, 2, 3, 1e300, 5};
	struct tc_slope slope;
	struct tc_mann_kendall m = tc_mann_kendall(values, 5, rank, scratch);
	assert_true(m.s == 8 && m.variance == 50 / 3.0);
	assert_true(tc_theil_sen(&slope, values, 5, m.variance) == 0);
	assert_true(slope.slope == 1 && slope.low < -1e298 && slope.high > 1e298);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_is_what_all_orders_give),
		cmocka_unit_test(longest_exact_test),
		cmocka_unit_test(nothing_and_all_equal),
		cmocka_unit_test(slope_by_hand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
