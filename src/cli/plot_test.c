/* SPDX-License-Identifier: MIT */
#include "cli/plot.h"

#include <math.h>
#include "base/test.h"

static tc_instant at[] = {10, 20, 40, 80};
static double value[] = {1, 3, 2, 8};
static const struct tc_series_view series = {.count = 4, .at = at, .value = value};

static void test_readings_weigh_their_time(void **state)
{
	(void)state;
	struct tc_course course = tc_plot_course(&series, 0);
	assert_true(course.last == 8 && course.min == 1 && course.max == 8);
	assert_true(fabs(course.average - (10 * 1 + 10 * 3 + 20 * 2 + 40 * 8) / 80.0) < 1e-12);
	assert_true(tc_plot_mean(&series, 15, 30) == (5 * 3 + 10 * 2) / 15.0);
	assert_true(isnan(tc_plot_mean(&series, 80, 100)));
}

static void test_line(void **state)
{
	(void)state;
	struct tc_strbuf line = {0};
	tc_plot_line(&line, &series, 0, 100, 8, 10);
	assert_string_equal(line.text, "▂▄▃▃████  ");
	tc_strbuf_clear(&line);
	tc_plot_line(&line, &series, 20, 60, 8, 4);
	assert_string_equal(line.text, "▃▃██");
	tc_strbuf_clear(&line);
	assert_true(tc_plot_course(&series, 20).average == (20 * 2 + 40 * 8) / 60.0);
	tc_plot_line(&line, &series, 0, 0, 8, 4); /* no time has passed */
	assert_string_equal(line.text, "    ");
	tc_strbuf_release(&line);
}

static void test_missing_readings(void **state)
{
	(void)state;
	static double gap[] = {NAN, 3, NAN, 8};
	static tc_instant seconds[] = {10000000000, 20000000000, 40000000000, 80000000000};
	const struct tc_series_view missing = {.count = 4, .at = seconds, .value = gap};
	const struct tc_series_view fast = {.count = 4, .at = at, .value = gap};
	struct tc_strbuf line = {0};
	tc_plot_line(&line, &missing, 0, 80000000000, 8, 8);
	assert_string_equal(line.text, " ▄  ████");
	tc_strbuf_clear(&line);
	tc_plot_line(&line, &fast, 0, 80, 8, 8); /* ticks too fast to read are covered by the next reading */
	assert_string_equal(line.text, "▄▄██████");
	tc_strbuf_release(&line);
	const struct tc_series_view none = {.count = 0};
	struct tc_course course = tc_plot_course(&none, 0);
	assert_true(isnan(course.last) && isnan(course.average) && isnan(course.min) && isnan(course.max));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_readings_weigh_their_time),
		cmocka_unit_test(test_line), cmocka_unit_test(test_missing_readings)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
