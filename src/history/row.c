/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/json.h"
#include "history/history.h"
#include "read/session.h"

static void put_text(struct tc_query *query, int parameter, const char *text)
{
	tc_query_text(query, parameter, text, text ? strlen(text) : 0);
}

static void put_known(struct tc_query *query, int parameter, uint64_t value, bool known)
{
	if (known && value <= INT64_MAX)
		tc_query_integer(query, parameter, (int64_t)value);
}

static const char *state_of(const struct tc_manifest *m)
{
	static const char *const states[] = {[TC_HOW_EXITED] = "exited",
		[TC_HOW_SIGNALLED] = "signalled",
		[TC_HOW_STOPPED] = "stopped",
		[TC_HOW_ENDED] = "ended",
		[TC_HOW_DETACHED] = "detached",
		[TC_HOW_ARCHIVED] = "archived"};
	bool known = (size_t)m->how < sizeof states / sizeof *states && states[m->how] && m->end.monotonic_ns;
	return known ? states[m->how] : "killed";
}

/* A JSON array; malloc'ed. */
static char *arguments_of(const struct tc_manifest *m)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);
	struct tc_json json;
	if (!out)
		return NULL;
	tc_json_init(&json, out, false);
	tc_json_array(&json, NULL);
	for (char **argument = m->arguments; argument && *argument; argument++)
		tc_json_text(&json, NULL, *argument);
	tc_json_end(&json);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	text[strcspn(text, "\n")] = 0;
	return text;
}

static void count_spans(const struct tc_session *session, int64_t *spans, int64_t *failed)
{
	*spans = *failed = 0;
	for (size_t i = 0; i < session->names; i++) {
		*spans += (int64_t)session->name[i].figures.count;
		*failed += (int64_t)session->name[i].figures.failed;
	}
}

/* The most that all its processes had at one reading, and no less than one of them had between two; 0: neither is known. */
static uint64_t tree_peak_rss_bytes(const struct tc_session *session)
{
	uint64_t peak = session->manifest.has_usage ? session->manifest.peak_rss_bytes : 0;
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, "process.memory") &&
			session->series_view[i].course.max > (double)peak)
			peak = (uint64_t)session->series_view[i].course.max;
	return peak;
}

static void put_session(struct tc_query *query, const struct tc_session *session, const char *arguments)
{
	const struct tc_manifest *m = &session->manifest;
	int64_t spans, failed;
	count_spans(session, &spans, &failed);
	put_text(query, 3, m->name);
	put_known(query, 4, m->begin.realtime_ns, m->begin.realtime_ns);
	put_known(query, 5, m->imported_ns, m->imported_ns);
	put_known(query, 6, (uint64_t)session->end, session->end >= 0);
	put_text(query, 7, state_of(m));
	if (m->how == TC_HOW_EXITED || m->how == TC_HOW_SIGNALLED)
		tc_query_integer(query, 8, m->status);
	put_text(query, 9, m->arguments ? m->arguments[0] : NULL);
	put_text(query, 10, arguments);
	put_text(query, 11, m->directory);
	put_text(query, 12, m->host);
	put_text(query, 13, m->kernel);
	put_text(query, 14, m->tacho);
	put_known(query, 15, m->cpus, m->cpus);
	put_text(query, 16, m->git_commit);
	put_known(query, 23, m->git_changes == TC_GIT_CHANGED, !tc_git_changes_reason(m->git_changes));
	put_text(query, 24, tc_git_changes_word(m->git_changes));
	put_known(query, 17, m->user_ns, m->has_usage);
	put_known(query, 18, m->system_ns, m->has_usage);
	put_known(query, 19, m->peak_rss_bytes, m->has_usage);
	put_known(query, 20, tree_peak_rss_bytes(session), tree_peak_rss_bytes(session));
	tc_query_integer(query, 21, spans);
	tc_query_integer(query, 22, failed);
}

