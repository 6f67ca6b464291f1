/* SPDX-License-Identifier: MIT
 *
 * start.c - recording on and off: by tc_recorder_open(), by TACHO_SESSION at the first span, and anew after a fork.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <tacho/tacho.h>
#include <unistd.h>
#include "base/error.h"
#include "format/clock.h"
#include "format/redact.h"
#include "format/store.h"
#include "record/metric.h"
#include "record/recorder.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

static void set_generation(uint64_t generation)
{
	__atomic_store_n(&tacho_gate.generation, generation, __ATOMIC_RELEASE);
}

/* What signal handlers lost before there was a part to count it in. */
static uint64_t lost_before;

static void pass_lost_on(void)
{
	struct tc_part *part = __atomic_load_n(&tc_recorder.part, __ATOMIC_SEQ_CST);
	if (part)
		__atomic_fetch_add(&tc_part_header(part)->signal_lost,
			__atomic_exchange_n(&lost_before, 0, __ATOMIC_SEQ_CST), __ATOMIC_RELAXED);
}

void tc_count_signal_lost(void)
{
	__atomic_fetch_add(&lost_before, 1, __ATOMIC_SEQ_CST);
	pass_lost_on();
}

/* What is not recorded has not been lost. */
static void decide_generation(void)
{
	if (!tc_recorder.part)
		__atomic_store_n(&lost_before, 0, __ATOMIC_RELAXED);
	set_generation(tc_recorder.part && !tc_recorder.paused ? tc_recorder.generation : TACHO_GENERATION_OFF);
}

/* Nothing of the parent's recording is the child's: neither its part nor the spans open in it. */
static void forget_parent(void)
{
	struct tc_part *part = tc_recorder.part;
	tacho_self = &tc_nobody;
	tacho_counted = TC_NOTHING_COUNTED; /* its cells are the parent's */
	tc_recorder.part = tc_recorder.closed = NULL;
	__atomic_store_n(&tc_recorder.pid, getpid(), __ATOMIC_RELAXED);
	if (!part)
		return;
	tc_part_close(part); /* the parent's lock lives on in the parent's descriptor */
	/* Its addresses stay taken: a span of the parent's that ends here is never mistaken for one of a part made later. */
	if (tc_recorder.inherited)
		tc_part_free(tc_recorder.inherited);
	tc_recorder.inherited = part;
}

/* Settings that could not be used are said in the part, where every reader finds them. */
static void say_complaints(struct tc_part_header *header)
{
	size_t bytes = 0;
	for (size_t i = 0; i < tc_recorder.settings.complaints && bytes + 1 < sizeof header->complaints; i++)
		bytes += (size_t)snprintf(header->complaints + bytes, sizeof header->complaints - bytes, "%s\n",
			tc_recorder.settings.complaint[i]);
}

static int open_part(void)
{
	struct tc_part *part;
	int result = tc_part_create(&part, tc_recorder.live);
	if (result && *tc_recorder.fallback && strcmp(tc_recorder.fallback, tc_recorder.live))
		result = tc_part_create(&part, tc_recorder.fallback);
	if (result)
		return result;
	tc_part_header(part)->waits = tc_recorder.waits;
	tc_part_header(part)->attribute_text_bytes = (uint32_t)tc_attribute_limits.text_bytes;
	say_complaints(tc_part_header(part));
	tc_wish_write(part);
	tc_recorder.clock = (enum tc_clock)tc_part_header(part)->clock;
	if (tc_names_write(part) || tc_metrics_write(part)) {
		tc_part_close(part);
		tc_part_free(part);
		return tc_error(TACHO_ENOSPC, "no room for the names of spans in %s", tc_recorder.live);
	}
	tc_part_publish(part);
	__atomic_store_n(&tc_recorder.part, part, __ATOMIC_SEQ_CST);
	pass_lost_on();
	uint32_t opening = (uint32_t)tc_recorder.generation + 1;
	tc_recorder.generation = opening < 2 ? 2 : opening;
	return 0;
}

/* A fork from a signal handler that interrupted tacho itself leaves the lock to whom it belongs. */
static __thread bool forking __attribute__((tls_model("initial-exec")));

static void before_fork(void)
{
	forking = tc_slow_enter();
}

static void after_fork_in_parent(void)
{
	if (forking)
		tc_slow_leave();
}

static void after_fork_in_child(void)
{
	forget_parent();
	set_generation(0); /* the first span decides, with a part of its own */
	if (forking)
		tc_slow_leave();
}

static void init_once(void)
{
	long page = sysconf(_SC_PAGESIZE);
	tc_threads_init();
	pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
	/* Catches the forks that run no handlers.  Where pages are larger than the gate, only those are missed. */
	if ((uintptr_t)&tacho_gate % (uintptr_t)page == 0 && sizeof tacho_gate % (size_t)page == 0)
		madvise(&tacho_gate, sizeof tacho_gate, MADV_WIPEONFORK);
}

static void init(void)
{
	static bool done;
	if (!done)
		init_once();
	done = true;
}

