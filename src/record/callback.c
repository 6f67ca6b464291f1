/* SPDX-License-Identifier: MIT
 *
 * callback.c - functions of the program that are called at the interval of the samples, on a thread that has nothing else to do: one that
 * hangs keeps only the other callbacks waiting, and the part's header says which it is.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <tacho/tacho.h>
#include <time.h>
#include "base/error.h"
#include "format/clock.h"
#include "record/metric.h"

enum { CALLBACKS = TC_CALLBACKS };

static struct {
	char name[64];
	void (*call)(void *context);
	void *context;
} callbacks[CALLBACKS];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static bool has_thread, prepared;
static int running; /* number of the callback that runs; 0: none */
static pthread_t runner;

static void in_child(void)
{
	static const pthread_mutex_t unlocked = PTHREAD_MUTEX_INITIALIZER;
	static const pthread_cond_t nobody = PTHREAD_COND_INITIALIZER;
	lock = unlocked;
	done = nobody;
	has_thread = false;
	running = 0;
	memset(callbacks, 0, sizeof callbacks);
	tc_samplers_in_child();
}

/* name NULL: none runs any more. */
static void say_running(const char *name)
{
	if (!tc_slow_enter())
		return;
	if (tc_recorder.part) {
		struct tc_part_header *header = tc_part_header(tc_recorder.part);
		if (name)
			memcpy(header->callback_name, name, sizeof header->callback_name);
		tacho_publish();
		TACHO_RELAXED_STORE(header->callback_since, name ? tc_monotonic_ns() : 0);
		header->callback_rounds += name != NULL;
	}
	tc_slow_leave();
}

/* The lock is held, and given up meanwhile. */
static void call_one(int i)
{
	void (*call)(void *context) = callbacks[i].call;
	void *context = callbacks[i].context;
	char name[sizeof callbacks[i].name];
	memcpy(name, callbacks[i].name, sizeof name);
	running = i + 1;
	pthread_mutex_unlock(&lock);
	say_running(name);
	call(context);
	say_running(NULL);
	pthread_mutex_lock(&lock);
	running = 0;
	pthread_cond_broadcast(&done);
}

static const uint64_t second_ns = 1000000000;

static uint64_t interval_ns(void)
{
	uint64_t ns = second_ns;
	if (!tc_slow_enter())
		return ns;
	if (tc_recorder.part)
		ns = tc_recorder.wish.interval_ns[TACHO_SAMPLING_CHEAP]
		             ? tc_recorder.wish.interval_ns[TACHO_SAMPLING_CHEAP]
		             : tc_settings_number(&tc_recorder.settings, TC_SET_INTERVAL);
	tc_slow_leave();
	return ns;
}

/* For the interval since `called_ns`; a second at a time, as a recording that begins may have another. */
static void wait_for_tick(uint64_t called_ns)
{
	uint64_t now_ns;
	while ((now_ns = tc_monotonic_ns()) - called_ns < interval_ns()) {
		uint64_t rest_ns = called_ns + interval_ns() - now_ns;
		rest_ns = rest_ns < second_ns ? rest_ns : second_ns;
		const struct timespec rest = {(time_t)(rest_ns / second_ns), (long)(rest_ns % second_ns)};
		clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, NULL);
	}
}

static void *run(void *argument)
{
	for (uint64_t called_ns = tc_monotonic_ns();; called_ns = tc_monotonic_ns()) {
		wait_for_tick(called_ns);
		pthread_mutex_lock(&lock);
		for (int i = 0; i < CALLBACKS && tacho_is_recording() && !tc_wish_is_off(); i++)
			if (callbacks[i].call)
				call_one(i);
		pthread_mutex_unlock(&lock);
	}
	return argument;
}

static int start_thread(void)
{
	sigset_t all, before;
	if (has_thread)
		return 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&runner, NULL, run, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error)
		return tc_error_errno(error, "cannot start the thread that calls callbacks");
	pthread_detach(runner);
	has_thread = true;
	return 0;
}

static int add(const char *name, void (*call)(void *context), void *context)
{
	int i = 0;
	while (i < CALLBACKS && callbacks[i].call)
		i++;
	if (i == CALLBACKS)
		return tc_error(TACHO_ENOSPC, "there are %d callbacks already: remove one first", CALLBACKS);
	if (!prepared)
		pthread_atfork(NULL, NULL, in_child);
	prepared = true;
	int code = start_thread();
	if (code)
		return code;
	snprintf(callbacks[i].name, sizeof callbacks[i].name, "%s", name && *name ? name : "(unnamed)");
	callbacks[i].context = context;
	callbacks[i].call = call;
	return i + 1;
}

int tacho_callback_add(const char *name, void (*call)(void *context), void *context)
{
	if (!call)
		return tc_error(TACHO_EINVAL, "a callback needs a function");
	pthread_mutex_lock(&lock);
	int number = add(name, call, context);
	pthread_mutex_unlock(&lock);
	return number;
}

void tacho_callback_remove(int number)
{
	if (number < 1 || number > CALLBACKS)
		return;
	pthread_mutex_lock(&lock);
	callbacks[number - 1].call = NULL;
	while (running == number && !pthread_equal(runner, pthread_self()))
		pthread_cond_wait(&done, &lock);
	pthread_mutex_unlock(&lock);
}
