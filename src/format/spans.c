/* SPDX-License-Identifier: MIT
 *
 * spans.c - a block's payload.  Columns: attributes first, since they want to be aligned; then node and marks, what is rare,
 * gaps, durations, and how many bytes of attributes each marked span has.
 */
#include "format/spans.h"

#include <stdlib.h>
#include <string.h>
#include <tacho/layout.h>
#include "base/error.h"

enum column { ATTRIBUTES, NODES, TAGS, GAPS, DURATIONS, SIZES, COLUMNS };
enum { ENCLOSES = 1, MARKED = 2, MARKS = 2, NUMBER_BYTES = 10, NODE_BYTES = 3, SIZE_BYTES = 5 };
enum { HEADER_BYTES = COLUMNS * sizeof(uint32_t) };

struct tc_spans_coder {
	unsigned char nodes[TC_SPANS_IN_BLOCK * NODE_BYTES], tags[TC_SPANS_IN_BLOCK],
		gaps[TC_SPANS_IN_BLOCK * NUMBER_BYTES], durations[TC_SPANS_IN_BLOCK * NUMBER_BYTES],
		sizes[TC_SPANS_IN_BLOCK * SIZE_BYTES];
	unsigned char *end[COLUMNS];
	unsigned char *payload;
	size_t room;
};

struct tc_spans_coder *tc_spans_coder_new(void)
{
	return calloc(1, sizeof(struct tc_spans_coder));
}

void tc_spans_coder_free(struct tc_spans_coder *coder)
{
	if (coder)
		free(coder->payload);
	free(coder);
}

/* ---- encoding ---- */

static void put(unsigned char **to, uint64_t number)
{
	for (; number > 127; number >>= 7)
		*(*to)++ = (unsigned char)(number | 128);
	*(*to)++ = (unsigned char)number;
}

static uint64_t folded(uint64_t number)
{
	return number << 1 ^ (uint64_t)((int64_t)number >> 63);
}

/* A span that holds what ended before it began long ago: then the gap from the end before to its own end is the small number. */
static void put_span(struct tc_spans_coder *coder, const struct tc_stored_span *span, uint64_t end_before)
{
	uint64_t marks = span->tag >> 56, end = span->start_ns + span->duration_ns;
	bool encloses = span->start_ns < end_before;
	uint64_t node = span->tag >> TACHO_TAG_NODE_SHIFT & 0xffff;
	put(&coder->end[NODES], node << MARKS | (marks ? MARKED : 0) | (encloses ? ENCLOSES : 0));
	if (marks)
		*coder->end[TAGS]++ = (unsigned char)marks;
	put(&coder->end[GAPS], folded((encloses ? end : span->start_ns) - end_before));
	put(&coder->end[DURATIONS], span->duration_ns);
	if (span->tag & TACHO_TAG_ATTRIBUTES)
		put(&coder->end[SIZES], (uint64_t)span->attribute_bytes / 8 << 1 | span->attributes_cut);
}

static uint64_t attribute_bytes(const struct tc_stored_span *span, size_t count)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < count; i++)
		bytes += span[i].tag & TACHO_TAG_ATTRIBUTES ? span[i].attribute_bytes : 0;
	return bytes;
}

static bool make_room(struct tc_spans_coder *coder, size_t bytes)
{
	if (bytes <= coder->room)
		return true;
	unsigned char *payload = realloc(coder->payload, bytes);
	if (!payload)
		return false;
	coder->payload = payload;
	coder->room = bytes;
	return true;
}

static void add_column(struct tc_spans_coder *coder, size_t *used, enum column column, const unsigned char *from)
{
	uint32_t bytes = (uint32_t)(coder->end[column] - from);
	memcpy(coder->payload + column * sizeof bytes, &bytes, sizeof bytes);
	memcpy(coder->payload + *used, from, bytes);
	*used += bytes;
}

static void add_attributes(struct tc_spans_coder *coder, size_t *used, const struct tc_stored_span *span, size_t count)
{
	uint32_t begin = (uint32_t)*used;
	for (size_t i = 0; i < count; i++) {
		if (!(span[i].tag & TACHO_TAG_ATTRIBUTES) || !span[i].attribute_bytes)
			continue;
		memcpy(coder->payload + *used, span[i].attributes, span[i].attribute_bytes);
		*used += span[i].attribute_bytes;
	}
	uint32_t bytes = (uint32_t)*used - begin;
	memcpy(coder->payload + ATTRIBUTES * sizeof bytes, &bytes, sizeof bytes);
}