void tc_recorder_take_settings(const struct tc_settings *settings, uint32_t ring_records)
{
	if (settings)
		tc_recorder.settings = *settings;
	else
		tc_settings_load(&tc_recorder.settings);
	tc_redact_rules(tc_settings_text(&tc_recorder.settings, TC_SET_REDACT_KEYS),
		tc_settings_text(&tc_recorder.settings, TC_SET_REDACT_VALUES));
	tc_attributes_configure();
	uint64_t set = tc_settings_number(&tc_recorder.settings, TC_SET_RING_RECORDS);
	tc_recorder.ring_records = ring_records ? ring_records : (uint32_t)set;
	tc_recorder.threshold_ns = tc_settings_number(&tc_recorder.settings, TC_SET_THRESHOLD);
}

static void take_session(void)
{
	const char *session = secure_getenv(TC_ENV_SESSION);
	if (!session || session[0] != '/' || strlen(session) >= sizeof tc_recorder.fallback)
		return;
	if (!tc_session_is_live(session))
		return; /* its run is over: a daemon that it left behind passes its name on */
	snprintf(tc_recorder.fallback, sizeof tc_recorder.fallback, "%s", session);
	if (tc_session_live(session, tc_recorder.live))
		return;
	tc_recorder_take_settings(NULL, 0);
	open_part(); /* without room the program runs unrecorded */
}

void tc_recorder_decide(void)
{
	init();
	if (tc_recorder.decided && tc_recorder.pid && tc_recorder.pid != getpid())
		forget_parent();
	if (!tc_recorder.decided)
		take_session();
	else if (!tc_recorder.part && *tc_recorder.live)
		open_part();
	tc_recorder.decided = true;
	__atomic_store_n(&tc_recorder.pid, getpid(), __ATOMIC_RELAXED);
	decide_generation();
}

static bool is_valid(const struct tc_recorder_options *options)
{
	uint32_t records = options->ring_records;
	return !records || (records >= 16 && records <= 1u << 24 && !(records & (records - 1)));
}

static int open_locked(const struct tc_recorder_options *options)
{
	if (tc_recorder.part && tc_recorder.pid == getpid())
		return tc_error(TACHO_EBUSY, "this process is recording already: call tacho_stop() first");
	if (!is_valid(options))
		return tc_error(TACHO_EINVAL, "ring_records must be a power of two from 16 to 16777216, not %u",
			options->ring_records);
	if (strlen(options->live) >= sizeof tc_recorder.live)
		return tc_error(TACHO_EINVAL, "the session's directory has too long a name");
	init();
	snprintf(tc_recorder.live, sizeof tc_recorder.live, "%s", options->live);
	snprintf(tc_recorder.fallback, sizeof tc_recorder.fallback, "%s", options->fallback ? options->fallback : "");
	tc_recorder_take_settings(options->settings, options->ring_records);
	tc_recorder.waits = options->waits;
	tc_recorder.decided = true;
	tc_recorder.paused = false;
	__atomic_store_n(&tc_recorder.pid, getpid(), __ATOMIC_RELAXED);
	int result = open_part();
	if (result)
		*tc_recorder.live = 0;
	decide_generation();
	return result;
}

int tc_recorder_open(const struct tc_recorder_options *options)
{
	if (!tc_slow_enter())
		return tc_error(TACHO_EBUSY, "tacho is busy on this thread: not from a signal handler");
	int result = open_locked(options);
	tc_slow_leave();
	return result;
}

void tc_recorder_close(void)
{
	if (!tc_slow_enter())
		return;
	struct tc_part *part = tc_recorder.part;
	if (part && tc_recorder.pid == getpid()) {
		set_generation(TACHO_GENERATION_OFF);
		tc_recorder.part = NULL;
		tc_recorder.wish = (struct tc_wish){.off = false};
		*tc_recorder.live = 0;
		tc_clock_calibrate(tc_recorder.clock, &tc_part_header(part)->end);
		tc_part_finish(part);
		part->next = tc_recorder.closed;
		tc_recorder.closed = part;
		part->attached++; /* until it is known whether anybody else is */
		if (tacho_self != &tc_nobody && tc_part_of(tacho_self) == part)
			tc_thread_detach();
		if (!--part->attached) {
			tc_recorder.closed = part->next;
			tc_part_free(part);
		}
	}
	tc_slow_leave();
}

bool tc_recorder_is_open(void)
{
	return tc_recorder.part && tc_recorder.pid == getpid();
}

void tacho_set_recording(bool on)
{
	if (!tc_slow_enter())
		return;
	if (!tacho_gate.generation)
		tc_recorder_decide();
	tc_recorder.paused = !on;
	decide_generation();
	tc_slow_leave();
}

bool tacho_is_recording(void)
{
	if (!TACHO_RELAXED_LOAD(tacho_gate.generation) && tc_slow_enter()) {
		if (!tacho_gate.generation)
			tc_recorder_decide();
		tc_slow_leave();
	}
	return TACHO_RELAXED_LOAD(tacho_gate.generation) != TACHO_GENERATION_OFF;
}

const char *tacho_version(void)
{
	return TACHO_VERSION;
}
