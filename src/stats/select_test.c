/* SPDX-License-Identifier: MIT */
#include "stats/select.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/test.h"
#include "stats/values.h"

enum { N = 2000 };

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void check(const double *values, size_t n)
{
	static double sorted[N], room[N];
	memcpy(sorted, values, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, ascending);
	for (size_t k = 0; k < n; k += 1 + n / 29) {
		memcpy(room, values, n * sizeof *room);
		assert_true(tc_select(room, n, k) == sorted[k] && room[k] == sorted[k]);
		for (size_t i = 0; i < n; i++)
			assert_true(i < k ? room[i] <= room[k] : room[i] >= room[k]);
		qsort(room, n, sizeof *room, ascending);
		assert_memory_equal(room, sorted, n * sizeof *room);
	}
}

static void each_is_where_sorting_puts_it(void **state)
{
	static double values[N];
	uint64_t random = 88172645463325252u;
	(void)state;
	for (size_t n = 1; n <= N; n = n * 3 / 2 + 1)
		for (int kind = 0; kind < 6; kind++) {
			for (size_t i = 0; i < n; i++) {
				random ^= random << 13, random ^= random >> 7, random ^= random << 17;
				double of_kind[] = {(double)(random % 100000), (double)i, (double)(n - i), 7,
					(double)(random % 3), (double)(i < n / 2 ? i : n - i)};
				values[i] = of_kind[kind];
			}
			check(values, n);
		}
}

static void a_quantile_is_as_of_sorted_ones(void **state)
{
	double values[70], sorted[70];
	(void)state;
	for (size_t n = 0; n <= 70; n++)
		for (int q = 0; q <= 20; q++) {
			for (size_t i = 0; i < n; i++)
				values[i] = sorted[i] = (double)(i * 37 % 71) / 7;
			double a = tc_values_select(values, n, q / 20.0), b = tc_values_exact(sorted, n, q / 20.0);
			assert_true(n ? a == b : isnan(a));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_where_sorting_puts_it),
		cmocka_unit_test(a_quantile_is_as_of_sorted_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
