/* SPDX-License-Identifier: MIT */
#include "base/units.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>
#include "base/test.h"

static void test_durations(void **state)
{
	(void)state;
	static const struct {
		double ns;
		const char *text;
	} cases[] = {{0, "0 ns"}, {37, "37 ns"}, {37.44, "37.4 ns"}, {999, "999 ns"}, {999.6, "1.00 µs"},
		{1000, "1.00 µs"}, {845e3, "845 µs"}, {9.995e3, "10.0 µs"}, {99.95e3, "100 µs"}, {999.4999e3, "999 µs"},
		{999.5e3, "1.00 ms"}, {12.34e6, "12.3 ms"}, {999.7e6, "1.00 s"}, {5.67e9, "5.67 s"},
		{59.99e9, "60.0 s"}, {59.995e9, "1m 0.00s"}, {60e9, "1m 0.00s"}, {245.67e9, "4m 5.67s"},
		{3599.994e9, "59m 59.99s"}, {3599.996e9, "1h 0m 0s"}, {8130e9, "2h 15m 30s"}, {86399.7e9, "1d 0h 0m"},
		{274320e9, "3d 4h 12m"}, {-1.5e9, "-1.50 s"}, {NAN, "-"}, {INFINITY, "-"}, {1.8e19, "208333d 8h 0m"},
		{9.9e19, "1145833d 8h 0m"}, {1e20, "1.00e+11 s"}, {-1.5e306, "-1.50e+297 s"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(tc_duration(cases[i].ns).text, cases[i].text);
}

static void test_short_durations(void **state)
{
	(void)state;
	static const struct {
		double ns;
		const char *text;
	} cases[] = {{12.34e6, "12.3 ms"}, {59.99e9, "60.0 s"}, {59.996e9, "1m 00s"}, {245.67e9, "4m 06s"},
		{3599.6e9, "1h 00m"}, {8130e9, "2h 16m"}, {86399e9, "1d 00h"}, {274320e9, "3d 04h"},
		{9.9e19, "1145833d 08h"}, {1.54e20, "1.54e+11 s"}, {1e306, "1.00e+297 s"}, {NAN, "-"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(tc_duration_short(cases[i].ns).text, cases[i].text);
}

static void test_bytes(void **state)
{
	(void)state;
	assert_string_equal(tc_bytes(0).text, "0 B");
	assert_string_equal(tc_bytes(999).text, "999 B");
	assert_string_equal(tc_bytes(1000).text, "0.98 KiB");
	assert_string_equal(tc_bytes(36.4 * 1048576).text, "36.4 MiB");
	assert_string_equal(tc_bytes(1.2 * 1073741824).text, "1.20 GiB");
	assert_string_equal(tc_bytes(0x1p70).text, "1024 EiB");
	assert_string_equal(tc_bytes(NAN).text, "-");
	assert_string_equal(tc_bytes(INFINITY).text, "-");
	assert_string_equal(tc_percent(INFINITY).text, "-");
}

static void test_what_is_counted_has_its_plural(void **state)
{
	(void)state;
	static const struct {
		uint64_t count;
		const char *noun, *text;
	} cases[] = {{0, "job", "0 jobs"}, {1, "job", "1 job"}, {2, "root tree", "2 root trees"},
		{1, "process", "1 process"}, {12345, "process", "12,345 processes"}, {2, "box", "2 boxes"},
		{3, "branch", "3 branches"}, {2, "entry", "2 entries"}, {2, "key", "2 keys"}, {2, "path", "2 paths"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(tc_counted(cases[i].count, cases[i].noun).text, cases[i].text);
	assert_int_equal(
		strlen(tc_counted(UINT64_MAX, "word that is longer than anybody would call a thing").text), 63);
}

static void test_counts(void **state)
{
	(void)state;
	assert_string_equal(tc_count(0).text, "0");
	assert_string_equal(tc_count(999).text, "999");
	assert_string_equal(tc_count(12345).text, "12,345");
	assert_string_equal(tc_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
	assert_string_equal(tc_percent(0).text, "0 %");
	assert_string_equal(tc_percent(0.01).text, "< 0.1 %");
	assert_string_equal(tc_percent(1.56).text, "1.6 %");
	assert_string_equal(tc_percent(99.94).text, "99.9 %");
	assert_string_equal(tc_percent(99.96).text, "100 %");
	assert_string_equal(tc_percent(380.2).text, "380 %");
	assert_string_equal(tc_percent_column(0).text, "0.0 %");
	assert_string_equal(tc_percent_column(0.04).text, "< 0.1 %");
	assert_string_equal(tc_percent_column(397.86).text, "397.9 %");
	assert_string_equal(tc_percent_column(12345).text, "12,345 %");
	assert_string_equal(tc_number(0).text, "0");
	assert_string_equal(tc_number(0.123).text, "0.12");
	assert_string_equal(tc_number(12.34).text, "12.3");
	assert_string_equal(tc_number(12345.4).text, "12,345");
	assert_string_equal(tc_number(-12345.4).text, "-12,345");
	assert_string_equal(tc_number(1e299).text, "1.00e+299");
	assert_string_equal(tc_bytes(-2048).text, "-2.00 KiB");
}

static void test_short_numbers(void **state)
{
	static const struct {
		double value;
		const char *text;
	} all[] = {{0, "0"}, {-5, "-5"}, {2.5, "2.50"}, {0.123, "0.12"}, {0.00012, "1.2e-04"}, {20010, "20,010"},
		{-999499, "-999,499"}, {999500, "1.00 M"}, {1234567, "1.23 M"}, {-1.2e6, "-1.20 M"}, {9.9e12, "9.90 T"},
		{0x1p64, "1.8e+19"}, {1e299, "1.0e+299"}, {-1e299, "-1e+299"}, {NAN, "-"}};
	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_string_equal(tc_number_short(all[i].value).text, all[i].text);
		assert_true(strlen(all[i].text) <= 8);
	}
}

static void test_times(void **state)
{
	(void)state;
	setenv("TZ", "UTC-1", 1);
	tzset();
	assert_string_equal(tc_time_utc(1795166149000000042).text, "2026-11-20T09:15:49.000000042Z");
	int64_t ns;
	assert_true(tc_time_of_utc("2026-11-20T09:15:49.000000042Z", &ns) && ns == 1795166149000000042);
	assert_true(tc_time_of_utc("2026-11-20T09:15:49Z", &ns) && ns == 1795166149000000000);
	static const char *const wrong[] = {"", "2026-11-20", "2026-11-20T09:15:49", "2026-11-20T09:15:49.5+01:00",
		"9999-01-01T00:00:00Z", "2026-11-20T09:15:49.0000000420Z"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(tc_time_of_utc(wrong[i], &ns));
	assert_string_equal(tc_time_local(1795166149999999999).text, "2026-11-20 10:15:49");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_durations), cmocka_unit_test(test_short_durations),
		cmocka_unit_test(test_bytes), cmocka_unit_test(test_what_is_counted_has_its_plural),
		cmocka_unit_test(test_counts), cmocka_unit_test(test_short_numbers), cmocka_unit_test(test_times)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
