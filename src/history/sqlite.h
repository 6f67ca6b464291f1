/* SPDX-License-Identifier: MIT
 *
 * sqlite.h - what the history needs of SQLite, which is loaded when the first database is opened.  Errors are tacho's:
 * TACHO_EFORMAT, it is no database or damaged; TACHO_EBUSY, others have it locked; TACHO_EACCES, TACHO_ENOSPC, TACHO_EIO;
 * TACHO_ENOENT, there is no SQLite here.  One thread at a time.
 */
#ifndef HISTORY_SQLITE_H
#define HISTORY_SQLITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tc_db;

/* Made if it is not there, and closed to others, as sessions are; ":memory:" lies nowhere. */
int tc_db_open(struct tc_db **out, const char *path);
void tc_db_close(struct tc_db *db); /* NULL is fine */

/* Statements that give no rows. */
int tc_db_run(struct tc_db *db, const char *sql);

struct tc_query {
	struct tc_db *db;
	void *statement;
};
int tc_query_begin(struct tc_query *query, struct tc_db *db, const char *sql);
void tc_query_end(struct tc_query *query);

/* Values of its parameters, from 1; texts and blobs stay the caller's until the next step is through.  In a text that is not UTF-8, which
 * other programs could not read, what is none is written as base/text.h says; texts that differ stay so. */
void tc_query_integer(struct tc_query *query, int parameter, int64_t value);
void tc_query_real(struct tc_query *query, int parameter, double value);                   /* NAN: null */
void tc_query_text(struct tc_query *query, int parameter, const char *text, size_t bytes); /* text NULL: null */
void tc_query_blob(struct tc_query *query, int parameter, const void *bytes, size_t count);

/* 1: a row; 0: there are no more; else a negative code with the sentence set. */
int tc_query_step(struct tc_query *query);
/* Runs it without rows and makes it ready for other values. */
int tc_query_run(struct tc_query *query);

/* Columns of the row, from 0. */
int64_t tc_query_get_integer(const struct tc_query *query, int column);
double tc_query_get_real(const struct tc_query *query, int column); /* NAN: null */
char *tc_query_take_text(
	const struct tc_query *query, int column); /* as it was put in; malloc'ed; NULL: null, or no memory */

#endif
