/* SPDX-License-Identifier: MIT
 *
 * beside.c - ends out of line: spans that lie beside the stack, and spans under the threshold, which are counted only.
 */
#include <tacho/hot.h>
#include "record/private.h"

static void bump(struct tacho_block *block, uint64_t place)
{
	uint32_t *cell = (uint32_t *)(void *)((char *)block + place);
	TACHO_RELAXED_STORE(*cell, *cell + 1);
	if (!*cell)
		tacho_carry_cell(block, place);
}

static uint64_t word_of(const struct tacho_span *span, uint64_t ns)
{
	return (ns < TACHO_DURATION_LONG ? ns : TACHO_DURATION_LONG) | span->tag;
}

/* Its record lies where the next one will, for a reader that has to mend the sums.  The histogram's pipeline, which
 * holds kept spans only, is not touched. */
static void count_only(struct tacho_span *span, uint64_t start_ns, uint64_t ns)
{
	struct tacho_block *block = span->block;
	struct tacho_node *node = span->node, *last = block->last;
	uint64_t last_ns = block->last_ns, place = tc_cell_place(block, node, ns);
	tacho_write_record(block, node, start_ns, word_of(span, ns));
	tacho_add_statistics(block, node, ns);
	block->last_ns = last_ns;
	block->last = last;
	TACHO_RELAXED_STORE(block->failed_finished, block->finished); /* no failure is left to be counted */
	tacho_publish();
	TACHO_RELAXED_STORE(block->skipped, block->skipped + 1);
	tacho_order();
	bump(block, place);
	TACHO_RELAXED_STORE(block->top, span->top);
}

/* As tacho_finish_inline. */
static void keep(struct tacho_span *span, uint64_t start_ns, uint64_t ns)
{
	struct tacho_block *block = span->block;
	struct tacho_node *node = span->node;
	uint32_t page = tacho_step_histogram(block);
	tacho_write_record(block, node, start_ns, word_of(span, ns));
	tacho_add_statistics(block, node, ns);
	tacho_order();
	TACHO_RELAXED_STORE(block->top, span->top);
	if (ns > node->bar_ns || !page || (int64_t)span->tag < 0)
		tacho_end_rare(span, start_ns, ns);
}

void tc_span_finish(struct tacho_span *span, uint64_t start_ns, uint64_t ns, uint64_t ready)
{
	struct tacho_block *block = span->block;
	TACHO_RELAXED_STORE(block->ready, 0);
	tacho_order();
	if (ns < block->threshold_ns && !(span->tag & TACHO_TAG_FAILED))
		count_only(span, start_ns, ns);
	else
		keep(span, start_ns, ns);
	span->block = NULL;
	tacho_publish(); /* as in tacho_finish_inline() */
	TACHO_RELAXED_STORE(block->ready, ready);
}
