/* SPDX-License-Identifier: MIT */
#include "read/spool.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "format/attribute_ring.h"
#include "read/stored.h"
#include "read/zstd.h"

enum {
	ROOM = 1 << 16,             /* spans of rings that a session has in memory */
	ROOM_OF_FINDINGS = 1 << 18, /* where findings are made of them; beyond */
	NEWEST = 4096,              /* those of a ring that stay in any case, as many as it usually has */
	ATTRIBUTE_BYTES = 1 << 20   /* of a block, more or less */
};

struct tc_spool {
	int fd;
	struct tc_spans_writer *file;
	struct tc_spans_coder *coder;
	struct tc_strbuf attributes; /* of the block */
	struct tc_stored_span span[TC_SPANS_IN_BLOCK];
	size_t attributes_at[TC_SPANS_IN_BLOCK];
};

void tc_spool_close(struct tc_spool *spool)
{
	if (!spool)
		return;
	tc_spans_writer_close(spool->file);
	tc_spans_coder_free(spool->coder);
	tc_strbuf_release(&spool->attributes);
	if (spool->fd >= 0)
		close(spool->fd);
	free(spool);
}

static struct tc_spool *spool_open(void)
{
	struct tc_spool *spool = calloc(1, sizeof *spool);
	if (!spool)
		return NULL;
	spool->fd = memfd_create("tacho-spans", MFD_CLOEXEC);
	spool->coder = tc_spans_coder_new();
	if (spool->fd < 0 || !spool->coder || tc_spans_writer_at(&spool->file, spool->fd, tc_zstd_packer())) {
		tc_spool_close(spool);
		return NULL;
	}
	return spool;
}

/* ---- a block ---- */

static void take(struct tc_spool *spool, const struct tc_thread *thread, const struct tacho_record *record, size_t i)
{
	struct tc_stored_span *span = &spool->span[i];
	spool->attributes_at[i] = spool->attributes.bytes;
	*span = (struct tc_stored_span){.start_ns = record->start_ns,
		.duration_ns = tc_thread_duration(thread, record),
		.tag = record->word & ~TACHO_DURATION_LONG};
	if (record->word & TACHO_TAG_ATTRIBUTES)
		span->attributes_cut = !tc_thread_copy_attributes(
			thread, record->start_ns, tc_tag_node(record->word), &spool->attributes);
	span->attribute_bytes = (uint32_t)(spool->attributes.bytes - spool->attributes_at[i]);
}

/* Of one thread that used the block; how many. */
static size_t fill(struct tc_spool *spool, const struct tc_thread *thread, uint64_t at, uint64_t end)
{
	const struct tacho_record *ring = tc_part_ring(thread->block);
	const struct tacho_occupant *of = tc_thread_occupant(thread->block, at);
	size_t count = 0;
	tc_strbuf_clear(&spool->attributes);
	for (; at + count < end && count < TC_SPANS_IN_BLOCK && spool->attributes.bytes < ATTRIBUTE_BYTES; count++) {
		if (tc_thread_occupant(thread->block, at + count) != of)
			break;
		take(spool, thread, &ring[(at + count) & (thread->block->ring_records - 1)], count);
	}
	for (size_t i = 0; i < count; i++)
		spool->span[i].attributes =
			(const unsigned char *)tc_strbuf_text(&spool->attributes) + spool->attributes_at[i];
	return count;
}

static bool append(struct tc_spool *spool, const struct tc_thread *thread, uint64_t first, size_t count)
{
	struct tc_spans_frame frame = {.part = tc_part_copy_header(thread->part)->id[0],
		.thread = (uint64_t)((unsigned char *)thread->block - thread->part->bytes),
		.epoch = thread->block->epoch,
		.first = first,
		.begin_ns = UINT64_MAX,
		.count = (uint32_t)count,
		.tid = tc_thread_occupant(thread->block, first)->tid};
	for (size_t i = 0; i < count; i++) {
		const struct tc_stored_span *span = &spool->span[i];
		uint64_t end_ns = span->start_ns + span->duration_ns;
		frame.begin_ns = span->start_ns < frame.begin_ns ? span->start_ns : frame.begin_ns;
		frame.end_ns = end_ns > frame.end_ns ? end_ns : frame.end_ns;
		frame.lacking += span->attributes_cut;
	}
	size_t bytes;
	const unsigned char *payload =
		spool->attributes.failed ? NULL : tc_spans_encode(spool->coder, spool->span, count, &bytes);
	return payload && !tc_spans_append(spool->file, &frame, payload, bytes);
}

/* ---- a ring ---- */

/* How many of a ring stay: what has room beside those that came before. */
static uint64_t staying(const struct tc_reader *reader)
{
	size_t room = reader->options.finds ? ROOM_OF_FINDINGS : ROOM, taken = reader->session->spans;
	return taken + NEWEST < room ? room - taken : NEWEST;
}

static bool is_asked(const struct tc_session_options *options)
{
	return options->stream && !options->no_spans && !options->last && !(options->finds && options->has_window);
}

static bool is_wanted(const struct tc_thread *thread)
{
	const struct tc_reader *reader = thread->reader;
	uint64_t in_ring = thread->mended.written - thread->mended.first;
	return is_asked(&reader->options) && thread->block->epoch == tc_part_copy_header(thread->part)->epoch &&
	       in_ring > staying(reader) && (reader->spool || !reader->session->stored);
}

static bool look(struct tc_reader *reader)
{
	struct tc_stored **stored = &reader->session->stored;
	if (*stored)
		return tc_stored_refresh(*stored);
	int fd = dup(reader->spool->fd);
	if (fd >= 0 && tc_stored_open(stored, fd))
		close(fd);
	if (!*stored)
		return false;
	(*stored)->of_rings = true;
	tc_stored_ask(*stored, &reader->options);
	return true;
}

void tc_thread_spool(struct tc_thread *thread)
{
	struct tc_reader *reader = thread->reader;
	if (!is_wanted(thread) || (!reader->spool && !(reader->spool = spool_open())))
		return;
	uint64_t at = thread->mended.first, end = thread->mended.written - staying(reader);
	for (size_t count; at < end; at += count) {
		count = fill(reader->spool, thread, at, end);
		if (!append(reader->spool, thread, at, count))
			break;
	}
	if (at > thread->mended.first && !look(reader))
		tc_reader_no_memory(reader);
}
