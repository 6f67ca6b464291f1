/* SPDX-License-Identifier: MIT
 *
 * keep.c - what an end does seldom: a histogram page for octaves not met before, the slowest and the failed spans kept
 * with their attributes, durations that do not fit a record.  Runs inside the end, so that signal handlers are kept
 * away.
 */
#include <string.h>
#include "record/private.h"

/* Not a multiple of 4 KiB, so that equal durations of many nodes do not share a cache set. */
enum { PAGE_BYTES = TACHO_PAGE_CELLS * 4 + 192 };

void tacho_carry_cell(struct tacho_block *block, uint64_t cell)
{
	if (cell == offsetof(struct tacho_block, lost_cells)) {
		block->lost_cells_high++;
		return;
	}
	for (int i = 0; i < TACHO_CARRIES; i++) {
		struct tacho_carry *carry = &block->carry[i];
		if (carry->cell && carry->cell != cell)
			continue;
		carry->cell = cell;
		carry->times++;
		return;
	}
}

static uint32_t units(const struct tacho_block *block, const void *at)
{
	return (uint32_t)(((const char *)at - (const char *)block) / TACHO_UNIT);
}

static void *alloc(const struct tacho_block *block, uint64_t bytes)
{
	struct tc_part *part = tc_part_of(block);
	if (!tc_slow_enter())
		return NULL;
	uint64_t at = tc_part_alloc(part, bytes);
	tc_slow_leave();
	return at ? tc_at(part, at) : NULL;
}

/* The word of a span that ended just now; spans that were skipped leave nothing in the pipeline. */
static uint64_t *word_of(struct tacho_block *block, uint64_t finished)
{
	return &tacho_ring(block)[(finished - block->skipped) & block->ring_mask].word;
}

uint64_t tc_cell_place(struct tacho_block *block, struct tacho_node *node, uint64_t ns)
{
	uint32_t cell = tacho_cell(ns), *page = &node->page[cell / TACHO_PAGE_CELLS];
	if (!*page) {
		void *fresh = alloc(block, PAGE_BYTES);
		if (!fresh)
			return offsetof(struct tacho_block, lost_cells);
		*page = units(block, fresh);
	}
	return (uint64_t)*page * TACHO_UNIT + cell % TACHO_PAGE_CELLS * 4;
}

/* Second step of the histogram pipeline, for the span kept before this one. */
static void find_pending(struct tacho_block *block)
{
	if (block->finished - block->skipped < 2) {
		block->pending = offsetof(struct tacho_block, scrap);
		return;
	}
	uint64_t before = *word_of(block, block->finished - 2), ns = before & TACHO_DURATION_LONG;
	if (ns == TACHO_DURATION_LONG)
		ns = block->long_ns; /* the newest such span, since this one's is not there yet */
	block->pending = tc_cell_place(block, tc_node_at(block, (uint16_t)(before >> TACHO_TAG_NODE_SHIFT)), ns);
}

static struct tacho_kept *kept_of(struct tacho_block *block, struct tacho_node *node)
{
	if (!node->kept) {
		void *fresh = alloc(block, sizeof(struct tacho_kept));
		if (!fresh)
			return NULL;
		node->kept = units(block, fresh);
	}
	return (struct tacho_kept *)(void *)((char *)block + (uint64_t)node->kept * TACHO_UNIT);
}

static void fill(struct tacho_kept_span *kept, const struct tacho_span *span, uint64_t start_ns, uint64_t ns)
{
	uint64_t stamp = span->block->finished - span->block->skipped;
	TACHO_RELAXED_STORE(kept->stamp, 0); /* a reader leaves it out while it is being written */
	tacho_publish();
	kept->start_ns = start_ns;
	kept->duration_ns = ns;
	kept->word = span->tag;
	kept->attribute_bytes =
		tc_attributes_copy(span, kept->attributes, sizeof kept->attributes, &kept->attributes_cut);
	tacho_publish();
	TACHO_RELAXED_STORE(kept->stamp, stamp);
}

static int slowest(void)
{
	return (int)tc_settings_number(&tc_recorder.settings, TC_SET_KEEP_SLOWEST);
}

/* Into the place of the fastest of the slowest; the bar is then the next fastest. */
static void keep_slow(
	struct tacho_node *node, struct tacho_kept *all, const struct tacho_span *span, uint64_t start_ns, uint64_t ns)
{
	struct tacho_kept_span *place = &all->span[0];
	for (int i = 1; i < slowest() && place->stamp; i++)
		if (!all->span[i].stamp || all->span[i].duration_ns < place->duration_ns)
			place = &all->span[i];
	fill(place, span, start_ns, ns);
	uint64_t bar = TACHO_DURATION_LONG - 1;
	for (int i = 0; i < slowest(); i++) {
		uint64_t held = all->span[i].stamp ? all->span[i].duration_ns : 0;
		bar = held < bar ? held : bar;
	}
	node->bar_ns = bar;
}

/* Failures are counted after the span, under an undo log of their own. */
static void count_failure(struct tacho_block *block, struct tacho_node *node)
{
	block->undo_failed = node->failed;
	block->undo_failed_index = block->finished - 1;
	tacho_publish();
	TACHO_RELAXED_STORE(node->failed, node->failed + 1);
	tacho_publish();
	TACHO_RELAXED_STORE(block->failed_finished, block->finished);
}

/* A duration of 18 minutes or more does not fit its 40 bits: the word says "long", an attribute how long. */
static void mend_word(struct tacho_span *span, uint64_t ns)
{
	struct tacho_block *block = span->block;
	tc_attribute_add(span, TACHO_ATTR_DURATION, "", &ns, sizeof ns, 0);
	block->long_ns = ns;
	*word_of(block, block->finished - 1) = TACHO_DURATION_LONG | span->tag;
}

void tacho_end_rare(struct tacho_span *span, uint64_t start_ns, uint64_t ns)
{
	struct tacho_block *block = span->block;
	struct tacho_node *node = span->node;
	bool failed = span->tag & TACHO_TAG_FAILED, slow = ns > node->bar_ns;
	if (failed)
		count_failure(block, node);
	find_pending(block);
	if (ns >= TACHO_DURATION_LONG)
		mend_word(span, ns);
	if (slow && !slowest()) {
		node->bar_ns = TACHO_DURATION_LONG - 1;
		slow = false;
	}
	struct tacho_kept *all = failed || slow ? kept_of(block, node) : NULL;
	if (!all && slow)
		node->bar_ns = TACHO_DURATION_LONG - 1; /* no room: do not ask again for every span */
	if (!all)
		return;
	if (slow)
		keep_slow(node, all, span, start_ns, ns);
	if (failed)
		fill(&all->span[all->span[TACHO_KEPT_FIRST_FAILED].stamp ? TACHO_KEPT_LAST_FAILED
									 : TACHO_KEPT_FIRST_FAILED],
			span, start_ns, ns);
}
