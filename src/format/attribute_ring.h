/* SPDX-License-Identifier: MIT
 *
 * attribute_ring.h - going through a thread's ring of attributes, which may be overwritten meanwhile.
 */
#ifndef FORMAT_ATTRIBUTE_RING_H
#define FORMAT_ATTRIBUTE_RING_H

#include <stdbool.h>
#include <stdint.h>
#include <tacho/layout.h>
#include "format/part.h"

/* Whole length of an entry, at most `room`; 0: not sound. */
static inline uint64_t tc_attribute_bytes(const struct tacho_attribute *entry, uint64_t room)
{
	uint64_t bytes = sizeof *entry + entry->key_bytes + (uint64_t)entry->value_bytes;
	bytes = (bytes + 7) & ~UINT64_C(7);
	return entry->type >= TACHO_ATTR_TEXT && entry->type <= TACHO_ATTR_BEGUN_BY && bytes <= room ? bytes : 0;
}

/* An entry that is being written, and the filler before it, may lie on so many of the oldest bytes. */
static inline uint64_t tc_attributes_under_way(uint64_t attribute_text_bytes)
{
	const uint64_t most = 65536, other = sizeof(struct tacho_attribute) + TC_KEY_BYTES_MAX + 16;
	return 2 * ((attribute_text_bytes < most ? attribute_text_bytes : most) + other);
}

/* How far to go from position `at` of a ring of `size` bytes, where `entry` lies: over an entry, a filler, or 8 bytes to the
 * next place where one may begin.  end: what is written.  *found: it is an entry that says of itself that it belongs here. */
static inline uint64_t tc_attribute_step(
	const struct tacho_attribute *entry, uint64_t at, uint64_t size, uint64_t end, bool *found)
{
	uint64_t left = size - (at & (size - 1));
	*found = false;
	if (left < sizeof *entry)
		return left;
	bool here = entry->stamp == (uint32_t)(at / 8);
	if (here && entry->type == TACHO_ATTR_PAD)
		return left;
	uint64_t bytes = here ? tc_attribute_bytes(entry, left) : 0;
	*found = bytes && bytes <= end - at;
	return bytes ? bytes : 8;
}

#endif
