/* SPDX-License-Identifier: MIT */
/* runs in: release clang asan (simulations, too slow for valgrind) */
#include "stats/forecast.h"

#include <math.h>
#include <string.h>
#include "base/test.h"
#include "stats/drawn.h"

enum { N = 240 };
static double seconds[N + 60], values[N + 60];
static double noise(int kind, double *last)
{
	double z = drawn_normal();
	if (kind == 1)
		z = exp(z) - exp(0.5); /* a tail to one side */
	if (kind == 2)
		z = *last = 0.6 * *last + 0.8 * z; /* each is like the one before */
	if (kind == 3)
		z = drawn_uniform() < 0.05 ? 8 * z : z; /* outliers */
	return z;
}

static void series(int kind, double slope, size_t n)
{
	double last = 0;
	for (size_t i = 0; i < n; i++) {
		seconds[i] = (double)i;
		values[i] = 1000 + slope * (double)i + 5 * noise(kind, &last);
	}
}

/* R5.8: 95 % of what comes lies in the interval, for four kinds of noise, at rest and on the move. */
static void intervals_hold_what_comes(void **state)
{
	struct tc_forecast f;
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		int held = 0, slopes = 0, cases = 100;
		for (int i = 0; i < cases; i++) {
			double slope = i % 2 ? 0 : 0.5;
			drawn_seed = (uint64_t)(1000 * kind + i + 1);
			series(kind, slope, N + 60);
			assert_int_equal(tc_forecast(&f, seconds, values, N, 60, NAN), 0);
			size_t at = (size_t)f.at_seconds;
			held += f.value_low <= values[at] && values[at] <= f.value_high;
			slopes += f.low <= slope && slope <= f.high;
		}
		print_message("noise %d: %d of %d held, %d slopes\n", kind, held, cases, slopes);
		assert_in_range(held, cases * 91 / 100, cases * 99 / 100);
		assert_in_range(slopes, cases * 90 / 100, cases);
	}
}

static void chance_heads_nowhere(void **state)
{
	struct tc_forecast f;
	int heading = 0;
	(void)state;
	for (int i = 0; i < 100; i++) {
		drawn_seed = (uint64_t)(5000 + i);
		series(i % 4, 0, N);
		assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 2000), 0);
		heading += f.heading;
		assert_true(f.heading || isnan(f.seconds_to_limit));
	}
	print_message("%d of 100 head somewhere\n", heading);
	assert_in_range(heading, 0, 5);
}

static void the_limit_is_reached_when_it_will_be(void **state)
{
	struct tc_forecast f;
	(void)state;
	drawn_seed = 77;
	series(0, 2, N);
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 1000 + 2 * 1000), 0);
	assert_true(f.heading);
	assert_true(f.soonest < 1000 - N + 1 && 1000 - N + 1 < f.latest);
	assert_true(tc_near(f.seconds_to_limit, 1000 - N + 1, 30));
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 500), 0);
	assert_true(isnan(f.seconds_to_limit));
	assert_string_equal(f.limit_reason, "it moves away from the limit");
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 1000 + N), 0);
	assert_true(isnan(f.seconds_to_limit));
	assert_string_equal(f.limit_reason, "the limit was passed");
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 1e300), 0);
	assert_true(isnan(f.seconds_to_limit));
	assert_string_equal(f.limit_reason, "the limit is more than ten years away");
}

/* R5.8: near or far, 95 % of the times lie in the interval: near the limit it is the level that is not sure. */
static void times_to_a_limit_are_held(void **state)
{
	const double slope = 0.5, ahead[] = {2, 20, 100, 1000};
	const int kinds[] = {0, 2};
	struct tc_forecast f;
	(void)state;
	for (int way = -1; way <= 1; way += 2)
		for (int c = 0; c < 8; c++) {
			int held = 0, told = 0, cases = 60;
			for (int i = 0; i < cases; i++) {
				drawn_seed = (uint64_t)(100000 * (way + 2) + 1000 * c + i);
				series(kinds[c / 4], way * slope, N);
				double limit = 1000 + way * slope * (N - 1 + ahead[c % 4]);
				assert_int_equal(tc_forecast(&f, seconds, values, N, 60, limit), 0);
				if (isnan(f.seconds_to_limit))
					continue; /* passed, as far as the line tells */
				told++;
				held += f.soonest <= ahead[c % 4] && !(f.latest < ahead[c % 4]);
				assert_true(f.soonest >= 0 && f.soonest <= f.seconds_to_limit &&
					    !(f.latest < f.seconds_to_limit));
			}
			print_message(
				"limit %g s ahead, noise %d: %d of %d held\n", ahead[c % 4], kinds[c / 4], held, told);
			assert_in_range(told, cases / 2, cases);
			assert_in_range(held, told * 88 / 100, told);
		}
}

