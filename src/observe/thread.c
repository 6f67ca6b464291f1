/* SPDX-License-Identifier: MIT
 *
 * thread.c - a guest in somebody else's program: all signals are blocked in it, its stack is small, its name says whose it
 * is, and it sleeps.
 */
#include "observe/thread.h"

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/error.h"
#include "base/guest_thread.h"
#include "observe/observer.h"

enum { TC_STACK_BYTES = 256 * 1024 };

struct tc_observer_thread {
	struct tc_observer *observer; /* the thread's alone until it is joined */
	pthread_t thread;
	pthread_mutex_t lock; /* of ending */
	pthread_cond_t end;
	bool ending;
};

static struct timespec after(uint64_t ns)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	ns += (uint64_t)t.tv_nsec;
	t.tv_sec += (time_t)(ns / 1000000000u);
	t.tv_nsec = (long)(ns % 1000000000u);
	return t;
}

static void *observe(void *context)
{
	struct tc_observer_thread *t = context;
	pthread_mutex_lock(&t->lock);
	while (!t->ending) {
		pthread_mutex_unlock(&t->lock);
		const struct timespec until = after(tc_observer_tick(t->observer));
		pthread_mutex_lock(&t->lock);
		int r = 0;
		while (!t->ending && r == 0) /* r: it is time */
			r = pthread_cond_timedwait(&t->end, &t->lock, &until);
	}
	pthread_mutex_unlock(&t->lock);
	tc_observer_look(
		t->observer); /* while its own CPU time can be asked for: the last reading is another thread's */
	return NULL;
}

static void release(struct tc_observer_thread *t)
{
	tc_observer_close(t->observer);
	pthread_cond_destroy(&t->end);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

int tc_observer_thread_start(
	struct tc_observer_thread **out, const struct tc_session_paths *paths, const struct tc_settings *settings)
{
	struct tc_observer_options options = {.directory = paths->directory, .live = paths->live, .root = getpid()};
	struct tc_observer_thread *t = calloc(1, sizeof *t);
	pthread_condattr_t monotonic;
	if (!t)
		return tc_error(TACHO_ENOMEM, "out of memory");
	tc_observer_set(&options, settings);
	pthread_mutex_init(&t->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&t->end, &monotonic);
	pthread_condattr_destroy(&monotonic);
	int r = tc_observer_open(&t->observer, &options);
	if (r == 0) {
		int error = tc_guest_thread(&t->thread, TC_STACK_BYTES, observe, t);
		if (error)
			r = tc_error_errno(
				error, "cannot start the observer's thread (no_observer records spans without it)");
	}
	if (r != 0)
		release(t);
	else
		*out = t;
	return r;
}

void tc_observer_thread_stop(struct tc_observer_thread *t)
{
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->ending = true;
	pthread_cond_signal(&t->end);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->thread, NULL);
	release(t);
}
