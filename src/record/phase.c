/* SPDX-License-Identifier: MIT
 *
 * phase.c - spans that nobody holds a variable for, and ends by name.  All that an end needs lies on the block's stack.
 */
#include <string.h>
#include <tacho/tacho.h>
#include "base/error.h"
#include "format/clock.h"
#include "record/private.h"

/* In the tag on the stack only: there is no variable that will end it later. */
#define PHASE (UINT64_C(1) << 56)

enum { EARLY = sizeof((struct tacho_block *)0)->ended_early / sizeof(uint64_t) };

void tacho_phase_begin_called(const char *name)
{
	struct tacho_span span;
	tacho_begin_inline(&span, tacho_site_named_called(name));
	uint32_t depth = (uint32_t)span.top;
	if (span.block && depth < TACHO_STACK_DEPTH)
		span.block->stack[depth + 1].tag |= PHASE;
}

/* The innermost open span of this thread as its variable would have it; block NULL: none.  False: there is one, but so
 * deep that nothing is known of it. */
static bool innermost(struct tacho_span *span, bool *phase)
{
	struct tacho_block *block = tacho_self;
	uint32_t depth = (uint32_t)block->top;
	span->block = NULL;
	if (block == &tc_nobody || !depth || !block->ready)
		return true;
	if (depth > TACHO_STACK_DEPTH)
		return false;
	uint64_t tag = block->stack[depth].tag;
	struct tacho_node *node = tc_node_at(block, (uint16_t)(tag >> TACHO_TAG_NODE_SHIFT));
	uint64_t parent = node->parent;
	if (!parent && depth > 1) /* a tree that is too wide: see node.c */
		parent = (uint16_t)(block->stack[depth - 1].tag >> TACHO_TAG_NODE_SHIFT);
	*phase = tag & PHASE;
	*span = (struct tacho_span){
		.block = block,
		.node = node,
		.start = block->stack[depth].start,
		.tag = tag & ~PHASE,
		.top = parent << 32 | (depth - 1),
		.own_top = block->top,
	};
	if (tag & TACHO_TAG_ATTRIBUTES)
		span->attributes = tc_attributes_first(block);
	return true;
}

bool tacho_phase_current_called(struct tacho_span *out)
{
	bool phase = false;
	if (!innermost(out, &phase) || !phase)
		out->block = NULL;
	return out->block;
}

/* A scope's own end comes later and must find nothing to do. */
static void end(struct tacho_span *span, bool phase)
{
	struct tacho_block *block = span->block;
	if (!phase)
		block->ended_early[block->ended_early_sum++ % EARLY] = span->start;
	tacho_span_end_slow(span, tc_clock_ticks(tc_recorder.clock));
}

bool tc_was_ended_early(const struct tacho_span *span)
{
	struct tacho_block *block = span->block;
	for (int i = 0; i < EARLY; i++) {
		if (block->ended_early[i] != span->start)
			continue;
		block->ended_early[i] = 0;
		return true;
	}
	return false;
}

/* Nothing is open because nothing is recorded: no fault of the caller's. */
static int none_open(void)
{
	if (!tacho_is_recording())
		return 0;
	return tc_error(TACHO_EINVAL, "no span is open on this thread: there is none to end");
}

int tacho_span_end_current_called(void)
{
	struct tacho_span span;
	bool phase;
	if (!innermost(&span, &phase))
		return tc_error(TACHO_EINVAL, "the innermost open span lies deeper than %d: end it by its variable",
			TACHO_STACK_DEPTH);
	if (!span.block)
		return none_open();
	end(&span, phase);
	return 0;
}

static int wrong_name(const struct tacho_node *node, const char *name)
{
	size_t bytes;
	const char *open = tc_name_text(node->site, &bytes);
	return tc_error(TACHO_EINVAL,
		"the innermost open span is \"%.*s\", not \"%.100s\": nothing was ended; end \"%.*s\" first",
		(int)(bytes < 100 ? bytes : 100), open, name ? name : "", (int)(bytes < 100 ? bytes : 100), open);
}

int tacho_span_end_named_called(const char *name)
{
	struct tacho_span span;
	bool phase;
	if (!innermost(&span, &phase))
		return tacho_span_end_current_called();
	if (!span.block)
		return none_open();
	if (!tc_slow_enter())
		return tc_error(TACHO_EBUSY, "tacho is busy on this thread: not from a signal handler");
	bool is = tc_name_is(span.node->site, name);
	int result = is ? 0 : wrong_name(span.node, name);
	tc_slow_leave();
	if (is)
		end(&span, phase);
	return result;
}
