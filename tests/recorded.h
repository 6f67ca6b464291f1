/* SPDX-License-Identifier: MIT
 *
 * recorded.h - a real session for tests of the readers: made in a directory of its own under /tmp, recorded by this process or
 * its children, and gone afterwards.
 */
#ifndef TESTS_RECORDED_H
#define TESTS_RECORDED_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include <unistd.h>
#include "base/test.h"
#include "format/clock.h"
#include "format/manifest.h"
#include "read/session.h"
#include "record/recorder.h"

struct recorded {
	char directory[64];
};

static inline void recorded_manifest(const struct recorded *r, bool ended)
{
	char name[] = "test", root[] = "/", version[] = TACHO_VERSION, *arguments[] = {name, NULL};
	struct tc_manifest m = {.format = TC_MANIFEST_FORMAT,
		.name = name,
		.arguments = arguments,
		.directory = root,
		.host = name,
		.kernel = name,
		.tacho = version,
		.cpus = 1,
		.interval_ms = 1000};
	struct tc_manifest old = {0};
	tc_clock_calibrate(tc_clock_kind(), &m.begin);
	if (ended) {
		m.end = m.begin;
		m.how = TC_HOW_EXITED;
		if (!tc_manifest_read(r->directory, &old))
			m.begin = old.begin;
		tc_manifest_release(&old);
	}
	assert_int_equal(tc_manifest_write(r->directory, &m), 0);
}

static inline void recorded_make(struct recorded *r)
{
	strcpy(r->directory, "/tmp/tacho-read-XXXXXX");
	assert_non_null(mkdtemp(r->directory));
	recorded_manifest(r, false);
}

static inline int recorded_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline void recorded_remove(struct recorded *r)
{
	nftw(r->directory, recorded_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void recorded_begin(struct recorded *r, uint32_t ring_records)
{
	struct tc_recorder_options options = {.live = r->directory, .ring_records = ring_records};
	assert_int_equal(tc_recorder_open(&options), 0);
}

static inline struct tc_session *recorded_open(const struct recorded *r, const struct tc_session_options *options)
{
	struct tc_session *session;
	if (tc_session_open(&session, r->directory, options))
		fail_msg("%s", tacho_last_error());
	return session;
}

static inline const struct tc_name_view *recorded_name(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->names; i++)
		if (!strcmp(session->name[i].name, name))
			return &session->name[i];
	return NULL;
}

static inline const struct tc_metric_view *recorded_metric(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->metrics; i++)
		if (!strcmp(session->metric[i].name, name))
			return &session->metric[i];
	fail_msg("no metric %s", name);
	return NULL;
}

static inline uint64_t recorded_count(const struct tc_session *session, const char *name)
{
	const struct tc_name_view *view = recorded_name(session, name);
	return view ? view->figures.count : 0;
}

static inline const struct tc_node_view *recorded_child(
	const struct tc_session *session, const struct tc_node_view *node, const char *name)
{
	for (size_t i = 0; i < node->children; i++)
		if (!strcmp(session->name[node->child[i]->name].name, name))
			return node->child[i];
	return NULL;
}

/* ---- for tests with a session to each case, which is their state ---- */

static inline int recorded_setup(void **state)
{
	static struct recorded r;
	recorded_make(&r);
	*state = &r;
	return 0;
}

static inline int recorded_teardown(void **state)
{
	recorded_remove(*state);
	return 0;
}

/* For a child that has nothing to complain of. */
static inline void recorded_wait_for(pid_t child)
{
	int status;
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- what most tests do: make a session, record, end it and read it, remove it ---- */

static inline void recorded_start(struct recorded *r)
{
	recorded_make(r);
	recorded_begin(r, 1024);
}

static inline void recorded_mark(struct tacho_site *site, int times)
{
	for (int i = 0; i < times; i++) {
		struct tacho_span span;
		tacho_span_begin(&span, site);
		tacho_span_end(&span);
	}
}

static inline struct tc_session *recorded_finish(struct recorded *r)
{
	tc_recorder_close();
	recorded_manifest(r, true);
	return recorded_open(r, NULL);
}

static inline void recorded_drop(struct recorded *r, struct tc_session *session)
{
	tc_session_release(session);
	recorded_remove(r);
}

#endif
