/* SPDX-License-Identifier: MIT
 *
 * ring.c - what a thread's ring still has of its spans, and of which spans of others it may lack what lies below them.
 */
#include "format/identity.h"
#include "read/reader.h"
#include "read/stored.h"

/* The first record of which the session has the span, and all after it: in the ring, or among the newest that are stored. */
static uint64_t first_of(const struct tc_thread *thread)
{
	return thread->stored ? thread->stored->shown : thread->mended.first;
}

struct stored_end {
	const struct tc_thread *thread;
	tc_instant end;
};

static bool take_end(void *context, uint64_t index, const struct tc_stored_span *span, uint32_t tid)
{
	struct stored_end *stored = context;
	(void)index;
	(void)tid;
	if (tc_tag_kind(span->tag) == TACHO_KIND_MEASURED)
		return true;
	stored->end = tc_instant_of(stored->thread->clock, span->start_ns + span->duration_ns);
	return false;
}

/* Everything that ended later than this is there.  Records lie in the order of their ends, but for spans that were measured
 * elsewhere. */
static tc_instant kept_since(struct tc_thread *thread)
{
	const struct tacho_record *ring = tc_part_ring(thread->block);
	struct stored_end stored = {thread, INT64_MAX};
	if (!first_of(thread))
		return INT64_MIN;
	if (first_of(thread) < thread->mended.first)
		tc_thread_each_stored(thread, first_of(thread), take_end, &stored);
	if (stored.end != INT64_MAX)
		return stored.end;
	for (uint64_t i = thread->mended.first; i < thread->mended.written; i++) {
		const struct tacho_record *record = &ring[i & (thread->block->ring_records - 1)];
		if (tc_tag_kind(record->word) != TACHO_KIND_MEASURED)
			return tc_instant_of(thread->clock, record->start_ns + tc_thread_duration(thread, record));
	}
	return INT64_MAX;
}

static tc_instant later(tc_instant a, tc_instant b)
{
	return a > b ? a : b;
}

static void raise_since(struct tc_merged_node *node, tc_instant since)
{
	node->view.below_since = later(node->view.below_since, since);
}

/* A path without spans of this thread leads below those of other threads, and so may one whose spans end anywhere. */
static void mark_foreign(struct tc_thread *thread, tc_instant since)
{
	for (uint32_t id = 1; id < thread->nodes; id++) {
		const struct tacho_node *node = tc_part_node(thread->part->bytes, thread->block, id);
		if (thread->merged[id] && (node->kind != TACHO_KIND_SCOPE || !tc_thread_runs(thread, id)))
			raise_since(thread->merged[id], since);
	}
	for (struct tc_merged_node *node = thread->graft; node; node = node->parent)
		raise_since(node, since);
}

void tc_thread_ring(struct tc_thread *thread)
{
	struct tc_reader *reader = thread->reader;
	struct tc_session *session = reader->session;
	const struct tc_part_header *header = tc_part_copy_header(thread->part);
	if (!tc_reader_grow(reader, &session->ring, session->rings, &reader->ring_room, sizeof *session->ring))
		return;
	struct tc_ring_view *ring = &session->ring[session->rings++];
	*ring = (struct tc_ring_view){.process = thread->process,
		.overwritten = first_of(thread),
		.skipped = thread->block->skipped,
		.since = kept_since(thread)};
	if (header->epoch)
		ring->since =
			later(ring->since, tc_instant_between(reader->begin_ns, header->epoch_begin.monotonic_ns));
	if (reader->options.has_window)
		ring->since = later(ring->since, reader->options.from);
	if (ring->since > INT64_MIN)
		mark_foreign(thread, ring->since);
}
