/* SPDX-License-Identifier: MIT */
#include "format/snapshot.h"

#include <string.h>
#include "base/wide.h"

enum {
	HEAD_BYTES = offsetof(struct tacho_block, at), /* what ends write, and what finds the ring */
	TRIES_EXACT = 16,                              /* then a close one will do */
	TRIES = 256
};

static bool belongs(uint64_t tag, const struct tacho_node *node)
{
	return (uint16_t)(tag >> TACHO_TAG_NODE_SHIFT) == node->id;
}

/* Completes a node whose end stopped between begun and count; false: the undo log is not of this node. */
static bool complete(struct tacho_node *node, const struct tacho_block *head, uint64_t word)
{
	uint64_t ns = word & TACHO_DURATION_LONG;
	if (!belongs(word, node) || node->begun != node->count + 1)
		return false;
	node->count = node->begun;
	struct tc_wide sum = {head->undo_sum, tc_wide_load(&node->sum_ns).high};
	tc_wide_store(&node->sum_ns, tc_wide_add(sum, tc_wide_of(ns)));
	tc_wide_store(&node->squares_ns2, tc_wide_add(tc_wide_load(&head->undo_squares), tc_wide_product(ns, ns)));
	node->min_ns = ns < node->min_ns ? ns : node->min_ns;
	node->max_ns = ns > node->max_ns ? ns : node->max_ns;
	return true;
}

/* The failure of the newest span, if it is of this node and was not counted yet.  `counts`: the span itself is. */
static bool complete_failures(struct tacho_node *node, const struct tacho_block *head, uint64_t word, bool counts)
{
	uint64_t index = head->undo_index;
	if (!belongs(word, node) || !(word & TACHO_TAG_FAILED) || !counts || head->failed_finished == index + 1)
		return false;
	node->failed = (head->undo_failed_index == index ? head->undo_failed : node->failed) + 1;
	return true;
}

/* Whether `later` can have followed `earlier`: a half-stored 128-bit sum shows as a leap. */
static bool can_follow(const struct tacho_node *earlier, const struct tacho_node *later)
{
	struct tc_wide sum = tc_wide_subtract(tc_wide_load(&later->sum_ns), tc_wide_load(&earlier->sum_ns)),
		       squares =
			       tc_wide_subtract(tc_wide_load(&later->squares_ns2), tc_wide_load(&earlier->squares_ns2));
	return later->count >= earlier->count && !sum.high && !tc_wide_less(tc_wide_product(sum.low, sum.low), squares);
}

static bool look(const struct tc_snapshot_source *source, uint64_t at, void *to, size_t bytes)
{
	tc_look_again();
	return source->read(source->context, at, to, bytes);
}

enum tc_snapshot tc_snapshot_node(
	const struct tc_snapshot_source *source, uint64_t block_at, uint64_t node_at, struct tacho_node *out)
{
	struct tacho_block before, after; /* their heads only */
	struct tacho_node first, second;
	bool close = false;
	for (int tries = 0; tries < TRIES && !(close && tries >= TRIES_EXACT); tries++) {
		if (!look(source, block_at, &before, HEAD_BYTES) || !look(source, node_at, &first, sizeof first) ||
			!look(source, node_at, &second, sizeof second) || !look(source, block_at, &after, HEAD_BYTES))
			return TC_SNAPSHOT_LOST;
		bool agrees = tc_node_agrees(&first) && tc_node_agrees(&second);
		if (agrees && can_follow(&first, &second)) {
			*out = second;
			close = true;
		}
		if (memcmp(&before, &after, HEAD_BYTES) || memcmp(&first, &second, sizeof first))
			continue;
		uint64_t word;
		*out = second;
		if (!look(source, tc_word_at(block_at, &after, after.undo_index), &word, sizeof word))
			return agrees ? TC_SNAPSHOT_WHOLE : TC_SNAPSHOT_LOST;
		if (!agrees && !complete(out, &after, word))
			return TC_SNAPSHOT_LOST;
		bool counts = !agrees || after.finished == after.undo_index + 1;
		return complete_failures(out, &after, word, counts) || !agrees ? TC_SNAPSHOT_MENDED : TC_SNAPSHOT_WHOLE;
	}
	return close ? TC_SNAPSHOT_CLOSE : TC_SNAPSHOT_LOST;
}

static bool look_at_word(const struct tc_snapshot_source *source, uint64_t at, uint64_t *word)
{
	return look(source, at, word, sizeof *word);
}

bool tc_still_begin(const struct tc_snapshot_source *source, uint64_t block_at, struct tc_still *still)
{
	return look_at_word(source, block_at + offsetof(struct tacho_block, finished), &still->finished) &&
	       look_at_word(source, block_at + offsetof(struct tacho_block, ready), &still->ready) && still->ready;
}

bool tc_still_end(const struct tc_snapshot_source *source, uint64_t block_at, const struct tc_still *still)
{
	struct tc_still now;
	return look_at_word(source, block_at + offsetof(struct tacho_block, ready), &now.ready) &&
	       look_at_word(source, block_at + offsetof(struct tacho_block, finished), &now.finished) &&
	       now.ready == still->ready && now.finished == still->finished;
}
