/* SPDX-License-Identifier: MIT */
#include "stats/rest.h"

#include <math.h>
#include "base/test.h"
#include "stats/drawn.h"

enum { N = 200 };

/* A step of so many sd from the middle on, of values that are so much like the one before. */
static double chance_of_step(double size, double like, uint64_t seed)
{
	double values[N], course[N], room[2 * N];
	drawn_seed = seed;
	double last = drawn_normal();
	for (size_t i = 0; i < N; i++) {
		course[i] = i < N / 2 ? 0 : size;
		values[i] = course[i] + last;
		last = like * last + sqrt(1 - like * like) * drawn_normal();
	}
	return tc_rest_p(values, course, 1, N, room);
}

/* What is alike must step further to be told from what stands still; a step by twice the sd is no more than its way. */
static void a_step_has_to_be_larger_than_the_way(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		assert_true(chance_of_step(2, 0, seed) < 1e-6);
		assert_true(chance_of_step(4, 0.9, seed) < 0.01);
		assert_true(chance_of_step(0.5, 0.95, seed) > 0.01);
	}
}

/* A value far out is no step; a step that is exact is one. */
static void outliers_and_exact_steps(void **state)
{
	double values[N], course[N], room[2 * N];
	(void)state;
	drawn_seed = 3;
	for (size_t i = 0; i < N; i++) {
		course[i] = i < N / 2 ? 0 : 0.1;
		values[i] = drawn_normal() + (i == N - 1 ? 1e6 : 0);
	}
	assert_true(tc_rest_p(values, course, 1, N, room) > 0.01);
	assert_true(tc_rest_p(course, course, 1, N, room) == 0);
}

/* What bends smoothly is no line, and yet it is not at rest; nor is what begins late. */
static void what_bends_is_not_at_rest(void **state)
{
	double levels_off[N], begins_late[N], course[N], room[2 * N];
	(void)state;
	for (size_t i = 0; i < N; i++) {
		double noise = (double)(i * 37 % 101) / 101;
		levels_off[i] = 100 * (1 - exp(-(double)i / 60)) + noise;
		begins_late[i] = 10 * fmax(0, (double)i / N - 0.5) + noise;
		course[i] = 5 * (double)i / N;
	}
	assert_true(tc_rest_p(begins_late, course, 0, N, room) < 0.01);
	assert_true(tc_rest_p(levels_off, course, 0, N, room) < 0.01);
}

static void too_few_or_too_large(void **state)
{
	double values[] = {1e300, -1e300, 1e300, 7, -1e300}, course[5] = {0}, room[10];
	(void)state;
	for (size_t n = 0; n < 4; n++)
		assert_true(tc_rest_p(values, course, 1, n, room) == 1);
	double p = tc_rest_p(values, course, 1, 5, room);
	assert_true(p >= 0 && p <= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_has_to_be_larger_than_the_way),
		cmocka_unit_test(outliers_and_exact_steps),
		cmocka_unit_test(what_bends_is_not_at_rest),
		cmocka_unit_test(too_few_or_too_large),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
