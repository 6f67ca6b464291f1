/* SPDX-License-Identifier: MIT */
#include "base/amount.h"

#include <math.h>
#include "base/test.h"

static void test_amounts_that_people_write(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double value;
		enum tc_amount_kind kind;
		bool rate;
	} cases[] = {{"1000", 1000, TC_AMOUNT_NUMBER, false}, {"0.5", 0.5, TC_AMOUNT_NUMBER, false},
		{"10/s", 10, TC_AMOUNT_NUMBER, true}, {"1kB", 1000, TC_AMOUNT_BYTES, false},
		{"1KB", 1000, TC_AMOUNT_BYTES, false}, {"2s", 2e9, TC_AMOUNT_TIME, false},
		{"1.5 ms", 1.5e6, TC_AMOUNT_TIME, false}, {"3µs", 3e3, TC_AMOUNT_TIME, false},
		{"1h30m", 5400e9, TC_AMOUNT_TIME, false}, {"2d", 172800e9, TC_AMOUNT_TIME, false},
		{"1GiB", 0x1p30, TC_AMOUNT_BYTES, false}, {"1G", 0x1p30, TC_AMOUNT_BYTES, false},
		{"1.5KiB", 1536, TC_AMOUNT_BYTES, false}, {"12 MiB/s", 12 * 0x1p20, TC_AMOUNT_BYTES, true},
		{"1%", 1, TC_AMOUNT_PERCENT, false}, {"0.25 %", 0.25, TC_AMOUNT_PERCENT, false}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tc_amount got;
		assert_true(tc_parse_amount(cases[i].text, &got));
		assert_true(got.value == cases[i].value);
		assert_int_equal(got.kind, cases[i].kind);
		assert_int_equal(got.per_second, cases[i].rate);
	}
}

static void test_what_is_no_amount(void **state)
{
	(void)state;
	static const char *const cases[] = {"", "s", "-1", "+1", "1e3", "1.", ".5", "1,000", "nan", "inf", "0x10",
		"1 parsec", "1 2", "2s/s/s", "1h30m/s", "1s ", "99999999999999999999999999999999"};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tc_amount got = {7, TC_AMOUNT_BYTES, true};
		assert_false(tc_parse_amount(cases[i], &got));
		assert_true(got.value == 7);
	}
}

static void test_units_by_name(void **state)
{
	(void)state;
	assert_true(tc_amount_of_unit("seconds").value == 1e9);
	assert_int_equal(tc_amount_of_unit("bytes/s").kind, TC_AMOUNT_BYTES);
	assert_true(tc_amount_of_unit("bytes/s").per_second);
	assert_true(tc_amount_of_unit("per second").per_second);
	assert_true(tc_amount_of_unit("ratio").value == 100);
	assert_int_equal(tc_amount_of_unit("documents").kind, TC_AMOUNT_NUMBER);
	assert_int_equal(tc_amount_of_unit(NULL).kind, TC_AMOUNT_NUMBER);
	assert_int_equal(tc_amount_of_unit("").kind, TC_AMOUNT_NUMBER);
}

static void test_figures(void **state)
{
	(void)state;
	assert_string_equal(tc_amount_figure((struct tc_amount){1.21e9, TC_AMOUNT_TIME, false}).text, "1.21 s");
	assert_string_equal(tc_amount_figure((struct tc_amount){0x1p20, TC_AMOUNT_BYTES, true}).text, "1.00 MiB/s");
	assert_string_equal(tc_amount_figure((struct tc_amount){61.24, TC_AMOUNT_PERCENT, false}).text, "61.2 %");
	assert_string_equal(tc_amount_figure((struct tc_amount){1000, TC_AMOUNT_NUMBER, false}).text, "1,000");
	assert_string_equal(tc_amount_figure((struct tc_amount){3, TC_AMOUNT_NUMBER, false}).text, "3");
	assert_string_equal(tc_amount_figure((struct tc_amount){1.5, TC_AMOUNT_NUMBER, true}).text, "1.50/s");
	assert_string_equal(tc_amount_figure((struct tc_amount){NAN, TC_AMOUNT_TIME, false}).text, "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_amounts_that_people_write),
		cmocka_unit_test(test_what_is_no_amount),
		cmocka_unit_test(test_units_by_name),
		cmocka_unit_test(test_figures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
