/* SPDX-License-Identifier: MIT */
#include "base/decimal.h"
#include "base/test.h"

#include <string.h>

static void same(const char *text, int scale, int64_t wanted)
{
	int64_t got = -1;
	assert_true(tc_decimal_scaled(text, strlen(text), scale, &got));
	assert_int_equal(got, wanted);
}

static void a_number_keeps_all_its_digits(void **state)
{
	(void)state;
	same("1700000000.123456789", 9, 1700000000123456789);
	same("1700000000123456789", 0, 1700000000123456789);
	same("9223372036854775807", 0, INT64_MAX);
	same("12.3456", 3, 12346);
	same("12.3454999", 3, 12345);
	same("0.0005", 3, 1);
	same("0.00049", 3, 0);
	same("0.5", 0, 1);
	same(".5", 1, 5);
	same("7.", 1, 70);
	same("-1.5e3", 3, -1500000);
	same("1e-3", 9, 1000000);
	same("1.25E+2", 0, 125);
	same("0e9999999", 9, 0);
	same("1e-9999999", 9, 0);
	same("123456", -3, 123);
	same("999999", -3, 1000);
}

static void what_is_no_number_is_none(void **state)
{
	(void)state;
	static const char *const none[] = {"", "-", ".", "e5", "1e", "1e+", "NaN", "inf", "0x10", "1 ", " 1", "1,5",
		"--1", "9223372036854775808", "1e400", "1.2.3"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		int64_t got = 42;
		assert_false(tc_decimal_scaled(none[i], strlen(none[i]), 0, &got));
		assert_int_equal(got, 42);
	}
}

static void a_double_is_finite(void **state)
{
	(void)state;
	double value = 0;
	assert_true(tc_decimal_real("2.5e-1", 6, &value));
	assert_true(value == 0.25);
	assert_false(tc_decimal_real("1e999", 5, &value));
	assert_false(tc_decimal_real("nan", 3, &value));
	assert_true(tc_decimal_is_whole("-12", 3));
	assert_false(tc_decimal_is_whole("1.5", 3));
	assert_false(tc_decimal_is_whole("-", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_keeps_all_its_digits),
		cmocka_unit_test(what_is_no_number_is_none),
		cmocka_unit_test(a_double_is_finite),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
