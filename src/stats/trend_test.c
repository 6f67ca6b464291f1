/* SPDX-License-Identifier: MIT */
#include "stats/trend.h"

#include <math.h>
#include <string.h>
#include "base/test.h"

static struct tc_trend trend_of(const double *values, size_t n)
{
	struct tc_change_points points;
	struct tc_trend trend;
	assert_int_equal(tc_change_points(&points, values, n, 0.01), 0);
	assert_int_equal(tc_trend(&trend, values, n, &points), 0);
	tc_change_points_release(&points);
	assert_true(trend.n == n && !isinf(trend.change_percent) && !isinf(trend.low_percent) &&
		    !isinf(trend.high_percent));
	assert_true(!isinf(trend.p) && !isinf(trend.slope) && !isinf(trend.halves_change_percent));
	return trend;
}

static void too_few(void **state)
{
	(void)state;
	const double values[] = {1, 20, 300};
	for (size_t n = 0; n <= 3; n++) {
		struct tc_trend t = trend_of(values, n);
		assert_true(!t.enough_data && t.label == TC_TREND_STABLE && t.reason && isnan(t.p) &&
			    isnan(t.change_percent));
	}
}

/* Four in order: p 1/12, so nothing can be said; seven: 2/5040. */
static void low_power(void **state)
{
	(void)state;
	const double values[] = {10, 12, 14, 16, 18, 20, 22, 24};
	struct tc_trend t = trend_of(values, 4);
	assert_true(t.enough_data && t.low_power && t.label == TC_TREND_STABLE && !t.reason);
	assert_true(tc_near(t.p, 1 / 12.0, 1e-15));
	t = trend_of(values, 7);
	assert_true(t.low_power && t.label == TC_TREND_DEGRADING);
	assert_true(tc_near(t.p, 2 / 5040.0, 1e-15));
	assert_true(tc_near(t.change_percent, 120, 1e-9));
	assert_false(trend_of(values, 8).low_power);
}

static void equal_and_zero(void **state)
{
	(void)state;
	double values[30] = {0};
	struct tc_trend t = trend_of(values, 30);
	assert_true(t.label == TC_TREND_STABLE && t.slope == 0 && t.p == 1 && t.reason && isnan(t.change_percent));
	for (int i = 0; i < 30; i++)
		values[i] = 7;
	t = trend_of(values, 30);
	assert_true(t.label == TC_TREND_STABLE && t.change_percent == 0 && isnan(t.tau) && t.reason && t.n_eff == 30);
}

static void one_enormous_outlier(void **state)
{
	(void)state;
	double values[30];
	for (int i = 0; i < 30; i++)
		values[i] = i == 29 ? 1e300 : 100 + i * 7 % 10;
	struct tc_trend t = trend_of(values, 30);
	assert_true(t.label == TC_TREND_STABLE && fabs(t.change_percent) < 5);
}

static void drift_down(void **state)
{
	(void)state;
	double values[40];
	for (int i = 0; i < 40; i++)
		values[i] = 1000 - 5 * i + i * 7 % 10;
	struct tc_trend t = trend_of(values, 40);
	assert_true(t.label == TC_TREND_IMPROVING && !strcmp(t.shape, "drift") && t.p < 1e-9 && t.confidence == 0.99);
	assert_true(t.change_percent > -21 && t.change_percent < -18 && t.low_percent <= t.change_percent &&
		    t.change_percent <= t.high_percent);
}

/* A line through it begins below and ends above: it rises by a half more. */
static void a_clean_step_is_told_as_one(void **state)
{
	(void)state;
	double values[120];
	for (int i = 0; i < 120; i++)
		values[i] = (i < 60 ? 1000 : 1198) + i * 37 % 101;
	struct tc_trend t = trend_of(values, 120);
	assert_true(!strcmp(t.shape, "drift") && t.change_percent > 26);
	assert_true(!strcmp(t.told, "step") && fabs(t.told_percent - 18.8) < 0.7);
	assert_true(t.told_low_percent <= t.told_percent && t.told_percent <= t.told_high_percent);
}

/* Of which the scan makes levels, too. */
static void a_drift_is_told_as_one(void **state)
{
	(void)state;
	double values[200];
	for (int i = 0; i < 200; i++)
		values[i] = 1000 + 2 * i + i * 37 % 101;
	struct tc_trend t = trend_of(values, 200);
	assert_true(!strcmp(t.told, "drift") && t.told_percent == t.change_percent);
	assert_true(isnan(trend_of(values, 3).told_percent));
}

static void late_step(void **state)
{
	(void)state;
	double values[60];
	for (int i = 0; i < 60; i++)
		values[i] = i < 54 ? 100 : 150;
	struct tc_trend t = trend_of(values, 60);
	assert_true(t.label == TC_TREND_DEGRADING && !strcmp(t.shape, "step") && t.change_percent == 50);
	assert_true(t.low_percent == 50 && t.high_percent == 50 && t.confidence > 0.9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_few),
		cmocka_unit_test(low_power),
		cmocka_unit_test(equal_and_zero),
		cmocka_unit_test(one_enormous_outlier),
		cmocka_unit_test(drift_down),
		cmocka_unit_test(a_clean_step_is_told_as_one),
		cmocka_unit_test(a_drift_is_told_as_one),
		cmocka_unit_test(late_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
