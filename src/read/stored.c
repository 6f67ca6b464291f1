/* SPDX-License-Identifier: MIT */
#include "read/stored.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tacho/layout.h>
#include <unistd.h>
#include "base/error.h"
#include "format/identity.h"
#include "read/reader.h"
#include "read/zstd.h"

bool tc_stored_refresh(struct tc_stored *stored)
{
	struct tc_stored_block block = {.overlaps = false};
	struct stat st;
	if (fstat(stored->fd, &st) || st.st_size < 0)
		return true;
	stored->bytes = (uint64_t)st.st_size;
	for (block.at = stored->at; tc_spans_next(stored->fd, stored->bytes, &stored->at, &block.frame);
		block.at = stored->at) {
		void *grown = tc_grow(stored->block, stored->blocks, &stored->block_room, sizeof *stored->block);
		if (!grown)
			return false;
		stored->block = grown;
		stored->block[stored->blocks++] = block;
		stored->sorted = false;
	}
	stored->torn = stored->at < stored->bytes;
	return true;
}

int tc_stored_open(struct tc_stored **out, int fd)
{
	uint64_t at;
	int code = tc_spans_open(fd, &at);
	*out = NULL;
	if (code)
		return code;
	struct tc_stored *stored = calloc(1, sizeof *stored);
	if (stored) {
		stored->fd = fd;
		stored->at = at;
	}
	if (!stored || !tc_stored_refresh(stored)) {
		if (stored)
			stored->fd = -1;
		tc_stored_release(stored);
		return tc_error(TACHO_ENOMEM, "no memory to read stored spans");
	}
	*out = stored;
	return 0;
}

void tc_stored_ask(struct tc_stored *stored, const struct tc_session_options *options)
{
	stored->left_out = options->last;
	stored->has_window = options->has_window;
	stored->from = options->from;
	stored->to = options->to;
}

void tc_stored_release(struct tc_stored *stored)
{
	if (!stored)
		return;
	for (size_t i = 0; i < stored->threads; i++)
		free(stored->thread[i]);
	for (size_t i = 0; i < stored->clocks; i++) {
		tc_clock_map_release(stored->clock[i]);
		free(stored->clock[i]);
	}
	free(stored->thread);
	free(stored->clock);
	free(stored->block);
	if (stored->fd >= 0)
		close(stored->fd);
	free(stored);
}

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_thread(const void *a, const void *b)
{
	const struct tc_spans_frame *x = &((const struct tc_stored_block *)a)->frame,
				    *y = &((const struct tc_stored_block *)b)->frame;
	int order = by_number(x->part, y->part);
	order = order ? order : by_number(x->thread, y->thread);
	order = order ? order : by_number(x->epoch, y->epoch);
	return order ? order : by_number(x->first, y->first);
}

static void sort_blocks(struct tc_stored *stored)
{
	if (stored->sorted || !stored->blocks)
		return;
	qsort(stored->block, stored->blocks, sizeof *stored->block, by_thread);
	stored->sorted = true;
	const struct tc_spans_frame *sound = &stored->block[0].frame;
	for (size_t i = 1; i < stored->blocks; i++) {
		const struct tc_spans_frame *frame = &stored->block[i].frame;
		stored->block[i].overlaps = frame->part == sound->part && frame->thread == sound->thread &&
		                            frame->epoch == sound->epoch && frame->first < sound->first + sound->count;
		if (!stored->block[i].overlaps)
			sound = frame;
	}
}

