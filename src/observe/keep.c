/* SPDX-License-Identifier: MIT */
#include "observe/keep.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>
#include "base/error.h"
#include "format/occupant.h"
#include "format/shrink.h"
#include "observe/keep_thread.h"

enum {
	SHARE = 8,          /* a thread is taken from once 1/SHARE of its ring is full, or a block, */
	HURRY_MOST = 8,     /* and looked at up to so many times as often where that came late */
	RING_MOST = 1 << 24 /* records */
};
static const double quiet_rate = 1e-3,
		    usual_rate = 4e-3;  /* spans per ns that a thread may come to before the next look */
static const double usual_bytes = 8e-3; /* of attributes */
static const uint64_t least_pause_ns = 1000000, most_pause_ns = 50000000;
enum { HEAD_BYTES = offsetof(struct tacho_block, beside_at), LOOK_BYTES = offsetof(struct tacho_block, next) };

struct tc_keeper {
	struct tc_spans_writer *file;
	struct tc_spans_coder *coder;
	uint64_t now_ns, due_ns, lost;
	unsigned hurry;
	char stopped[512]; /* why nothing more is stored; "": it is */
	unsigned char *attributes;
	size_t attribute_room;
	struct tacho_record record[TC_SPANS_IN_BLOCK];
	struct tc_stored_span span[TC_SPANS_IN_BLOCK];
};

int tc_keeper_open(struct tc_keeper **out, const char *directory, const struct tc_packer *packer)
{
	char path[PATH_MAX];
	*out = NULL;
	if (snprintf(path, sizeof path, "%s/" TC_SPANS_FILE, directory) >= (int)sizeof path)
		return tc_error(TACHO_EINVAL, "the session's directory has too long a name");
	struct tc_keeper *keeper = calloc(1, sizeof *keeper);
	struct tc_spans_coder *coder = tc_spans_coder_new();
	int code = keeper && coder ? tc_spans_writer_new(&keeper->file, path, packer)
	                           : tc_error(TACHO_ENOMEM, "no memory to store spans");
	if (code) {
		tc_spans_coder_free(coder);
		free(keeper);
		return code;
	}
	keeper->coder = coder;
	keeper->hurry = 1;
	*out = keeper;
	return 0;
}

void tc_keeper_close(struct tc_keeper *keeper)
{
	if (!keeper)
		return;
	tc_spans_writer_close(keeper->file);
	tc_spans_coder_free(keeper->coder);
	free(keeper->attributes);
	free(keeper);
}

void tc_keep_begin(struct tc_keeper *keeper, uint64_t now_ns)
{
	keeper->now_ns = now_ns;
	keeper->due_ns = now_ns + most_pause_ns;
}

uint64_t tc_keep_due(const struct tc_keeper *keeper)
{
	return keeper->due_ns;
}

uint64_t tc_keep_lost(const struct tc_keeper *keeper)
{
	return keeper->lost;
}

const char *tc_keep_stopped(const struct tc_keeper *keeper)
{
	return *keeper->stopped ? keeper->stopped : NULL;
}

void tc_keep_release(struct tc_keep_thread *thread)
{
	if (!thread)
		return;
	free(thread->waiting.entry);
	free(thread->waiting.bytes);
	free(thread);
}

/* ---- storing ---- */

static void stop(struct tc_keeper *keeper, const char *why)
{
	if (!*keeper->stopped)
		snprintf(keeper->stopped, sizeof keeper->stopped, "%s", why);
}

static void append(struct tc_part_reading *reading, const struct tc_block_seen *block, uint64_t first, uint32_t tid,
	const struct tc_stored_span *span, size_t count)
{
	struct tc_keeper *keeper = reading->keeper;
	struct tc_spans_frame frame = {.part = reading->part->id,
		.thread = block->at,
		.epoch = block->keep->epoch,
		.first = first,
		.begin_ns = UINT64_MAX,
		.count = (uint32_t)count,
		.tid = tid};
	for (size_t i = 0; i < count; i++) {
		uint64_t end_ns = span[i].start_ns + span[i].duration_ns;
		frame.begin_ns = span[i].start_ns < frame.begin_ns ? span[i].start_ns : frame.begin_ns;
		frame.end_ns = end_ns > frame.end_ns ? end_ns : frame.end_ns;
		frame.lacking += span[i].attributes_cut;
	}
	size_t bytes;
	const unsigned char *payload = tc_spans_encode(keeper->coder, span, count, &bytes);
	if (!payload)
		stop(keeper, "there is no memory to store spans");
	else if (tc_spans_append(keeper->file, &frame, payload, bytes))
		stop(keeper, tacho_last_error());
}