static int add_session(struct tc_db *db, const struct tc_session *session, const char *folder, int64_t stamp)
{
	struct tc_query query;
	int code = tc_query_begin(&query, db,
		"INSERT INTO session (folder, stamp, name, begin_ns, imported_ns, runtime_ns, state, status, command, "
		"arguments, "
		"directory, host, kernel, tacho, cpus, git_commit, user_ns, system_ns, largest_process_peak_rss_bytes, "
		"tree_peak_rss_bytes, spans, failed, git_dirty, git_changes) "
		"VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	if (code)
		return code;
	char *arguments = arguments_of(&session->manifest);
	put_text(&query, 1, folder);
	tc_query_integer(&query, 2, stamp);
	put_session(&query, session, arguments);
	code = tc_query_run(&query);
	tc_query_end(&query);
	free(arguments);
	return code;
}

static size_t put_number(unsigned char *to, uint64_t number)
{
	size_t bytes = 0;
	for (; number > 127; number >>= 7)
		to[bytes++] = (unsigned char)(number | 128);
	to[bytes++] = (unsigned char)number;
	return bytes;
}

/* Of each cell that is not empty, ascending: the cell less the one before, and its count.  malloc'ed. */
static unsigned char *sketch_of(const struct tc_histogram *h, size_t *bytes)
{
	unsigned char *out = malloc((size_t)h->cells * 20 + 1);
	*bytes = 0;
	for (uint32_t i = 0, before = 0; out && i < h->cells; i++) {
		if (!h->count[i])
			continue;
		*bytes += put_number(out + *bytes, h->first + i - before);
		*bytes += put_number(out + *bytes, h->count[i]);
		before = h->first + i;
	}
	return out;
}

static int add_name(struct tc_query *query, const struct tc_name_view *name)
{
	const struct tc_summary *s = &name->summary;
	size_t bytes;
	unsigned char *sketch = sketch_of(&name->figures.histogram, &bytes);
	if (!sketch)
		return tc_error(TACHO_ENOMEM, "out of memory");
	tc_query_text(query, 1, name->name, name->bytes);
	tc_query_integer(query, 2, (int64_t)name->figures.count);
	tc_query_integer(query, 3, (int64_t)name->figures.failed);
	tc_query_real(query, 4, s->total);
	tc_query_integer(query, 5, (int64_t)name->figures.self_ns);
	tc_query_real(query, 6, s->mean);
	tc_query_real(query, 7, s->sd);
	tc_query_integer(query, 8, (int64_t)name->figures.min_ns);
	tc_query_real(query, 9, s->median);
	tc_query_real(query, 10, s->p90);
	tc_query_real(query, 11, s->p95);
	tc_query_real(query, 12, s->p99);
	tc_query_integer(query, 13, (int64_t)name->figures.max_ns);
	tc_query_blob(query, 14, sketch, bytes);
	int code = tc_query_run(query);
	free(sketch);
	return code;
}

static int add_names(struct tc_db *db, const struct tc_session *session)
{
	struct tc_query query;
	int code = tc_query_begin(&query, db,
		"INSERT INTO name (session, name, count, failed, total_ns, self_ns, mean_ns, sd_ns, min_ns, median_ns, "
		"p90_ns, p95_ns, p99_ns, max_ns, sketch) VALUES ((SELECT max(id) FROM "
		"session),?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	for (size_t i = 0; i < session->names && !code; i++)
		if (session->name[i].figures.count)
			code = add_name(&query, &session->name[i]);
	tc_query_end(&query);
	return code;
}

int tc_history_add(struct tc_db *db, const char *store, const char *folder, int64_t stamp)
{
	static const struct tc_session_options figures = {.no_spans = true};
	struct tc_session *session;
	char directory[PATH_MAX];
	if (snprintf(directory, sizeof directory, "%s/%s", store, folder) >= (int)sizeof directory ||
		tc_session_open(&session, directory, &figures))
		return 0;
	int code = add_session(db, session, folder, stamp);
	if (!code)
		code = add_names(db, session);
	tc_session_release(session);
	return code;
}
