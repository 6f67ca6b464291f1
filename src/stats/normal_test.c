/* SPDX-License-Identifier: MIT */
#include "stats/normal.h"

#include <math.h>
#include "base/test.h"

static bool near(double got, double want)
{
	return fabs(got - want) <= 1e-15 * fabs(want);
}

/* Digits from tables of 20 places. */
static void quantiles(void **state)
{
	(void)state;
	assert_true(near(tc_normal_quantile(0.975), 1.95996398454005423552));
	assert_true(near(tc_normal_quantile(0.95), 1.64485362695147271487));
	assert_true(near(tc_normal_quantile(0.005), -2.57582930354890076098));
	assert_true(near(tc_normal_quantile(0.75), 0.67448975019608174320));
	assert_true(near(tc_normal_quantile(1e-10), -6.36134090240406159797));
	assert_true(near(tc_normal_quantile(1e-20), -9.26234008979840847610));
	assert_true(tc_normal_quantile(0.5) == 0);
}

static void no_quantile_outside(void **state)
{
	(void)state;
	assert_true(isnan(tc_normal_quantile(0)) && isnan(tc_normal_quantile(1)) && isnan(tc_normal_quantile(-1)) &&
		    isnan(tc_normal_quantile(NAN)));
}

static void probabilities(void **state)
{
	(void)state;
	assert_true(tc_normal_cdf(0) == 0.5 && tc_normal_two_sided(0) == 1);
	assert_true(fabs(tc_normal_cdf(1) - 0.84134474606854294859) < 1e-15);
	assert_true(fabs(tc_normal_cdf(-10) - 7.6198530241605260660e-24) < 1e-37);
	assert_true(fabs(tc_normal_two_sided(-3) - 0.0026997960632601889943) < 1e-17);
	assert_true(tc_normal_cdf(-INFINITY) == 0 && tc_normal_cdf(INFINITY) == 1);
}

static void quantile_undoes_cdf(void **state)
{
	(void)state;
	for (double z = -37; z <= 5; z += 0.37)
		assert_true(fabs(tc_normal_quantile(tc_normal_cdf(z)) - z) < 1e-10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles),
		cmocka_unit_test(no_quantile_outside),
		cmocka_unit_test(probabilities),
		cmocka_unit_test(quantile_undoes_cdf),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
