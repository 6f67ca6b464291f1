/* SPDX-License-Identifier: MIT
 *
 * counter_test.c - R3.1, R11.5: no spikes from wraps, resets and devices that go.
 */
#include "base/test.h"
#include "sample/counter.h"
#include "sample/sample.h"

#include <math.h>

static const uint64_t second = 1000000000;

static struct tc_reading take(struct tc_counter *counter, uint64_t seconds, uint64_t count, unsigned bits)
{
	struct tc_reading reading = {NAN, NAN};
	tc_counter_take(counter, seconds * second, count, bits, 512, &reading);
	return reading;
}

static void counts_from_the_first_reading(void **state)
{
	struct tc_counter counter = {0};
	(void)state;
	struct tc_reading first = take(&counter, 10, 1000, 64), next = take(&counter, 12, 1004, 64);
	assert_true(isnan(first.value));
	assert_float_equal(first.total, 0, 0);
	assert_float_equal(next.value, 1024, 0);
	assert_float_equal(next.total, 2048, 0);
}

static void wraps_at_its_width(void **state)
{
	struct tc_counter counter = {0};
	(void)state;
	take(&counter, 1, UINT32_MAX - 1, 32);
	struct tc_reading next = take(&counter, 2, 2, 32);
	assert_float_equal(next.value, 4 * 512, 0);
	assert_float_equal(next.total, 4 * 512, 0);
}

static void a_reset_is_no_spike(void **state)
{
	struct tc_counter counter = {0}, narrow = {0};
	(void)state;
	take(&counter, 1, 5000, 64);
	take(&counter, 2, 5001, 64);
	struct tc_reading reset = take(&counter, 3, 10, 64), after = take(&counter, 4, 12, 64);
	assert_true(isnan(reset.value));
	assert_float_equal(reset.total, 512, 0);
	assert_float_equal(after.value, 1024, 0);
	assert_float_equal(after.total, 3 * 512, 0);
	take(&narrow, 1, 1000, 32);
	assert_true(isnan(take(&narrow, 2, 3, 32).value)); /* four billion in a second are none */
	take(&narrow, 3, UINT64_C(1) << 40, 32);
	assert_true(isnan(take(&narrow, 4, 7, 32).value)); /* it was wider than it was said to be */
}

static void a_device_that_was_away_begins_anew(void **state)
{
	struct tc_counter counter = {0};
	(void)state;
	take(&counter, 1, 100, 64);
	take(&counter, 2, 102, 64);
	tc_counter_lose(&counter);
	struct tc_reading back = take(&counter, 9, 900, 64);
	assert_true(isnan(back.value));
	assert_float_equal(back.total, 1024, 0);
	assert_float_equal(take(&counter, 10, 901, 64).total, 1536, 0);
}

static void a_clock_that_stands_says_nothing(void **state)
{
	struct tc_counter counter = {0};
	(void)state;
	take(&counter, 1, 100, 64);
	assert_true(isnan(take(&counter, 1, 200, 64).value));
	assert_float_equal(take(&counter, 2, 200, 64).value, 51200, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_from_the_first_reading),
		cmocka_unit_test(wraps_at_its_width),
		cmocka_unit_test(a_reset_is_no_spike),
		cmocka_unit_test(a_device_that_was_away_begins_anew),
		cmocka_unit_test(a_clock_that_stands_says_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
