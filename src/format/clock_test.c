/* SPDX-License-Identifier: MIT
 *
 * The conversion of ticks to ns, held against CLOCK_MONOTONIC on both sides of 20 ms.  It asks for the counter where the recorder
 * would not take it, as under an emulator, whose kernel keeps time with that of another architecture.
 */
#include "format/clock.h"

#include <tacho/hot.h>
#include "base/test.h"

struct moment {
	uint64_t before, ns, after; /* ticks, CLOCK_MONOTONIC, ticks */
};

static struct moment look(enum tc_clock clock)
{
	struct moment moment = {.before = tc_clock_ticks(clock), .ns = tc_monotonic_ns()};
	moment.after = tc_clock_ticks(clock);
	return moment;
}

/* Ticks between the moments are at most and at least what lay between their outer and inner looks; a rate may be off by 1 %. */
static void check_rate(enum tc_clock clock)
{
	uint64_t mult = tc_clock_mult(clock);
	struct moment first = look(clock), last;
	do
		last = look(clock);
	while (last.ns - first.ns < 20000000);
	uint64_t passed_ns = last.ns - first.ns;
	uint64_t most_ns = tacho_ticks_to_ns(last.after - first.before, mult);
	uint64_t least_ns = tacho_ticks_to_ns(last.before - first.after, mult);
	assert_true(least_ns <= passed_ns + passed_ns / 100);
	assert_true(most_ns >= passed_ns - passed_ns / 100);
}

static void ticks_of_the_counter_are_time(void **state)
{
	(void)state;
#if !defined(__aarch64__)
	if (tc_clock_source() != TC_CLOCK_COUNTER) {
		print_message("left out: the kernel itself does not trust the counter here\n");
		skip();
	}
#endif
	check_rate(TC_CLOCK_COUNTER);
}

static void ticks_of_the_kernel_are_time(void **state)
{
	(void)state;
	check_rate(TC_CLOCK_MONOTONIC);
}

/* A calibration is the same instant on all three clocks. */
static void a_calibration_is_one_instant(void **state)
{
	(void)state;
	struct tc_calibration point;
	enum tc_clock clock = tc_clock_kind();
	struct moment before = look(clock);
	tc_clock_calibrate(clock, &point);
	struct moment after = look(clock);
	assert_in_range(point.ticks, before.before, after.after);
	assert_in_range(point.monotonic_ns, before.ns, after.ns);
	assert_true(point.realtime_ns > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_of_the_counter_are_time),
		cmocka_unit_test(ticks_of_the_kernel_are_time),
		cmocka_unit_test(a_calibration_is_one_instant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
