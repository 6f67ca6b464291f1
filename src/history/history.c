/* SPDX-License-Identifier: MIT */
#include "history/history.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "format/manifest.h"
#include "format/store.h"

static const char tables[] =
	"CREATE TABLE session (id INTEGER PRIMARY KEY, folder TEXT NOT NULL UNIQUE, stamp INTEGER NOT NULL, name TEXT, "
	"begin_ns INTEGER, imported_ns INTEGER, runtime_ns INTEGER, state TEXT NOT NULL, status INTEGER, command TEXT, "
	"arguments TEXT, "
	"directory TEXT, host TEXT, kernel TEXT, tacho TEXT, cpus INTEGER, git_commit TEXT, git_dirty INTEGER, "
	"git_changes TEXT, "
	"user_ns INTEGER, system_ns INTEGER, largest_process_peak_rss_bytes INTEGER, tree_peak_rss_bytes INTEGER, "
	"spans INTEGER NOT NULL, failed INTEGER NOT NULL);"
	"CREATE TABLE name (session INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE, name TEXT NOT NULL, "
	"count INTEGER NOT NULL, failed INTEGER NOT NULL, total_ns REAL, self_ns INTEGER, mean_ns REAL, sd_ns REAL, "
	"min_ns INTEGER, median_ns REAL, p90_ns REAL, p95_ns REAL, p99_ns REAL, max_ns INTEGER, sketch BLOB, "
	"PRIMARY KEY (name, session)) WITHOUT ROWID;"
	"CREATE INDEX name_of_session ON name(session);"
	"PRAGMA user_version = 3;";

/* Whether they are there as above: other programs may have been at work. */
static const char columns[] =
	"SELECT id, folder, stamp, name, begin_ns, imported_ns, runtime_ns, state, status, command, arguments, "
	"directory, host, "
	"kernel, "
	"tacho, cpus, git_commit, git_dirty, git_changes, user_ns, system_ns, largest_process_peak_rss_bytes, "
	"tree_peak_rss_bytes, "
	"spans, failed FROM session LIMIT 0;"
	"SELECT session, name, count, failed, total_ns, self_ns, mean_ns, sd_ns, min_ns, median_ns, p90_ns, p95_ns, "
	"p99_ns, "
	"max_ns, sketch FROM name LIMIT 0;";

/* *version 0: it is new. */
static int version_of(struct tc_db *db, int64_t *version)
{
	struct tc_query query;
	int code = tc_query_begin(&query, db, "PRAGMA user_version");
	if (!code)
		code = tc_query_step(&query);
	if (code == 1)
		*version = tc_query_get_integer(&query, 0);
	tc_query_end(&query);
	return code < 0 ? code : 0;
}

/* Whoever comes first makes the tables; from here on nobody else writes. */
static int prepare(struct tc_db *db)
{
	int64_t version = 0;
	int code = tc_db_run(db, "PRAGMA foreign_keys = ON");
	if (!code)
		code = tc_db_run(db, "BEGIN IMMEDIATE");
	if (!code)
		code = version_of(db, &version);
	if (!code && version && version != TC_HISTORY_VERSION)
		return tc_error(TACHO_EFORMAT, "the history is of another version of tacho");
	if (!code && !version)
		code = tc_db_run(db, tables);
	return code ? code : tc_db_run(db, columns) ? TACHO_EFORMAT : 0;
}

/* ---- bringing it up to date ---- */

struct known {
	char *folder;
	int64_t stamp;
	bool there;
};

struct all {
	struct known *known; /* by folder */
	size_t count;
};

static int by_folder(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->folder, ((const struct known *)b)->folder);
}

static void release(struct all *all)
{
	for (size_t i = 0; i < all->count; i++)
		free(all->known[i].folder);
	free(all->known);
}

/* Owns folder then. */
static bool remember(struct all *all, char *folder, int64_t stamp)
{
	struct known *more = folder ? realloc(all->known, (all->count + 1) * sizeof *more) : NULL;
	if (!more) {
		free(folder);
		return false;
	}
	all->known = more;
	more[all->count++] = (struct known){folder, stamp, false};
	return true;
}

static int read_known(struct tc_db *db, struct all *out)
{
	struct tc_query query;
	int code = tc_query_begin(&query, db, "SELECT folder, stamp FROM session");
	while (!code && (code = tc_query_step(&query)) == 1)
		code = remember(out, tc_query_take_text(&query, 0), tc_query_get_integer(&query, 1))
		               ? 0
		               : tc_error(TACHO_ENOMEM, "out of memory");
	tc_query_end(&query);
	if (!code && out->count)
		qsort(out->known, out->count, sizeof *out->known, by_folder);
	return code;
}