static void what_was_before_a_level_says_nothing(void **state)
{
	struct tc_forecast f;
	(void)state;
	drawn_seed = 78;
	series(0, 0, N);
	for (int i = 0; i < 100; i++)
		values[i] -= 300; /* a step up, and rest since */
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 5000), 0);
	assert_false(f.heading);
	assert_true(tc_near(f.since_seconds, 100, 6));
	assert_true(tc_near(f.value, 1000, 5));
	for (int i = 120; i < N; i++)
		values[i] += 3 * (i - 120); /* it begins to grow */
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 5000), 0);
	assert_true(f.heading && tc_near(f.per_second, 3, 0.3));
}

/* What levels off is told by its later part: the interval holds what comes and is no wider than what it is of. */
static void warm_ups_that_level_off(void **state)
{
	struct tc_forecast f;
	(void)state;
	for (int tau = 8; tau <= 64; tau *= 2) {
		int held = 0, narrow = 0, limits = 0, cases = 50;
		for (int i = 0; i < cases; i++) {
			drawn_seed = (uint64_t)(9000 + 100 * tau + i);
			series(i % 4, 0, N + 60);
			for (int k = 0; k < N + 60; k++)
				values[k] += 300 * (1 - exp(-(double)k / tau));
			assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 1600), 0);
			size_t at = (size_t)f.at_seconds;
			held += f.value_low <= values[at] && values[at] <= f.value_high;
			narrow += f.value_high - f.value_low < 100;
			limits += !isnan(f.seconds_to_limit);
		}
		print_message(
			"warm-up of %d s: %d of %d held, %d narrow, %d limits\n", tau, held, cases, narrow, limits);
		assert_in_range(held, cases * 85 / 100, cases);
		assert_in_range(narrow, cases * 90 / 100, cases);
		assert_in_range(limits, 0, 3); /* by chance */
	}
	drawn_seed = 11;
	series(0, 0, 30);
	for (int k = 0; k < 30; k++)
		values[k] += 300 * (1 - exp(-(double)k / 3));
	assert_int_equal(tc_forecast(&f, seconds, values, 30, 60, 1600), 0); /* of few samples, too */
	assert_true(f.value_low < 1300 && 1300 < f.value_high && f.value_high - f.value_low < 60);
	assert_true(isnan(f.seconds_to_limit) && f.limit_reason);
}

/* What bends all the time, as a logarithm does, says the same as any part of it: it rises, and does so more slowly. */
static void curves_head_somewhere(void **state)
{
	struct tc_forecast f;
	int heading = 0, held = 0, cases = 50;
	(void)state;
	for (int i = 0; i <= cases; i++) {
		drawn_seed = (uint64_t)(40000 + i);
		series(0, 0, N + 60);
		for (int k = 0; k < N + 60; k++)
			values[k] = 600 * log(1 + k / 10.0) + (i ? values[k] - 1000 : 0);
		assert_int_equal(tc_forecast(&f, seconds, values, N, 60, NAN), 0);
		assert_true(i || f.heading); /* without noise too */
		size_t at = (size_t)f.at_seconds;
		heading += f.heading && f.per_second > 0;
		held += f.value_low <= values[at] && values[at] <= f.value_high;
		assert_true(f.value_high - f.value_low < 300);
	}
	print_message("%d of %d rise, %d held\n", heading, cases + 1, held);
	assert_in_range(heading, cases * 95 / 100, cases + 1);
	assert_in_range(held, cases * 85 / 100, cases + 1);
}

static double begins_late(double part)
{
	return part < 0.6 ? 0 : 300 * (part - 0.6);
}

static double gets_steeper(double part)
{
	return part < 0.5 ? 40 * part : 20 + 200 * (part - 0.5);
}

static double line_after_a_step(double part)
{
	return (part < 0.4 ? 0 : 150) + 120 * part;
}

static double parabola(double part)
{
	return 200 * part * part;
}

static double exponential(double part)
{
	return 20 * (exp(2.5 * part) - 1);
}

static double saturates(double part)
{
	return 300 * (1 - exp(-part / 0.4));
}

static double logarithm(double part)
{
	return 100 * log(1 + 24 * part);
}

/* Noise of 5, each value like the one before by so much. */
static void course(double (*level)(double part), double like, size_t n, size_t of)
{
	double last = drawn_normal();
	for (size_t i = 0; i < n; i++) {
		last = like * last + sqrt(1 - like * like) * drawn_normal();
		seconds[i] = (double)i;
		values[i] = 1000 + level((double)i / (double)(of - 1)) + 5 * last;
	}
}

