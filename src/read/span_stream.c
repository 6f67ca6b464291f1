/* SPDX-License-Identifier: MIT */
#include "read/span_stream.h"

#include <stdlib.h>
#include "base/error.h"
#include "read/stored.h"

struct tc_span_stream {
	const struct tc_session *session;
	/* What is in the session, by begin. */
	const struct tc_span_view **span;
	size_t count, at;
	/* Of those, what was kept besides, by begin, as long as stored ones come: which of them came already. */
	const struct tc_span_view **beside;
	bool *came;
	size_t besides;
	/* Stored spans come first, a block after another. */
	const struct tc_stored_block **block; /* as they lie in the file */
	size_t blocks, block_at;
	bool backward; /* from the last one on, and its last record; then what is in the session comes before */
	struct tc_stored_reader reader;
	const struct tc_stored_block *now;     /* that is read */
	const struct tc_stored_thread *thread; /* of it */
	uint64_t record, records;
	struct tc_arena arena; /* for attributes of that block */
	struct tc_span_view view;
};

static int by_begin(const void *left, const void *right)
{
	const struct tc_span_view *a = *(const struct tc_span_view *const *)left,
				  *b = *(const struct tc_span_view *const *)right;
	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	if (a->process != b->process)
		return a->process < b->process ? -1 : 1;
	if (a->thread != b->thread)
		return a->thread < b->thread ? -1 : 1;
	if (a->depth != b->depth)
		return a->depth < b->depth ? -1 : 1;
	if (a->duration_ns != b->duration_ns)
		return a->duration_ns < b->duration_ns ? -1 : 1;
	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return (a->attributes < b->attributes) - (a->attributes > b->attributes);
}

static bool is_same(const struct tc_span_view *a, const struct tc_span_view *b)
{
	return a->begin == b->begin && a->process == b->process && a->thread == b->thread && a->depth == b->depth &&
	       a->name == b->name && a->duration_ns == b->duration_ns && a->open == b->open;
}

static void take(struct tc_span_stream *out, const struct tc_span_view *span, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out->span[out->count++] = &span[i];
}

static void sort(const struct tc_span_view **span, size_t count)
{
	if (count)
		qsort(span, count, sizeof(const struct tc_span_view *), by_begin);
}

/* It is in no ring; by a coarse clock several spans of a ring may be alike. */
static bool is_besides(const struct tc_span_stream *stream, const struct tc_span_view *span)
{
	const struct tc_session *session = stream->session;
	return !(span >= session->span && span < session->span + session->spans) && !span->open;
}

/* A span that was kept besides may still lie in the ring; of the two the one with more attributes comes first, and stays. */
static void leave_out_twins(struct tc_span_stream *stream)
{
	size_t kept = 0;
	for (size_t i = 0; i < stream->count; i++) {
		const struct tc_span_view *before = kept ? stream->span[kept - 1] : NULL, *span = stream->span[i];
		bool twin = before && is_same(before, span) && (is_besides(stream, before) || is_besides(stream, span));
		if (!twin)
			stream->span[kept++] = span;
	}
	stream->count = kept;
}

/* ---- stored spans ---- */

static int by_place(const void *left, const void *right)
{
	const struct tc_stored_block *a = *(const struct tc_stored_block *const *)left,
				     *b = *(const struct tc_stored_block *const *)right;
	return (a->at > b->at) - (a->at < b->at);
}

static bool begin_stored(struct tc_span_stream *stream)
{
	const struct tc_stored *stored = stream->session->stored;
	if (!stored || !stored->blocks || stored->left_out)
		return true;
	stream->session->stored->unread = 0; /* each time anew */
	stream->block = calloc(stored->blocks, sizeof(const struct tc_stored_block *));
	stream->beside = calloc(stream->besides + 1, sizeof(const struct tc_span_view *));
	stream->came = calloc(stream->besides + 1, sizeof *stream->came);
	if (!stream->block || !stream->beside || !stream->came || !tc_stored_reader_init(&stream->reader, stored))
		return false;
	for (size_t i = 0; i < stored->blocks; i++)
		stream->block[stream->blocks++] = &stored->block[i];
	qsort(stream->block, stream->blocks, sizeof(const struct tc_stored_block *), by_place);
	for (size_t i = 0; i < stream->besides; i++)
		stream->beside[i] = stream->span[stream->count - stream->besides + i];
	sort(stream->beside, stream->besides);
	return true;
}

