/* SPDX-License-Identifier: MIT */
#include "observe/part_seen.h"

#include <stdlib.h>
#include "base/test.h"

/* A look at states, between two readings, may meet a span whose name no reading has told the log of. */
static void a_look_gives_no_name_its_number(void **state)
{
	struct tc_part_seen part = {0};
	struct tc_part_reading look = {.part = &part, .fd = -1};
	(void)state;
	assert_true(tc_seen_name(&look, 20) == UINT32_MAX);
	part.number[20] = 7;
	assert_true(tc_seen_name(&look, 20) == 7);
	free(part.number);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_look_gives_no_name_its_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
