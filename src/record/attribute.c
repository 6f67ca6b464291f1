/* SPDX-License-Identifier: MIT
 *
 * attribute.c - attributes go to a ring of bytes of the thread, each with its key and the begin of its span; readers
 * join them to records, and the few spans that are kept for good take a copy.
 */
#include <string.h>
#include <tacho/tacho.h>
#include "record/private.h"

/* In the copy of a span that is kept for good: of a message, so that attributes find room too, and of a text that is cut. */
enum { KEPT_MESSAGE_MOST = 160, KEPT_TEXT_LEAST = 8 };

static uint64_t entry_bytes(size_t key, size_t value)
{
	return (sizeof(struct tacho_attribute) + key + value + 7) & ~UINT64_C(7);
}

static unsigned char *ring_of(struct tacho_block *block)
{
	struct tc_part *part = tc_part_of(block);
	if (!block->attributes_at && tc_slow_enter()) {
		uint64_t at = tc_part_alloc(part, block->attributes_size);
		tacho_publish();
		TACHO_RELAXED_STORE(block->attributes_at, at);
		tc_slow_leave();
	}
	return block->attributes_at ? tc_at(part, block->attributes_at) : NULL;
}

/* The position for an entry, past the ring's end if it would not fit before it. */
static uint64_t place(const struct tacho_block *block, unsigned char *ring, uint64_t bytes)
{
	uint64_t at = block->attributes_written, left = block->attributes_size - (at & (block->attributes_size - 1));
	if (left >= bytes)
		return at;
	if (left >= sizeof(struct tacho_attribute)) {
		struct tacho_attribute pad = {.stamp = (uint32_t)(at / 8), .type = TACHO_ATTR_PAD};
		memcpy(ring + (at & (block->attributes_size - 1)), &pad, sizeof pad);
	}
	return at + left;
}

/* Keeps a cut between characters of UTF-8. */
static size_t limit(const char *text, size_t bytes, size_t most)
{
	if (bytes <= most)
		return bytes;
	size_t keep = most;
	while (keep > most - 4 && ((unsigned char)text[keep] & 0xc0) == 0x80)
		keep--;
	return keep;
}

void tc_attribute_add(struct tacho_span *span, int type, const char *key, const void *value, size_t bytes, size_t cut)
{
	struct tacho_block *block = span->block;
	unsigned char *ring = ring_of(block);
	if (!ring) {
		block->attributes_lost++;
		return;
	}
	size_t key_bytes = limit(key, strlen(key), UINT8_MAX);
	uint64_t at = place(block, ring, entry_bytes(key_bytes, bytes));
	struct tacho_attribute entry = {
		.start = span->start,
		.stamp = (uint32_t)(at / 8),
		.node = (uint16_t)(span->tag >> TACHO_TAG_NODE_SHIFT),
		.type = (uint8_t)type,
		.key_bytes = (uint8_t)key_bytes,
		.value_bytes = (uint32_t)bytes,
		.cut = (uint32_t)cut,
	};
	unsigned char *to = ring + (at & (block->attributes_size - 1));
	memcpy(to, &entry, sizeof entry);
	memcpy(to + sizeof entry, key, key_bytes);
	if (bytes)
		memcpy(to + sizeof entry + key_bytes, value, bytes);
	tacho_publish();
	TACHO_RELAXED_STORE(block->attributes_written, at + entry_bytes(key_bytes, bytes));
	if (!(span->tag & TACHO_TAG_ATTRIBUTES)) {
		span->tag |= TACHO_TAG_ATTRIBUTES;
		span->attributes = at;
	}
}

/* Readers see there what an open span has, and ends by name find it. */
static void note_on_stack(const struct tacho_span *span)
{
	uint32_t depth = (uint32_t)span->top;
	if (depth < TACHO_STACK_DEPTH && span->block->stack[depth + 1].start == span->start)
		span->block->stack[depth + 1].tag |= span->tag;
}

/* Only the span's own thread may add, and no signal handler inside an end. */
static void add(struct tacho_span *span, int type, const char *key, const void *value, size_t bytes, size_t cut)
{
	struct tacho_block *block = span->block;
	if (!block || block != tacho_self || !block->ready)
		return;
	uint64_t ready = block->ready;
	TACHO_RELAXED_STORE(block->ready, 0);
	tacho_order();
	tc_attribute_add(span, type, key ? key : "", value, bytes, cut);
	note_on_stack(span);
	tacho_order();
	TACHO_RELAXED_STORE(block->ready, ready);
}

static void add_text(struct tacho_span *span, int type, const char *key, const char *text, size_t bytes)
{
	size_t kept = limit(text, bytes, TC_TEXT_BYTES_MAX);
	add(span, type, key, text, kept, bytes - kept);
}

void tacho_span_attr_text(struct tacho_span *span, const char *key, const char *value)
{
	add_text(span, TACHO_ATTR_TEXT, key, value, value ? strlen(value) : 0);
}

void tacho_span_attr_bytes(struct tacho_span *span, const char *key, const char *value, size_t bytes)
{
	add_text(span, TACHO_ATTR_TEXT, key, value, value ? bytes : 0);
}