const unsigned char *tc_spans_encode(
	struct tc_spans_coder *coder, const struct tc_stored_span *span, size_t count, size_t *bytes)
{
	uint64_t attributes = attribute_bytes(span, count), end_before = 0;
	unsigned char *const begin[COLUMNS] = {
		NULL, coder->nodes, coder->tags, coder->gaps, coder->durations, coder->sizes};
	if (count > TC_SPANS_IN_BLOCK || attributes > TC_SPANS_ATTRIBUTE_BYTES ||
		!make_room(coder, HEADER_BYTES + sizeof *coder + attributes))
		return NULL;
	memcpy(coder->end, begin, sizeof begin);
	for (size_t i = 0; i < count; i++) {
		put_span(coder, &span[i], end_before);
		end_before = span[i].start_ns + span[i].duration_ns;
	}
	*bytes = HEADER_BYTES;
	add_attributes(coder, bytes, span, count);
	for (enum column column = NODES; column < COLUMNS; column++)
		add_column(coder, bytes, column, begin[column]);
	return coder->payload;
}

/* ---- decoding ---- */

struct reading {
	const unsigned char *at[COLUMNS], *end[COLUMNS];
	bool failed;
};

static bool find_columns(struct reading *reading, const unsigned char *payload, size_t bytes)
{
	uint32_t column_bytes[COLUMNS];
	if (bytes < HEADER_BYTES)
		return false;
	memcpy(column_bytes, payload, HEADER_BYTES);
	size_t used = HEADER_BYTES;
	for (enum column column = ATTRIBUTES; column < COLUMNS; column++) {
		if (column_bytes[column] > bytes - used)
			return false;
		reading->at[column] = payload + used;
		used += column_bytes[column];
		reading->end[column] = payload + used;
	}
	return used == bytes && column_bytes[ATTRIBUTES] % 8 == 0;
}

static uint64_t long_number(struct reading *reading, enum column column)
{
	uint64_t number = 0;
	for (unsigned shift = 0; shift < 64 && reading->at[column] < reading->end[column]; shift += 7) {
		unsigned char byte = *reading->at[column]++;
		number |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return number;
	}
	reading->failed = true;
	return 0;
}

/* Most numbers are of one byte or two. */
static inline uint64_t number(struct reading *reading, enum column column)
{
	const unsigned char *at = reading->at[column];
	if (reading->end[column] - at < 2 || at[0] & at[1] & 128)
		return long_number(reading, column);
	reading->at[column] = at + (at[0] < 128 ? 1 : 2);
	return at[0] < 128 ? at[0] : (at[0] & 127u) | (uint64_t)at[1] << 7;
}

static uint64_t unfolded(uint64_t folded)
{
	return folded >> 1 ^ (0 - (folded & 1));
}

static void take_marks(struct reading *reading, struct tc_stored_span *span)
{
	if (reading->at[TAGS] == reading->end[TAGS]) {
		reading->failed = true;
		return;
	}
	span->tag |= (uint64_t)*reading->at[TAGS]++ << 56;
	if (!(span->tag & TACHO_TAG_ATTRIBUTES))
		return;
	uint64_t size = number(reading, SIZES), left = (uint64_t)(reading->end[ATTRIBUTES] - reading->at[ATTRIBUTES]);
	if (size >> 1 > left / 8) {
		reading->failed = true;
		return;
	}
	span->attributes_cut = size & 1;
	span->attribute_bytes = (uint32_t)(size >> 1) * 8;
	span->attributes = reading->at[ATTRIBUTES];
	reading->at[ATTRIBUTES] += span->attribute_bytes;
}

static void take_span(struct reading *reading, struct tc_stored_span *span, uint64_t end_before)
{
	uint64_t head = number(reading, NODES), gap = unfolded(number(reading, GAPS));
	*span = (struct tc_stored_span){
		.tag = (head >> MARKS & 0xffff) << TACHO_TAG_NODE_SHIFT, .duration_ns = number(reading, DURATIONS)};
	span->start_ns = end_before + gap - (head & ENCLOSES ? span->duration_ns : 0);
	if (head & MARKED)
		take_marks(reading, span);
}

int tc_spans_decode(const unsigned char *payload, size_t bytes, struct tc_stored_span *out, size_t count)
{
	struct reading reading = {.failed = false};
	uint64_t end_before = 0;
	if (count > TC_SPANS_IN_BLOCK || !find_columns(&reading, payload, bytes))
		return tc_error(TACHO_EFORMAT, "a block of stored spans is not sound");
	for (size_t i = 0; i < count && !reading.failed; i++) {
		take_span(&reading, &out[i], end_before);
		end_before = out[i].start_ns + out[i].duration_ns;
	}
	for (enum column column = ATTRIBUTES; column < COLUMNS; column++)
		reading.failed |= reading.at[column] != reading.end[column];
	return reading.failed ? tc_error(TACHO_EFORMAT, "a block of stored spans is not sound") : 0;
}
