/* SPDX-License-Identifier: MIT */
#include "observe/pace.h"

#include <string.h>
#include "base/test.h"

static const uint64_t ms = 1000000, second = 1000000000;
static char note[384];

static struct tc_pace pace_of(double budget_cores)
{
	struct tc_pace pace;
	const uint64_t set_ns[] = {[TC_CHEAP] = second, [TC_DEAR] = 10 * second};
	tc_pace_init(&pace, set_ns, budget_cores);
	return pace;
}

static uint64_t dear_ns(const struct tc_pace *pace)
{
	return tc_pace_slowed(pace, TC_WORK_DEAR, tc_pace_interval(pace, TC_DEAR));
}

static void within_the_budget_nothing_changes(void **state)
{
	(void)state;
	struct tc_pace pace = pace_of(0.01);
	assert_false(tc_pace_keep(&pace, false, note, sizeof note)); /* nothing was done yet */
	tc_pace_spent(&pace, TC_WORK_CHEAP, ms, second);
	tc_pace_spent(&pace, TC_WORK_WINDOWS, ms, second);
	tc_pace_spent(&pace, TC_WORK_DEAR, 50 * ms, 10 * second);
	assert_false(tc_pace_keep(&pace, false, note, sizeof note));
	assert_int_equal(dear_ns(&pace), 10 * second);
}

/* R11.9 */
static void the_dear_is_slowed_first_and_comes_back(void **state)
{
	(void)state;
	struct tc_pace pace = pace_of(0.01);
	tc_pace_spent(&pace, TC_WORK_CHEAP, ms, second);
	tc_pace_spent(&pace, TC_WORK_DEAR, 300 * ms, 10 * second);
	assert_true(tc_pace_keep(&pace, false, note, sizeof note));
	assert_string_equal(note, "Observing would take 3.1 % of a core, and aims at 0.75 % to stay within 1 % "
				  "(observer_budget): at times "
				  "what is dear to read is read only every 80 s or more seldom, not every 10 s.");
	assert_int_equal(dear_ns(&pace), 80 * second);
	assert_int_equal(tc_pace_slowed(&pace, TC_WORK_CHEAP, second), second);
	for (int i = 0; i < 32; i++)
		tc_pace_spent(&pace, TC_WORK_DEAR, ms, 10 * second);
	assert_false(tc_pace_keep(&pace, false, note, sizeof note));
	assert_int_equal(dear_ns(&pace), 10 * second);
	for (int i = 0; i < 32; i++)
		tc_pace_spent(&pace, TC_WORK_DEAR, 300 * ms, 10 * second);
	assert_false(tc_pace_keep(&pace, false, note, sizeof note)); /* was said */
	assert_int_equal(dear_ns(&pace), 80 * second);
}

static void then_windows_then_everything(void **state)
{
	(void)state;
	struct tc_pace pace = pace_of(0.01);
	tc_pace_spent(&pace, TC_WORK_DEAR, ms, 10 * second);
	tc_pace_spent(&pace, TC_WORK_WINDOWS, 20 * ms, second);
	tc_pace_spent(&pace, TC_WORK_CHEAP, 4 * ms, second);
	assert_false(tc_pace_keep(&pace, true, note, sizeof note)); /* says nothing yet */
	assert_int_equal(tc_pace_slowed(&pace, TC_WORK_WINDOWS, second), 8 * second);
	assert_int_equal(dear_ns(&pace), 10 * second); /* takes next to nothing: to be slowed down would save nothing */
	assert_true(tc_pace_keep(&pace, false, note, sizeof note));
	assert_non_null(strstr(note, "time windows end, only every 8 s or more seldom, not every 1 s."));
	assert_int_equal(tc_pace_slowed(&pace, TC_WORK_CHEAP, second), second);
	tc_pace_spent(&pace, TC_WORK_CHEAP, 165 * ms, second);
	assert_true(tc_pace_keep(&pace, false, note, sizeof note));
	assert_non_null(strstr(note, "looked at only every 8 s or more seldom, not every 1 s."));
	assert_int_equal(tc_pace_slowed(&pace, TC_WORK_WINDOWS, second), 32 * second);
}