const struct tc_stored_block *tc_stored_blocks(
	struct tc_stored *stored, uint64_t part, uint64_t at, uint64_t epoch, size_t *count)
{
	const struct tc_stored_block key = {.frame = {.part = part, .thread = at, .epoch = epoch}};
	size_t low = 0, high = stored->blocks;
	sort_blocks(stored);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_thread(&stored->block[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*count = 0; low + *count < stored->blocks; ++*count) {
		const struct tc_spans_frame *frame = &stored->block[low + *count].frame;
		if (frame->part != part || frame->thread != at || frame->epoch != epoch)
			break;
	}
	return *count ? &stored->block[low] : NULL;
}

/* ---- blocks ---- */

bool tc_stored_reader_init(struct tc_stored_reader *reader, const struct tc_stored *stored)
{
	*reader = (struct tc_stored_reader){.stored = stored, .span = malloc(TC_SPANS_IN_BLOCK * sizeof *reader->span)};
	return reader->span;
}

void tc_stored_reader_release(struct tc_stored_reader *reader)
{
	free(reader->packed);
	free(reader->raw);
	free(reader->span);
	*reader = (struct tc_stored_reader){.stored = NULL};
}

static bool make_room(unsigned char **bytes, size_t *room, size_t wanted)
{
	if (wanted <= *room)
		return true;
	unsigned char *grown = realloc(*bytes, wanted);
	if (!grown)
		return false;
	*bytes = grown;
	*room = wanted;
	return true;
}

int tc_stored_read(struct tc_stored_reader *reader, const struct tc_stored_block *block)
{
	const struct tc_spans_frame *frame = &block->frame;
	bool packed = frame->flags & TC_SPANS_PACKED;
	if (!make_room(&reader->raw, &reader->raw_room, (size_t)frame->raw_bytes + 1) ||
		(packed && !make_room(&reader->packed, &reader->packed_room, (size_t)frame->packed_bytes + 1)))
		return tc_error(TACHO_ENOMEM, "no memory to read stored spans");
	int code = tc_spans_payload(reader->stored->fd, block->at, frame, packed ? reader->packed : reader->raw);
	if (!code && packed)
		code = tc_zstd_unpack(reader->raw, frame->raw_bytes, reader->packed, frame->packed_bytes);
	return code ? code : tc_spans_decode(reader->raw, frame->raw_bytes, reader->span, frame->count);
}

/* ---- spans ---- */

static int by_place(const void *a, const void *b)
{
	const struct tc_stored_thread *x = *(const struct tc_stored_thread *const *)a,
				      *y = *(const struct tc_stored_thread *const *)b;
	int order = by_number(x->part, y->part);
	order = order ? order : by_number(x->at, y->at);
	return order ? order : by_number(x->epoch, y->epoch);
}

void tc_stored_sort(struct tc_stored *stored)
{
	if (stored->threads)
		qsort(stored->thread, stored->threads, sizeof(struct tc_stored_thread *), by_place);
}

const struct tc_stored_thread *tc_stored_thread_of(const struct tc_stored *stored, const struct tc_spans_frame *frame)
{
	const struct tc_stored_thread key = {.part = frame->part, .at = frame->thread, .epoch = frame->epoch},
				      *of = &key;
	struct tc_stored_thread *const *found = stored->threads ? bsearch(&of, stored->thread, stored->threads,
									  sizeof(struct tc_stored_thread *), by_place)
	                                                        : NULL;
	return found ? *found : NULL;
}

bool tc_stored_view(const struct tc_stored_thread *thread, const struct tc_stored_span *span, uint32_t tid,
	struct tc_span_view *out, struct tc_arena *arena)
{
	uint32_t id = tc_tag_node(span->tag);
	const struct tc_node_view *node = id < thread->nodes ? thread->node[id].node : NULL;
	if (!node)
		return false;
	*out = (struct tc_span_view){
		.name = node->name,
		.process = thread->process,
		.thread = tid,
		.begun_by = tc_tag_begun_by(span->tag, tid),
		.depth = node->depth,
		.kind = tc_tag_kind(span->tag),
		.id = tc_span_identity(
			thread->part, thread->at, thread->node[id].site, tc_tag_kind(span->tag), span->start_ns),
		.node = node,
		.begin = tc_instant_of(thread->clock, span->start_ns),
		.duration_ns = span->duration_ns,
		.failed = span->tag & TACHO_TAG_FAILED,
		.attributes_lost = span->attributes_cut,
	};
	out->end = tc_instant_of(thread->clock, span->start_ns + span->duration_ns);
	out->end = out->end > out->begin ? out->end : out->begin;
	if (span->attribute_bytes)
		tc_attributes_take(arena, out, span->attributes, span->attribute_bytes);
	return true;
}
