/* SPDX-License-Identifier: MIT */
#include "base/slurp.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/test.h"

static void what_is_there(void **state)
{
	char text[8], whole[512];
	(void)state;
	assert_true(tc_slurp("/proc/self/stat", whole, sizeof whole) > 20);
	assert_int_equal(strtol(whole, NULL, 10), getpid());
	assert_int_equal(tc_slurp("/proc/self/stat", text, sizeof text), sizeof text - 1);
	assert_memory_equal(text, whole, sizeof text - 1);
	assert_int_equal(text[sizeof text - 1], 0);
}

static void what_is_not(void **state)
{
	char text[8] = "before";
	(void)state;
	errno = 0;
	assert_int_equal(tc_slurp("/proc/none", text, sizeof text), 0);
	assert_string_equal(text, "");
	assert_int_equal(tc_slurp("/proc", text, sizeof text), 0); /* a directory */
	assert_int_equal(errno, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there),
		cmocka_unit_test(what_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
