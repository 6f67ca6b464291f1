/* SPDX-License-Identifier: MIT */
#include "stats/weighted.h"

#include <math.h>
#include "base/test.h"

static void levels_weigh_their_time(void **state)
{
	(void)state;
	struct tc_weighted v[] = {{10, 1}, {2, 3}, {7, 0}, {4, 4}};
	assert_float_equal(tc_weighted_mean(v, 4), (10 + 6 + 16) / 8.0, 1e-12);
	assert_float_equal(tc_weighted_sd(v, 4), sqrt((36 + 3 * 4 + 0) / 8.0), 1e-12);
	assert_float_equal(tc_weighted_quantile(v, 4, 0.25), 2, 0);
	assert_float_equal(tc_weighted_quantile(v, 4, 0.375), 2, 0);
	assert_float_equal(tc_weighted_quantile(v, 4, 0.5), 4, 0);
	assert_float_equal(tc_weighted_quantile(v, 4, 0.9), 10, 0);
	assert_float_equal(tc_weighted_quantile(v, 4, 1), 10, 0);
}

/* All read at one instant: each counts once. */
static void without_weights(void **state)
{
	(void)state;
	struct tc_weighted v[] = {{3, 0}, {1, 0}, {2, 0}};
	assert_float_equal(tc_weighted_mean(v, 3), 2, 1e-12);
	assert_float_equal(tc_weighted_quantile(v, 3, 0.5), 2, 0);
	assert_true(isnan(tc_weighted_mean(v, 0)) && isnan(tc_weighted_sd(v, 0)));
	assert_true(isnan(tc_weighted_quantile(v, 0, 0.5)));
}

/* A mean that would cancel if it were a sum of large products. */
static void far_from_zero(void **state)
{
	(void)state;
	struct tc_weighted v[] = {{1e15 + 1, 1e9}, {1e15 + 3, 1e9}};
	assert_float_equal(tc_weighted_mean(v, 2), 1e15 + 2, 0.25);
	assert_float_equal(tc_weighted_sd(v, 2), 1, 0.25);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_weigh_their_time),
		cmocka_unit_test(without_weights),
		cmocka_unit_test(far_from_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
