/* SPDX-License-Identifier: MIT */
#include "analyze/calibrated.h"

#include "analyze/advice.h"
#include "base/test.h"

/* R11.4 */
static void what_is_surer_stays_surer(void **state)
{
	(void)state;
	for (const struct tc_advice_rule *const *rule = tc_advice_rules; *rule; rule++)
		for (int percent = 1; percent <= 100; percent++) {
			double less = tc_calibrated((*rule)->kind, (percent - 1) / 100.0);
			double more = tc_calibrated((*rule)->kind, percent / 100.0);
			assert_true(less >= 0 && less <= more && more <= 1);
		}
}

static void between_knots_it_is_straight(void **state)
{
	(void)state;
	assert_true(tc_near(tc_calibrated("tail", 0.5), 0.457, 1e-12));
	assert_true(tc_near(tc_calibrated("tail", 0.66), 0.6025, 1e-12));
	assert_true(tc_near(tc_calibrated("tail", 0.99), 0.81, 1e-12));
	assert_true(tc_near(tc_calibrated("tail", 0.25), 0.2285, 1e-12));
	assert_true(tc_near(tc_calibrated("failures", 0.99), 0.99, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_surer_stays_surer),
		cmocka_unit_test(between_knots_it_is_straight),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