/* R5.8: whatever the course, 95 % of the times to a limit that is told lie in the interval, and of the values to come; and mostly it is told. */
static void whatever_the_course(void **state)
{
	static double (*const level[])(double) = {
		begins_late, gets_steeper, line_after_a_step, parabola, exponential, saturates, logarithm};
	static const double like[] = {0, 0.5, 0.9};
	struct tc_forecast f;
	(void)state;
	for (int c = 0; c < 21; c++) {
		int told = 0, held = 0, values_held = 0, cases = 40;
		for (int i = 0; i < cases; i++) {
			drawn_seed = (uint64_t)(700000 + 1000 * c + 7 * i);
			course(level[c / 3], like[c % 3], N + 60, N);
			assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 1000 + level[c / 3](1.25)), 0);
			size_t at = (size_t)f.at_seconds;
			values_held += f.value_low <= values[at] && values[at] <= f.value_high;
			told += !isnan(f.seconds_to_limit);
			held += f.soonest <= 0.25 * (N - 1) && !(f.latest < 0.25 * (N - 1));
			assert_true(isnan(f.seconds_to_limit) == (f.limit_reason != NULL));
		}
		print_message("course %d, %g alike: %d of %d told, %d held; %d values held\n", c / 3, like[c % 3], told,
			cases, held, values_held);
		assert_in_range(told, cases * 80 / 100, cases);
		assert_in_range(held, told * 85 / 100, told); /* less in 1 of 100 of such tests */
		assert_in_range(values_held, cases * 83 / 100, cases);
	}
}

/* The last reading of a program that ended is of what was left of it. */
static void an_end_is_no_part_of_the_course(void **state)
{
	struct tc_forecast f;
	(void)state;
	for (int i = 0; i < N; i++) {
		seconds[i] = (double)i;
		values[i] = 1000 + 2 * i + i * 8 % 13 / 13.0 - (i >= N - 3 ? 60 : 0);
	}
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 2000), 0);
	assert_true(tc_near(f.per_second, 2, 0.02) && tc_near(f.seconds_to_limit, 500 - N + 1, 3));
}

/* What ends below a limit never reaches it, and mostly that is said. */
static void what_slows_down_may_never_be_there(void **state)
{
	struct tc_forecast f;
	int never = 0, cases = 60;
	(void)state;
	for (int i = 0; i < cases; i++) {
		drawn_seed = (uint64_t)(800000 + 7 * i);
		course(saturates, 0.5, N, N);
		assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 1330), 0);
		never += isnan(f.latest) && (isnan(f.seconds_to_limit) == (f.limit_reason != NULL));
	}
	print_message("%d of %d may never be there\n", never, cases);
	assert_in_range(never, cases * 90 / 100, cases);
}

/* What wanders at rest is rarely taken to head somewhere. */
static void what_wanders_heads_nowhere(void **state)
{
	struct tc_forecast f;
	int heading = 0, cases = 100;
	(void)state;
	for (int i = 0; i < cases; i++) {
		drawn_seed = (uint64_t)(900000 + 7 * i);
		course(begins_late, 0.9, N, 2 * N); /* the first half */
		assert_int_equal(tc_forecast(&f, seconds, values, N, 60, NAN), 0);
		heading += f.heading;
	}
	print_message("%d of %d head somewhere\n", heading, cases);
	assert_in_range(heading, 0, cases * 4 / 100);
}

static void what_is_never_below_0_is_not_expected_there(void **state)
{
	struct tc_forecast f;
	(void)state;
	drawn_seed = 12;
	series(0, -4, N);
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, NAN), 0);
	assert_true(f.value < 0 && f.value_low < f.value);
	tc_forecast_bound(&f, 0);
	assert_true(f.value == 0 && f.value_low == 0 && f.value_high >= 0);
	assert_int_equal(tc_forecast(&f, seconds, values, 3, 60, NAN), 0);
	tc_forecast_bound(&f, 0);
	assert_true(isnan(f.value) && isnan(f.value_low));
}

static void odd_ones(void **state)
{
	struct tc_forecast f;
	(void)state;
	for (size_t n = 0; n < 3; n++) {
		assert_int_equal(tc_forecast(&f, seconds, values, n, 60, NAN), 0);
		assert_string_equal(f.reason, "fewer than 20 samples");
		assert_true(isnan(f.value) && isnan(f.per_second));
	}
	for (int i = 0; i < N; i++)
		values[i] = 0;
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 10), 0);
	assert_true(!f.heading && f.value == 0 && f.value_low == 0 && f.value_high == 0);
	values[0] = -1.5e308;
	values[1] = values[2] = values[3] = values[4] = values[5] = 1.5e308;
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 10), 0);
	assert_false(isinf(f.value_high) || isinf(f.per_second));
	for (int i = 0; i < N; i++)
		seconds[i] = 5;
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 10), 0);
	assert_non_null(f.reason);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_hold_what_comes),
		cmocka_unit_test(chance_heads_nowhere),
		cmocka_unit_test(the_limit_is_reached_when_it_will_be),
		cmocka_unit_test(times_to_a_limit_are_held),
		cmocka_unit_test(what_was_before_a_level_says_nothing),
		cmocka_unit_test(warm_ups_that_level_off),
		cmocka_unit_test(curves_head_somewhere),
		cmocka_unit_test(whatever_the_course),
		cmocka_unit_test(an_end_is_no_part_of_the_course),
		cmocka_unit_test(what_slows_down_may_never_be_there),
		cmocka_unit_test(what_wanders_heads_nowhere),
		cmocka_unit_test(what_is_never_below_0_is_not_expected_there),
		cmocka_unit_test(odd_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
