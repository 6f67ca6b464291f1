/* SPDX-License-Identifier: MIT
 *
 * share_own.c - how long each span was the innermost one of its thread.  Finished spans are in the sums of nodes: a node's own
 * time is its sum less those of its children.  To that comes what open spans have run so far.  The thread goes on meanwhile:
 * spans that are open both before and after the nodes were read stand for all that time, and what is short enough to have
 * begun and ended in between is what the answer may be off by.
 */
#include <string.h>
#include <tacho/hot.h>

#include "format/clock.h"
#include "observe/share.h"

static const double slack_max_ns = 1e6; /* else it is asked again at the next reading */

uint32_t tc_open_spans(const struct tacho_block *block)
{
	uint32_t open = (uint32_t)block->top;
	return open < TACHO_STACK_DEPTH ? open : TACHO_STACK_DEPTH;
}

static uint32_t still_open(const struct tacho_block *before, const struct tacho_block *after)
{
	uint32_t first = tc_open_spans(before), second = tc_open_spans(after), k = 0;
	while (k < first && k < second && !memcmp(&before->stack[k + 1], &after->stack[k + 1], sizeof *before->stack))
		k++;
	return k;
}

static double between(uint64_t from, uint64_t to, uint64_t mult)
{
	return to > from ? (double)tacho_ticks_to_ns(to - from, mult) : 0;
}

static struct tc_node_seen *node_of(const struct tc_block_seen *block, const struct tacho_open *open)
{
	uint32_t id = (uint16_t)(open->tag >> TACHO_TAG_NODE_SHIFT);
	return id && id < block->nodes ? &block->node[id] : NULL;
}

/* Spans beside the stack take nothing from what is around them, and nothing is taken from them; nor from a scope that was never
 * open in this thread, which is but the path to what hangs below it by a context. */
static bool is_around(const struct tc_block_seen *block, uint32_t id, const struct tacho_block *head, uint32_t open)
{
	const struct tc_node_seen *node = &block->node[id];
	if (!id || node->beside || node->count)
		return id && !node->beside;
	for (uint32_t k = 1; k <= open; k++)
		if (node_of(block, &head->stack[k]) == node)
			return true;
	return false;
}

static void sum_nodes(struct tc_block_seen *block, const struct tacho_block *head, uint32_t open)
{
	for (uint32_t id = 1; id < block->nodes; id++)
		block->node[id].own_ns = 0;
	for (uint32_t id = 1; id < block->nodes; id++) {
		struct tc_node_seen *node = &block->node[id];
		if (node->beside)
			continue;
		node->own_ns += (int64_t)node->sum_ns.low;
		if (is_around(block, node->parent, head, open))
			block->node[node->parent].own_ns -= (int64_t)node->sum_ns.low;
	}
}

static void add_open(struct tc_block_seen *block, const struct tacho_block *head, uint32_t open, uint64_t now)
{
	for (uint32_t k = 1; k <= open; k++) {
		struct tc_node_seen *node = node_of(block, &head->stack[k]);
		uint64_t end = k < open ? head->stack[k + 1].start : now;
		if (node)
			node->own_ns += (int64_t)between(head->stack[k].start, end, head->mult);
	}
}

/* Names of nodes come together in the piece; what is off may leave one less than nothing. */
static void take_growth(struct tc_part_reading *reading, struct tc_block_seen *block, struct tc_piece *piece)
{
	tc_piece_begin(reading->shares, piece);
	for (uint32_t id = 1; id < block->nodes; id++) {
		struct tc_node_seen *node = &block->node[id];
		int64_t grown = node->own_ns - node->own_before_ns;
		node->own_before_ns = node->own_ns;
		uint32_t name = grown ? tc_seen_name(reading, node->site) : UINT32_MAX;
		if (name != UINT32_MAX)
			tc_piece_put(reading->shares, piece, name, (double)grown);
	}
	tc_piece_end(reading->shares, piece);
	for (size_t i = 0; i < piece->count; i++)
		if (piece->name[i].wall_ns < 0)
			piece->name[i].wall_ns = 0;
}

bool tc_share_own(
	struct tc_part_reading *reading, struct tc_block_seen *block, struct tc_piece *piece, struct tc_own *out)
{
	uint64_t before_ticks = reading->shares->before_ticks;
	const struct tacho_block *before = &reading->shares->before, *after = &reading->shares->after;
	uint32_t open = still_open(before, after);
	uint64_t now = tc_clock_ticks((enum tc_clock)reading->part->process->clock), since = before_ticks;
	if (tc_open_spans(before) > open && before->stack[open + 1].start < since)
		since = before->stack[open + 1].start;
	out->now_ticks = now;
	out->slack_ns = between(since, now, after->mult);
	if (out->slack_ns > slack_max_ns && between(before_ticks, now, after->mult) < slack_max_ns)
		return false; /* one that had run for long ended just now */
	sum_nodes(block, after, open);
	add_open(block, after, open, now);
	take_growth(reading, block, piece);
	const struct tc_node_seen *node = open ? node_of(block, &after->stack[open]) : NULL;
	uint32_t name = node ? tc_seen_name(reading, node->site) : UINT32_MAX;
	out->innermost = name == UINT32_MAX ? reading->shares->no_span : name;
	return true;
}
