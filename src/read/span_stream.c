/* SPDX-License-Identifier: MIT */
#include "read/span_stream.h"

#include <stdlib.h>
#include "base/error.h"

struct tc_span_stream {
	const struct tc_span_view **span;
	size_t count, at;
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
	return (a->attributes < b->attributes) - (a->attributes > b->attributes);
}

static bool is_same(const struct tc_span_view *a, const struct tc_span_view *b)
{
	return a->begin == b->begin && a->process == b->process && a->thread == b->thread && a->depth == b->depth &&
	       a->name == b->name && a->open == b->open;
}

static void take(struct tc_span_stream *out, const struct tc_span_view *span, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out->span[out->count++] = &span[i];
}

/* A span that was kept besides may still lie in the ring; of the two the one with more attributes comes first, and stays. */
static void leave_out_twins(struct tc_span_stream *stream)
{
	size_t kept = 0;
	for (size_t i = 0; i < stream->count; i++)
		if (!kept || !is_same(stream->span[kept - 1], stream->span[i]))
			stream->span[kept++] = stream->span[i];
	stream->count = kept;
}

int tc_span_stream_open(struct tc_span_stream **out, const struct tc_session *session)
{
	size_t most = session->spans + session->open_spans;
	for (size_t i = 0; i < session->names; i++)
		most += session->name[i].slowest_count + session->name[i].failed_kept_count;
	struct tc_span_stream *stream = calloc(1, sizeof *stream);
	if (stream)
		stream->span = calloc(most + 1, sizeof(const struct tc_span_view *));
	if (!stream || !stream->span) {
		free(stream);
		return tc_error(TACHO_ENOMEM, "not enough memory for %zu spans", most);
	}
	take(stream, session->span, session->spans);
	take(stream, session->open_span, session->open_spans);
	for (size_t i = 0; i < session->names; i++) {
		take(stream, session->name[i].slowest, session->name[i].slowest_count);
		take(stream, session->name[i].failed_kept, session->name[i].failed_kept_count);
	}
	qsort(stream->span, stream->count, sizeof(const struct tc_span_view *), by_begin);
	leave_out_twins(stream);
	*out = stream;
	return 0;
}

const struct tc_span_view *tc_span_stream_next(struct tc_span_stream *stream)
{
	return stream->at < stream->count ? stream->span[stream->at++] : NULL;
}

uint64_t tc_span_stream_count(const struct tc_span_stream *stream)
{
	return stream->count;
}

void tc_span_stream_close(struct tc_span_stream *stream)
{
	if (stream)
		free(stream->span);
	free(stream);
}
