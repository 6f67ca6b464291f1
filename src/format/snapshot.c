/* SPDX-License-Identifier: MIT */
#include "format/snapshot.h"

#include <string.h>

enum {
	HEAD_BYTES = offsetof(struct tacho_block, at), /* what ends write */
	TRIES_EXACT = 16,                              /* then a close one will do */
	TRIES = 256
};

static bool belongs(uint64_t tag, const struct tacho_node *node)
{
	return (uint16_t)(tag >> TACHO_TAG_NODE_SHIFT) == node->id;
}

/* The newest span, if it is of this node and the undo log is its own; NULL otherwise. */
static const struct tacho_recent *newest(const struct tacho_block *head, const struct tacho_node *node)
{
	const struct tacho_recent *recent = &head->recent[head->undo_index % TACHO_RECENT];
	return head->finished && head->undo_index == head->finished - 1 && belongs(recent->tag, node) ? recent : NULL;
}

/* Time spent in children by the span that is being ended: its entry is still on the stack, for top is stored last.
 * Entries above it are of spans that a longjmp skipped. */
static uint64_t child_time(const struct tc_snapshot_source *source, uint64_t block_at, const struct tacho_block *head,
	const struct tacho_node *node)
{
	uint64_t depth = (uint32_t)head->top;
	if (depth > TACHO_STACK_DEPTH)
		return 0; /* so deep that it is not kept */
	for (; depth; depth--) {
		struct tacho_open open;
		if (!source->read(source->context, block_at + offsetof(struct tacho_block, stack) + depth * sizeof open,
			    &open, sizeof open))
			return 0;
		if (belongs(open.tag, node))
			return open.child_ns;
	}
	return 0;
}

static void complete(
	struct tacho_node *node, const struct tacho_block *head, const struct tacho_recent *span, uint64_t child_ns)
{
	uint64_t ns = span->duration_ns, failed = tc_node_failed(node);
	if ((uint16_t)node->begun_failed != (uint16_t)(head->undo_count + 1))
		failed += span->tag >> 63;
	node->count = head->undo_count + 1;
	node->sum_ns = head->undo_sum + ns;
	node->squares_ns2 = head->undo_squares + (tacho_u128)ns * ns;
	node->self_ns = head->undo_self + (child_ns < ns ? ns - child_ns : 0);
	node->min_ns = ns < node->min_ns ? ns : node->min_ns;
	node->max_ns = ns > node->max_ns ? ns : node->max_ns;
	node->begun_failed = failed << 16 | (uint16_t)node->count;
}

/* Whether `later` can have followed `earlier`: a half-stored 128-bit sum shows as a leap. */
static bool can_follow(const struct tacho_node *earlier, const struct tacho_node *later)
{
	tacho_u128 sum = later->sum_ns - earlier->sum_ns, squares = later->squares_ns2 - earlier->squares_ns2;
	return later->count >= earlier->count && sum <= UINT64_MAX && squares <= sum * sum;
}

enum tc_snapshot tc_snapshot_node(
	const struct tc_snapshot_source *source, uint64_t block_at, uint64_t node_at, struct tacho_node *out)
{
	struct tacho_block before, after; /* their heads only */
	struct tacho_node first, second;
	bool close = false;
	for (int tries = 0; tries < TRIES && !(close && tries >= TRIES_EXACT); tries++) {
		if (!source->read(source->context, block_at, &before, HEAD_BYTES) ||
			!source->read(source->context, node_at, &first, sizeof first) ||
			!source->read(source->context, node_at, &second, sizeof second) ||
			!source->read(source->context, block_at, &after, HEAD_BYTES))
			return TC_SNAPSHOT_LOST;
		bool agrees = tc_node_agrees(&first) && tc_node_agrees(&second);
		if (agrees && can_follow(&first, &second)) {
			*out = second;
			close = true;
		}
		if (memcmp(&before, &after, HEAD_BYTES) || memcmp(&first, &second, sizeof first))
			continue;
		const struct tacho_recent *span = newest(&after, &second);
		*out = second;
		if (span && second.count == after.undo_count) {
			complete(out, &after, span, child_time(source, block_at, &after, &second));
			return TC_SNAPSHOT_MENDED;
		}
		return agrees ? TC_SNAPSHOT_WHOLE : TC_SNAPSHOT_LOST;
	}
	return close ? TC_SNAPSHOT_CLOSE : TC_SNAPSHOT_LOST;
}
