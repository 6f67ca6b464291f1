/* SPDX-License-Identifier: MIT */
#include "analyze/load_level.h"

#include <math.h>
#include <string.h>
#include "base/test.h"

static const struct tc_threshold cpu = {25, 50};

/* R5.5: green below 25, yellow from 25 to 50, both among it, red above. */
static void bounds_belong_to_yellow(void **state)
{
	(void)state;
	assert_int_equal(tc_level_of(24.999, cpu), TC_LEVEL_GREEN);
	assert_int_equal(tc_level_of(25, cpu), TC_LEVEL_YELLOW);
	assert_int_equal(tc_level_of(50, cpu), TC_LEVEL_YELLOW);
	assert_int_equal(tc_level_of(50.001, cpu), TC_LEVEL_RED);
	assert_int_equal(tc_level_of(NAN, cpu), TC_LEVEL_UNKNOWN);
	assert_null(tc_level_name(TC_LEVEL_UNKNOWN));
	assert_string_equal(tc_level_name(TC_LEVEL_RED), "red");
}

static void ten_samples_make_a_p95(void **state)
{
	double samples[21] = {99};
	bool provisional;
	(void)state;
	assert_true(tc_level_figure(samples, 9, &provisional) == 99 && provisional);
	for (int i = 0; i < 21; i++)
		samples[i] = i ? 10 : 99;
	assert_true(tc_level_figure(samples, 21, &provisional) == 10 && !provisional);
	assert_true(isnan(tc_level_figure(samples, 0, &provisional)) && provisional);
}

/* Levels after each window, as letters: g, y, r. */
static void check(const double *values, const char *levels)
{
	struct tc_level_watch watch = {.level = TC_LEVEL_GREEN};
	for (size_t i = 0; i < strlen(levels); i++) {
		enum tc_level before = watch.level;
		bool moved = tc_level_step(&watch, values[i], cpu);
		assert_int_equal(moved, watch.level != before);
		if (*tc_level_name(watch.level) != levels[i])
			fail_msg("window %zu (%g) is %s, should be %c", i, values[i], tc_level_name(watch.level),
				levels[i]);
	}
}

static void three_windows_raise_and_three_clear(void **state)
{
	(void)state;
	check((const double[]){60, 60, 60, 44, 44, 44, 20, 20, 20}, "ggrrryyyg");
	check((const double[]){60, 60, 10, 60, 60, 10}, "gggggg");
	check((const double[]){60, 30, 60, 60, 60, 60}, "ggyyyr");
	check((const double[]){60, NAN, 60, NAN, 60, 10, 10, NAN, 10}, "ggggrrrrg");
}

static void what_is_less_than_ten_percent_below_clears_nothing(void **state)
{
	(void)state;
	check((const double[]){60, 60, 60, 45.1, 45.1, 45.1, 45, 45, 45}, "ggrrrrrry");
	check((const double[]){30, 30, 30, 22.5, 22.5, 22.5, 22.4, 22.4, 22.4}, "ggyyyyyyg");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_belong_to_yellow),
		cmocka_unit_test(ten_samples_make_a_p95),
		cmocka_unit_test(three_windows_raise_and_three_clear),
		cmocka_unit_test(what_is_less_than_ten_percent_below_clears_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
