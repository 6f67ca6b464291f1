/* SPDX-License-Identifier: MIT
 *
 * stored_thread.c - what a thread's ring no longer holds, from the file of stored spans.
 */
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "read/reader.h"
#include "read/stored.h"

enum { NEWEST = 4096 }; /* stored spans of each thread that become part of the session, as many as a ring usually has */

/* The clock of the part that is being read, which outlives it here. */
static const struct tc_clock_map *clock_of(const struct tc_thread *thread, struct tc_stored *stored)
{
	const struct tc_clock_map *from = thread->clock;
	const struct tc_stored_thread *last = stored->threads ? stored->thread[stored->threads - 1] : NULL;
	if (last && last->process == thread->process)
		return last->clock;
	void *grown = tc_grow(stored->clock, stored->clocks, &stored->clock_room, sizeof(struct tc_clock_map *));
	if (!grown)
		return NULL;
	stored->clock = grown;
	struct tc_clock_map *map = malloc(sizeof *map);
	struct tc_clock_point *point = malloc((from->points + 1) * sizeof *point);
	if (!map || !point) {
		free(map);
		free(point);
		return NULL;
	}
	memcpy(point, from->point, from->points * sizeof *point);
	*map = *from;
	map->point = point;
	stored->clock[stored->clocks++] = map;
	return map;
}

/* How many records these blocks hold of those that the ring no longer has, and on from there without a gap; where the ring's
 * turn is, and from which record on none is missing. */
static uint64_t measure(
	struct tc_stored_thread *of, const struct tc_stored_block *block, size_t count, uint64_t written)
{
	uint64_t next = 0, covered = 0;
	for (size_t i = 0; i < count; i++) {
		const struct tc_spans_frame *frame = &block[i].frame;
		uint64_t end = frame->first + frame->count < written ? frame->first + frame->count : written;
		if (block[i].overlaps)
			continue;
		if (frame->first > of->before || end <= frame->first)
			break;
		if (of->before < end)
			of->before = end;
		if (frame->first > next)
			of->sound = frame->first;
		covered += end - frame->first;
		of->lacking += frame->lacking <= frame->count ? frame->lacking : frame->count;
		next = end;
	}
	if (next < of->before)
		of->sound = of->before;
	of->lost = of->before - covered;
	return covered;
}

static struct tc_stored_thread *make(struct tc_thread *thread, struct tc_stored *stored)
{
	const struct tc_part_header *header = tc_part_copy_header(thread->part);
	void *grown = tc_grow(stored->thread, stored->threads, &stored->thread_room, sizeof(struct tc_stored_thread *));
	if (!grown)
		return NULL;
	stored->thread = grown;
	const struct tc_clock_map *clock = clock_of(thread, stored);
	struct tc_stored_thread *of = clock ? calloc(1, sizeof *of) : NULL;
	if (!of)
		return NULL;
	stored->thread[stored->threads++] = of;
	of->part = header->id[0];
	of->at = (uint64_t)((unsigned char *)thread->block - thread->part->bytes);
	of->epoch = thread->block->epoch;
	of->before = thread->mended.first;
	of->process = thread->process;
	of->clock = clock;
	return of;
}

static bool take_nodes(struct tc_thread *thread, struct tc_stored_thread *of)
{
	of->node = tc_arena_take(thread->reader->arena, thread->nodes * sizeof *of->node);
	if (!of->node)
		return false;
	of->nodes = thread->nodes;
	for (uint32_t id = 1; id < thread->nodes; id++) {
		struct tc_merged_node *merged = thread->name[id] == TC_LEFT_OUT ? NULL : thread->merged[id];
		of->node[id].node = merged ? &merged->view : NULL;
		of->node[id].site = tc_part_node(thread->part->bytes, thread->block, id)->site;
	}
	return true;
}

/* Some of the newest are put into the session, unless the ring has as many; without a gap up to them. */
static uint64_t shown_from(const struct tc_thread *thread, const struct tc_stored_thread *of)
{
	uint64_t in_ring = thread->mended.written - of->before, missing = in_ring < NEWEST ? NEWEST - in_ring : 0;
	uint64_t from = of->before > missing ? of->before - missing : 0;
	return from > of->sound ? from : of->sound;
}

