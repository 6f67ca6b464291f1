/* SPDX-License-Identifier: MIT */
#include "cli/when.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/error.h"
#include "base/test.h"

#define S INT64_C(1000000000)
enum { BEGIN_S = 1795166149 }; /* 2026-11-20T09:15:49Z */

static void test_instants(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		tc_instant at;
	} good[] = {{"90s", 90 * S}, {"1h5m", 3900 * S}, {"09:15:49", 0}, {"09:16", 11 * S},
		{"10:15:49.25", 3600 * S + S / 4}, {"2026-11-20 09:15:50", S}, {"2026-11-20T09:15:50Z", S},
		{"2026-11-20T09:15:50.5Z", S + S / 2}, {"2026-11-20T10:15:50+01:00", S},
		{"2026-11-20T05:45:50-03:30", S}, {"2026-11-20", -33349 * S}, {"2026-11-21T09:15:49Z", 86400 * S}};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		tc_instant at = 1;
		assert_int_equal(tc_parse_when(good[i].text, BEGIN_S * (uint64_t)S + 5, &at), 0);
		assert_int_equal(at, good[i].at - (strpbrk(good[i].text, ":-") ? 5 : 0));
	}
	static const char *const bad[] = {
		"", "yesterday", "25:00", "09:15:49x", "2026-13-01", "2026-11-20T09:15:50+1", "-5s"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		tc_instant at = 1;
		assert_int_equal(tc_parse_when(bad[i], BEGIN_S * (uint64_t)S, &at), TACHO_EINVAL);
		assert_int_equal(at, 1);
		assert_non_null(strstr(tacho_last_error(), "is no time"));
	}
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_instants)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
