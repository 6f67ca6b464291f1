/* SPDX-License-Identifier: MIT
 *
 * span.c - begin and end out of line: the first of a site, a thread or a path; after a fork; with CLOCK_MONOTONIC; and
 * for programs that prefer calls.
 */
#include <tacho/tacho.h>
#include "format/clock.h"
#include "record/private.h"

/* The lock is held. */
struct tacho_block *tc_thread_block(void)
{
	if (!tacho_gate.generation)
		tc_recorder_decide();
	if (tacho_gate.generation == TACHO_GENERATION_OFF)
		return NULL;
	struct tacho_block *block = tacho_self;
	if (!tc_same_opening(block->ready, tc_recorder.generation) || block == &tc_nobody)
		return tc_thread_attach();
	if ((block->ready & ~TC_READY_FLAGS) != tc_recorder.generation)
		tc_thread_refresh(block);
	return block;
}

/* The site's node under what is open now, with everything inline code needs in place; NULL: not recorded. */
static struct tacho_node *prepare(struct tacho_site *site)
{
	struct tacho_block *block = tc_thread_block();
	if (!block)
		return NULL;
	if (!site->id)
		__atomic_store_n(&site->id, tc_name_id(site->name, TACHO_KIND_SCOPE), __ATOMIC_RELEASE);
	return tc_node_find(block, (uint32_t)(block->top >> 32), site->id);
}

/* Where only the clock or a threshold brought us here. */
static struct tacho_node *known(const struct tacho_site *site)
{
	const struct tacho_block *block = tacho_self;
	uint32_t id = TACHO_RELAXED_LOAD(site->id);
	if ((block->ready & ~TC_READY_FLAGS) != TACHO_RELAXED_LOAD(tacho_gate.generation) || !id)
		return NULL;
	return tc_node_known(block, (uint32_t)(block->top >> 32), id);
}

void tc_count_turned_away(void)
{
	struct tacho_block *block = tacho_self;
	if (block != &tc_nobody)
		block->turned_away++;
	else
		tc_count_signal_lost();
}

/* As tacho_begin_inline ends. */
static void begin_at(struct tacho_span *span, struct tacho_node *node)
{
	struct tacho_block *block = tacho_self;
	uint32_t depth = (uint32_t)block->top;
	span->block = block;
	span->node = node;
	span->tag = (uint64_t)node->id << TACHO_TAG_NODE_SHIFT;
	span->top = block->top;
	span->own_top = (uint64_t)node->id << 32 | (depth + 1);
	span->start = tc_clock_ticks(tc_recorder.clock);
	if (depth < TACHO_STACK_DEPTH)
		block->stack[depth + 1] = (struct tacho_open){span->start, span->tag};
	tacho_publish();
	TACHO_RELAXED_STORE(block->top, span->own_top);
}

void tacho_span_begin_slow(struct tacho_span *span, struct tacho_site *site)
{
	span->block = NULL;
	if (tacho_self->ready == 0) {
		tc_count_turned_away();
		return;
	}
	struct tacho_node *node = known(site);
	if (!node) {
		if (!tc_slow_enter()) {
			tc_count_turned_away();
			return;
		}
		node = prepare(site);
		tc_slow_leave();
	}
	if (node)
		begin_at(span, node);
}

/* Whether the span is still open on the stack: the end of a span around it takes it along. */
static bool is_open(const struct tacho_span *span)
{
	const struct tacho_block *block = span->block;
	uint32_t depth = (uint32_t)span->top;
	return (uint32_t)block->top > depth &&
	       (depth >= TACHO_STACK_DEPTH || block->stack[depth + 1].start == span->start);
}

/* A part opened later may lie where the span's was: its block then looks the same but is not. */
static bool is_older(const struct tacho_span *span)
{
	const struct tacho_block *block = span->block;
	return span->start < block->occupant[(block->occupants - 1) % TACHO_OCCUPANTS].start;
}

/* A late end is counted, but the stack is another's by now. */
static void finish(struct tacho_span *span, uint64_t now, uint64_t ready)
{
	struct tacho_block *block = span->block;
	uint64_t start_ns = tacho_ticks_to_ns(span->start, block->mult);
	uint64_t ns = tacho_ticks_to_ns(now, block->mult) - start_ns;
	if (!is_open(span)) {
		if (is_older(span) || tc_was_ended_early(span))
			return;
		span->top = block->top;
	}
	tc_span_finish(span, start_ns, (int64_t)ns < 0 ? 0 : ns, ready);
}

void tacho_span_end_slow(struct tacho_span *span, uint64_t now)
{
	struct tacho_block *block = span->block;
	uint64_t generation = TACHO_RELAXED_LOAD(tacho_gate.generation), ready;
	if (block != tacho_self)
		goto ignore; /* another thread's, or from before a fork or a stop */
	ready = block->ready;
	if (!ready)
		goto ignore; /* inside an end of this thread */
	if ((ready & ~TC_READY_FLAGS) != generation) {
		if (generation == TACHO_GENERATION_OFF && is_open(span))
			block->top = span->top; /* switched off since: the stack stays right for when it is on again */
		if (generation == TACHO_GENERATION_OFF || !tc_same_opening(ready, generation))
			goto ignore;
		tc_thread_refresh(block);
		ready = block->ready;
	}
	if (ready & TC_READY_MONOTONIC)
		now = tc_clock_ticks(TC_CLOCK_MONOTONIC);
	finish(span, now, ready);
ignore:
	span->block = NULL;
}

void tacho_span_begin_called(struct tacho_span *span, struct tacho_site *site)
{
	tacho_begin_inline(span, site);
}

void tacho_span_end_called(struct tacho_span *span)
{
	tacho_end_inline(span);
}
