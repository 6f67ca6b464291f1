/* SPDX-License-Identifier: MIT */
#include "stats/wilson.h"

#include <math.h>
#include <stdint.h>
#include "base/test.h"

/* Computed by hand from the formula with z² = 3.8414588. */
static void test_by_hand(void **state)
{
	(void)state;
	struct tc_range all = tc_wilson(1, 10), none = tc_wilson(0, 10), half = tc_wilson(0.5, 100);
	assert_float_equal(all.low, 10 / 13.8414588, 1e-7);
	assert_float_equal(all.high, 1, 0);
	assert_float_equal(none.low, 0, 1e-12);
	assert_float_equal(none.high, 3.8414588 / 13.8414588, 1e-7);
	assert_float_equal(half.low, 0.4038315, 1e-6);
	assert_float_equal(half.high, 0.5961685, 1e-6);
	struct tc_range unknown = tc_wilson(0.3, 0);
	assert_float_equal(unknown.low, 0, 0);
	assert_float_equal(unknown.high, 1, 0);
}

static double binomial(int n, int k, double p)
{
	return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log(1 - p));
}

/* How often the interval holds the truth, over all outcomes with their exact probabilities. */
static void test_covers_in_95_of_100(void **state)
{
	(void)state;
	double sum = 0;
	int cases = 0;
	for (int n = 20; n <= 300; n += 40) {
		for (double p = 0.05; p < 0.96; p += 0.05, cases++) {
			double covered = 0;
			for (int k = 0; k <= n; k++) {
				struct tc_range range = tc_wilson((double)k / n, n);
				covered += range.low <= p && p <= range.high ? binomial(n, k, p) : 0;
			}
			assert_true(covered > 0.91);
			sum += covered;
		}
	}
	assert_float_equal(sum / cases, 0.95, 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_covers_in_95_of_100),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
