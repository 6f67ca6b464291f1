/* SPDX-License-Identifier: MIT
 *
 * history.h - a database in the store of what its finished sessions were and what their names came to.  It holds nothing that the
 * sessions do not: it is brought up to date when somebody asks, and made anew where it is damaged.  docs/HISTORY.md has the
 * tables, which other programs may read.
 */
#ifndef HISTORY_HISTORY_H
#define HISTORY_HISTORY_H

#include "history/sqlite.h"

#define TC_HISTORY_FILE "history.sqlite"

enum { TC_HISTORY_VERSION = 3 };

struct tc_history { /* owns db */
	struct tc_db *db;
	char said[1024]; /* a sentence that the user is to read: that it was made anew; "": none */
};

/* Opens the store's and brings it up to date.  Where it cannot be written or is locked, one in memory serves for this once, if that
 * is wanted.  0 or a negative code with the sentence set. */
int tc_history_open(struct tc_history *out, bool in_memory);
void tc_history_close(struct tc_history *history);

/* Makes an open one anew from the sessions, after a query found it damaged, and says so.  0 or a negative code with the sentence set. */
int tc_history_anew(struct tc_history *history);

/* row.c: puts a session into it, as its folder in the store is called; stamp: see history.c.  A session that cannot be read is
 * passed over. */
int tc_history_add(struct tc_db *db, const char *store, const char *folder, int64_t stamp);

#endif
