/* SPDX-License-Identifier: MIT
 *
 * context.c - what is current on a thread, and its place in the tree of another.  Current is the node in the upper half of
 * block->top: begins go below it, ends put back what they found.
 */
#include <tacho/tacho.h>
#include "format/identity.h"
#include "record/private.h"

enum { PATH = 1024 }; /* deeper ones lie below what is that deep */

/* The lock is held.  Nodes never change once they are made, so another thread's can be read. */
uint32_t tc_context_node(struct tacho_block *to, const struct tacho_context *context)
{
	const struct tacho_block *from = context->block;
	uint16_t path[PATH];
	if (!from || !tc_same_opening(to->ready, context->generation))
		return 0;
	if (from == to)
		return context->node;
	uint32_t depth = 0, node = 0;
	for (uint32_t at = context->node; at; at = tc_node_at(from, at)->parent)
		path[depth++ % PATH] = tc_node_at(from, at)->site;
	for (uint32_t i = 0; i < depth && i < PATH; i++)
		node = tc_node_find(to, node, path[(depth - 1 - i) % PATH])->id;
	return node;
}

void tacho_context_get_called(struct tacho_context *context)
{
	struct tacho_block *block = tacho_self;
	uint64_t node = block->top >> 32;
	if (block == &tc_nobody || !node)
		return;
	context->block = block;
	context->generation = block->ready & ~TC_READY_FLAGS;
	context->node = (uint32_t)node;
}

void tacho_context_set_called(const struct tacho_context *context)
{
	struct tacho_block *block = tacho_self;
	if (!context->block && block == &tc_nobody)
		return;
	uint64_t node = context->node;
	if (!context->block || !block->ready) {
		node = 0;
	} else if (context->block != block || !tc_same_opening(block->ready, context->generation)) {
		if (!tc_slow_enter())
			return;
		block = tc_thread_block();
		node = block ? tc_context_node(block, context) : 0;
		tc_slow_leave();
	}
	if (block)
		TACHO_RELAXED_STORE(block->top, node << 32 | (uint32_t)block->top);
}

uint64_t tacho_span_identity(const struct tacho_span *span)
{
	const struct tacho_block *block = span->block;
	if (block != tacho_self || block == &tc_nobody)
		return 0;
	return tc_span_identity(tc_part_header(tc_part_of(block))->id[0], block->at, span->node->site, TACHO_KIND_SCOPE,
		tacho_ticks_to_ns(span->start, block->mult));
}
