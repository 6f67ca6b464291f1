/* SPDX-License-Identifier: MIT
 *
 * span_stream.h - every single span that is there of a session, each once, one after another: for what goes through all of
 * them and should not care where they lie.  First come the stored ones (setting `keep`), block after block as they lie in
 * their file, those of a block in the order in which they ended: memory does not grow with their number.  Then come those in
 * the session: of the rings, the slowest and failed ones kept besides, and open ones, in the order in which they began, outer
 * ones before what they hold.
 *
 * So do those of large rings in a session that was opened to be streamed, ring after ring.
 *
 * Where outer ones are to come before what they hold throughout, those in the session come first, then the stored ones from the
 * last one back, then what was kept besides and came neither way.
 */
#ifndef READ_SPAN_STREAM_H
#define READ_SPAN_STREAM_H

#include "read/session.h"

struct tc_span_stream;

/* Of a session that was opened with its spans, and stays open meanwhile.  0 or TACHO_ENOMEM with the sentence set. */
int tc_span_stream_open(struct tc_span_stream **out, const struct tc_session *session, bool outer_first);

/* The next one, which is there until the next call; NULL: there are no more. */
const struct tc_span_view *tc_span_stream_next(struct tc_span_stream *stream);

/* How many come in all, at most. */
uint64_t tc_span_stream_count(const struct tc_span_stream *stream);

/* NULL is fine. */
void tc_span_stream_close(struct tc_span_stream *stream);

#endif
