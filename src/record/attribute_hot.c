/* SPDX-License-Identifier: MIT
 *
 * attribute_hot.c - attributes as they mostly are: on the span's own thread, with a short key, before the end of the ring,
 * nothing to be hidden or cut.  All else goes to attribute.c.  Nothing is called on the way, since a call of memcpy() or
 * strlen() for a few bytes would cost as much as all the rest.
 */
#include <string.h>
#include <tacho/tacho.h>
#include "record/private.h"

/* The ring has room for whole words: what lies behind a key or value there is written next or is padding. */
static inline void put_word(unsigned char *to, uint64_t word)
{
	memcpy(to, &word, sizeof word);
}

static inline uint64_t get_word(const char *from)
{
	uint64_t word;
	memcpy(&word, from, sizeof word);
	return word;
}

/* 0 to 7 bytes, in the lowest bytes of a word on the machines there are. */
static inline uint64_t get_few(const char *from, size_t bytes)
{
	if (bytes >= 4) {
		uint32_t first, last;
		memcpy(&first, from, 4);
		memcpy(&last, from + bytes - 4, 4);
		return first | (uint64_t)last << (bytes - 4) * 8;
	}
	if (!bytes)
		return 0;
	const unsigned char *at = (const unsigned char *)from;
	return at[0] | (uint64_t)at[bytes / 2] << bytes / 2 * 8 | (uint64_t)at[bytes - 1] << (bytes - 1) * 8;
}

/* Writes up to the next multiple of 8 and reads no further than `bytes`. */
static inline void copy(unsigned char *to, const char *from, size_t bytes)
{
	for (; bytes >= 8; bytes -= 8, from += 8, to += 8)
		put_word(to, get_word(from));
	put_word(to, get_few(from, bytes));
}

/* The highest bit of each byte that is "@", and perhaps of some behind one that is. */
static inline uint64_t ats_of(uint64_t word)
{
	word ^= UINT64_C(0x4040404040404040);
	return (word - UINT64_C(0x0101010101010101)) & ~word & UINT64_C(0x8080808080808080);
}

/* A password in a URI has one behind it. */
static inline bool has_at(const char *from, size_t bytes)
{
	uint64_t found = 0;
	for (; bytes >= 8; bytes -= 8, from += 8)
		found |= ats_of(get_word(from));
	return (found | ats_of(get_few(from, bytes))) != 0;
}

static inline uint64_t entry_bytes(size_t key, size_t value)
{
	return (sizeof(struct tacho_attribute) + key + value + 7) & ~UINT64_C(7);
}

/* A ring that is not there yet has no room; one word more than the entry, since copy() writes whole ones. */
static inline bool is_usual(const struct tacho_block *block, size_t key_bytes, uint64_t bytes)
{
	uint64_t size = block->attributes_size, left = size - (block->attributes_written & (size - 1));
	return block->ready && key_bytes < tc_attribute_limits.key_bytes && bytes + 8 <= left;
}

static inline unsigned char *place_of(struct tacho_block *block, uint64_t at)
{
	return (unsigned char *)block - block->at + block->attributes_at + (at & (block->attributes_size - 1));
}

static inline void put_header(
	unsigned char *to, const struct tacho_span *span, uint64_t at, size_t key_bytes, int type, uint64_t value_bytes)
{
	uint64_t node = (uint16_t)(span->tag >> TACHO_TAG_NODE_SHIFT);
	put_word(to + entry_bytes(key_bytes, value_bytes) - 8, 0); /* padding */
	put_word(to, span->start);
	put_word(to + 8, (uint32_t)(at / 8) | node << 32 | (uint64_t)type << 48 | (uint64_t)key_bytes << 56);
	put_word(to + 16, value_bytes); /* cut: 0 */
}

static inline void publish(
	struct tacho_span *span, struct tacho_block *block, uint64_t at, uint64_t bytes, uint64_t ready)
{
	tacho_publish();
	TACHO_RELAXED_STORE(block->attributes_written, at + bytes);
	tc_attribute_note(span, at);
	tacho_order();
	TACHO_RELAXED_STORE(block->ready, ready);
}

void tacho_span_attr_word(struct tacho_span *span, const char *key, size_t key_bytes, int type, uint64_t value)
{
	struct tacho_block *block = span->block;
	uint64_t bytes = entry_bytes(key_bytes, sizeof value);
	if (tacho_rare(block != tacho_self) || tacho_rare(!is_usual(block, key_bytes, bytes))) {
		tc_attribute_add_word(span, key, key_bytes, type, value);
		return;
	}
	uint64_t ready = block->ready, at = block->attributes_written;
	unsigned char *to = place_of(block, at);
	TACHO_RELAXED_STORE(block->ready, 0);
	tacho_order();
	put_header(to, span, at, key_bytes, type, sizeof value);
	to += sizeof(struct tacho_attribute);
	copy(to, key, key_bytes);
	put_word(to + key_bytes, value);
	publish(span, block, at, bytes, ready);
}

void tacho_span_attr_string(
	struct tacho_span *span, const char *key, size_t key_bytes, const char *text, size_t text_bytes)
{
	struct tacho_block *block = span->block;
	uint64_t bytes = entry_bytes(key_bytes, text_bytes);
	if (tacho_rare(block != tacho_self) || tacho_rare(text_bytes > tc_attribute_limits.text_bytes) ||
		tacho_rare(!is_usual(block, key_bytes, bytes)) || tacho_rare(has_at(text, text_bytes))) {
		tc_attribute_add_text(span, TACHO_ATTR_TEXT, key, key_bytes, text, text_bytes);
		return;
	}
	uint64_t ready = block->ready, at = block->attributes_written;
	unsigned char *to = place_of(block, at);
	TACHO_RELAXED_STORE(block->ready, 0);
	tacho_order();
	put_header(to, span, at, key_bytes, TACHO_ATTR_TEXT, text_bytes);
	to += sizeof(struct tacho_attribute);
	copy(to, key, key_bytes);
	copy(to + key_bytes, text, text_bytes);
	publish(span, block, at, bytes, ready);
}
