/* SPDX-License-Identifier: MIT */
#include "history/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "base/library.h"
#include "base/text.h"

enum { ROW = 100, DONE = 101, PATIENCE_MS = 2000, READ_WRITE_CREATE = 6, NULL_TYPE = 5 };
enum { PERM = 3, BUSY = 5, LOCKED = 6, NOMEM = 7, READONLY = 8, CORRUPT = 11, FULL = 13, CANTOPEN = 14, NOTADB = 26 };

/* As sqlite3.h declares them; stable since version 3.5. */
static struct {
	int (*open_v2)(const char *, void **, int, const char *);
	int (*close_v2)(void *);
	int (*busy_timeout)(void *, int);
	int (*exec)(void *, const char *, void *, void *, void *);
	const char *(*errmsg)(void *);
	int (*prepare_v2)(void *, const char *, int, void **, const char **);
	int (*step)(void *);
	int (*reset)(void *);
	int (*finalize)(void *);
	int (*bind_int64)(void *, int, int64_t);
	int (*bind_double)(void *, int, double);
	int (*bind_text)(void *, int, const char *, int, void (*)(void *));
	int (*bind_blob)(void *, int, const void *, int, void *);
	int (*bind_null)(void *, int);
	int (*column_type)(void *, int);
	int64_t (*column_int64)(void *, int);
	double (*column_double)(void *, int);
	const unsigned char *(*column_text)(void *, int);
} sqlite;

struct tc_db {
	void *handle;
};

static int load(void)
{
#define SYMBOL(name) \
	{ \
		"sqlite3_" #name, &sqlite.name \
	}
	static const struct tc_symbol symbols[] = {SYMBOL(open_v2), SYMBOL(close_v2), SYMBOL(busy_timeout),
		SYMBOL(exec), SYMBOL(errmsg), SYMBOL(prepare_v2), SYMBOL(step), SYMBOL(reset), SYMBOL(finalize),
		SYMBOL(bind_int64), SYMBOL(bind_double), SYMBOL(bind_text), SYMBOL(bind_blob), SYMBOL(bind_null),
		SYMBOL(column_type), SYMBOL(column_int64), SYMBOL(column_double), SYMBOL(column_text)};
	if (sqlite.column_text)
		return 0;
	return tc_library_load(
		"libsqlite3.so.0", "for the history (Debian: libsqlite3-0)", symbols, sizeof symbols / sizeof *symbols);
}

static int code_of(int result)
{
	switch (result & 0xff) {
	case BUSY:
	case LOCKED:
		return TACHO_EBUSY;
	case CORRUPT:
	case NOTADB:
		return TACHO_EFORMAT;
	case PERM:
	case READONLY:
	case CANTOPEN:
		return TACHO_EACCES;
	case FULL:
		return TACHO_ENOSPC;
	case NOMEM:
		return TACHO_ENOMEM;
	default:
		return TACHO_EIO;
	}
}

static int fail(const struct tc_db *db, int result)
{
	return tc_error(code_of(result), "the history: %s", db->handle ? sqlite.errmsg(db->handle) : "out of memory");
}

/* SQLite gives the files beside it the same mode.  What a link leads to keeps its own, unless it is made now.  What is in the way
 * SQLite says itself. */
static void close_to_others(const char *path)
{
	const int flags = O_RDONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK;
	struct stat st;
	int fd = open(path, flags | O_NOFOLLOW, 0600);
	bool linked = fd < 0 && errno == ELOOP;
	if (linked)
		fd = open(path, flags, 0600);
	if (fd < 0)
		return;
	if (!linked && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077))
		fchmod(fd, 0600);
	close(fd);
}

int tc_db_open(struct tc_db **out, const char *path)
{
	int code = load();
	*out = NULL;
	if (code)
		return code;
	if (strcmp(path, ":memory:") != 0)
		close_to_others(path);
	struct tc_db *db = calloc(1, sizeof *db);
	if (!db)
		return tc_error(TACHO_ENOMEM, "out of memory");
	int result = sqlite.open_v2(path, &db->handle, READ_WRITE_CREATE, NULL);
	if (!result) {
		sqlite.busy_timeout(db->handle, PATIENCE_MS);
		*out = db;
		return 0;
	}
	code = fail(db, result);
	tc_db_close(db);
	return code;
}

