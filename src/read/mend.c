/* SPDX-License-Identifier: MIT */
#include "read/mend.h"

#include <string.h>
#include <tacho/hot.h>
#include "base/wide.h"
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

/* Completes the node's figures; true: an end of it had stopped half-way. */
static bool mend_node(unsigned char *bytes, struct tacho_block *block, struct tacho_node *node)
{
	struct memory memory = {bytes};
	struct tc_snapshot_source source = {&memory, read_memory};
	struct tacho_node mended;
	bool half = !tc_node_agrees(node);
	if (tc_snapshot_node(&source, (uint64_t)((unsigned char *)block - bytes),
		    (uint64_t)((unsigned char *)node - bytes), &mended) != TC_SNAPSHOT_MENDED)
		return false;
	mended.begun = mended.count;
	*node = mended;
	return half;
}

/* As the writer did, on whatever machine that was. */
static uint64_t start_ns(const unsigned char *bytes, const struct tacho_block *block, uint64_t ticks)
{
	const struct tc_part_header *header = (const void *)bytes;
	return tc_wide_product(ticks << header->tick_shift, block->mult).high;
}

/* The record of span number `index`, if it is one of the newest. */
static const struct tacho_record *record_of(struct tacho_block *block, uint64_t index)
{
	return &tc_part_ring(block)[(index - block->skipped) & (block->ring_records - 1)];
}

/* The depth at which the span of this record still lies on the stack; 0: it doesn't. */
static uint32_t find_on_stack(
	const unsigned char *bytes, const struct tacho_block *block, const struct tacho_record *record, uint32_t depth)
{
	for (; depth; depth--) {
		const struct tacho_open *open = &block->stack[depth];
		if (tc_tag_node(open->tag) == tc_tag_node(record->word) &&
			start_ns(bytes, block, open->start) == record->start_ns)
			return depth;
	}
	return 0;
}

/* The span whose end was under way: if it counts, it has ended though it may still be on the stack. */
static void mend_newest(unsigned char *bytes, struct tacho_block *block, struct tc_mended *out)
{
	const struct tacho_record *record = record_of(block, block->undo_index);
	struct tacho_node *node = tc_part_node(bytes, block, tc_tag_node(record->word));
	out->completed = node && mend_node(bytes, block, node);
	if (out->completed)
		out->finished = block->undo_index + 1;
	if (block->undo_index + 1 != out->finished)
		return;
	uint32_t depth = find_on_stack(bytes, block, record, out->open);
	if (depth)
		out->open = depth - 1; /* those above it were skipped by a longjmp and go with it */
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
	if (lag > TACHO_HISTOGRAM_LAG || lag > out->finished) {
		out->missing = lag <= out->finished ? lag : 0;
		return;
	}
	for (uint64_t i = out->finished - lag; i < out->finished; i++) {
		const struct tacho_record *record = record_of(block, i);
		if (tc_part_node(bytes, block, tc_tag_node(record->word)))
			out->late[out->lates++] = record;
	}
}

void tc_block_forget(unsigned char *bytes, struct tacho_block *block)
{
	block->finished = block->skipped = block->undo_index = block->failed_finished = 0;
	block->lost_cells = block->lost_cells_high = 0;
	memset(block->carry, 0, sizeof block->carry);
	for (uint32_t id = 0; id < block->nodes; id++) {
		struct tacho_node *node = tc_part_node(bytes, block, id);
		node->begun = node->count = node->failed = node->max_ns = 0;
		tc_wide_store(&node->sum_ns, tc_wide_of(0));
		tc_wide_store(&node->squares_ns2, tc_wide_of(0));
		node->min_ns = UINT64_MAX;
		node->kept = 0;
		memset(node->page, 0, sizeof node->page);
	}
	if (block->ring_records)
		tc_part_ring(block)[0].word = 0;
}

void tc_block_mend(unsigned char *bytes, struct tacho_block *block, bool settled, struct tc_mended *out)
{
	uint32_t depth = (uint32_t)block->top;
	*out = (struct tc_mended){
		.open = depth < TACHO_STACK_DEPTH ? depth : TACHO_STACK_DEPTH, .finished = block->finished};
	if (settled && block->ring_records) {
		mend_newest(bytes, block, out);
		find_late(bytes, block, out);
	}
	/* the next record may be half over the oldest */
	uint64_t kept = block->ring_records ? block->ring_records - 1 : 0;
	out->written = block->skipped < out->finished ? out->finished - block->skipped : 0;
	out->first = out->written > kept ? out->written - kept : 0;
}
