/* SPDX-License-Identifier: MIT
 *
 * mend.h - completes what a kill left half done in a thread's block.  docs/FORMAT.md, "How a reader mends", has the reasons.
 */
#ifndef READ_MEND_H
#define READ_MEND_H

#include <stdbool.h>
#include "format/check.h"

struct tc_mended {
	bool completed;          /* the newest span was taken from the undo log */
	uint64_t finished;       /* spans in the statistics */
	uint32_t open;           /* stack[1 .. open] are open spans */
	uint64_t first, written; /* records first .. written - 1 are whole */
	uint64_t missing;        /* histogram entries that are nowhere; 0 in what tacho wrote */
	const struct tacho_record *late[TACHO_HISTOGRAM_LAG]; /* spans that the histograms still lack */
	size_t lates;
};

/* Mends a checked block in place; settled: it is all of one instant, see tc_part_is_settled(). */
void tc_block_mend(unsigned char *bytes, struct tacho_block *block, bool settled, struct tc_mended *out);

/* Leaves a block's figures out, in place: they are of an epoch before the last tacho_reset().  What is open stays. */
void tc_block_forget(unsigned char *bytes, struct tacho_block *block);

static inline uint32_t tc_tag_node(uint64_t tag)
{
	return (uint32_t)(tag >> TACHO_TAG_NODE_SHIFT) & 0xffff;
}

#endif
