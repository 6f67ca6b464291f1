/* SPDX-License-Identifier: MIT */
#include "analyze/words.h"

#include "base/test.h"

static void test_one_of_a_unit_is_no_plural(void **state)
{
	(void)state;
	static const struct {
		double value;
		const char *unit, *text;
	} cases[] = {{1, "jobs", "1 job"}, {2, "jobs", "2 jobs"}, {0, "jobs", "0 jobs"}, {1, "threads", "1 thread"},
		{1, "processes", "1 process"}, {1, "switches", "1 switch"}, {1, "caches", "1 cache"},
		{1, "entries", "1 entry"}, {1, "boxes", "1 box"}, {1, "ms", "1 ms"}, {1, "status", "1 status"},
		{1, "glass", "1 glass"}, {1, "IOPS", "1 IOPS"}, {1, "axis", "1 axis"},
		{329853488332800, "", "329,853,488,332,800"},
		{329853488332800, "documents", "329,853,488,332,800 documents"},
		{9007199254740991, "documents", "9,007,199,254,740,991 documents"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(tc_series_figure(cases[i].value, cases[i].unit).text, cases[i].text);
}

static void test_spans_that_are_open_are_counted_apart(void **state)
{
	(void)state;
	assert_string_equal(tc_spans_figure(1234, 0).text, "1,234");
	assert_string_equal(tc_spans_figure(0, 2).text, "0+2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_of_a_unit_is_no_plural),
		cmocka_unit_test(test_spans_that_are_open_are_counted_apart)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
