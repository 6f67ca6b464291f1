/* SPDX-License-Identifier: MIT
 *
 * A callback that hangs stops nothing but itself (R2.8; "no sampler blocks the others"), and the record says which it was.
 */
#include <dirent.h>
#include <sched.h>
#include <semaphore.h>
#include <tacho/tacho.h>
#include "recorded.h"

static TACHO_COUNTER(hits, "cache.hits", "Lookups found in the cache");

struct hanging { /* a callback that says that it was called, and stays until it is let go */
	int number;
	sem_t inside, go;
	bool open; /* from then on it does not stay any more */
};

static void hang(void *context)
{
	struct hanging *hanging = context;
	sem_post(&hanging->inside);
	if (!__atomic_load_n(&hanging->open, __ATOMIC_RELAXED))
		sem_wait(&hanging->go);
}

static void init(struct hanging *hanging)
{
	sem_init(&hanging->inside, 0, 0);
	sem_init(&hanging->go, 0, 0);
	hanging->open = false;
}

static void add_hanging(struct hanging *hanging, const char *name)
{
	init(hanging);
	hanging->number = tacho_callback_add(name, hang, hanging);
	assert_true(hanging->number > 0);
}

static void let_go(struct hanging *hanging)
{
	__atomic_store_n(&hanging->open, true, __ATOMIC_RELAXED);
	sem_post(&hanging->go);
	tacho_callback_remove(hanging->number);
}

static void count(void *context)
{
	sem_post(context);
}

/* It is called so often from now on. */
static void await_calls(sem_t *calls, int times)
{
	while (!sem_trywait(calls))
		;
	for (int i = 0; i < times; i++)
		sem_wait(calls);
}

static int threads_now(void)
{
	DIR *tasks = opendir("/proc/self/task");
	int threads = -2; /* "." and ".." */
	while (readdir(tasks))
		threads++;
	closedir(tasks);
	return threads;
}

static int make(void **state)
{
	static struct recorded r;
	recorded_start(&r);
	assert_int_equal(tacho_sampling_interval(TACHO_SAMPLING_CHEAP, 10000000), 0);
	*state = &r;
	return 0;
}

/* One after another hangs; the others are called all the while, and all of them again when they return.  Each keeps a thread, two are
 * there besides, and what is too many goes away. */
static void the_others_go_on(void **state)
{
	enum { HANGING = 3 };
	static struct hanging hanging[HANGING];
	static sem_t calls;
	sem_init(&calls, 0, 0);
	int number = tacho_callback_add("goes on", count, &calls);
	await_calls(&calls, 1);
	int before = threads_now();
	for (int i = 0; i < HANGING; i++) {
		add_hanging(&hanging[i], (const char *[]){"first", "second", "third"}[i]);
		sem_wait(&hanging[i].inside);
		await_calls(&calls, 3);
		assert_in_range(threads_now(), before, before + i + 1);
	}
	for (int i = 0; i < HANGING; i++)
		assert_int_equal(sem_trywait(&hanging[i].inside), -1); /* none was called twice at once */
	for (int i = 0; i < HANGING; i++) {
		sem_post(&hanging[i].go);
		sem_wait(&hanging[i].inside); /* it is called again */
		let_go(&hanging[i]);
	}
	while (threads_now() > before)
		sched_yield();
	await_calls(&calls, 3);
	tacho_callback_remove(number);
	recorded_drop(*state, recorded_finish(*state));
}

static const char *note_on(const struct tc_session *s, const char *callback)
{
	for (size_t i = 0; i < s->notes; i++)
		if (strstr(s->note[i], callback))
			return s->note[i];
	return NULL;
}

static void assert_said(const struct tc_session *s, const char *callback, const char *what)
{
	const char *note = note_on(s, callback);
	assert_non_null(note);
	assert_non_null(strstr(note, what));
}

