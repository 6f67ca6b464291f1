/* SPDX-License-Identifier: MIT
 *
 * course_test.c - R3.4: current, average, min, max and p95 of readings, each weighing its time.
 */
#include "read/course.h"

#include <math.h>
#include "base/test.h"

static tc_instant at[] = {10, 20, 40, 80};
static double value[] = {1, 3, 2, 8};
static const struct tc_series_view series = {.count = 4, .at = at, .value = value};

static void readings_weigh_their_time(void **state)
{
	struct tc_course course;
	(void)state;
	assert_int_equal(tc_series_course(&course, &series, 0), 0);
	assert_true(course.last == 8 && course.min == 1 && course.max == 8);
	assert_float_equal(course.average, (10 * 1 + 10 * 3 + 20 * 2 + 40 * 8) / 80.0, 1e-12);
	assert_float_equal(course.p95, 8, 0);
	assert_int_equal(tc_series_course(&course, &series, 20), 0);
	assert_float_equal(course.average, (20 * 2 + 40 * 8) / 60.0, 1e-12);
	assert_float_equal(tc_series_mean(&series, 15, 30), (5 * 3 + 10 * 2) / 15.0, 1e-12);
	assert_true(isnan(tc_series_mean(&series, 80, 100)));
}

static void a_peak_of_a_moment_is_no_p95(void **state)
{
	static tc_instant times[] = {100, 101, 200};
	static double values[] = {5, 99, 7};
	const struct tc_series_view peak = {.count = 3, .at = times, .value = values};
	struct tc_course course;
	(void)state;
	assert_int_equal(tc_series_course(&course, &peak, 0), 0);
	assert_float_equal(course.max, 99, 0);
	assert_float_equal(course.p95, 7, 0);
	assert_float_equal(tc_series_share(&peak, 0, 200, 7), 100 / 200.0, 1e-12);
	assert_float_equal(tc_series_share(&peak, 100, 200, 50), 1 / 100.0, 1e-12);
}

static void what_is_missing_is_covered_by_the_next(void **state)
{
	static double gap[] = {NAN, 3, NAN, 8};
	static tc_instant seconds[] = {10000000000, 20000000000, 40000000000, 80000000000};
	const struct tc_series_view slow = {.series = {.unit = "percent"}, .count = 4, .at = seconds, .value = gap};
	const struct tc_series_view fast = {
		.series = {.unit = "bytes/s", .total_unit = "bytes"}, .count = 4, .at = at, .value = gap};
	const struct tc_series_view level = {.series = {.unit = "bytes"}, .count = 4, .at = at, .value = gap};
	(void)state;
	assert_true(tc_series_from(&fast, 1) == 0 && tc_series_from(&fast, 3) == 20);
	assert_true(tc_series_from(&level, 1) == 10 && tc_series_from(&level, 3) == 40); /* nobody knows */
	assert_true(tc_series_from(&slow, 1) == 10000000000 && tc_series_from(&slow, 3) == 40000000000);
}

/* 14 ms behind the last second: what that came to, alone, is no rate that a person should see. */
static void a_short_last_reading_of_a_rate_is_told_with_the_one_before(void **state)
{
	static tc_instant times[] = {1000, 2000, 2014};
	static double values[] = {20, 30, 100};
	struct tc_series_view rate = {.series = {.unit = "percent"}, .count = 3, .at = times, .value = values};
	struct tc_course course;
	(void)state;
	assert_int_equal(tc_series_course(&course, &rate, 0), 0);
	assert_float_equal(course.last, (30 * 1000 + 100 * 14) / 1014.0, 1e-12);
	assert_true(course.max == course.last && course.min == 20);
	assert_float_equal(course.average, (20 * 1000 + 30 * 1000 + 100 * 14) / 2014.0, 1e-12);
	times[2] = 2250; /* a quarter of it */
	assert_int_equal(tc_series_course(&course, &rate, 0), 0);
	assert_true(course.last == 100 && course.max == 100);
	times[2] = 2014;
	rate.series.unit = "bytes"; /* a level is of its instant */
	assert_int_equal(tc_series_course(&course, &rate, 0), 0);
	assert_true(course.last == 100 && course.max == 100);
}

static void without_readings_nothing_is_known(void **state)
{
	const struct tc_series_view none = {.count = 0};
	struct tc_course course;
	(void)state;
	assert_int_equal(tc_series_course(&course, &none, 0), 0);
	assert_true(isnan(course.last) && isnan(course.average) && isnan(course.min) && isnan(course.p95));
	assert_true(isnan(course.max) && isnan(tc_series_share(&none, 0, 10, 0)));
}

static void a_level_holds_until_it_is_read_again(void **state)
{
	struct tc_series_view limit = {
		.series = {.unit = "cores"}, .has_held = true, .held = 0.3, .next_at = 9, .next = 0.5};
	struct tc_course course;
	(void)state;
	assert_int_equal(tc_series_course(&course, &limit, 0), 0);
	assert_true(course.last == 0.3 && course.average == 0.3 && course.max == 0.3);
	limit.has_held = false;
	assert_int_equal(tc_series_course(&course, &limit, 0), 0);
	assert_true(course.last == 0.5);
	limit.series.total_unit = "seconds"; /* a rate is of its time */
	assert_int_equal(tc_series_course(&course, &limit, 0), 0);
	assert_true(isnan(course.last));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readings_weigh_their_time),
		cmocka_unit_test(a_peak_of_a_moment_is_no_p95),
		cmocka_unit_test(what_is_missing_is_covered_by_the_next),
		cmocka_unit_test(a_level_holds_until_it_is_read_again),
		cmocka_unit_test(a_short_last_reading_of_a_rate_is_told_with_the_one_before),
		cmocka_unit_test(without_readings_nothing_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
