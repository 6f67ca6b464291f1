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
#include "format/redact.h"
#include "format/store.h"
#include "observe/config.h"
#include "observe/describe.h"
#include "observe/thread.h"
#include "record/recorder.h"

/* It knows its holder, so that exit() in a signal handler that interrupted us gives up instead of waiting for ever. */
static pthread_mutex_t lock;

/* Before main(): only glibc has an initializer for such a mutex. */
static __attribute__((constructor)) void make_lock(void)
{
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

static struct {
	bool started;
	bool owner; /* of the session; else it is that of `tacho run`, or of the process that forked this one */
	struct tc_session_paths paths;
	struct tc_manifest manifest;
	struct rusage before, children_before;
	struct tc_observer_thread *observer;
	struct tc_settings settings;
} own = {.paths.lock = -1};

static void in_child(void)
{
	make_lock();
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

/* The session of `tacho run`; one that has ended is as good as none. */
static const char *session_of_run(void)
{
	const char *session = secure_getenv(TC_ENV_SESSION);
	if (!session || session[0] != '/' || strlen(session) >= sizeof own.paths.directory)
		return NULL;
	return tc_session_is_live(session) ? session : NULL;
}

static int join_session(const char *session)
{
	int r = 0;
	strcpy(own.paths.directory, session);
	if (!tc_recorder_is_open()) { /* it is where a span was marked before */
		r = tc_session_live(session, own.paths.live);
		const struct tc_recorder_options options = {
			.live = own.paths.live, .fallback = own.paths.directory, .settings = &own.settings};
		if (r == 0)
			r = tc_recorder_open(&options);
	}
	own.started = r == 0;
	own.owner = false;
	return r;
}

static int open_all(void)
{
	const struct tc_recorder_options options = {
		.live = own.paths.live, .fallback = own.paths.directory, .settings = &own.settings};
	int r = tc_manifest_write(own.paths.directory, &own.manifest);
	if (r == 0)
		r = tc_recorder_open(&options);
	if (r == 0 && tc_settings_number(&own.settings, TC_SET_OBSERVER)) {
		r = tc_observer_thread_start(&own.observer, &own.paths, &own.settings);
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
	tc_redact_rules(tc_settings_text(&own.settings, TC_SET_REDACT_KEYS),
		tc_settings_text(&own.settings, TC_SET_REDACT_VALUES));
	tc_describe(&own.manifest, name, NULL);
	own.manifest.interval_ms = (uint32_t)(tc_settings_number(&own.settings, TC_SET_INTERVAL) / 1000000);
	r = open_all();
	own.started = own.owner = r == 0;
	if (r != 0) {
		tc_session_discard(&own.paths);
		tc_manifest_release(&own.manifest);
	}
	return r;
}

static int already(void)
{
	return tc_error(TACHO_EBUSY, "this program records already: call tacho_stop() first");
}

static int begin(const struct tacho_config *config)
{
	const char *session = session_of_run();
	if (!session && tc_recorder_is_open())
		return already();
	return session ? join_session(session) : make_session(config);
}

int tacho_start(const struct tacho_config *config)
{
	struct tacho_config checked;
	if (pthread_mutex_lock(&lock) != 0)
		return tc_error(TACHO_EBUSY, "tacho_start() was called inside of itself");
	prepare_once();
	int r = own.started ? already() : tc_config_take(&checked, &own.settings, config);
	if (r == 0) {
		tc_config_override(&checked);
		r = begin(&checked);
		tc_config_override_end();
	}
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
