/* SPDX-License-Identifier: MIT */
#include "stats/confidence.h"

#include <math.h>
#include "base/test.h"

/* B at p = 0.05 is 0.4072, at 0.01 0.1252 (table 1 of the source). */
static void published_figures(void **state)
{
	(void)state;
	assert_true(tc_near(tc_confidence(0.05), 1 / 1.4072, 1e-4));
	assert_true(tc_near(tc_confidence(0.01), 1 / 1.1252, 1e-4));
}

static void never_certain(void **state)
{
	(void)state;
	assert_true(tc_confidence(0) == 0.99 && tc_confidence(1e-300) == 0.99);
	assert_true(tc_confidence(1) == 0.5 && tc_confidence(0.4) == 0.5);
	assert_true(tc_near(tc_confidence(0.3678), 0.5, 1e-6));
	assert_true(isnan(tc_confidence(NAN)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_figures),
		cmocka_unit_test(never_certain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
