/* SPDX-License-Identifier: MIT
 *
 * callback.h - functions of the program that are called at each tick: callback.c calls them, callback_told.c writes into the part
 * which of them run.
 */
#ifndef RECORD_CALLBACK_H
#define RECORD_CALLBACK_H

#include <pthread.h>
#include "record/private.h"

enum { TC_CALLBACKS = 64 };

struct tc_callback {
	void (*call)(void *context); /* NULL: removed; it may be running all the same */
	void *context;
	uint64_t round;    /* in which it was called last */
	uint64_t since_ns; /* CLOCK_MONOTONIC at which the call under way began; 0: none is */
	bool late;         /* that call has not returned in time */
	pthread_t runner;
	char name[sizeof(((struct tc_callback_entry *)0)->name)];
	uint32_t opening; /* of the recording whose part has been told of the call; 0: none */
	bool told_late;
	struct tc_callback_entry *entry; /* there; NULL: it had no room */
	uint64_t
		gauge[TACHO_METRIC_CELLS / 64]; /* bits of the ids of gauges that it set; of its runner while it runs */
};

struct tc_gauges_seen { /* how often this thread had set each gauge, before a call */
	size_t count;
	uint64_t sets[TACHO_METRIC_CELLS];
};

/* callback_told.c: brings the part up to date with a call that has begun, or is late by now; then with its end. */
void tc_callback_tell(struct tc_callback *callback);
void tc_callback_tell_end(struct tc_callback *callback, uint64_t now_ns);

/* callback_gauges.c: on its thread, before and after a call; then, on another, when it is late. */
void tc_callback_gauges_before(struct tc_gauges_seen *seen);
void tc_callback_gauges_after(struct tc_callback *callback, const struct tc_gauges_seen *seen);
void tc_callback_gauges_mute(const struct tc_callback *callback);

/* sampler.c: the parent's are none of a forked child's. */
void tc_samplers_in_child(void);

#endif
