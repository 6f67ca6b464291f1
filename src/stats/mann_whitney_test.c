/* SPDX-License-Identifier: MIT */
#include "stats/mann_whitney.h"

#include <math.h>
#include "base/test.h"

static double u_of(const double *value, unsigned chosen, unsigned all)
{
	double u = 0;
	for (unsigned i = 0; i < all; i++)
		for (unsigned k = 0; chosen >> i & 1 && k < all; k++)
			if (!(chosen >> k & 1))
				u += value[i] > value[k] ? 1 : value[i] < value[k] ? 0 : 0.5;
	return u;
}

/* Every choice of n of the values, as the definition has it. */
static double enumerated(const double *value, unsigned n, unsigned all)
{
	double middle = n * (all - n) / 2.0, seen = fabs(u_of(value, (1u << n) - 1, all) - middle), far = 0, total = 0;
	for (unsigned chosen = 0; chosen < 1u << all; chosen++) {
		if ((unsigned)__builtin_popcount(chosen) != n)
			continue;
		total++;
		far += fabs(u_of(value, chosen, all) - middle) >= seen;
	}
	return far / total;
}

static void test_exact_as_enumerated(void **state)
{
	(void)state;
	uint32_t random = 3;
	for (unsigned round = 0; round < 300; round++) {
		double value[10];
		unsigned n = 1 + round % 5, m = 1 + round / 5 % 5,
			 kinds = round % 3 ? 4 : 1000; /* many ties, hardly any */
		for (unsigned i = 0; i < n + m; i++) {
			random = random * 1664525 + 1013904223;
			value[i] = (random >> 16) % kinds;
		}
		struct tc_mann_whitney test;
		assert_int_equal(tc_mann_whitney(&test, value, n, value + n, m), 0);
		assert_true(test.exact && test.u == u_of(value, (1u << n) - 1, n + m));
		assert_true(fabs(test.p_value - enumerated(value, n, n + m)) < 1e-15);
	}
}

/* The largest that is counted: all of one side above the other in one of C(60, 30) ways, and the mirror image of it. */
static void test_no_count_overflows(void **state)
{
	(void)state;
	double value[TC_EXACT_MOST];
	struct tc_mann_whitney test;
	for (int i = 0; i < TC_EXACT_MOST; i++)
		value[i] = i;
	assert_int_equal(tc_mann_whitney(&test, value, 30, value + 30, 30), 0);
	assert_true(fabs(test.p_value / (2 / 118264581564861424.0) - 1) < 1e-14 && test.u == 0);
	assert_true(fabs(test.p_value / tc_mann_whitney_least(30, 30) - 1) < 1e-13);
}

/* At the border the two ways to a p meet. */
static void test_normal_is_near_the_exact(void **state)
{
	(void)state;
	double a[31], b[31];
	struct tc_mann_whitney exact, normal;
	for (int i = 0; i < 31; i++) {
		a[i] = i * 7 % 31 / 2;
		b[i] = i * 11 % 31 / 2 + 3;
	}
	assert_int_equal(tc_mann_whitney(&exact, a, 30, b, 30), 0);
	assert_int_equal(tc_mann_whitney(&normal, a, 31, b, 31), 0);
	assert_true(exact.exact && !normal.exact);
	assert_true(normal.p_value > exact.p_value / 2 && normal.p_value < exact.p_value * 2);
}

static void test_all_equal(void **state)
{
	(void)state;
	double same[80] = {0};
	struct tc_mann_whitney test;
	assert_int_equal(tc_mann_whitney(&test, same, 5, same + 5, 7), 0);
	assert_true(test.p_value == 1 && test.u == 17.5);
	assert_int_equal(tc_mann_whitney(&test, same, 40, same + 40, 40), 0);
	assert_true(test.p_value == 1 && !test.exact);
}

static void test_the_least_there_can_be(void **state)
{
	(void)state;
	assert_true(tc_mann_whitney_least(4, 4) == 2 / 70.0 && tc_mann_whitney_least(5, 5) == 2 / 252.0);
	assert_true(tc_mann_whitney_least(1, 1) == 1 && tc_mann_whitney_least(1, 9) == 0.2);
	assert_true(tc_mann_whitney_least(1000, 1000) < 1e-290);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_as_enumerated),
		cmocka_unit_test(test_no_count_overflows),
		cmocka_unit_test(test_normal_is_near_the_exact),
		cmocka_unit_test(test_all_equal),
		cmocka_unit_test(test_the_least_there_can_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