static void states_come_between(void **state)
{
	(void)state;
	struct tc_pace pace = pace_of(0.01);
	tc_pace_spent(&pace, TC_WORK_DEAR, ms, 10 * second);
	tc_pace_spent(&pace, TC_WORK_STATES, ms / 2, 20 * ms);
	tc_pace_spent(&pace, TC_WORK_WINDOWS, 5 * ms, second);
	tc_pace_keep(&pace, false, note, sizeof note);
	assert_int_equal(dear_ns(&pace), 10 * second);
	assert_int_equal(tc_pace_slowed(&pace, TC_WORK_STATES, 20 * ms), 320 * ms);
	assert_int_equal(tc_pace_slowed(&pace, TC_WORK_WINDOWS, second), second);
	tc_pace_spent(&pace, TC_WORK_STATES, 0, 0); /* nobody is looked at any more */
	tc_pace_keep(&pace, false, note, sizeof note);
	assert_int_equal(dear_ns(&pace), 10 * second);
}

static void what_is_outside_of_the_works_counts(void **state)
{
	(void)state;
	struct tc_pace pace = pace_of(0.01);
	for (int i = 0; i < 64; i++) {
		tc_pace_spent(&pace, TC_WORK_CHEAP, 3 * ms, second);
		tc_pace_ticked(&pace, 8 * ms);
		tc_pace_apart(&pace, 4 * ms); /* leaves 1 ms */
		tc_pace_passed(&pace, second);
	}
	assert_false(tc_pace_keep(&pace, false, note, sizeof note));
	for (int i = 0; i < 64; i++) {
		tc_pace_spent(&pace, TC_WORK_CHEAP, 3 * ms, second);
		tc_pace_ticked(&pace, 10 * ms); /* leaves 7 ms */
		tc_pace_passed(&pace, second);
	}
	assert_true(tc_pace_keep(&pace, false, note, sizeof note));
	assert_int_equal(tc_pace_slowed(&pace, TC_WORK_CHEAP, second), 8 * second);
	tc_pace_passed(&pace, 0); /* no time, no load */
}

static void nothing_is_slower_than_an_hour(void **state)
{
	(void)state;
	struct tc_pace pace = pace_of(0.0001);
	tc_pace_spent(&pace, TC_WORK_DEAR, 500 * second, 1000 * second);
	assert_false(tc_pace_keep(&pace, true, note, sizeof note)); /* early: slowed, but not said */
	assert_int_equal(tc_pace_slowed(&pace, TC_WORK_DEAR, 1000 * second), TC_PACE_MOST_NS);
	assert_int_equal(tc_pace_slowed(&pace, TC_WORK_DEAR, 2 * TC_PACE_MOST_NS), 2 * TC_PACE_MOST_NS);
	assert_int_equal(tc_pace_slowed(&pace, TC_WORK_DEAR, ms), 64 * ms);
}

static void a_wish_goes_before_the_setting(void **state)
{
	(void)state;
	struct tc_pace pace = pace_of(0.01);
	pace.wishes.interval_ns[TC_DEAR] = 20 * ms;
	assert_int_equal(tc_pace_interval(&pace, TC_DEAR), 20 * ms);
	assert_int_equal(tc_pace_interval(&pace, TC_CHEAP), second);
}

static void what_nobody_asks_for_is_as_usual(void **state)
{
	(void)state;
	struct tc_pace pace;
	tc_pace_init(&pace, (uint64_t[]){[TC_CHEAP] = 0, [TC_DEAR] = 10 * second}, 0.01);
	assert_false(tc_pace_is_asked(&pace, TC_CHEAP));
	assert_true(tc_pace_is_asked(&pace, TC_DEAR));
	assert_int_equal(tc_pace_interval(&pace, TC_CHEAP), second);
	pace.wishes.interval_ns[TC_CHEAP] = second;
	assert_true(tc_pace_is_asked(&pace, TC_CHEAP));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(within_the_budget_nothing_changes),
		cmocka_unit_test(the_dear_is_slowed_first_and_comes_back),
		cmocka_unit_test(then_windows_then_everything),
		cmocka_unit_test(states_come_between),
		cmocka_unit_test(what_is_outside_of_the_works_counts),
		cmocka_unit_test(nothing_is_slower_than_an_hour),
		cmocka_unit_test(a_wish_goes_before_the_setting),
		cmocka_unit_test(what_nobody_asks_for_is_as_usual),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
