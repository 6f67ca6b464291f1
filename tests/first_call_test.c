/* SPDX-License-Identifier: MIT
 *
 * A signal handler that marks spans and counts while its thread is in the very first call, which makes the part: nothing of
 * it is recorded, all of it is counted as lost.  The handler is called by clock_gettime(), which is this file's and which that
 * call needs, so that it always comes when there is no part yet.
 *
 * runs in: release clang asan
 */
#include "recorded.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static TACHO_SITE(inside, "in the handler");
static TACHO_SITE(first, "first");
static TACHO_COUNTER(calls, "handler.calls", "Calls of the handler");
static TACHO_GAUGE(levels, "handler.levels", NULL, "A level that the handler sets");
static struct shared {
	uint64_t calls;
	bool armed;
} * shared;

static void handle(void)
{
	shared->armed = false;
	shared->calls++;
	recorded_mark(&inside, 1);
	tacho_counter_add(&calls, 1);
	tacho_gauge_set(&levels, 1);
}

int clock_gettime(clockid_t id, struct timespec *now)
{
	if (shared && shared->armed)
		handle();
	return (int)syscall(SYS_clock_gettime, id, now);
}

/* The first call of a child makes a part of its own. */
static void in_a_child(void)
{
	pid_t child = fork();
	if (!child) {
		shared->armed = true;
		recorded_mark(&first, 1);
		_exit(shared->armed);
	}
	int status = -1;
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

static void what_a_handler_marks_in_the_first_call_is_counted(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	recorded_mark(&first, 1);
	in_a_child();
	struct tc_session *s = recorded_finish(&r);
	uint64_t lost = 0;
	for (size_t i = 0; i < s->processes; i++)
		lost += s->process[i].signal_lost;
	assert_int_equal(recorded_count(s, "first"), 2);
	assert_int_equal(recorded_count(s, "in the handler"), 0);
	assert_int_equal(shared->calls, 1);
	assert_int_equal(lost, 3 * shared->calls);
	recorded_drop(&r, s);
}

/* The same where the program starts the recording: before that nothing is lost, since nothing is recorded. */
static void what_is_not_recorded_is_not_lost(void **state)
{
	(void)state;
	struct recorded r;
	recorded_make(&r);
	shared->armed = true;
	recorded_begin(&r, 1024);
	assert_false(shared->armed);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(s->process[0].signal_lost, 0);
	recorded_drop(&r, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_handler_marks_in_the_first_call_is_counted),
		cmocka_unit_test(what_is_not_recorded_is_not_lost),
	};
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
