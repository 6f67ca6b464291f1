/* SPDX-License-Identifier: MIT
 *
 * occupant.h - whose a record of a block is, of the threads that used the block one after another.
 */
#ifndef FORMAT_OCCUPANT_H
#define FORMAT_OCCUPANT_H

#include <tacho/layout.h>

/* The thread of record number `record`; of one that is no longer told apart, the oldest that is known. */
static inline const struct tacho_occupant *tc_occupant_of(const struct tacho_block *block, uint64_t record)
{
	uint64_t count = block->occupants, oldest = count > TACHO_OCCUPANTS ? count - TACHO_OCCUPANTS : 0;
	const struct tacho_occupant *found = &block->occupant[oldest % TACHO_OCCUPANTS];
	for (uint64_t i = oldest; i < count; i++)
		if (block->occupant[i % TACHO_OCCUPANTS].first_record <= record)
			found = &block->occupant[i % TACHO_OCCUPANTS];
	return found;
}

#endif