/* Those of each thread that used the block into a block of their own. */
static void store(struct tc_part_reading *reading, struct tc_block_seen *block, const struct tacho_block *head,
	uint64_t first, const struct tacho_record *record, size_t count)
{
	struct tc_keeper *keeper = reading->keeper;
	for (size_t i = 0; i < count; i++)
		keeper->span[i] = (struct tc_stored_span){.start_ns = record[i].start_ns,
			.duration_ns = record[i].word & TACHO_DURATION_LONG,
			.tag = record[i].word & ~TACHO_DURATION_LONG};
	tc_keep_join(block->keep, keeper->span, count, &keeper->attributes, &keeper->attribute_room);
	for (size_t begin = 0, end = 0; begin < count && !*keeper->stopped; begin = end) {
		const struct tacho_occupant *of = tc_occupant_of(head, first + begin);
		end = head->occupants > 1 ? begin + 1 : count;
		while (end < count && tc_occupant_of(head, first + end) == of)
			end++;
		append(reading, block, first + begin, of->tid, keeper->span + begin, end - begin);
	}
}

/* ---- taking ---- */

static bool read_for_snapshot(void *context, uint64_t offset, void *to, size_t bytes)
{
	return tc_seen_pread(context, offset, to, bytes);
}

/* The head of a block and how many records are whole.  The newest may be under way or, shorter than the threshold, not to be
 * kept: it is left for the next time unless the thread stood still.  What was left out is read after what ended, so that
 * there are rather too few. */
static bool read_head(struct tc_part_reading *reading, uint64_t at, struct tacho_block *head, uint64_t *written)
{
	const struct tc_snapshot_source source = {reading, read_for_snapshot};
	struct tc_still still;
	uint64_t finished;
	bool quiet = tc_still_begin(&source, at, &still);
	if (!tc_seen_pread(reading, at + offsetof(struct tacho_block, finished), &finished, sizeof finished) ||
		!tc_seen_pread(reading, at, head, HEAD_BYTES))
		return false;
	quiet = tc_still_end(&source, at, &still) && quiet;
	*written = finished > head->skipped ? finished - head->skipped : 0;
	*written -= *written && !quiet;
	uint32_t ring = head->ring_records;
	return ring && ring <= RING_MOST && !(ring & (ring - 1)) && head->ring_mask == ring - 1;
}

static bool read_epoch(struct tc_part_reading *reading, uint64_t at, uint64_t *epoch)
{
	return tc_seen_pread(reading, at + offsetof(struct tacho_block, epoch), epoch, sizeof *epoch) &&
	       *epoch != UINT64_MAX;
}

static bool read_ring(struct tc_part_reading *reading, uint64_t at, const struct tacho_block *head, uint64_t first,
	struct tacho_record *out, size_t count)
{
	uint64_t ring = at + sizeof *head, place = first & head->ring_mask;
	size_t before = head->ring_records - place < count ? head->ring_records - place : count;
	return tc_seen_pread(reading, ring + place * sizeof *out, out, before * sizeof *out) &&
	       (before == count || tc_seen_pread(reading, ring, out + before, (count - before) * sizeof *out));
}

/* The oldest record that nothing can have overwritten yet. */
static uint64_t oldest_whole(struct tc_part_reading *reading, uint64_t at, const struct tacho_block *head)
{
	uint64_t finished;
	if (!tc_seen_pread(reading, at + offsetof(struct tacho_block, finished), &finished, sizeof finished))
		return UINT64_MAX;
	uint64_t behind = finished > head->skipped ? finished - head->skipped + 1 : 1;
	return behind > head->ring_records ? behind - head->ring_records : 0;
}

static void skip_to(struct tc_keeper *keeper, struct tc_keep_thread *thread, uint64_t next)
{
	keeper->lost += next - thread->next;
	thread->next = thread->gap_end = next;
}

/* false: nothing more can be taken now. */
static bool take_some(
	struct tc_part_reading *reading, struct tc_block_seen *block, const struct tacho_block *head, uint64_t written)
{
	struct tc_keeper *keeper = reading->keeper;
	struct tc_keep_thread *thread = block->keep;
	uint64_t epoch, first = thread->next, left = written - first;
	size_t count = left < TC_SPANS_IN_BLOCK ? (size_t)left : TC_SPANS_IN_BLOCK;
	if (!read_ring(reading, block->at, head, first, keeper->record, count))
		return false;
	uint64_t whole = oldest_whole(reading, block->at, head);
	if (!read_epoch(reading, block->at, &epoch) || epoch != thread->epoch || whole == UINT64_MAX)
		return false;
	if (whole > written)
		whole = written;
	if (whole > first)
		skip_to(keeper, thread, whole);
	if (whole >= first + count)
		return true;
	size_t lost = whole > first ? (size_t)(whole - first) : 0;
	store(reading, block, head, first + lost, keeper->record + lost, count - lost);
	if (!*keeper->stopped)
		thread->next = first + count;
	return !*keeper->stopped;
}

static bool make_thread(struct tc_part_reading *reading, struct tc_block_seen *block)
{
	uint32_t text_bytes = 0;
	if (block->keep)
		return true;
	block->keep = calloc(1, sizeof *block->keep);
	if (!block->keep)
		return false;
	tc_seen_pread(reading, offsetof(struct tc_part_header, attribute_text_bytes), &text_bytes, sizeof text_bytes);
	block->keep->at_ns = reading->keeper->now_ns;
	block->keep->at = block->at;
	block->keep->text_bytes = text_bytes;
	return true;
}

