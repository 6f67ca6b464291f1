/* SPDX-License-Identifier: MIT
 *
 * With --values it is the driver of tests/summary_test.py: whole numbers from stdin, the summary to stdout.
 */
#include "stats/summary.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>
#include "base/test.h"

static struct tc_summary summarize(uint64_t *value, uint64_t count, bool exact)
{
	struct tc_histogram h = {0};
	struct tc_summary out;
	struct tc_wide sum = {0, 0}, squares = {0, 0};
	uint64_t min = UINT64_MAX, max = 0;
	for (uint64_t i = 0; i < count; i++) {
		sum = tc_wide_add(sum, tc_wide_of(value[i]));
		squares = tc_wide_add(squares, tc_wide_product(value[i], value[i]));
		min = value[i] < min ? value[i] : min;
		max = value[i] > max ? value[i] : max;
		assert_int_equal(tc_histogram_add(&h, tacho_cell(value[i]), 1), 0);
	}
	tc_summarize(&out, count, 0, sum, squares, min, max, &h, exact ? value : NULL);
	tc_histogram_release(&h);
	return out;
}

static void test_empty_and_one(void **state)
{
	(void)state;
	uint64_t one = 7;
	struct tc_summary s = summarize(NULL, 0, true);
	assert_true(s.count == 0 && s.total == 0 && isnan(s.mean) && isnan(s.min) && isnan(s.median) &&
		    isnan(s.success_rate));
	s = summarize(&one, 1, true);
	assert_true(s.mean == 7 && s.median == 7 && s.p999 == 7 && isnan(s.sd) && isnan(s.cv) && isnan(s.median_low));
	s = summarize(&one, 1, false);
	assert_true(s.mean == 7 && s.median == 7 && s.p999 == 7 && s.quantile_error == 0);
}

static void test_figures(void **state)
{
	(void)state;
	uint64_t value[] = {9, 2, 5, 4, 12, 7, 8, 11, 9, 3, 7, 4, 12, 5, 4, 10, 9, 6, 9, 4};
	struct tc_summary s = summarize(value, 20, true);
	assert_true(s.total == 140 && s.mean == 7 && s.min == 2 && s.max == 12 && s.median == 7);
	assert_true(fabs(s.sd - sqrt(178 / 19.0)) < 1e-15 * 4);
	assert_true(fabs(s.p90 - 11.1) < 1e-12 && fabs(s.p95 - 12) < 1e-12);
	assert_true(s.median_low == 4 && s.median_high == 9 && s.quantile_error == 0);
}

/* The digits that a naive sum of squares in doubles loses, and a sum of squares beyond 2^128. */
static void test_large_offsets(void **state)
{
	(void)state;
	enum { N = 1001 };
	static uint64_t value[N];
	for (unsigned i = 0; i < N; i++)
		value[i] = (UINT64_C(1) << 63) + (i % 2);
	struct tc_summary s = summarize(value, N, true);
	double sd = sqrt(500.0 * 501 / N / (N - 1));
	assert_true(fabs(s.sd - sd) < sd * 1e-15);
	for (unsigned i = 0; i < N; i++)
		value[i] = i ? 1 : 0; /* the mean all but a whole number */
	s = summarize(value, N, true);
	sd = sqrt(1000.0 / N / 1000);
	assert_true(fabs(s.sd - sd) < sd * 1e-15);
}

static void test_zeros(void **state)
{
	(void)state;
	uint64_t value[10] = {0};
	struct tc_summary s = summarize(value, 10, false);
	assert_true(s.mean == 0 && s.sd == 0 && isnan(s.cv) && s.median == 0 && s.p99 == 0 && s.quantile_error == 0);
}

/* Ranks as tables of the sign test have them. */
static void test_median_interval(void **state)
{
	(void)state;
	static const struct {
		unsigned n, l;
	} rank[] = {{6, 1}, {8, 1}, {9, 2}, {12, 3}, {15, 4}, {25, 8}, {50, 18}, {100, 40}, {1000, 469}, {4000, 1938}};
	static uint64_t value[4000];
	for (unsigned i = 0; i < sizeof rank / sizeof *rank; i++) {
		for (unsigned k = 0; k < rank[i].n; k++)
			value[k] = rank[i].n - k; /* order statistic j is j */
		struct tc_summary s = summarize(value, rank[i].n, true);
		assert_true(s.median_low == rank[i].l && s.median_high == rank[i].n + 1 - rank[i].l);
	}
}

static void print(const char *name, double value)
{
	if (isnan(value))
		printf("%s null\n", name);
	else
		printf("%s %.17g\n", name, value);
}

static int drive(void)
{
	static uint64_t value[1 << 16];
	uint64_t count = 0;
	while (count < 1 << 16 && scanf("%" SCNu64, &value[count]) == 1)
		count++;
	struct tc_summary sketch = summarize(value, count, false), s = summarize(value, count, true);
	print("mean", s.mean);
	print("sd", s.sd);
	print("cv", s.cv);
	print("min", s.min);
	print("max", s.max);
	print("p50", s.median);
	print("p90", s.p90);
	print("p95", s.p95);
	print("p99", s.p99);
	print("p999", s.p999);
	print("sketch_p50", sketch.median);
	print("sketch_p90", sketch.p90);
	print("sketch_p95", sketch.p95);
	print("sketch_p99", sketch.p99);
	print("sketch_p999", sketch.p999);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--values"))
		return drive();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_and_one),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_large_offsets),
		cmocka_unit_test(test_zeros),
		cmocka_unit_test(test_median_interval),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
