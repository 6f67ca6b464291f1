/* SPDX-License-Identifier: MIT */
#include "base/divide.h"

#include <math.h>
#include <stdint.h>
#include "base/test.h"

static double uniform(void)
{
	static uint64_t x = 1;
	x = x * 6364136223846793005u + 1442695040888963407u;
	return (double)(x >> 11) / 0x1p53;
}

static void test_bounds_by_hand(void **state)
{
	(void)state;
	struct tc_range half =
		tc_overlap(6, 10, 7); /* 4 are outside, so 3 of the 7 must be inside, and no more than 6 can */
	assert_float_equal(half.low, 3, 0);
	assert_float_equal(half.high, 6, 0);
	struct tc_range rare = tc_overlap(6, 10, 2);
	assert_float_equal(rare.low, 0, 0);
	assert_float_equal(rare.high, 2, 0);
	struct tc_range whole = tc_overlap(10, 10, 2);
	assert_float_equal(whole.low, 2, 0);
	assert_float_equal(whole.high, 2, 0);
}

/* All ways to mark `amount` of `whole` cells, the first `part` of which are the part: the bounds are reached, never passed. */
static void test_bounds_are_those_of_all_cases(void **state)
{
	(void)state;
	enum { WHOLE = 10 };
	for (int part = 0; part <= WHOLE; part++) {
		int least[WHOLE + 1], most[WHOLE + 1];
		for (int amount = 0; amount <= WHOLE; amount++)
			least[amount] = WHOLE + 1, most[amount] = -1;
		for (unsigned marks = 0; marks < 1u << WHOLE; marks++) {
			int amount = __builtin_popcount(marks), inside = __builtin_popcount(marks & ((1u << part) - 1));
			least[amount] = inside < least[amount] ? inside : least[amount];
			most[amount] = inside > most[amount] ? inside : most[amount];
		}
		for (int amount = 0; amount <= WHOLE; amount++) {
			struct tc_range range = tc_overlap(part, WHOLE, amount);
			assert_float_equal(range.low, least[amount], 0);
			assert_float_equal(range.high, most[amount], 0);
		}
	}
}

static void test_equal_odds_divide_in_proportion(void **state)
{
	(void)state;
	struct tc_division part[] = {{30, 0.5, {0, 30}, 0}, {10, 0.5, {0, 10}, 0}};
	assert_float_equal(tc_divide(part, 2, 20), 0, 1e-9);
	assert_float_equal(part[0].out, 15, 1e-9);
	assert_float_equal(part[1].out, 5, 1e-9);
}

static void test_priors_that_add_up_stay(void **state)
{
	(void)state;
	struct tc_division part[] = {{10, 0.9, {0, 10}, 0}, {10, 0.2, {0, 10}, 0}};
	assert_float_equal(tc_divide(part, 2, 11), 0, 1e-9);
	assert_float_equal(part[0].out, 9, 1e-9);
	assert_float_equal(part[1].out, 2, 1e-9);
}

static void test_odds_change_by_one_factor(void **state)
{
	(void)state;
	struct tc_division part[] = {{10, 0.8, {0, 10}, 0}, {20, 0.3, {0, 20}, 0}, {5, 0.5, {0, 5}, 0}};
	assert_float_equal(tc_divide(part, 3, 10), 0, 1e-9);
	double factor[3];
	for (int i = 0; i < 3; i++) {
		double share = part[i].out / part[i].size;
		factor[i] = share / (1 - share) * (1 - part[i].prior) / part[i].prior;
	}
	assert_float_equal(factor[0], factor[1], 1e-6);
	assert_float_equal(factor[0], factor[2], 1e-6);
}

static void test_ranges_hold_and_what_does_not_fit_is_said(void **state)
{
	(void)state;
	struct tc_division part[] = {{10, 0.5, {6, 10}, 0}, {10, 0.5, {0, 1}, 0}};
	assert_float_equal(tc_divide(part, 2, 9), 0, 1e-9);
	assert_float_equal(part[1].out, 1, 1e-9);
	assert_float_equal(part[0].out, 8, 1e-9);
	assert_float_equal(tc_divide(part, 2, 13), 2, 1e-9);
	assert_float_equal(tc_divide(part, 2, 4), -2, 1e-9);
	assert_float_equal(tc_divide(part, 0, 3), 3, 0);
}

static void test_any_table_adds_up_within_its_bounds(void **state)
{
	(void)state;
	enum { PARTS = 7 };
	for (int round = 0; round < 2000; round++) {
		struct tc_division part[PARTS];
		double whole = 0, amount = 0, sum = 0;
		for (int i = 0; i < PARTS; i++) {
			part[i] = (struct tc_division){.size = 100 * uniform(), .prior = uniform()};
			whole += part[i].size;
		}
		amount = whole * uniform();
		for (int i = 0; i < PARTS; i++)
			part[i].in = tc_overlap(part[i].size, whole, amount);
		assert_float_equal(tc_divide(part, PARTS, amount), 0, 1e-6);
		for (int i = 0; i < PARTS; i++) {
			sum += part[i].out;
			assert_true(part[i].out >= part[i].in.low && part[i].out <= part[i].in.high);
		}
		assert_float_equal(sum, amount, 1e-6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds_by_hand),
		cmocka_unit_test(test_bounds_are_those_of_all_cases),
		cmocka_unit_test(test_equal_odds_divide_in_proportion),
		cmocka_unit_test(test_priors_that_add_up_stay),
		cmocka_unit_test(test_odds_change_by_one_factor),
		cmocka_unit_test(test_ranges_hold_and_what_does_not_fit_is_said),
		cmocka_unit_test(test_any_table_adds_up_within_its_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