static int forget(struct tc_db *db, const char *folder)
{
	struct tc_query query;
	int code = tc_query_begin(&query, db, "DELETE FROM session WHERE folder = ?");
	if (!code) {
		tc_query_text(&query, 1, folder, strlen(folder));
		code = tc_query_run(&query);
	}
	tc_query_end(&query);
	return code;
}

/* When its manifest was written last, which is at the end; 0: the session runs, or is not there. */
static int64_t stamp_of(const char *store, const char *folder)
{
	char path[PATH_MAX];
	struct stat st;
	if (snprintf(path, sizeof path, "%s/%s", store, folder) >= (int)sizeof path || tc_session_is_live(path) ||
		snprintf(path, sizeof path, "%s/%s/" TC_MANIFEST_FILE, store, folder) >= (int)sizeof path ||
		stat(path, &st))
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

static int look_at(struct tc_db *db, const struct all *all, const char *store, char *folder)
{
	const struct known key = {.folder = folder};
	struct known *known = all->count ? bsearch(&key, all->known, all->count, sizeof *all->known, by_folder) : NULL;
	int64_t stamp = stamp_of(store, folder);
	if (known && known->stamp == stamp)
		known->there = true;
	if (!stamp || (known && known->there))
		return 0;
	int code = known ? forget(db, folder) : 0;
	if (known)
		known->there = true; /* anew */
	return code ? code : tc_history_add(db, store, folder, stamp);
}

static int update(struct tc_db *db, const char *store)
{
	struct all all = {.count = 0};
	char **names;
	size_t count;
	int code = tc_store_list(&names, &count);
	if (code)
		return code;
	code = read_known(db, &all);
	for (size_t i = 0; i < count && !code; i++)
		code = look_at(db, &all, store, names[i]);
	for (size_t i = 0; i < all.count && !code; i++)
		code = all.known[i].there ? 0 : forget(db, all.known[i].folder);
	release(&all);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return code;
}

static int open_at(struct tc_history *out, const char *path, const char *store)
{
	int code = tc_db_open(&out->db, path);
	if (!code)
		code = prepare(out->db);
	if (!code)
		code = update(out->db, store);
	if (!code)
		code = tc_db_run(out->db, "COMMIT");
	if (code)
		tc_history_close(out);
	return code;
}

static void say(struct tc_history *out, const char *what)
{
	snprintf(out->said, sizeof out->said, "%.800s: %s", tacho_last_error(), what);
}

static bool is_of_the_file(int code)
{
	return code == TACHO_EBUSY || code == TACHO_EACCES || code == TACHO_EIO || code == TACHO_EFORMAT ||
	       code == TACHO_ENOSPC;
}

static int place(char store[PATH_MAX], char path[PATH_MAX])
{
	int code = tc_store_find(store);
	if (!code && snprintf(path, PATH_MAX, "%s/" TC_HISTORY_FILE, store) >= PATH_MAX)
		return tc_error(TACHO_EINVAL, "the store has too long a name");
	return code;
}

/* After TACHO_EFORMAT, which stays where the damaged one cannot be removed. */
static int make_anew(struct tc_history *out, const char *path, const char *store)
{
	say(out, "it was made anew from the sessions");
	return unlink(path) ? TACHO_EFORMAT : open_at(out, path, store);
}

int tc_history_anew(struct tc_history *history)
{
	char store[PATH_MAX], path[PATH_MAX];
	tc_history_close(history);
	int code = place(store, path);
	return code ? code : make_anew(history, path, store);
}

int tc_history_open(struct tc_history *out, bool in_memory)
{
	char store[PATH_MAX], path[PATH_MAX];
	*out = (struct tc_history){.db = NULL};
	int code = place(store, path);
	if (code)
		return code;
	tc_store_adopt();
	code = open_at(out, path, store);
	if (code == TACHO_EFORMAT)
		code = make_anew(out, path, store);
	if (in_memory && is_of_the_file(code)) {
		say(out, "it was made anew in memory, for this once");
		code = open_at(out, ":memory:", store);
	}
	return code;
}

void tc_history_close(struct tc_history *history)
{
	tc_db_close(history->db);
	history->db = NULL;
}
