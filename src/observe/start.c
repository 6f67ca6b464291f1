/* SPDX-License-Identifier: MIT
 *
 * start.c - tacho_start() and tacho_stop(): a session begun by the program itself.
 *
 * All state is under one lock, held while a session opens or closes.  In a forked child the session stays the parent's:
 * the child has no observer and closes nothing but the part that its own recorder may have opened.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <tacho/tacho.h>
#include <unistd.h>
#include "base/error.h"
#include "format/manifest.h"
#include "format/store.h"
#include "observe/describe.h"
#include "observe/thread.h"
#include "record/recorder.h"

enum { TC_INTERVAL_MS = 1000, TC_INTERVAL_MS_MIN = 10, TC_INTERVAL_MS_MAX = 3600000 };

/* It knows its holder, so that exit() in a signal handler that interrupted us gives up instead of waiting for ever. */
static pthread_mutex_t lock = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

static struct {
	bool started;
	bool owner; /* of the session; else it is that of `tacho run`, or of the process that forked this one */
	struct tc_session_paths paths;
	struct tc_manifest manifest;
	struct rusage before, children_before;
	struct tc_observer_thread *observer;
} own = {.paths.lock = -1};

static void in_child(void)
{
	static const pthread_mutex_t unlocked = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
	lock = unlocked;
	tc_session_forget(&own.paths);
	own.owner = false;
	own.observer = NULL;
}

static void prepare_once(void)
{
	static bool prepared;
	if (prepared)
		return;
	prepared = true;
	pthread_atfork(NULL, NULL, in_child);
	atexit(tacho_stop);
}

/* A newer program's config may be longer: fine as long as it asks for nothing that is not known here. */
static int take_config(struct tacho_config *out, const struct tacho_config *config)
{
	*out = (struct tacho_config)TACHO_CONFIG_INIT;
	if (!config)
		return 0;
	size_t given = config->struct_size;
	if (given < sizeof given || given > 65536)
		return tc_error(
			TACHO_EINVAL, "struct_size of the config is %zu: initialise it with TACHO_CONFIG_INIT", given);
	for (size_t i = sizeof *out; i < given; i++)
		if (((const char *)config)[i])
			return tc_error(TACHO_EINVAL,
				"the config asks for what tacho %s does not know: update the library", TACHO_VERSION);
	memcpy(out, config, given < sizeof *out ? given : sizeof *out);
	uint32_t records = out->ring_records;
	if (records && (records < 16 || records > 1u << 24 || (records & (records - 1))))
		return tc_error(TACHO_EINVAL, "ring_records is %u: give a power of two from 16 to 16777216", records);
	if (out->interval_ms == 0)
		out->interval_ms = TC_INTERVAL_MS;
	if (out->interval_ms < TC_INTERVAL_MS_MIN || out->interval_ms > TC_INTERVAL_MS_MAX)
		return tc_error(TACHO_EINVAL, "interval_ms is %u: give %d to %d", out->interval_ms, TC_INTERVAL_MS_MIN,
			TC_INTERVAL_MS_MAX);
	return 0;
}

/* The session of `tacho run`; one that has ended is as good as none. */
static const char *session_of_run(void)
{
	const char *session = secure_getenv(TC_ENV_SESSION);
	if (!session || session[0] != '/' || strlen(session) >= sizeof own.paths.directory)
		return NULL;
	return tc_session_is_live(session) ? session : NULL;
}

static int join_session(const char *session, const struct tacho_config *config)
{
	int r = 0;
	strcpy(own.paths.directory, session);
	if (!tc_recorder_is_open()) { /* it is where a span was marked before */
		r = tc_session_live(session, own.paths.live);
		const struct tc_recorder_options options = {
			.live = own.paths.live, .fallback = own.paths.directory, .ring_records = config->ring_records};
		if (r == 0)
			r = tc_recorder_open(&options);
	}
	own.started = r == 0;
	own.owner = false;
	return r;
}

static int open_all(const struct tacho_config *config)
{
	const struct tc_recorder_options options = {
		.live = own.paths.live, .fallback = own.paths.directory, .ring_records = config->ring_records};
	int r = tc_manifest_write(own.paths.directory, &own.manifest);
	if (r == 0)
		r = tc_recorder_open(&options);
	if (r == 0 && !config->no_observer) {
		r = tc_observer_thread_start(&own.observer, &own.paths, config->interval_ms);
		if (r != 0)
			tc_recorder_close();
	}
	return r;
}

static int make_session(const struct tacho_config *config)
{
	const char *name = config->name && *config->name ? config->name : program_invocation_short_name;
	int r = tc_session_create(&own.paths, config->directory, name);
	if (r != 0)
		return r;
	own.observer = NULL;
	getrusage(RUSAGE_SELF, &own.before);
	getrusage(RUSAGE_CHILDREN, &own.children_before);
	tc_describe(&own.manifest, name, NULL);
	own.manifest.interval_ms = config->interval_ms;
	r = open_all(config);
	own.started = own.owner = r == 0;
	if (r != 0) {
		tc_session_discard(&own.paths);
		tc_manifest_release(&own.manifest);
	}
	return r;
}

int tacho_start(const struct tacho_config *config)
{
	struct tacho_config checked;
	int r = take_config(&checked, config);
	if (r != 0)
		return r;
	if (pthread_mutex_lock(&lock) != 0)
		return tc_error(TACHO_EBUSY, "tacho_start() was called inside of itself");
	prepare_once();
	const char *session = session_of_run();
	if (own.started || (!session && tc_recorder_is_open()))
		r = tc_error(TACHO_EBUSY, "this program records already: call tacho_stop() first");
	else
		r = session ? join_session(session, &checked) : make_session(&checked);
	pthread_mutex_unlock(&lock);
	return r;
}

static uint64_t ns_since(const struct timeval *before, const struct timeval *after)
{
	int64_t us = (int64_t)(after->tv_sec - before->tv_sec) * 1000000 + (after->tv_usec - before->tv_usec);
	return us > 0 ? (uint64_t)us * 1000 : 0;
}

static void take_usage(struct tc_manifest *m)
{
	struct rusage self, children;
	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	m->has_usage = true;
	m->user_ns = ns_since(&own.before.ru_utime, &self.ru_utime) +
	             ns_since(&own.children_before.ru_utime, &children.ru_utime);
	m->system_ns = ns_since(&own.before.ru_stime, &self.ru_stime) +
	               ns_since(&own.children_before.ru_stime, &children.ru_stime);
	m->peak_rss_bytes =
		(uint64_t)(self.ru_maxrss > children.ru_maxrss ? self.ru_maxrss : children.ru_maxrss) * 1024;
}

/* Without room for the last manifest or for the parts all stays where it is, and a later command moves it. */
static void close_session(void)
{
	tc_observer_thread_stop(own.observer);
	tc_describe_now(&own.manifest.end);
	own.manifest.how = TC_HOW_STOPPED;
	take_usage(&own.manifest);
	tc_session_finish(&own.paths, &own.manifest);
	tc_manifest_release(&own.manifest);
}

void tacho_stop(void)
{
	int error = errno;
	if (pthread_mutex_lock(&lock) != 0)
		return;
	if (own.started) {
		tc_recorder_close();
		if (own.owner)
			close_session();
		own.started = own.owner = false;
	}
	pthread_mutex_unlock(&lock);
	errno = error;
}

/* Without tacho_start() it is that of `tacho run`, if the first span found it. */
const char *tacho_session_directory(void)
{
	if (own.started)
		return own.paths.directory;
	return tc_recorder_is_open() ? secure_getenv(TC_ENV_SESSION) : NULL;
}
