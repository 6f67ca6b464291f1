/* SPDX-License-Identifier: MIT
 *
 * name_records.h - where in a session the records of each name lie: the single spans that the rings hold, and the entries of the
 * ladder's windows.  Made once for all names, in O(records); then each name is looked at without passing over the others.
 */
#ifndef ANALYZE_NAME_RECORDS_H
#define ANALYZE_NAME_RECORDS_H

#include "read/session.h"

struct tc_window_place {
	const struct tc_window_view *window;
	const struct tc_window_entry *entry;
};

struct tc_name_records { /* Owns the arrays; the session outlives it. */
	const struct tc_session *session;
	size_t *span_from; /* of name i: span[span_from[i]] up to span[span_from[i + 1]] */
	const struct tc_span_view **span;
	size_t *entry_from; /* the same of its entries; a name may have several in a window */
	struct tc_window_place *entry;
	size_t *next;  /* while they are made: of each name, where its next entry goes; NULL: they are counted yet */
	size_t window; /* whose turn it is then */
};

/* Entries of a name lie as far apart as windows are large, each a miss of the cache: whoever goes through them asks for a later one while he
 * looks at this. */
static inline void tc_entry_soon(const struct tc_window_place *place, size_t i, size_t count)
{
	const char *soon = (const char *)place[i + 12 < count ? i + 12 : i].entry;
	for (size_t at = 0; at < sizeof *place->entry; at += 64)
		__builtin_prefetch(soon + at);
}

enum { TC_RECORDS_PIECE = 32768 }; /* entries of windows that are looked at in one go; some windows' more */

/* The window behind those that make a piece from `window` on. */
size_t tc_window_piece(const struct tc_session *session, size_t window);

/* In the order of the session: spans by begin, windows by time.  Where the session was opened without single spans there are none.
 * 0, or TACHO_ENOMEM with nothing to release. */
int tc_name_records_make(struct tc_name_records *out, const struct tc_session *session);

/* The same piece by piece.  step: 1: there is more to do; 0: they are made; negative: no memory, nothing to release. */
int tc_name_records_begin(struct tc_name_records *out, const struct tc_session *session);
int tc_name_records_step(struct tc_name_records *records);
void tc_name_records_release(struct tc_name_records *records);

static inline size_t tc_name_spans(const struct tc_name_records *records, size_t name)
{
	return records->span_from[name + 1] - records->span_from[name];
}

/* Of all windows; those of a session with mixed ones tell of the name's load, but not of the spans that were asked for. */
static inline size_t tc_name_entries(const struct tc_name_records *records, size_t name)
{
	return records->entry_from[name + 1] - records->entry_from[name];
}

static inline size_t tc_name_span_entries(const struct tc_name_records *records, size_t name)
{
	return tc_session_span_windows(records->session) ? tc_name_entries(records, name) : 0;
}

#endif
