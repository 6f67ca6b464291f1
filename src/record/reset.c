/* SPDX-License-Identifier: MIT
 *
 * reset.c - a new epoch while others record.  tacho_reset() only says so; each thread sets the figures of its own block
 * to nothing when it next comes out of line, and until it has, readers leave them out.  Spans that are open go on.
 */
#include <string.h>
#include <tacho/tacho.h>
#include "format/clock.h"
#include "record/private.h"

static void clear_node(struct tacho_block *block, struct tacho_node *node)
{
	TACHO_RELAXED_STORE(node->begun, 0);
	node->count = node->failed = node->max_ns = node->bar_ns = 0;
	node->sum_ns = node->squares_ns2 = 0;
	node->min_ns = UINT64_MAX;
	for (int i = 0; i < TACHO_HISTOGRAM_PAGES; i++)
		if (node->page[i])
			memset((char *)block + (uint64_t)node->page[i] * TACHO_UNIT, 0, TACHO_PAGE_CELLS * 4);
	if (node->kept)
		memset((char *)block + (uint64_t)node->kept * TACHO_UNIT, 0, sizeof(struct tacho_kept));
}

void tc_block_reset(struct tacho_block *block, uint64_t epoch)
{
	TACHO_RELAXED_STORE(block->epoch, UINT64_MAX); /* readers leave the figures out while they change */
	tacho_publish();
	block->pending = offsetof(struct tacho_block, scrap);
	block->last = tc_node_at(block, 0);
	block->last_ns = 0;
	block->undo_index = block->undo_failed_index = block->failed_finished = 0;
	block->lost_cells = block->lost_cells_high = 0;
	memset(block->carry, 0, sizeof block->carry);
	for (int i = 0; i < TACHO_OCCUPANTS; i++)
		block->occupant[i].first_record = 0;
	for (uint32_t id = 0; id < block->nodes; id++)
		clear_node(block, tc_node_at(block, id));
	tacho_ring(block)[0].word = 0; /* of the node of the thread itself, which never has figures */
	block->finished = block->skipped = 0;
	tacho_publish();
	TACHO_RELAXED_STORE(block->epoch, epoch);
}

/* Every thread comes out of line at its next begin or end. */
static void tell_all(void)
{
	uint64_t generation = tc_recorder.generation + TC_GENERATION_CHANGE;
	generation &= ~TC_READY_FLAGS;
	__atomic_store_n(&tc_recorder.generation, generation, __ATOMIC_RELEASE);
	if (tc_recorder.part && !tc_recorder.paused)
		__atomic_store_n(&tacho_gate.generation, generation, __ATOMIC_RELEASE);
}

void tacho_reset_called(void)
{
	if (!tc_slow_enter())
		return;
	if (!tacho_gate.generation)
		tc_recorder_decide();
	if (tc_recorder.part) {
		struct tc_part_header *header = tc_part_header(tc_recorder.part);
		tc_clock_calibrate(tc_recorder.clock, &header->epoch_begin);
		__atomic_store_n(&header->epoch, header->epoch + 1, __ATOMIC_RELEASE);
		tell_all();
		tc_thread_block();
	}
	tc_slow_leave();
}

void tacho_set_threshold_ns_called(uint64_t threshold_ns)
{
	if (!tc_slow_enter())
		return;
	if (!tacho_gate.generation)
		tc_recorder_decide();
	if (threshold_ns != tc_recorder.threshold_ns) {
		__atomic_store_n(&tc_recorder.threshold_ns, threshold_ns, __ATOMIC_RELEASE);
		tell_all();
	}
	tc_slow_leave();
}
