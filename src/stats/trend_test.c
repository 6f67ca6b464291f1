/* SPDX-License-Identifier: MIT */
#include "stats/trend.h"

#include <math.h>
#include <string.h>
#include "base/test.h"
#include "stats/drawn.h"

static struct tc_trend trend_of(const double *values, size_t n)
{
	struct tc_change_points points;
	struct tc_trend trend;
	assert_int_equal(tc_change_points(&points, values, n, 0.01), 0);
	assert_int_equal(tc_trend(&trend, values, n, 1, &points), 0);
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

/* Of medians of four each the first and the last lie one and a half values inside. */
static void a_line_goes_from_the_first_value_to_the_last(void **state)
{
	struct tc_change_points points;
	struct tc_trend trend;
	double values[100];
	(void)state;
	for (int i = 0; i < 100; i++)
		values[i] = 100 + (4 * i + 1.5) * 100 / 399;
	assert_int_equal(tc_change_points(&points, values, 100, 0.01), 0);
	assert_int_equal(tc_trend(&trend, values, 100, 4, &points), 0);
	tc_change_points_release(&points);
	assert_true(tc_near(trend.change_percent, 100, 1e-9));
}

/* Of which the scan makes levels, too. */
static void a_drift_is_told_as_one(void **state)
{
	(void)state;
	double values[200];
	for (int i = 0; i < 200; i++)
		values[i] = 1000 + 2 * i + i * 37 % 101;
	struct tc_trend t = trend_of(values, 200);
	assert_true(!strcmp(t.told, "drift") && tc_near(t.told_percent, t.change_percent, 1));
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

/* Noise of sd 5 of which each value is so much like the one before. */
static void add_noise(double *values, size_t n, double like)
{
	double last = drawn_normal();
	for (size_t i = 0; i < n; i++) {
		values[i] += 5 * last;
		last = like * last + sqrt(1 - like * like) * drawn_normal();
	}
}

/* 95 % of the changes lie in the interval, also where each value is like the one before; and a drift is no step. */
static void drifts_lie_in_their_interval(void **state)
{
	static const struct {
		size_t n;
		double like;
	} how[] = {{50, 0}, {300, 0}, {120, 0.8}, {300, 0.8}};
	double values[300];
	(void)state;
	for (size_t k = 0; k < sizeof how / sizeof *how; k++) {
		int held = 0, steps = 0, cases = 100;
		for (int i = 0; i < cases; i++) {
			drawn_seed = (uint64_t)(1000 * k) + (uint64_t)i;
			for (size_t v = 0; v < how[k].n; v++)
				values[v] = 100 + 50 * (double)v / (double)(how[k].n - 1);
			add_noise(values, how[k].n, how[k].like);
			struct tc_trend t = trend_of(values, how[k].n);
			held += t.low_percent <= 50 && 50 <= t.high_percent;
			steps += !strcmp(t.told, "step");
		}
		print_message("%zu values, %g alike: %d of %d held, %d told as steps\n", how[k].n, how[k].like, held,
			cases, steps);
		assert_in_range(held, cases * 90 / 100, cases);
		assert_in_range(steps, 0, cases * 2 / 100);
	}
}

static void steps_lie_in_their_interval(void **state)
{
	double values[300];
	(void)state;
	for (int alike = 0; alike <= 1; alike++) {
		int held = 0, steps = 0, cases = 100;
		for (int i = 0; i < cases; i++) {
			drawn_seed = (uint64_t)(7000 * (alike + 1) + i);
			for (int v = 0; v < 300; v++)
				values[v] = v < 120 + i % 60 ? 100 : 120;
			add_noise(values, 300, 0.8 * alike);
			struct tc_trend t = trend_of(values, 300);
			steps += !strcmp(t.told, "step");
			held += !strcmp(t.told, "step") && t.told_low_percent <= 20 && 20 <= t.told_high_percent;
		}
		print_message("%s: %d of %d held, %d told as steps\n", alike ? "alike" : "white", held, cases, steps);
		assert_in_range(steps, cases * 96 / 100, cases);
		assert_in_range(held, steps * 87 / 100, steps);
	}
}

static void make(double *values, size_t n, double rise, double like, uint64_t seed)
{
	drawn_seed = seed;
	for (size_t v = 0; v < n; v++)
		values[v] = 100 + rise * (1 - exp(-3 * (double)v / (double)n));
	add_noise(values, n, like);
}

/* At most 5 of 100 have a trend, however like the one before each value is; what keeps one back says so. */
static void what_stands_still_has_no_trend(void **state)
{
	static const size_t lengths[] = {60, 120, 300, 500};
	static const double likes[] = {0.5, 0.9, 0.95, 0.98};
	double values[500];
	(void)state;
	for (size_t k = 0; k < 4; k++) {
		int told = 0, untold = 0, cases = 0;
		for (size_t l = 0; l < 4; l++)
			for (int i = 0; i < 30; i++, cases++) {
				make(values, lengths[l], 0, likes[k], 500000 * (k + 1) + 1000 * l + (uint64_t)i);
				struct tc_trend t = trend_of(values, lengths[l]);
				told += t.label != TC_TREND_STABLE;
				untold += t.untold != NULL;
				assert_true(!t.untold || t.label == TC_TREND_STABLE);
			}
		print_message(
			"%g alike: %d of %d have a trend, of %d it is kept back\n", likes[k], told, cases, untold);
		assert_in_range(told, 0, cases * 5 / 100);
		assert_true(likes[k] < 0.95 || untold > cases / 10);
	}
}

/* A rise to 1.7 times that levels off, of values nine tenths of which are the one before. */
static void what_rises_has_a_trend_however_alike(void **state)
{
	double values[300];
	int rises = 0, cases = 60;
	(void)state;
	for (int i = 0; i < cases; i++) {
		make(values, 300, 70, 0.9, 90000 + (uint64_t)i);
		rises += trend_of(values, 300).label == TC_TREND_DEGRADING;
	}
	assert_in_range(rises, cases * 95 / 100, cases);
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
		cmocka_unit_test(a_line_goes_from_the_first_value_to_the_last),
		cmocka_unit_test(drifts_lie_in_their_interval),
		cmocka_unit_test(steps_lie_in_their_interval),
		cmocka_unit_test(what_stands_still_has_no_trend),
		cmocka_unit_test(what_rises_has_a_trend_however_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
