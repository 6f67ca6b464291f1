/* SPDX-License-Identifier: MIT
 *
 * Everything against the compiler's own numbers of 128 bits where it has them, for all pairs of numbers at the edges; on machines
 * of 32 bits against what does not need them.
 */
#include "base/test.h"
#include "base/wide.h"

/* 0, powers of two and their neighbours, up to the largest. */
enum { EDGES = 3 * 128 };
static struct tc_wide edge[EDGES];

static int make_edges(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 128; i++) {
		struct tc_wide power = tc_wide_left(tc_wide_of(1), i);
		edge[3 * i] = tc_wide_subtract(power, tc_wide_of(1));
		edge[3 * i + 1] = power;
		edge[3 * i + 2] = tc_wide_subtract(tc_wide_of(0), power);
	}
	return 0;
}

static void arithmetic_holds_its_own_laws(void **state)
{
	(void)state;
	for (int i = 0; i < EDGES; i++) {
		for (int k = 0; k < EDGES; k++) {
			struct tc_wide a = edge[i], b = edge[k], sum = tc_wide_add(a, b);
			assert_true(tc_wide_equal(tc_wide_subtract(sum, b), a));
			assert_true(tc_wide_less(a, b) + tc_wide_less(b, a) + tc_wide_equal(a, b) == 1);
			assert_true(tc_wide_less(a, b) == !!tc_wide_subtract(a, b).high || a.high || b.high);
			if (!b.low)
				continue;
			uint64_t rest;
			struct tc_wide quotient = tc_wide_divide(a, b.low, &rest);
			struct tc_wide back = tc_wide_multiply(quotient, tc_wide_of(b.low));
			assert_true(rest < b.low && tc_wide_equal(tc_wide_add(back, tc_wide_of(rest)), a));
		}
	}
}

static void known_figures(void **state)
{
	(void)state;
	char digits[TC_WIDE_DIGITS];
	const struct tc_wide largest = {UINT64_MAX, UINT64_MAX};
	assert_string_equal(tc_wide_digits(tc_wide_of(0), digits), "0");
	assert_string_equal(tc_wide_digits(tc_wide_of(UINT64_MAX), digits), "18446744073709551615");
	assert_string_equal(tc_wide_digits((struct tc_wide){0, 1}, digits), "18446744073709551616");
	assert_string_equal(tc_wide_digits(tc_wide_of(UINT64_C(10000000000000000000)), digits), "10000000000000000000");
	assert_string_equal(tc_wide_digits(largest, digits), "340282366920938463463374607431768211455");
	assert_true(tc_wide_double(largest) == 0x1p128 && tc_wide_double((struct tc_wide){0, 1}) == 0x1p64);
	/* half-way between two doubles: to the even one; anything more: up */
	assert_true(tc_wide_double((struct tc_wide){0, (UINT64_C(1) << 53) + 1}) == 0x1p117);
	assert_true(tc_wide_double((struct tc_wide){1, (UINT64_C(1) << 53) + 1}) == 0x1p117 + 0x1p65);
	assert_true(tc_wide_long_double((struct tc_wide){3, 1}) == 0x1p64L + 3 || sizeof(long double) == 8);
	assert_true(tc_wide_bounded((struct tc_wide){5, 1}) == UINT64_MAX && tc_wide_bounded(tc_wide_of(5)) == 5);
}

#ifdef __SIZEOF_INT128__
#define assert_same(wide, expected) assert_true(tc_u128_of(wide) == (tc_u128)(expected))

static void pairs_are_as_the_compiler_says(void **state)
{
	(void)state;
	for (int i = 0; i < EDGES; i++) {
		for (int k = 0; k < EDGES; k++) {
			struct tc_wide a = edge[i], b = edge[k];
			tc_u128 x = tc_u128_of(a), y = tc_u128_of(b);
			uint64_t rest;
			assert_same(tc_wide_add(a, b), x + y);
			assert_same(tc_wide_subtract(a, b), x - y);
			assert_same(tc_wide_multiply(a, b), x * y);
			assert_same(tc_wide_product(a.low, b.low), (tc_u128)a.low * b.low);
			assert_true(tc_wide_less(a, b) == (x < y) && tc_wide_equal(a, b) == (x == y));
			if (!b.low)
				continue;
			assert_same(tc_wide_divide(a, b.low, &rest), x / b.low);
			assert_true(rest == (uint64_t)(x % b.low));
		}
	}
}

static void check_one(struct tc_wide a)
{
	tc_u128 x = tc_u128_of(a);
	char digits[TC_WIDE_DIGITS], expected[TC_WIDE_DIGITS] = "", *at = expected + sizeof expected - 1;
	tc_u128 left = x;
	do
		*--at = (char)('0' + (int)(left % 10));
	while (left /= 10);
	assert_string_equal(tc_wide_digits(a, digits), at);
	assert_true(tc_wide_double(a) == (double)x);
	assert_true(tc_wide_long_double(a) == (long double)x);
	assert_true(tc_wide_bounded(a) == (x < UINT64_MAX ? (uint64_t)x : UINT64_MAX));
	for (unsigned places = 0; places < 128; places++) {
		assert_same(tc_wide_left(a, places), x << places);
		assert_same(tc_wide_right(a, places), x >> places);
	}
	struct tc_wide copy;
	tc_wide_store(&copy, tc_wide_load(&x));
	assert_same(copy, x);
}

/* All sums and differences of two edges: everything with two runs of equal bits, and the halves between two doubles. */
static void single_numbers_are_as_the_compiler_says(void **state)
{
	(void)state;
	for (int i = 0; i < EDGES; i++) {
		for (int k = 0; k < EDGES; k++) {
			check_one(tc_wide_add(edge[i], edge[k]));
			check_one(tc_wide_subtract(edge[i], edge[k]));
		}
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arithmetic_holds_its_own_laws),
		cmocka_unit_test(known_figures),
#ifdef __SIZEOF_INT128__
		cmocka_unit_test(pairs_are_as_the_compiler_says),
		cmocka_unit_test(single_numbers_are_as_the_compiler_says),
#endif
	};
	return cmocka_run_group_tests(tests, make_edges, NULL);
}
