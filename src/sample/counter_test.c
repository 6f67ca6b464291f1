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
	const struct tc_moment now = {.from_ns = seconds * second, .to_ns = seconds * second};
	tc_counter_take(counter, &now, count, bits, 512, &reading);
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

static struct tc_reading take_between(struct tc_counter *counter, uint64_t from_us, uint64_t to_us, uint64_t count)
{
	struct tc_reading reading = {NAN, NAN};
	const struct tc_moment now = {.from_ns = from_us * 1000, .to_ns = to_us * 1000};
	tc_counter_take(counter, &now, count, 64, 1, &reading);
	return reading;
}

/* Over a ms or two what was booked then, of the time before, would be a rate that nothing has. */
static void over_a_moment_there_is_no_rate(void **state)
{
	struct tc_counter counter = {0};
	(void)state;
	take_between(&counter, 1000, 1000, 0);
	struct tc_reading soon = take_between(&counter, 2500, 2500, 4000),
			  later = take_between(&counter, 21000, 21000, 5000);
	assert_true(isnan(soon.value));
	assert_float_equal(soon.total, 4000, 0);
	assert_float_equal(later.value, 5000 / 0.02, 1e-6); /* of all the time since the first */
	assert_float_equal(later.total, 5000, 0);
}

/* Of a run that is as short as that there is one all the same; a long one loses no more than its last ms. */
static void a_short_run_has_a_rate(void **state)
{
	struct tc_counter counter = {0}, of_long_run = {0};
	struct tc_reading reading = {NAN, NAN};
	const struct tc_moment end = {.from_ns = 3000000, .to_ns = 3000000, .last = true},
			       late_end = {.from_ns = 3000000, .to_ns = 5000000, .last = true};
	(void)state;
	take_between(&counter, 0, 0, 0);
	take_between(&counter, 1000, 1000, 4000);
	tc_counter_take(&counter, &end, 6000, 64, 1, &reading);
	assert_float_equal(reading.value, 6000 / 0.003, 1e-6);
	counter = (struct tc_counter){0};
	reading = (struct tc_reading){NAN, NAN};
	take_between(&counter, 1000, 1200, 0);
	tc_counter_take(&counter, &late_end, 6000, 64, 1, &reading);
	assert_float_equal(reading.value, 6000 / 0.004, 1e-6); /* no more than it was, whenever that was read */
	take_between(&of_long_run, 0, 0, 0);
	of_long_run.told = true;
	reading = (struct tc_reading){NAN, NAN};
	tc_counter_take(&of_long_run, &end, 6000, 64, 1, &reading);
	assert_true(isnan(reading.value));
	assert_float_equal(reading.total, 6000, 0);
}

/* The reader lost the CPU while it read: before the count or behind it, nobody knows. */
static void a_reading_at_no_known_time_gives_no_rate(void **state)
{
	struct tc_counter counter = {0};
	(void)state;
	take_between(&counter, 0, 10, 0);
	assert_true(isnan(take_between(&counter, 20000, 30000, 2500).value));
	assert_float_equal(take_between(&counter, 40000, 40010, 4000).value, 100000, 1e-6);
	assert_float_equal(
		take_between(&counter, 60000, 62000, 6100).value, 2100 / 0.020995, 1e-6); /* known to a tenth */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_from_the_first_reading),
		cmocka_unit_test(wraps_at_its_width),
		cmocka_unit_test(a_reset_is_no_spike),
		cmocka_unit_test(a_device_that_was_away_begins_anew),
		cmocka_unit_test(a_clock_that_stands_says_nothing),
		cmocka_unit_test(over_a_moment_there_is_no_rate),
		cmocka_unit_test(a_short_run_has_a_rate),
		cmocka_unit_test(a_reading_at_no_known_time_gives_no_rate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