/* Those of the block that the session does not have yet; blocks that overlap have them once. */
static bool next_block(struct tc_span_stream *stream)
{
	tc_arena_release(&stream->arena);
	while (stream->block_at < stream->blocks) {
		size_t at = stream->block_at++;
		const struct tc_stored_block *block = stream->block[stream->backward ? stream->blocks - 1 - at : at];
		stream->thread = tc_stored_thread_of(stream->session->stored, &block->frame);
		if (!stream->thread || block->overlaps || block->frame.first >= stream->thread->shown)
			continue;
		uint64_t left = stream->thread->shown - block->frame.first;
		stream->now = block;
		stream->records = left < block->frame.count ? left : block->frame.count;
		stream->record = 0;
		if (tc_stored_read(&stream->reader, block)) {
			stream->session->stored->unread += stream->records;
			stream->records = 0;
			continue;
		}
		return true;
	}
	return false;
}

static void mark_beside(struct tc_span_stream *stream, const struct tc_span_view *view)
{
	size_t low = 0, high = stream->besides;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (stream->beside[middle]->begin < view->begin)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < stream->besides && stream->beside[low]->begin == view->begin; low++)
		stream->came[low] |= is_same(stream->beside[low], view);
}

static bool is_wanted(const struct tc_stored *stored, const struct tc_span_view *view)
{
	return !stored->has_window || (view->end >= stored->from && view->end < stored->to);
}

static const struct tc_span_view *next_stored(struct tc_span_stream *stream)
{
	const struct tc_stored *stored = stream->session->stored;
	for (;;) {
		if (stream->record == stream->records && !next_block(stream))
			return NULL;
		uint64_t at = stream->record++;
		const struct tc_stored_span *span =
			&stream->reader.span[stream->backward ? stream->records - 1 - at : at];
		if (!tc_stored_view(stream->thread, span, stream->now->frame.tid, &stream->view, &stream->arena) ||
			!is_wanted(stored, &stream->view))
			continue;
		mark_beside(stream, &stream->view);
		return &stream->view;
	}
}

/* What was kept besides and came already as a stored span does not come again. */
static void end_stored(struct tc_span_stream *stream)
{
	size_t first = stream->count - stream->besides, kept = stream->backward ? 0 : first;
	for (size_t i = 0; stream->blocks && i < stream->besides; i++)
		if (!stream->came[i])
			stream->span[kept++] = stream->beside[i];
	stream->count = stream->blocks ? kept : stream->count;
	stream->blocks = stream->at = 0;
	stream->backward = false;
	sort(stream->span, stream->count);
	leave_out_twins(stream);
}

/* ---- all ---- */

int tc_span_stream_open(struct tc_span_stream **out, const struct tc_session *session, bool outer_first)
{
	size_t most = session->spans + session->open_spans, besides = 0;
	for (size_t i = 0; i < session->names; i++)
		besides += session->name[i].slowest_count + session->name[i].failed_kept_count;
	struct tc_span_stream *stream = calloc(1, sizeof *stream);
	if (stream)
		stream->span = calloc(most + besides + 1, sizeof(const struct tc_span_view *));
	if (!stream || !stream->span) {
		tc_span_stream_close(stream);
		return tc_error(TACHO_ENOMEM, "not enough memory for %zu spans", most);
	}
	stream->session = session;
	take(stream, session->span, session->spans);
	take(stream, session->open_span, session->open_spans);
	for (size_t i = 0; i < session->names; i++) {
		take(stream, session->name[i].slowest, session->name[i].slowest_count);
		take(stream, session->name[i].failed_kept, session->name[i].failed_kept_count);
	}
	stream->besides = besides;
	if (!begin_stored(stream)) {
		tc_span_stream_close(stream);
		return tc_error(TACHO_ENOMEM, "not enough memory for %zu spans", most);
	}
	stream->backward = outer_first && stream->blocks;
	if (stream->backward)
		sort(stream->span, stream->count - besides);
	if (!stream->blocks)
		end_stored(stream);
	*out = stream;
	return 0;
}

const struct tc_span_view *tc_span_stream_next(struct tc_span_stream *stream)
{
	if (stream->backward && stream->at < stream->count - stream->besides) {
		mark_beside(stream, stream->span[stream->at]);
		return stream->span[stream->at++];
	}
	if (stream->blocks) {
		const struct tc_span_view *span = next_stored(stream);
		if (span)
			return span;
		end_stored(stream);
	}
	return stream->at < stream->count ? stream->span[stream->at++] : NULL;
}

uint64_t tc_span_stream_count(const struct tc_span_stream *stream)
{
	return stream->count + (stream->blocks ? stream->session->stored->spans : 0);
}

void tc_span_stream_close(struct tc_span_stream *stream)
{
	if (!stream)
		return;
	tc_stored_reader_release(&stream->reader);
	tc_arena_release(&stream->arena);
	free(stream->block);
	free(stream->beside);
	free(stream->came);
	free(stream->span);
	free(stream);
}
