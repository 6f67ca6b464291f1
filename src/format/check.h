/* SPDX-License-Identifier: MIT
 *
 * check.h - makes a part's bytes safe to read, whoever wrote them and wherever they were cut.
 *
 * tc_part_check() goes once over a private copy of a part and bounds every offset, count and chain in it; what is not
 * sound is cut off in the copy: a count lowered, an offset set to 0.  No two structures may share bytes, so that work
 * on a hostile part is bounded by its size.  From then on the functions below it need no checks of their own.
 */
#ifndef FORMAT_CHECK_H
#define FORMAT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "format/part.h"

struct tc_part_damage {  /* how much was cut off; all 0: the part is whole */
	uint64_t bytes;  /* missing at the file's end */
	uint64_t chains; /* of blocks that led nowhere: threads after that are missing */
	uint64_t rings, nodes, pages, kept, names, attributes, metrics;
};

/* bytes: aligned to 64, count of them, changed in place.  0, or TACHO_EFORMAT, TACHO_EVERSION or, of a part that
 * was only being made, TACHO_ENOENT, with a sentence that begins with what, the file's name; then nothing of it is usable. */
int tc_part_check(unsigned char *bytes, size_t count, const char *what, struct tc_part_damage *damage);

bool tc_part_is_damaged(const struct tc_part_damage *damage);

/* ---- of bytes that were checked ---- */

/* The block at an offset (header.first_block, block.next); NULL for 0. */
static inline struct tacho_block *tc_part_block(unsigned char *bytes, uint64_t at)
{
	return at ? (struct tacho_block *)(void *)(bytes + at) : NULL;
}

static inline struct tacho_record *tc_part_ring(struct tacho_block *block)
{
	return (struct tacho_record *)(void *)(block + 1);
}

/* Node id; NULL when the block has none of that number. */
struct tacho_node *tc_part_node(unsigned char *bytes, const struct tacho_block *block, uint32_t id);

/* Page number i of a node's histogram, TACHO_PAGE_CELLS cells; NULL: none. */
static inline uint32_t *tc_part_page(struct tacho_block *block, const struct tacho_node *node, unsigned i)
{
	return node->page[i] ? (uint32_t *)(void *)((char *)block + (uint64_t)node->page[i] * TACHO_UNIT) : NULL;
}

static inline struct tacho_kept *tc_part_kept(struct tacho_block *block, const struct tacho_node *node)
{
	return node->kept ? (struct tacho_kept *)(void *)((char *)block + (uint64_t)node->kept * TACHO_UNIT) : NULL;
}

/* Its open async spans; NULL: none. */
static inline struct tacho_beside *tc_part_beside(unsigned char *bytes, const struct tacho_block *block)
{
	return block->beside_at ? (struct tacho_beside *)(void *)(bytes + block->beside_at) : NULL;
}

/* What a block has counted; NULL: nothing.  Cells that are there are of the kind of their metric. */
static inline struct tacho_metrics *tc_part_metrics(unsigned char *bytes, const struct tacho_block *block)
{
	return block->metrics_at ? (struct tacho_metrics *)(void *)(bytes + block->metrics_at) : NULL;
}

/* Entry of a metric; NULL when there is no such one or it was not sound. */
const struct tc_metric_entry *tc_part_metric(const unsigned char *bytes, uint64_t number);

/* Entry of a name; NULL when there is no such name or its entry was not sound. */
const struct tc_name *tc_part_name(const unsigned char *bytes, uint32_t number);

#endif