/* Said while it hangs, when the recording stops meanwhile, by one that begins meanwhile, and when it has returned. */
static void the_record_says_which(void **state)
{
	struct recorded *r = *state, next;
	struct hanging stuck;
	static sem_t calls;
	sem_init(&calls, 0, 0);
	add_hanging(&stuck, "stuck levels");
	int number = tacho_callback_add("goes on", count, &calls);
	sem_wait(&stuck.inside);
	tacho_counter_add(&hits, 7);
	await_calls(&calls, 1);
	recorded_manifest(r, true);
	struct tc_session *s = recorded_open(r, NULL);
	assert_int_equal(recorded_metric(s, "cache.hits")->count, 7);
	assert_said(s, "stuck levels", "has been running for");
	assert_null(note_on(s, "goes on"));
	tc_session_release(s);
	s = recorded_finish(r);
	assert_said(s, "stuck levels", "was running when the recording stopped");
	recorded_drop(r, s);

	recorded_start(&next);
	tacho_sampling_interval(TACHO_SAMPLING_CHEAP, 10000000);
	await_calls(&calls, 2);
	let_go(&stuck);
	s = recorded_finish(&next);
	assert_said(s, "stuck levels", "took longer than 250 ms at times");
	tacho_callback_remove(number);
	recorded_drop(&next, s);
}

/* One that gave values before it hung: the others are called again only when it is late. */
static void one_that_hangs_later_is_told_too(void **state)
{
	struct hanging stuck;
	static sem_t calls;
	sem_init(&calls, 0, 0);
	add_hanging(&stuck, "hangs later");
	int number = tacho_callback_add("goes on", count, &calls);
	sem_wait(&stuck.inside);
	sem_post(&stuck.go);
	sem_wait(&stuck.inside);
	while (!sem_trywait(&calls))
		;
	await_calls(&calls, 2);
	struct tc_session *s = recorded_finish(*state);
	assert_said(s, "hangs later", "was running when the recording stopped, for");
	assert_null(strstr(note_on(s, "hangs later"), " 0 ns"));
	let_go(&stuck);
	tacho_callback_remove(number);
	recorded_drop(*state, s);
}

/* However short the run was: a sampler that never returned is the reason why its series have no value. */
static void read_never(void *context, double *values)
{
	*values = 1;
	hang(context);
}

static void a_stop_at_once_is_told_too(void **state)
{
	static const struct tacho_sampler_series series[] = {{"pool.blocks", "blocks", NULL}};
	struct hanging hanging;
	struct tacho_sampler sampler = TACHO_SAMPLER_INIT;
	sampler.name = "pool";
	sampler.series = series;
	sampler.series_count = 1;
	sampler.read = read_never;
	sampler.context = &hanging;
	init(&hanging);
	hanging.number = tacho_sampler_add(&sampler);
	sem_wait(&hanging.inside);
	struct tc_session *s = recorded_finish(*state);
	assert_said(s, "\"pool\"", "was running when the recording stopped");
	assert_non_null(strstr(recorded_metric(s, "pool.blocks")->missing, "has not returned"));
	__atomic_store_n(&hanging.open, true, __ATOMIC_RELAXED);
	sem_post(&hanging.go);
	tacho_sampler_remove(hanging.number);
	recorded_drop(*state, s);
}

/* More than the part has room for: the first are named, the others counted. */
static void more_than_can_be_named(void **state)
{
	enum { HANGING = TC_CALLBACKS_TOLD + 2 };
	static struct hanging hanging[HANGING];
	static sem_t calls;
	char name[32];
	for (int i = 0; i < HANGING; i++) {
		snprintf(name, sizeof name, "stuck %d.", i);
		add_hanging(&hanging[i], name);
	}
	sem_init(&calls, 0, 0);
	int number = tacho_callback_add("goes on", count, &calls);
	for (int i = 0; i < HANGING; i++)
		sem_wait(&hanging[i].inside);
	await_calls(&calls, 1);
	struct tc_session *s = recorded_finish(*state);
	assert_non_null(note_on(s, "stuck 15."));
	assert_null(note_on(s, "stuck 16."));
	assert_said(s, "of further callbacks", "2 calls");
	for (int i = 0; i < HANGING; i++)
		let_go(&hanging[i]);
	tacho_callback_remove(number);
	recorded_drop(*state, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_others_go_on, make),
		cmocka_unit_test_setup(the_record_says_which, make),
		cmocka_unit_test_setup(one_that_hangs_later_is_told_too, make),
		cmocka_unit_test_setup(a_stop_at_once_is_told_too, make),
		cmocka_unit_test_setup(more_than_can_be_named, make),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
