/* SPDX-License-Identifier: MIT
 *
 * callback.c - functions of the program that are called at the interval of the samples, one after another, on a thread that has nothing
 * else to do.  A second thread watches: where a callback does not return in time it takes the others over, and a third one watches.  So
 * one that hangs keeps its own thread and nobody else's; when it returns, a thread too many ends.
 */
#include "record/callback.h"

#include <stdio.h>
#include <string.h>
#include <tacho/tacho.h>
#include <time.h>
#include "base/error.h"
#include "base/guest_thread.h"
#include "format/clock.h"

enum { AWAKE = 2 }; /* threads beside those that hang: one calls, one watches */

static struct tc_callback callbacks[TC_CALLBACKS];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all here; not held while a callback runs */
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static bool prepared;
static unsigned threads, hanging;
static uint64_t round_now = 1, round_ns; /* the round under way or over, and when it began */

static const uint64_t second_ns = 1000000000;

static void in_child(void)
{
	static const pthread_mutex_t unlocked = PTHREAD_MUTEX_INITIALIZER;
	static const pthread_cond_t nobody = PTHREAD_COND_INITIALIZER;
	lock = unlocked;
	done = nobody;
	threads = hanging = 0;
	memset(callbacks, 0, sizeof callbacks);
	tc_samplers_in_child();
}

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

/* ---- whose turn it is; the lock is held ---- */

static void mark_late(uint64_t now_ns)
{
	for (int i = 0; i < TC_CALLBACKS; i++) {
		struct tc_callback *callback = &callbacks[i];
		if (!callback->since_ns)
			continue;
		if (!callback->late && now_ns - callback->since_ns >= TC_CALLBACK_PATIENCE_NS) {
			callback->late = true;
			hanging++;
			if (!pthread_equal(callback->runner, pthread_self()))
				tc_callback_gauges_mute(callback);
		}
		tc_callback_tell(callback);
	}
}

/* The callback for which the others wait. */
static struct tc_callback *running(void)
{
	for (int i = 0; i < TC_CALLBACKS; i++)
		if (callbacks[i].since_ns && !callbacks[i].late)
			return &callbacks[i];
	return NULL;
}

static struct tc_callback *next_in_round(void)
{
	for (int i = 0; i < TC_CALLBACKS; i++)
		if (callbacks[i].call && !callbacks[i].since_ns && callbacks[i].round != round_now)
			return &callbacks[i];
	return NULL;
}

/* What is not called while nothing records is not made up for. */
static struct tc_callback *next(uint64_t now_ns)
{
	bool on = tacho_is_recording() && !tc_wish_is_off();
	if (running())
		return NULL;
	if ((!on || !next_in_round()) && now_ns - round_ns >= interval_ns()) {
		round_now++;
		round_ns = now_ns;
	}
	for (int i = 0; !on && i < TC_CALLBACKS; i++)
		callbacks[i].round = round_now;
	return next_in_round();
}

/* A second at most, as a recording that begins may have another interval. */
static uint64_t rest_ns(uint64_t now_ns)
{
	const struct tc_callback *one = running();
	uint64_t due_ns = one ? one->since_ns + TC_CALLBACK_PATIENCE_NS : round_ns + interval_ns();
	uint64_t rest = due_ns > now_ns ? due_ns - now_ns : 0;
	return rest < second_ns ? rest : second_ns;
}

/* ---- the threads; the lock is held ---- */

static int start_thread(void);

static void run_one(struct tc_callback *callback, uint64_t now_ns)
{
	void (*function)(void *context) = callback->call;
	void *context = callback->context;
	callback->round = round_now;
	callback->since_ns = now_ns;
	callback->runner = pthread_self();
	tc_callback_tell(callback);
	if (threads < hanging + AWAKE)
		start_thread(); /* where there can be none, one that hangs keeps the others waiting */
	struct tc_gauges_seen seen;
	pthread_mutex_unlock(&lock);
	tc_callback_gauges_before(&seen);
	function(context);
	pthread_mutex_lock(&lock);
	tc_callback_gauges_after(callback, &seen);
	now_ns = tc_monotonic_ns();
	mark_late(now_ns);
	tc_callback_tell_end(callback, now_ns);
	hanging -= callback->late;
	callback->late = false;
	callback->since_ns = 0;
	pthread_cond_broadcast(&done);
}

static void wait_for(uint64_t ns)
{
	const struct timespec rest = {(time_t)(ns / second_ns), (long)(ns % second_ns)};
	pthread_mutex_unlock(&lock);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, NULL);
	pthread_mutex_lock(&lock);
}

static void *work(void *unused)
{
	pthread_mutex_lock(&lock);
	while (threads <= hanging + AWAKE) {
		uint64_t now_ns = tc_monotonic_ns();
		mark_late(now_ns);
		struct tc_callback *callback = next(now_ns);
		if (callback)
			run_one(callback, now_ns);
		else
			wait_for(rest_ns(now_ns));
	}
	threads--;
	pthread_mutex_unlock(&lock);
	return unused;
}

static int start_thread(void)
{
	pthread_t thread;
	int error = tc_guest_thread(&thread, 0, work, NULL);
	if (error)
		return tc_error_errno(error, "cannot start the thread that calls callbacks");
	pthread_detach(thread);
	threads++;
	return 0;
}

/* ---- for programs ---- */

static int add(const char *name, void (*function)(void *context), void *context)
{
	int i = 0;
	while (i < TC_CALLBACKS && (callbacks[i].call || callbacks[i].since_ns))
		i++;
	if (i == TC_CALLBACKS)
		return tc_error(TACHO_ENOSPC, "there are %d callbacks already: remove one first", TC_CALLBACKS);
	if (!prepared)
		pthread_atfork(NULL, NULL, in_child);
	prepared = true;
	if (threads <= hanging) {
		round_ns = tc_monotonic_ns();
		int code = start_thread();
		if (code)
			return code;
	}
	struct tc_callback *callback = &callbacks[i];
	*callback = (struct tc_callback){.call = function, .context = context, .round = round_now};
	snprintf(callback->name, sizeof callback->name, "%s", name && *name ? name : "(unnamed)");
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
	if (number < 1 || number > TC_CALLBACKS)
		return;
	struct tc_callback *callback = &callbacks[number - 1];
	pthread_mutex_lock(&lock);
	callback->call = NULL;
	uint64_t since_ns = callback->since_ns; /* its place may have another by the time that we wake */
	while (since_ns && callback->since_ns == since_ns && !pthread_equal(callback->runner, pthread_self()))
		pthread_cond_wait(&done, &lock);
	pthread_mutex_unlock(&lock);
}
