/* SPDX-License-Identifier: MIT
 *
 * Callbacks that set gauges, rates of events second by second, and the grid that values are counted on.
 */
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include <unistd.h>
#include "recorded.h"
#include "stats/values.h"

static TACHO_COUNTER(hits, "cache.hits", "Lookups found in the cache");
static TACHO_GAUGE(depth, "queue.jobs", "jobs", "Jobs that wait");

static void called(void *context)
{
	tacho_gauge_set(&depth, 7);
	__atomic_fetch_add((int *)context, 1, __ATOMIC_RELAXED);
}

/* R2.8: called while it is there, by a thread of its own; not after it was removed. */
static void test_callbacks(void **state)
{
	struct recorded r;
	int calls_made = 0;
	(void)state;
	recorded_start(&r);
	assert_int_equal(tacho_callback_add("none", NULL, NULL), TACHO_EINVAL);
	int number = tacho_callback_add("levels", called, &calls_made);
	assert_true(number > 0);
	while (__atomic_load_n(&calls_made, __ATOMIC_RELAXED) < 2)
		usleep(10000);
	tacho_callback_remove(number);
	int then = calls_made;
	usleep(1200000);
	assert_int_equal(calls_made, then);
	struct tc_session *s = recorded_finish(&r);
	assert_true(recorded_metric(s, "queue.jobs")->last == 7);
	recorded_drop(&r, s);
}

struct stamps {
	uint64_t at_ns[3];
	int count;
};

static void stamp(void *context)
{
	struct stamps *stamps = context;
	int count = __atomic_load_n(&stamps->count, __ATOMIC_RELAXED);
	if (count == 3)
		return;
	stamps->at_ns[count] = tc_monotonic_ns();
	__atomic_store_n(&stamps->count, count + 1, __ATOMIC_RELEASE);
}

/* R2.9: not more often than the interval says, which the next recording may have otherwise. */
static void test_callback_interval(void **state)
{
	static const uint64_t intervals_ns[] = {1500000000, 10000000};
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct recorded r;
		struct tc_settings settings;
		struct stamps stamps = {.count = 0};
		recorded_make(&r);
		tc_settings_load(&settings);
		settings.value[TC_SET_INTERVAL].number = intervals_ns[i];
		const struct tc_recorder_options options = {.live = r.directory, .settings = &settings};
		assert_int_equal(tc_recorder_open(&options), 0);
		int number = tacho_callback_add("stamps", stamp, &stamps);
		while (__atomic_load_n(&stamps.count, __ATOMIC_ACQUIRE) < 3)
			usleep(1000);
		tacho_callback_remove(number);
		assert_true(stamps.at_ns[1] - stamps.at_ns[0] >= intervals_ns[i]);
		assert_true(stamps.at_ns[2] - stamps.at_ns[1] >= intervals_ns[i]);
		recorded_drop(&r, recorded_finish(&r));
	}
}

static void crash(void *context)
{
	(void)context;
	raise(SIGKILL);
}

static void record_and_crash(void)
{
	tacho_counter_add(&hits, 3);
	tacho_callback_add("fatal levels", crash, NULL);
	for (;;)
		pause();
}

/* One in which the process ends: everything before it is there, and the record says where it was. */
static void test_callback_that_crashes(void **state)
{
	struct recorded r;
	int status;
	(void)state;
	TC_SKIP_IF_EMULATED("where threads have been, it does not let a forked child make one");
	recorded_make(&r);
	pid_t child = fork();
	if (!child) {
		recorded_begin(&r, 0);
		record_and_crash();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	recorded_manifest(&r, true);
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(recorded_metric(s, "cache.hits")->count, 3);
	assert_int_equal(s->notes, 1);
	assert_non_null(strstr(s->note[0], "the callback \"fatal levels\" of"));
	assert_non_null(strstr(s->note[0], "was running when the process ended"));
	recorded_drop(&r, s);
}

/* Seconds of a clock that is made up: a mark in each of the last 60 and none before counts. */
static void test_rate(void **state)
{
	(void)state;
	struct tacho_event event = {0};
	for (uint64_t second = 1000; second < 1200; second++)
		for (int i = 0; i < 3; i++)
			tacho_event_put(&event, 2, second);
	assert_int_equal(event.count, 1200);
	uint64_t total = 0;
	for (int i = 0; i < TACHO_EVENT_SECONDS; i++) {
		uint64_t second = event.second[i] >> 32;
		if (second == event.current >> 32)
			continue;
		assert_in_range(second, 1199 - TACHO_EVENT_SECONDS, 1198);
		total += (uint32_t)event.second[i];
	}
	assert_int_equal(total, 6 * TACHO_EVENT_SECONDS);
	assert_int_equal((uint32_t)event.current, 6);
	tacho_event_put(&event, UINT64_C(1) << 40, 1199);
	assert_int_equal((uint32_t)event.current, UINT32_MAX);
	tacho_event_put(&event, 1, 5); /* a clock that went back */
	assert_int_equal(event.current, UINT64_C(5) << 32 | 1);
}

/* The grid of values: every bound is in the cell below it, the next value in the one above. */
static void test_value_grid(void **state)
{
	(void)state;
	for (uint32_t cell = 1; cell < TACHO_VALUE_PAGES * TACHO_PAGE_CELLS - 1; cell++) {
		double lower, upper;
		tc_value_bounds(false, cell, &lower, &upper);
		assert_true(tacho_value_cell(nextafter(nextafter(lower, upper), upper)) == cell);
		assert_true(tacho_value_cell(nextafter(nextafter(upper, lower), lower)) == cell);
	}
	assert_int_equal(tacho_value_cell(1), 64 * 128);
	assert_int_equal(tacho_value_cell(nextafter(1, 2)), 64 * 128 + 1);
	assert_int_equal(tacho_value_cell(2), 65 * 128);
	assert_int_equal(tacho_value_cell(0x1p-64), 0);
	assert_int_equal(tacho_value_cell(nextafter(0x1p64, 0)), TACHO_VALUE_PAGES * TACHO_PAGE_CELLS - 1);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
		/* before the others make a thread here: ThreadSanitizer has none in a child of a process with threads */
		cmocka_unit_test(test_callback_that_crashes),
		cmocka_unit_test(test_callbacks),
		cmocka_unit_test(test_callback_interval),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_value_grid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