void tacho_span_attr_i64(struct tacho_span *span, const char *key, int64_t value)
{
	add(span, TACHO_ATTR_I64, key, &value, sizeof value, 0);
}

void tacho_span_attr_f64(struct tacho_span *span, const char *key, double value)
{
	add(span, TACHO_ATTR_F64, key, &value, sizeof value, 0);
}

void tacho_span_attr_bool(struct tacho_span *span, const char *key, bool value)
{
	unsigned char byte = value;
	add(span, TACHO_ATTR_BOOL, key, &byte, 1, 0);
}

void tacho_span_failed(struct tacho_span *span, int64_t code, const char *message)
{
	tacho_span_failed_bytes(span, &code, message, message ? strlen(message) : 0);
}

void tacho_span_failed_bytes(struct tacho_span *span, const int64_t *code, const char *message, size_t bytes)
{
	if (!span->block)
		return;
	span->tag |= TACHO_TAG_FAILED;
	if (code)
		add(span, TACHO_ATTR_CODE, "", code, sizeof *code, 0);
	if (message)
		add_text(span, TACHO_ATTR_ERROR, "", message, bytes);
}

/* A copy under way into the room that a kept span has. */
struct copy {
	unsigned char *out;
	uint32_t room, used;
	bool failure, cut; /* failure: what says why it failed is copied, else the attributes */
};

/* What does not fit whole: a text is cut, as long as something of it is left; anything else is left out. */
static void copy_entry(struct copy *copy, const unsigned char *from, struct tacho_attribute entry)
{
	bool text = entry.type == TACHO_ATTR_TEXT || entry.type == TACHO_ATTR_ERROR;
	size_t head = sizeof entry + entry.key_bytes, left = copy->room - copy->used;
	size_t most = left > head ? left - head : 0;
	if (entry.type == TACHO_ATTR_ERROR && most > KEPT_MESSAGE_MOST)
		most = KEPT_MESSAGE_MOST;
	size_t kept = text ? limit((const char *)from + head, entry.value_bytes, most) : entry.value_bytes;
	if (head > left || kept > most || (kept < entry.value_bytes && kept < KEPT_TEXT_LEAST)) {
		copy->cut = true;
		return;
	}
	entry.cut += entry.value_bytes - (uint32_t)kept;
	entry.value_bytes = (uint32_t)kept;
	memcpy(copy->out + copy->used, &entry, sizeof entry);
	memcpy(copy->out + copy->used + sizeof entry, from + sizeof entry, entry.key_bytes + kept);
	copy->used += (uint32_t)entry_bytes(entry.key_bytes, kept);
}

static void copy_entries(struct copy *copy, const struct tacho_span *span)
{
	const struct tacho_block *block = span->block;
	const unsigned char *ring = tc_at(tc_part_of(block), block->attributes_at);
	uint64_t end = block->attributes_written, mask = block->attributes_size - 1, step;
	for (uint64_t at = span->attributes; at < end; at += step) {
		struct tacho_attribute entry;
		step = block->attributes_size - (at & mask);
		if (step < sizeof entry)
			continue;
		memcpy(&entry, ring + (at & mask), sizeof entry);
		if (entry.type == TACHO_ATTR_PAD)
			continue;
		step = entry_bytes(entry.key_bytes, entry.value_bytes);
		bool failure = entry.type == TACHO_ATTR_ERROR || entry.type == TACHO_ATTR_CODE;
		if (entry.start == span->start && failure == copy->failure &&
			entry.node == (uint16_t)(span->tag >> TACHO_TAG_NODE_SHIFT))
			copy_entry(copy, ring + (at & mask), entry);
	}
}

void tacho_span_linked(struct tacho_span *span, uint64_t id)
{
	add(span, TACHO_ATTR_LINK, "", &id, sizeof id, 0);
}

uint64_t tc_attributes_first(const struct tacho_block *block)
{
	const unsigned char *ring = tc_at(tc_part_of(block), block->attributes_at);
	uint64_t end = block->attributes_written, size = block->attributes_size, left;
	uint64_t at = end > size ? (end - size + 7) & ~UINT64_C(7) : 0;
	struct tacho_attribute entry;
	for (; at < end; at += left < sizeof entry ? left : 8) {
		left = size - (at & (size - 1));
		if (left < sizeof entry)
			continue;
		memcpy(&entry, ring + (at & (size - 1)), sizeof entry);
		if (entry.stamp == (uint32_t)(at / 8))
			break;
	}
	return at;
}

uint32_t tc_attributes_copy(const struct tacho_span *span, unsigned char *out, uint32_t room, uint32_t *cut)
{
	const struct tacho_block *block = span->block;
	*cut = 0;
	if (!(span->tag & TACHO_TAG_ATTRIBUTES) || !block->attributes_at)
		return 0;
	if (block->attributes_written - span->attributes > block->attributes_size) {
		*cut = 1; /* so many came after it that they were overwritten */
		return 0;
	}
	struct copy copy = {.out = out, .room = room, .failure = true};
	copy_entries(&copy, span);
	copy.failure = false;
	copy_entries(&copy, span);
	*cut = copy.cut;
	return copy.used;
}
