/* SPDX-License-Identifier: MIT */
#include "stats/sketch.h"

#include <math.h>
#include <tacho/hot.h>
#include "base/test.h"

static struct tc_sketch sketch_of(const uint64_t *ns, size_t count)
{
	struct tc_histogram h = {0};
	struct tc_sketch out;
	for (size_t i = 0; i < count; i++)
		assert_int_equal(tc_histogram_add(&h, tacho_cell(ns[i]), 1), 0);
	assert_int_equal(tc_sketch_of(&out, &h), 0);
	tc_histogram_release(&h);
	return out;
}

static const uint64_t spread[] = {0, 0, 1, 2, 3, 1000, 1001, 999999, 1000000, 1000000000, 1000000001, 68000000000};
enum { SPREAD = sizeof spread / sizeof *spread };

/* Each value lies in the one bucket that the bounds of any schema say. */
static void assert_holds(const struct tc_sketch *s, const uint64_t *ns, size_t count)
{
	uint64_t zero = 0;
	for (size_t i = 0; i < count; i++)
		zero += ns[i] == 0;
	assert_int_equal(s->zero, zero);
	assert_int_equal(tc_sketch_total(s), count);
	for (uint32_t b = 0; b < s->buckets; b++) {
		uint64_t inside = 0;
		double low = tc_sketch_bound(s->schema, s->first + (int32_t)b - 1),
		       high = tc_sketch_bound(s->schema, s->first + (int32_t)b);
		for (size_t i = 0; i < count; i++)
			inside += (double)ns[i] * 1e-9 > low && (double)ns[i] * 1e-9 <= high;
		assert_int_equal(s->count[b], inside);
	}
}

static void test_downscaled_as_if_made_so(void **state)
{
	(void)state;
	for (int schema = 7; schema >= TC_SKETCH_SCHEMA_LEAST; schema--) {
		struct tc_sketch s = sketch_of(spread, SPREAD);
		assert_int_equal(tc_sketch_downscale(&s, schema), 0);
		assert_holds(&s, spread, SPREAD);
		assert_true(tc_sketch_downscale(&s, schema + 1) < 0);
		tc_sketch_release(&s);
	}
}

static void test_merge_at_the_coarser(void **state)
{
	(void)state;
	for (int a = 7; a >= 0; a--)
		for (int b = 7; b >= 0; b--) {
			struct tc_sketch low = sketch_of(spread, 6), high = sketch_of(spread + 6, SPREAD - 6),
					 none = {.schema = b};
			assert_int_equal(tc_sketch_downscale(&low, a), 0);
			assert_int_equal(tc_sketch_downscale(&high, b), 0);
			assert_int_equal(tc_sketch_merge(&low, &high), 0);
			assert_int_equal(low.schema, a < b ? a : b);
			assert_holds(&low, spread, SPREAD);
			assert_int_equal(tc_sketch_merge(&none, &low), 0);
			assert_holds(&none, spread, SPREAD);
			tc_sketch_release(&low);
			tc_sketch_release(&high);
			tc_sketch_release(&none);
		}
}

static void test_fits_a_limit(void **state)
{
	(void)state;
	static const uint32_t limits[] = {4000, 160, 20, 1};
	for (int i = 0; i < 4; i++) {
		struct tc_sketch s = sketch_of(spread, SPREAD);
		assert_int_equal(tc_sketch_fit(&s, limits[i]), 0);
		assert_true(s.buckets <= limits[i] || s.schema == TC_SKETCH_SCHEMA_LEAST);
		assert_true(s.schema == 7 || 2 * s.buckets + 1 > limits[i] ||
			    limits[i] == 1); /* no coarser than it takes */
		assert_holds(&s, spread, SPREAD);
		tc_sketch_release(&s);
	}
}

static void test_nothing_and_zeros(void **state)
{
	(void)state;
	struct tc_sketch none = sketch_of(NULL, 0), zeros = sketch_of(spread, 2);
	assert_true(!none.buckets && !zeros.buckets && zeros.zero == 2);
	assert_int_equal(tc_sketch_downscale(&zeros, 0), 0);
	assert_int_equal(tc_sketch_merge(&zeros, &none), 0);
	assert_int_equal(tc_sketch_fit(&none, 1), 0);
	assert_int_equal(tc_sketch_total(&zeros), 2);
	tc_sketch_release(&none);
	tc_sketch_release(&zeros);
}

static void test_bounds(void **state)
{
	(void)state;
	assert_true(tc_sketch_bound(7, 0) == 1 && tc_sketch_bound(7, 128) == 2 && tc_sketch_bound(7, -256) == 0.25);
	assert_true(tc_sketch_bound(0, -3) == 0.125 && tc_sketch_bound(-2, 3) == 4096 &&
		    tc_sketch_bound(-2, -1) == 1 / 16.0);
	assert_true(fabs(tc_sketch_bound(1, -1) - sqrt(0.5)) < 1e-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_downscaled_as_if_made_so),
		cmocka_unit_test(test_merge_at_the_coarser),
		cmocka_unit_test(test_fits_a_limit),
		cmocka_unit_test(test_nothing_and_zeros),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
