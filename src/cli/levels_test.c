/* SPDX-License-Identifier: MIT */
#include "cli/levels.h"

#include "base/test.h"

static void four_thresholds(void **state)
{
	struct tc_load_limits limits;
	(void)state;
	assert_true(tc_levels_parse(&limits, "10%,12.5,1M,2GiB"));
	assert_true(limits.cpu_percent.yellow == 10 && limits.cpu_percent.red == 12.5);
	assert_true(limits.ram_bytes.yellow == 0x1p20 && limits.ram_bytes.red == 0x1p31);
	assert_true(tc_levels_parse(&limits, "25%,50%,50MB,100MB"));
	assert_true(limits.cpu_percent.red == tc_load_usual.cpu_percent.red);
	assert_true(limits.ram_bytes.yellow == tc_load_usual.ram_bytes.yellow && limits.ram_bytes.yellow == 50e6);
	assert_true(limits.ram_bytes.red == tc_load_usual.ram_bytes.red && limits.ram_bytes.red == 100e6);
}

static void what_is_none(void **state)
{
	static const char *const texts[] = {"", "25%", "25%,50%,50M", "25%,50%,50M,100M,", "25%,50%,50M,100M,1",
		"25%,,50M,100M", "50%,25%,50M,100M", "25%,50%,100M,50M", "a,b,c,d", "25%,50%,50%,100%",
		"25%,50%,50MB/s,100MB/s", "25%,50%,50ms,100ms", "00000000000000000000000000000000001%,50%,50M,100M"};
	struct tc_load_limits limits;
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_false(tc_levels_parse(&limits, texts[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_thresholds),
		cmocka_unit_test(what_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
