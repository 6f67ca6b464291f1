/* SPDX-License-Identifier: MIT */
#include "read/mend.h"

#include <string.h>
#include <tacho/hot.h>
#include "format/snapshot.h"

struct memory {
	const unsigned char *bytes;
};

static bool read_memory(void *context, uint64_t offset, void *to, size_t count)
{
	const struct memory *memory = context;
	memcpy(to, memory->bytes + offset, count); /* within a checked block or node */
	return true;
}

static bool mend_node(unsigned char *bytes, struct tacho_block *block, struct tacho_node *node)
{
	struct memory memory = {bytes};
	struct tc_snapshot_source source = {&memory, read_memory};
	struct tacho_node mended;
	if (tc_snapshot_node(&source, (uint64_t)((unsigned char *)block - bytes),
		    (uint64_t)((unsigned char *)node - bytes), &mended) != TC_SNAPSHOT_MENDED)
		return false;
	*node = mended;
	return true;
}

/* As the writer did, on whatever machine that was. */
static uint64_t start_ns(const unsigned char *bytes, const struct tacho_block *block, uint64_t ticks)
{
	const struct tc_part_header *header = (const void *)bytes;
	return (uint64_t)((tacho_u128)(ticks << header->tick_shift) * block->mult >> 64);
}

/* Whether a record is of the span in stack[depth], which ended with this word. */
static bool is_same_span(const unsigned char *bytes, const struct tacho_block *block, const struct tacho_record *record,
	uint64_t word, uint32_t depth)
{
	const struct tacho_open *open = &block->stack[depth];
	return !((record->word ^ word) & ~TACHO_TAG_ATTRIBUTES) && tc_tag_node(open->tag) == tc_tag_node(word) &&
	       start_ns(bytes, block, open->start) == record->start_ns;
}

/* The depth at which the span of the undo log still lies on the stack; 0: it doesn't.  Its record is the newest one, or
 * the one that comes next: below the threshold, or not yet published. */
static uint32_t find_ending(const unsigned char *bytes, struct tacho_block *block, uint32_t depth, bool *published)
{
	uint64_t mask = block->ring_records - 1, word = block->recent[block->undo_index % TACHO_RECENT];
	const struct tacho_record *ring = tc_part_ring(block);
	for (; depth && block->ring_records; depth--) {
		*published =
			block->written && is_same_span(bytes, block, &ring[(block->written - 1) & mask], word, depth);
		if (*published || is_same_span(bytes, block, &ring[block->written & mask], word, depth))
			return depth;
	}
	return 0;
}

/* Spans in the statistics.  The block's own number lags by one while an end is under way. */
static uint64_t finished(unsigned char *bytes, const struct tacho_block *block)
{
	uint64_t total = 0;
	for (uint32_t id = 0; id < block->nodes; id++)
		total += tc_part_node(bytes, block, id)->count;
	return total;
}

/* The span whose end was under way: counted, it has ended though it is still on the stack; not counted, it is open still,
 * though its record may be in the ring. */
static void mend_newest(unsigned char *bytes, struct tacho_block *block, struct tc_mended *out)
{
	uint64_t word = block->recent[block->undo_index % TACHO_RECENT];
	struct tacho_node *node = tc_part_node(bytes, block, tc_tag_node(word));
	bool published = false;
	out->completed = block->undo_index != UINT64_MAX && node && mend_node(bytes, block, node);
	out->finished = finished(bytes, block);
	uint32_t depth = find_ending(bytes, block, out->open, &published);
	if (depth && block->undo_index + 1 == out->finished)
		out->open = depth - 1; /* those above it were skipped by a longjmp and go with it */
	else if (depth && block->undo_index == out->finished && published)
		out->written--;
}

static uint64_t page_total(const uint32_t *page)
{
	uint64_t total = 0;
	for (int i = 0; i < TACHO_PAGE_CELLS; i++)
		total += page[i];
	return total;
}

/* Entries counted in this block's histograms. */
static uint64_t counted(unsigned char *bytes, struct tacho_block *block)
{
	uint64_t total = block->lost_cells + ((uint64_t)block->lost_cells_high << 32);
	for (uint32_t id = 0; id < block->nodes; id++) {
		const struct tacho_node *node = tc_part_node(bytes, block, id);
		for (unsigned i = 0; i < TACHO_HISTOGRAM_PAGES; i++) {
			const uint32_t *page = tc_part_page(block, node, i);
			total += page ? page_total(page) : 0;
		}
	}
	for (int i = 0; i < TACHO_CARRIES; i++)
		total += block->carry[i].times << 32;
	return total;
}

/* A kill between a cell's step from 2^32 - 1 to 0 and the note of it: the cell is still the pending one. */
static uint64_t mend_carry(struct tacho_block *block)
{
	for (int i = 0; i < TACHO_CARRIES; i++) {
		struct tacho_carry *carry = &block->carry[i];
		if (carry->cell && carry->cell != block->pending)
			continue;
		carry->cell = block->pending;
		carry->times++;
		return UINT64_C(1) << 32;
	}
	return 0;
}

static void find_late(unsigned char *bytes, struct tacho_block *block, struct tc_mended *out)
{
	uint64_t lag = out->finished - counted(bytes, block);
	if (lag >> 32 == 1)
		lag -= mend_carry(block);
	if (lag >= TACHO_RECENT || lag > out->finished) {
		out->missing = lag <= out->finished ? lag : 0;
		return;
	}
	for (uint64_t i = out->finished - lag; i < out->finished; i++) {
		uint64_t word = block->recent[i % TACHO_RECENT];
		if (tc_part_node(bytes, block, tc_tag_node(word)))
			out->late[out->lates++] =
				(struct tc_late){tc_tag_node(word), tacho_cell(word & TACHO_DURATION_LONG)};
	}
}

void tc_block_mend(unsigned char *bytes, struct tacho_block *block, bool settled, struct tc_mended *out)
{
	uint32_t depth = (uint32_t)block->top;
	uint64_t kept = block->ring_records ? block->ring_records - 1 : 0, written = block->written;
	*out = (struct tc_mended){.open = depth < TACHO_STACK_DEPTH ? depth : TACHO_STACK_DEPTH};
	out->first =
		kept ? written > kept ? written - kept : 0 : written; /* the next record may be half over the oldest */
	out->written = written;
	if (settled) {
		mend_newest(bytes, block, out);
		find_late(bytes, block, out);
	} else {
		out->finished = finished(bytes, block);
	}
}
