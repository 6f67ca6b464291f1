/* SPDX-License-Identifier: MIT
 *
 * trees.h - whole trees of root spans, a random sample of all that there were, for the critical paths of a run that is longer than the
 * rings.  At each reading of a block its new roots get random keys, as of a Poisson process whose rate is how many there are: so that
 * those TC_TREES_MOST of the session with the lowest keys are spread over it as the roots were (weighted sampling by exponential keys,
 * Efraimidis and Spirakis 2006).  Most readings are over with the first key, and no ring is read; a root that is taken is any one of those that the ring
 * still has whole.
 *
 * A root is a scope right below the spans that stay open, those of main() say: that were open at the reading before, or of whose node none has
 * ended yet.  Its tree is what ended since it began on the same thread, which lies in one piece before it in the ring.
 */
#ifndef OBSERVE_TREES_H
#define OBSERVE_TREES_H

#include <stdbool.h>
#include "format/log.h"

enum { TC_TREES_OPEN = 8 }; /* spans that stay open: deeper ones are taken for roots' */

struct tc_trees {        /* of a session; all zero but `chance`: none yet */
	uint64_t chance; /* state of the random numbers, not 0 */
	size_t count;
	double key[TC_TREES_MOST]; /* a heap, the highest first */
	struct tc_trees_scratch *scratch;
};

struct tc_block_trees {                /* at the last reading of a block */
	uint64_t next;                 /* the first record that was not there yet */
	uint64_t start[TC_TREES_OPEN]; /* of the open spans, outermost first; 0: none */
};

struct tc_part_reading;
struct tc_block_seen;

/* Before and after the nodes of a block are read. */
void tc_trees_before(const struct tc_part_reading *reading, struct tc_block_seen *block);
void tc_trees_after(const struct tc_part_reading *reading, struct tc_block_seen *block, const struct tacho_block *head);

/* No tree with a higher key is in the sample. */
double tc_trees_limit(const struct tc_trees *trees);

void tc_trees_release(struct tc_trees *trees);

/* An exponentially distributed number of mean 1, without a logarithm (J. von Neumann, Various techniques used in connection with random
 * digits, 1951): descending runs of uniform ones. */
double tc_trees_exponential(uint64_t *chance);

#endif
