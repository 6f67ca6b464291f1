/* SPDX-License-Identifier: MIT
 *
 * thread.c - a block for every thread that marks a span.  The block of a thread that ended serves the next one: its
 * sums go on, its records are told apart by struct tacho_occupant.
 */
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "format/clock.h"
#include "record/private.h"

static pthread_key_t ending;
static bool has_key;

static void at_thread_end(void *block)
{
	if (block != tacho_self || !tc_slow_enter())
		return;
	tc_thread_detach();
	tc_slow_leave();
}

void tc_threads_init(void)
{
	if (!has_key)
		has_key = !pthread_key_create(&ending, at_thread_end);
}

static struct tacho_block *find_retired(struct tc_part *part)
{
	uint64_t at = tc_part_header(part)->first_block;
	while (at) {
		struct tacho_block *block = tc_at(part, at);
		if (block->retired)
			return block;
		at = block->next;
	}
	return NULL;
}

struct tacho_block *tc_block_new(struct tc_part *part)
{
	struct tc_part_header *header = tc_part_header(part);
	uint64_t records = tc_recorder.ring_records;
	uint64_t at = tc_part_alloc(part, sizeof(struct tacho_block) + records * sizeof(struct tacho_record));
	if (!at)
		return NULL;
	struct tacho_block *block = tc_at(part, at);
	block->at = at;
	block->owner = (uint64_t)(uintptr_t)part;
	block->mult = header->mult;
	block->ring_records = (uint32_t)records;
	block->ring_mask = records - 1;
	struct tacho_node *root = tc_node_first(part, block);
	if (!root)
		return NULL;
	block->last = root;
	block->epoch = header->epoch;
	block->pending = offsetof(struct tacho_block, scrap);
	block->next = header->first_block;
	tacho_publish();
	TACHO_RELAXED_STORE(header->first_block, at);
	header->blocks++;
	return block;
}

static void occupy(struct tacho_block *block)
{
	struct tacho_occupant *occupant = &block->occupant[block->occupants % TACHO_OCCUPANTS];
	memset(occupant, 0, sizeof *occupant);
	occupant->first_record = block->finished - block->skipped;
	occupant->start = tc_clock_ticks(tc_recorder.clock);
	occupant->tid = (uint32_t)syscall(SYS_gettid);
	prctl(PR_GET_NAME, occupant->name);
	tacho_publish();
	TACHO_RELAXED_STORE(block->occupants, block->occupants + 1);
	block->retired = 0;
	block->top = 0;
}

void tc_thread_refresh(struct tacho_block *block)
{
	const struct tc_part_header *header = tc_part_header(tc_part_of(block));
	uint64_t generation = __atomic_load_n(&tc_recorder.generation, __ATOMIC_ACQUIRE);
	uint64_t epoch = __atomic_load_n(&header->epoch, __ATOMIC_ACQUIRE);
	uint64_t threshold_ns = __atomic_load_n(&tc_recorder.threshold_ns, __ATOMIC_RELAXED);
	TACHO_RELAXED_STORE(block->ready, 0);
	tacho_order();
	if (block->epoch != epoch)
		tc_block_reset(block, epoch);
	block->threshold_ns = threshold_ns;
	uint64_t flags = (tc_recorder.clock == TC_CLOCK_MONOTONIC ? TC_READY_MONOTONIC : 0) |
	                 (threshold_ns ? TC_READY_THRESHOLD : 0);
	tacho_publish();
	TACHO_RELAXED_STORE(block->ready, generation | flags);
	tc_metrics_attach(block, generation | (flags & TC_READY_MONOTONIC));
}

struct tacho_block *tc_thread_attach(void)
{
	struct tc_part *part = tc_recorder.part;
	if (tacho_self != &tc_nobody)
		tc_thread_detach();
	struct tacho_block *block = find_retired(part);
	if (!block)
		block = tc_block_new(part);
	if (!block || !tc_node_prepare(block)) {
		tc_part_header(part)->threads_lost++;
		return NULL;
	}
	occupy(block);
	part->attached++;
	tacho_self = block;
	tc_thread_refresh(block);
	if (has_key)
		pthread_setspecific(ending, block);
	return block;
}

static void drop_closed_part(struct tc_part *part)
{
	struct tc_part **at = &tc_recorder.closed;
	while (*at && *at != part)
		at = &(*at)->next;
	if (!*at)
		return; /* still open */
	*at = part->next;
	tc_part_free(part);
}

void tc_thread_detach(void)
{
	struct tacho_block *block = tacho_self;
	if (block == &tc_nobody)
		return;
	struct tc_part *part = tc_part_of(block);
	struct tacho_occupant *last = &block->occupant[(block->occupants - 1) % TACHO_OCCUPANTS];
	prctl(PR_GET_NAME, last->name);
	last->ended = 1;
	block->ready = UINT64_MAX;
	tc_metrics_detach();
	tc_node_forget_children(block);
	tacho_self = &tc_nobody;
	if (has_key)
		pthread_setspecific(ending, NULL);
	tacho_publish();
	block->retired = 1;
	if (!--part->attached)
		drop_closed_part(part);
}
