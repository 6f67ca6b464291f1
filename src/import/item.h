/* SPDX-License-Identifier: MIT
 *
 * item.h - a span, a reading of a counter, or an event, on its way from a format to the session; as it lies in the file of those that are sorted.
 * Behind it come its attributes, each a struct tc_item_attribute, key, value and filling up to a multiple of 8 bytes.
 */
#ifndef IMPORT_ITEM_H
#define IMPORT_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tc_item_flag {
	TC_ITEM_FAILED = 1,
	TC_ITEM_ASYNC = 2,    /* it may overlap others of its thread */
	TC_ITEM_OPEN = 4,     /* it has no end */
	TC_ITEM_READING = 8,  /* no span: `name` is the number of a counter, `duration_ns` the bits of a double */
	TC_ITEM_TOLD = 16,    /* it lies in `parent`, or in nothing, whatever its times say */
	TC_ITEM_FOLLOWS = 32, /* its parent caused it and did not wait for it */
	TC_ITEM_EVENT = 128,  /* no span: something of this name that happened in its thread */
	TC_ITEM_NAMED = 64    /* `id` and `parent` are of names, which many have: the newest that is open is meant */
};

enum { TC_ITEM_NO_SPAN = TC_ITEM_READING | TC_ITEM_EVENT };

struct tc_item {
	int64_t start_ns; /* of the trace's own clock */
	uint64_t duration_ns;
	uint64_t id, parent; /* hashes; 0: none */
	uint64_t group;      /* spans of different groups do not lie in one another by their times; 0: of none */
	uint32_t name, thread;
	uint32_t bytes; /* with all that is behind it */
	uint16_t flags;
	uint16_t attributes;
	uint32_t depth; /* of spans with the same times the outer one has the lower */
	uint32_t spare;
};

struct tc_item_attribute {
	uint32_t type; /* enum tacho_attribute_type; of links the word is what `id` of the other one is */
	uint32_t key_bytes;
	uint64_t value_bytes;
};

static inline size_t tc_item_round(size_t bytes)
{
	return (bytes + 7) & ~(size_t)7;
}

#endif
