/* SPDX-License-Identifier: MIT
 *
 * checker.h - what the files that check a part share: check.c and check_metric.c.
 */
#ifndef FORMAT_CHECKER_H
#define FORMAT_CHECKER_H

#include "format/check.h"

struct tc_checker {
	unsigned char *bytes;
	uint64_t size;
	unsigned char *claimed; /* a bit for each unit of 64 bytes */
	struct tc_part_damage *damage;
	uint8_t kind_of_cell[TACHO_METRIC_CELLS]; /* enum tacho_metric_kind; 0: no metric has it */
	uint8_t kind_of_counter[TACHO_COUNTERS];
};

/* Whether [at, at + bytes) lies in the file. */
static inline bool tc_check_inside(const struct tc_checker *c, uint64_t at, uint64_t bytes)
{
	return at <= c->size && bytes <= c->size - at;
}

/* Takes [at, at + bytes) for one structure; false: it lies elsewhere or belongs to another already. */
bool tc_check_claim(struct tc_checker *c, uint64_t at, uint64_t bytes);

/* What metrics there are; before the blocks. */
void tc_check_metrics(struct tc_checker *c, struct tc_part_header *header);

/* What a block has counted. */
void tc_check_block_metrics(struct tc_checker *c, struct tacho_block *block);

#endif