void tc_db_close(struct tc_db *db)
{
	if (db)
		sqlite.close_v2(db->handle);
	free(db);
}

int tc_db_run(struct tc_db *db, const char *sql)
{
	int result = sqlite.exec(db->handle, sql, NULL, NULL, NULL);
	return result ? fail(db, result) : 0;
}

int tc_query_begin(struct tc_query *query, struct tc_db *db, const char *sql)
{
	*query = (struct tc_query){.db = db};
	int result = sqlite.prepare_v2(db->handle, sql, -1, &query->statement, NULL);
	return result ? fail(db, result) : 0;
}

void tc_query_end(struct tc_query *query)
{
	if (query->statement)
		sqlite.finalize(query->statement);
	query->statement = NULL;
}

void tc_query_integer(struct tc_query *query, int parameter, int64_t value)
{
	sqlite.bind_int64(query->statement, parameter, value);
}

void tc_query_real(struct tc_query *query, int parameter, double value)
{
	if (isnan(value))
		sqlite.bind_null(query->statement, parameter);
	else
		sqlite.bind_double(query->statement, parameter, value);
}

static bool is_sound(const char *text, size_t bytes)
{
	size_t at = 0, n = 1;
	uint32_t character;
	for (; at < bytes && n && text[at]; at += n)
		n = tc_text_sound(text + at, bytes - at, &character);
	return at == bytes;
}

/* malloc'ed; NULL: no memory. */
static char *make_sound(const char *text, size_t bytes, size_t *made)
{
	enum { LOST = sizeof TC_TEXT_LOST }; /* with what it is written as, and its end */
	char *out = malloc(bytes * LOST + 1);
	uint32_t character;
	*made = 0;
	for (size_t at = 0, n; out && at < bytes; at += n ? n : 1) {
		n = text[at] ? tc_text_sound(text + at, bytes - at, &character) : 0;
		if (n)
			memcpy(out + *made, text + at, n);
		*made += n ? n : (size_t)sprintf(out + *made, TC_TEXT_LOST, (unsigned char)text[at]);
	}
	return out;
}

void tc_query_text(struct tc_query *query, int parameter, const char *text, size_t bytes)
{
	bool sound = !text || is_sound(text, bytes);
	char *made = sound ? NULL : make_sound(text, bytes, &bytes);
	if (made)
		sqlite.bind_text(query->statement, parameter, made, (int)bytes, free);
	else if (text && sound)
		sqlite.bind_text(query->statement, parameter, text, (int)bytes, NULL);
	else
		sqlite.bind_null(query->statement, parameter);
}

void tc_query_blob(struct tc_query *query, int parameter, const void *bytes, size_t count)
{
	sqlite.bind_blob(query->statement, parameter, bytes, (int)count, NULL);
}

int tc_query_step(struct tc_query *query)
{
	int result = sqlite.step(query->statement);
	return result == ROW ? 1 : result == DONE ? 0 : fail(query->db, result);
}

int tc_query_run(struct tc_query *query)
{
	int code = tc_query_step(query);
	sqlite.reset(query->statement);
	return code < 0 ? code : 0;
}

int64_t tc_query_get_integer(const struct tc_query *query, int column)
{
	return sqlite.column_int64(query->statement, column);
}

double tc_query_get_real(const struct tc_query *query, int column)
{
	bool null = sqlite.column_type(query->statement, column) == NULL_TYPE;
	return null ? (double)NAN : sqlite.column_double(query->statement, column);
}

char *tc_query_take_text(const struct tc_query *query, int column)
{
	const char *text = (const char *)sqlite.column_text(query->statement, column);
	char *copy = text ? strdup(text) : NULL;
	if (copy)
		copy[tc_text_recorded(copy, strlen(copy))] = '\0';
	return copy;
}