void tc_thread_find_stored(struct tc_thread *thread)
{
	struct tc_reader *reader = thread->reader;
	struct tc_stored *stored = reader->session->stored;
	size_t count;
	thread->stored = NULL;
	if (!stored || thread->block->epoch != tc_part_copy_header(thread->part)->epoch)
		return;
	if (reader->session->live && !tc_stored_refresh(stored)) /* what left the ring since */
		tc_reader_no_memory(reader);
	struct tc_stored_thread *of = make(thread, stored);
	if (!of) {
		tc_reader_no_memory(reader);
		return;
	}
	const struct tc_stored_block *block = tc_stored_blocks(stored, of->part, of->at, of->epoch, &count);
	uint64_t covered = measure(of, block, count, thread->mended.written);
	if (stored->of_rings)
		of->lost = 0; /* nobody wanted to store what was overwritten */
	thread->mended.first = of->before;
	of->shown = reader->options.no_spans ? of->before : shown_from(thread, of);
	stored->spans += covered;
	reader->session->process[thread->process].kept += covered;
	reader->session->process[thread->process].spans_that_lost_attributes += of->lacking;
	thread->stored = of;
}

void tc_thread_name_stored(struct tc_thread *thread)
{
	if (thread->stored && !take_nodes(thread, thread->stored))
		tc_reader_no_memory(thread->reader);
}

/* A block that cannot be read is said once, and what it held is missing. */
static bool read_block(struct tc_reader *reader, struct tc_stored_reader *blocks, const struct tc_stored_block *block)
{
	int code = tc_stored_read(blocks, block);
	if (code && !reader->session->stored->damaged)
		tc_reader_damage(reader, "some of the stored spans cannot be read: %s", tacho_last_error());
	reader->session->stored->damaged |= code != 0;
	return !code;
}

void tc_thread_each_stored(struct tc_thread *thread, uint64_t from, tc_stored_visit visit, void *context)
{
	struct tc_reader *reader = thread->reader;
	const struct tc_stored_thread *of = thread->stored;
	struct tc_stored_reader blocks;
	size_t count = 0;
	const struct tc_stored_block *block =
		of ? tc_stored_blocks(reader->session->stored, of->part, of->at, of->epoch, &count) : NULL;
	if (!count)
		return;
	if (!tc_stored_reader_init(&blocks, reader->session->stored)) {
		tc_reader_no_memory(reader);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct tc_spans_frame *frame = &block[i].frame;
		if (block[i].overlaps || frame->first + frame->count <= from || frame->first >= of->before ||
			!read_block(reader, &blocks, &block[i]))
			continue;
		for (uint64_t k = 0; k < frame->count && frame->first + k < of->before; k++)
			if (frame->first + k >= from && !visit(context, frame->first + k, &blocks.span[k], frame->tid))
				goto out;
	}
out:
	tc_stored_reader_release(&blocks);
}

struct one {
	struct tc_thread *thread;
	struct tc_span_view *view;
	bool found;
};

static bool take_attributes(void *context, uint64_t index, const struct tc_stored_span *span, uint32_t tid)
{
	struct one *one = context;
	(void)index;
	(void)tid;
	one->found = tc_instant_of(one->thread->clock, span->start_ns) == one->view->begin && !span->attributes_cut;
	if (one->found)
		tc_attributes_take(one->thread->reader->arena, one->view, span->attributes, span->attribute_bytes);
	return false;
}

bool tc_thread_stored_attributes(struct tc_thread *thread, struct tc_span_view *view, uint64_t index)
{
	struct one one = {thread, view, false};
	tc_thread_each_stored(thread, index, take_attributes, &one);
	return one.found;
}

void tc_reader_finish_stored(struct tc_reader *reader)
{
	struct tc_stored *stored = reader->session->stored;
	uint64_t lost = 0;
	for (size_t i = 0; stored && i < stored->threads; i++)
		lost += stored->thread[i]->lost;
	if (lost)
		tc_reader_note(reader,
			"%llu spans were overwritten before they could be stored (a larger ring_records leaves more "
			"time)",
			(unsigned long long)lost);
	if (stored && stored->torn && !reader->session->live)
		tc_reader_damage(reader, "the file of stored spans is torn: its last %llu bytes are not sound",
			(unsigned long long)(stored->bytes - stored->at));
	if (stored)
		tc_stored_sort(stored);
}
