/* SPDX-License-Identifier: MIT
 *
 * snapshot.h - the one way to read a node's statistics while its thread writes them, or after a kill stopped it half-way.
 * Serves read and observe.  Nothing is locked and the writer does not notice.
 *
 * Why this is enough.  An end stores, in this order: undo log, record, begun, sums, finished, count, top; then the failure.  A copy
 * that was read twice alike while nothing happened in the block is what the memory holds (and count, which is stored last, lies in
 * front of the sums and begun behind them, so that a copy that took long does not agree with itself); whether it is half an update,
 * begun and count tell, and then the undo log holds the figures before and the ring the span to be added.
 */
#ifndef FORMAT_SNAPSHOT_H
#define FORMAT_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tacho/layout.h>

struct tc_snapshot_source {
	void *context;
	/* Copies bytes at a file offset of the part; false: they are not there. */
	bool (*read)(void *context, uint64_t offset, void *to, size_t bytes);
};

enum tc_snapshot {
	TC_SNAPSHOT_WHOLE,  /* exact */
	TC_SNAPSHOT_MENDED, /* exact: an end stopped half-way has been completed. */
	TC_SNAPSHOT_CLOSE, /* the thread ends spans of this node faster than they can be read: one may be counted whose time
	                     * is not yet in the sums; the next snapshot has it */
	TC_SNAPSHOT_LOST /* unreadable, or nothing that agrees with itself */
};

/* The node at node_at of the block at block_at, both file offsets that the caller has held against the file's size. */
enum tc_snapshot tc_snapshot_node(
	const struct tc_snapshot_source *source, uint64_t block_at, uint64_t node_at, struct tacho_node *out);

/* Between two looks at a part that is being written: what comes after is not older than what came before.  A core of weak
 * order needs it also between two system calls; x86 does it anyway.  Within one read nothing is ordered anywhere. */
static inline void tc_look_again(void)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

/* Where in the part the word of span number `index` lies, if it is one of the newest that were kept. */
static inline uint64_t tc_word_at(uint64_t block_at, const struct tacho_block *head, uint64_t index)
{
	return block_at + sizeof *head + ((index - head->skipped) & head->ring_mask) * sizeof(struct tacho_record) +
	       offsetof(struct tacho_record, word);
}

/* Whether a block stood still while it was copied.  tc_still_begin() before the copy: false, an end is under way. tc_still_end()
 * after it: true, all that was read in between is as the ends that `still` counts left it; of the next one at most its undo
 * log, its record and a cell of the histogram are there, which readers allow for anyway.  For that the two words are read one
 * after the other, and the second time in the other order. */
struct tc_still {
	uint64_t finished, ready;
};
bool tc_still_begin(const struct tc_snapshot_source *source, uint64_t block_at, struct tc_still *still);
bool tc_still_end(const struct tc_snapshot_source *source, uint64_t block_at, const struct tc_still *still);

/* Whether no update was under way when these bytes were read. */
static inline bool tc_node_agrees(const struct tacho_node *node)
{
	return node->begun == node->count;
}

#endif
