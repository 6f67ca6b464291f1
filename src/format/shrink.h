/* SPDX-License-Identifier: MIT
 *
 * shrink.h - takes the records out of a finished part that lie elsewhere too, in the file of stored spans.
 */
#ifndef FORMAT_SHRINK_H
#define FORMAT_SHRINK_H

#include <stddef.h>
#include <stdint.h>

struct tc_shrunk_ring {
	uint64_t thread;    /* offset of the block */
	uint64_t epoch;     /* of it */
	uint64_t from, end; /* the records that are stored: all from `from` up to before `end` */
};

/* Leaves the 16 newest records in the rings of these blocks, where all others are stored, and no attributes where nothing is
 * open; other blocks stay as they are.  The
 * file is replaced by one without the rest, if no process writes to it.  0 or a negative code with the sentence set, and then
 * it is as it was. */
int tc_part_shrink(const char *path, const struct tc_shrunk_ring *ring, size_t count);

#endif
