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

/* Completes a node whose end stopped between begun_failed and count; false: the undo log is not of this node. */
static bool complete(struct tacho_node *node, const struct tacho_block *head)
{
	uint64_t word = head->recent[head->undo_index % TACHO_RECENT], ns = word & TACHO_DURATION_LONG;
	if (!belongs(word, node) || (uint16_t)node->begun_failed != (uint16_t)(node->count + 1))
		return false;
	node->count++;
	node->sum_ns = head->undo_sum + ns;
	node->squares_ns2 = head->undo_squares + (tacho_u128)ns * ns;
	node->min_ns = ns < node->min_ns ? ns : node->min_ns;
	node->max_ns = ns > node->max_ns ? ns : node->max_ns;
	return true;
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
		*out = second;
		if (agrees)
			return TC_SNAPSHOT_WHOLE;
		return complete(out, &after) ? TC_SNAPSHOT_MENDED : TC_SNAPSHOT_LOST;
	}
	return close ? TC_SNAPSHOT_CLOSE : TC_SNAPSHOT_LOST;
}
