/* SPDX-License-Identifier: MIT
 *
 * What forks, clones and their children do to a recorder.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include "record/private.h"
#include "recorded.h"

static TACHO_SITE(outer, "outer");
static TACHO_SITE(inner, "inner");
static TACHO_SITE(other, "other");

/* The child's own spans only; those open at the fork stay the parent's. */
static void a_fork_records_in_a_part_of_its_own(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span open;
	recorded_start(&r);
	tacho_span_begin(&open, &outer);
	pid_t child = fork();
	if (!child) {
		tacho_span_end(&open);
		recorded_mark(&inner, 7);
		_exit(0);
	}
	recorded_wait_for(child);
	recorded_mark(&inner, 2);
	tacho_span_end(&open);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(s->processes, 2);
	assert_int_equal(recorded_count(s, "outer"), 1);
	assert_int_equal(recorded_count(s, "inner"), 9);
	assert_int_equal(s->open_spans, 0);
	recorded_drop(&r, s);
}

/* R11.3: no handler of fork runs for these. */
static void a_raw_clone_is_noticed(void **state)
{
	(void)state;
	TC_SKIP_IF_EMULATED("it ignores MADV_WIPEONFORK");
	struct recorded r;
	recorded_start(&r);
	recorded_mark(&outer, 3);
	pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
	if (!child) {
		recorded_mark(&outer, 4);
		_exit(0);
	}
	recorded_wait_for(child);
	recorded_mark(&outer, 1);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(s->processes, 2);
	assert_int_equal(recorded_count(s, "outer"), 8);
	recorded_drop(&r, s);
}

static _Atomic int awaited;

static void *mark_at_once(void *unused)
{
	for (awaited--; awaited;)
		; /* whom a barrier would wake one after the other */
	recorded_mark(&outer, 1);
	return unused;
}

static int mark_in_threads(void)
{
	pthread_t thread;
	awaited = 2;
	if (pthread_create(&thread, NULL, mark_at_once, NULL))
		return 1;
	mark_at_once(NULL);
	pthread_join(thread, NULL);
	return 0;
}

static pthread_barrier_t holding;

static void *hold_the_lock(void *unused)
{
	assert_true(tc_slow_enter());
	pthread_barrier_wait(&holding);
	pthread_barrier_wait(&holding); /* the child is there */
	tc_slow_leave();
	return unused;
}

/* R11.3: the child inherits the lock from a thread that it doesn't have, and all its own want it at once. */
static void a_raw_clone_inherits_a_held_lock(void **state)
{
	(void)state;
	TC_SKIP_IF_EMULATED("it ignores MADV_WIPEONFORK");
	enum { CLONES = 100 };
	struct recorded r;
	recorded_start(&r);
	recorded_mark(&outer, 1);
	pthread_barrier_init(&holding, NULL, 2);
	for (int i = 0; i < CLONES; i++) {
		pthread_t holder;
		pthread_create(&holder, NULL, hold_the_lock, NULL);
		pthread_barrier_wait(&holding);
		pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
		if (!child) /* at _exit ThreadSanitizer waits a second for races of threads that a clone has not */
			syscall(SYS_exit_group, mark_in_threads());
		pthread_barrier_wait(&holding);
		pthread_join(holder, NULL);
		recorded_wait_for(child);
	}
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(s->processes, 1 + CLONES);
	assert_int_equal(recorded_count(s, "outer"), 1 + 2 * CLONES);
	recorded_drop(&r, s);
}

/* A part may lie where that of a grandparent was, or one that was closed: a span of that one then looks like one of this. */
static void a_span_of_a_part_that_lay_here_is_ignored(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span open;
	recorded_start(&r);
	tacho_span_begin(&open, &outer);
	pid_t child = fork();
	if (!child) {
		recorded_mark(&inner, 5);
		open.node =
			(struct tacho_node *)(void *)((char *)tacho_self + ((char *)open.node - (char *)open.block));
		open.block = tacho_self;
		tacho_span_end(&open);
		_exit(0);
	}
	recorded_wait_for(child);
	tacho_span_end(&open);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(s->processes, 2);
	assert_int_equal(recorded_count(s, "outer"), 1);
	assert_int_equal(recorded_count(s, "inner"), 5);
	recorded_drop(&r, s);
}

static void *fork_in_thread(void *unused)
{
	(void)unused;
	struct tacho_span open;
	tacho_span_begin(&open, &outer);
	pid_t child = fork();
	if (!child) {
		recorded_mark(&inner, 5);
		tacho_span_end(&open);
		_exit(0);
	}
	recorded_wait_for(child);
	tacho_span_end(&open);
	return NULL;
}

static _Atomic bool stop;

static void *mark_until_stop(void *unused)
{
	(void)unused;
	while (!stop)
		recorded_mark(&other, 1);
	return NULL;
}

/* While another thread is anywhere in the recorder. */
static void forks_in_threads(void **state)
{
	(void)state;
	struct recorded r;
	pthread_t busy, forking[4];
	recorded_start(&r);
	stop = false;
	pthread_create(&busy, NULL, mark_until_stop, NULL);
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 4; i++)
			pthread_create(&forking[i], NULL, fork_in_thread, NULL);
		for (int i = 0; i < 4; i++)
			pthread_join(forking[i], NULL);
	}
	stop = true;
	pthread_join(busy, NULL);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(s->processes, 21);
	assert_int_equal(recorded_count(s, "outer"), 20);
	assert_int_equal(recorded_count(s, "inner"), 100);
	recorded_drop(&r, s);
}

static void vfork_and_exec(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span open;
	recorded_start(&r);
	tacho_span_begin(&open, &outer);
	for (int i = 0; i < 20; i++) {
		pid_t child = vfork();
		if (!child) {
			execlp("true", "true", (char *)NULL);
			_exit(127);
		}
		recorded_wait_for(child);
	}
	tacho_span_end(&open);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(s->processes, 1);
	assert_int_equal(recorded_count(s, "outer"), 1);
	recorded_drop(&r, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fork_records_in_a_part_of_its_own),
		cmocka_unit_test(a_raw_clone_is_noticed),
		cmocka_unit_test(a_raw_clone_inherits_a_held_lock),
		cmocka_unit_test(a_span_of_a_part_that_lay_here_is_ignored),
		cmocka_unit_test(forks_in_threads),
		cmocka_unit_test(vfork_and_exec),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
