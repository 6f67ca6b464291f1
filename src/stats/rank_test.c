/* SPDX-License-Identifier: MIT */
#include "stats/rank.h"

#include <math.h>
#include "base/test.h"

static void equal_values_share_ranks(void **state)
{
	(void)state;
	const double values[] = {5, 1, 5, -2, 5, 1}, want[] = {5, 2.5, 5, 1, 5, 2.5};
	double rank[6];
	struct tc_ranked scratch[6];
	struct tc_ties ties = tc_mid_ranks(values, 6, rank, scratch);
	for (int i = 0; i < 6; i++)
		assert_true(rank[i] == want[i]);
	assert_true(ties.pairs == 3 + 1 && ties.cubes == 24 + 6 && ties.kendall == 6 * 11 + 2 * 9);
}

static void few_values(void **state)
{
	(void)state;
	const double one = 7;
	double rank = 0;
	struct tc_ranked scratch;
	struct tc_ties ties = tc_mid_ranks(NULL, 0, NULL, NULL);
	assert_true(ties.pairs == 0 && ties.cubes == 0 && ties.kendall == 0);
	ties = tc_mid_ranks(&one, 1, &rank, &scratch);
	assert_true(rank == 1 && ties.pairs == 0);
	assert_true(tc_lag1(NULL, 0) == 0 && tc_lag1(&one, 1) == 0);
	assert_true(tc_residual_inflation(NULL, 0, NULL, NULL) == 1);
}

/* About the mean 5/2: (-1.5*-0.5 + -0.5*0.5 + 0.5*1.5) / (2.25 + 0.25 + 0.25 + 2.25) */
static void lag_by_hand(void **state)
{
	(void)state;
	const double rising[] = {1, 2, 3, 4}, flat[] = {4, 4, 4}, swinging[] = {1, 2, 1, 2};
	assert_true(tc_near(tc_lag1(rising, 4), 0.25, 1e-15));
	assert_true(tc_lag1(flat, 3) == 0);
	assert_true(tc_near(tc_lag1(swinging, 4), -0.75, 1e-15));
}

/* rho = 0.5 + 3 / 100, over all lags: 1 + 2 (rho / (1 - rho) - rho (1 - rho^n) / (n (1 - rho)^2)) */
static void inflation_has_a_closed_form(void **state)
{
	(void)state;
	double rho = 0.53, n = 100;
	double sum = rho / (1 - rho) - rho * (1 - pow(rho, n)) / (n * (1 - rho) * (1 - rho));
	assert_true(tc_near(tc_inflation(0.5, 100), 1 + 2 * sum, 1e-12));
	rho = 0.98; /* at most */
	sum = rho / (1 - rho) - rho * (1 - pow(rho, n)) / (n * (1 - rho) * (1 - rho));
	assert_true(tc_near(tc_inflation(0.99, 100), 1 + 2 * sum, 1e-10));
	assert_true(tc_inflation(0.1645, 100) == 1 && tc_inflation(-0.9, 100) == 1 && tc_inflation(0, 0) == 1);
}

/* Ranks 1 to 12 in order: r1 = 0.75, beyond 1.645 / sqrt(12). */
static void residuals_in_order(void **state)
{
	(void)state;
	double residual[12], rank[12];
	struct tc_ranked scratch[12];
	for (int i = 0; i < 12; i++)
		residual[i] = exp(i);
	assert_true(tc_near(tc_residual_inflation(residual, 12, rank, scratch), tc_inflation(0.75, 12), 1e-12));
	assert_true(tc_residual_inflation(residual, 9, rank, scratch) == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_values_share_ranks),
		cmocka_unit_test(few_values),
		cmocka_unit_test(lag_by_hand),
		cmocka_unit_test(inflation_has_a_closed_form),
		cmocka_unit_test(residuals_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