/* After a tacho_reset() records are numbered anew. */
static void begin_epoch(struct tc_keep_thread *thread, uint64_t epoch)
{
	if (epoch == thread->epoch)
		return;
	thread->epoch = epoch;
	thread->next = thread->gap_end = thread->written = 0;
}

/* least: what is too little for a block stays in the ring. */
static void take(struct tc_part_reading *reading, struct tc_block_seen *block, uint64_t least)
{
	struct tacho_block head;
	uint64_t written, epoch;
	struct tc_keep_thread *thread = block->keep;
	if (!read_epoch(reading, block->at, &epoch) || !read_head(reading, block->at, &head, &written))
		return;
	begin_epoch(thread, epoch);
	tc_keep_take_attributes(reading, thread, &head);
	while (thread->next < written && written - thread->next >= least && take_some(reading, block, &head, written))
		;
	tc_keep_clean(thread);
}

/* ---- when ---- */

static double later(double room, double came, double since_ns, double usual)
{
	double rate = 2 * came / since_ns;
	return room / (rate > usual ? rate : usual);
}

/* So that the ring is not half full at the next look, also if the thread ended spans twice as fast, or began to end a million per
 * second; one that was held up for a moment may come to several million. */
static void plan(struct tc_keeper *keeper, struct tc_keep_thread *thread, const struct tacho_block *head,
	uint64_t written, bool late)
{
	double since_ns = keeper->now_ns > thread->at_ns ? (double)(keeper->now_ns - thread->at_ns) : 1;
	double ring = head->ring_records, waiting = (double)(written - thread->next);
	double pause_ns = later(ring / 2 - (waiting < ring / 4 ? waiting : ring / 4),
		(double)(written - thread->written), since_ns, written > thread->written ? usual_rate : quiet_rate);
	if (head->attributes_size) {
		double bytes_ns = later((double)head->attributes_size / 4,
			(double)(head->attributes_written - thread->attributes_written), since_ns, usual_bytes);
		pause_ns = bytes_ns < pause_ns ? bytes_ns : pause_ns;
	}
	if (late && keeper->hurry < HURRY_MOST)
		keeper->hurry *= 2;
	pause_ns /= keeper->hurry;
	uint64_t pause = pause_ns < (double)least_pause_ns  ? least_pause_ns
	                 : pause_ns > (double)most_pause_ns ? most_pause_ns
	                                                    : (uint64_t)pause_ns;
	thread->at_ns = keeper->now_ns;
	thread->written = written;
	thread->attributes_written = head->attributes_written;
	keeper->due_ns = keeper->now_ns + pause < keeper->due_ns ? keeper->now_ns + pause : keeper->due_ns;
}

void tc_keep_block(struct tc_part_reading *reading, struct tc_block_seen *block)
{
	struct tc_keeper *keeper = reading->keeper;
	struct tacho_block head = {.ready = 0}; /* its first lines only */
	if (*keeper->stopped || !make_thread(reading, block) || !tc_seen_pread(reading, block->at, &head, LOOK_BYTES) ||
		!tc_seen_pread(reading, block->at + offsetof(struct tacho_block, ring_records), &head.ring_records,
			sizeof head.ring_records))
		return;
	struct tc_keep_thread *thread = block->keep;
	uint64_t written = head.finished > head.skipped ? head.finished - head.skipped : 0;
	uint64_t waiting = written >= thread->next ? written - thread->next : UINT64_MAX; /* or it was reset */
	uint64_t enough = head.ring_records / SHARE < TC_SPANS_IN_BLOCK ? head.ring_records / SHARE : TC_SPANS_IN_BLOCK;
	uint64_t untaken = head.attributes_size ? head.attributes_written - thread->attributes_next : 0;
	bool full = head.attributes_size && untaken >= head.attributes_size / SHARE;
	if (reading->last || waiting >= enough || full)
		take(reading, block, reading->last || full ? 1 : enough);
	if (written < thread->written || written < thread->next)
		written = thread->written = thread->next;
	plan(keeper, thread, &head, written,
		(waiting != UINT64_MAX && waiting > head.ring_records / 2) || untaken > head.attributes_size / 2);
}

/* ---- afterwards ---- */

void tc_keep_shrink(const struct tc_keeper *keeper, const struct tc_part_seen *part, const char *path)
{
	struct tc_shrunk_ring *ring = *keeper->stopped ? NULL : calloc(part->blocks + 1, sizeof *ring);
	size_t count = 0;
	for (size_t i = 0; ring && i < part->blocks; i++) {
		const struct tc_keep_thread *thread = part->block[i].keep;
		if (thread)
			ring[count++] = (struct tc_shrunk_ring){
				part->block[i].at, thread->epoch, thread->gap_end, thread->next};
	}
	if (count)
		tc_part_shrink(path, ring, count);
	free(ring);
}
