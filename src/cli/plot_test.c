/* SPDX-License-Identifier: MIT */
#include "cli/plot.h"

#include <math.h>
#include "base/test.h"

static tc_instant at[] = {10, 20, 40, 80};
static double value[] = {1, 3, 2, 8};
static const struct tc_series_view series = {.count = 4, .at = at, .value = value};

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
	const struct tc_series_view fast = {.series = {.unit = "percent"}, .count = 4, .at = at, .value = gap};
	struct tc_strbuf line = {0};
	tc_plot_line(&line, &missing, 0, 80000000000, 8, 8);
	assert_string_equal(line.text, " ▄  ████");
	tc_strbuf_clear(&line);
	tc_plot_line(&line, &fast, 0, 80, 8, 8); /* ticks too fast to read are covered by the next reading */
	assert_string_equal(line.text, "▄▄██████");
	tc_strbuf_release(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_line), cmocka_unit_test(test_missing_readings)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
