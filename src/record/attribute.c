/* SPDX-License-Identifier: MIT
 *
 * attribute.c - attributes go to a ring of bytes of the thread, each with its key and the begin of its span; readers
 * join them to records, and the few spans that are kept for good take a copy.
 */
#include <string.h>
#include <tacho/tacho.h>
#include "base/uri.h"
#include "format/redact.h"
#include "record/private.h"

/* In the copy of a span that is kept for good: of a message, so that attributes find room too, and of a text that is cut. */
enum { KEPT_MESSAGE_MOST = 160, KEPT_TEXT_LEAST = 8 };

static uint64_t entry_bytes(size_t key, size_t value)
{
	return (sizeof(struct tacho_attribute) + key + value + 7) & ~UINT64_C(7);
}

struct tc_attribute_limits tc_attribute_limits;

void tc_attributes_configure(void)
{
	const struct tc_settings *settings = &tc_recorder.settings;
	tc_attribute_limits = (struct tc_attribute_limits){
		.key_bytes = tc_redact_has_rules() ? 0 : TC_KEY_BYTES_MAX + 1,
		.text_bytes = tc_settings_number(settings, TC_SET_ATTRIBUTE_TEXT_BYTES),
		.ring_bytes = tc_settings_number(settings, TC_SET_ATTRIBUTE_RING_BYTES),
	};
}

static unsigned char *ring_of(struct tacho_block *block)
{
	struct tc_part *part = tc_part_of(block);
	if (!block->attributes_at && tc_slow_enter()) {
		uint64_t at = tc_part_alloc(part, tc_attribute_limits.ring_bytes);
		block->attributes_size = at ? tc_attribute_limits.ring_bytes : 0;
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

/* As many of the bytes as are whole characters of UTF-8. */
static size_t whole_characters(const char *text, size_t bytes)
{
	size_t lead = bytes;
	while (lead && bytes - lead < 3 && ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
		lead--;
	if (!lead)
		return bytes;
	unsigned char first = (unsigned char)text[lead - 1];
	size_t needed = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
	return needed > bytes - (lead - 1) ? lead - 1 : bytes;
}

/* An entry that is being written. */
struct entry {
	unsigned char *to;
	uint64_t at;
	size_t key_bytes;
};

/* Room for it, with its key in place; a key that is too long ends in "…".  false: none, and counted. */
static bool reserve(struct entry *entry, struct tacho_block *block, const char *key, size_t key_bytes, size_t most)
{
	static const char mark[] = "…";
	size_t kept = key_bytes, marked = 0;
	unsigned char *ring = ring_of(block);
	if (!ring) {
		block->attributes_lost++;
		return false;
	}
	if (key_bytes > TC_KEY_BYTES_MAX) {
		marked = strlen(mark);
		kept = whole_characters(key, TC_KEY_BYTES_MAX - marked);
	}
	entry->key_bytes = kept + marked;
	entry->at = place(block, ring, entry_bytes(entry->key_bytes, most));
	entry->to = ring + (entry->at & (block->attributes_size - 1));
	memcpy(entry->to + sizeof(struct tacho_attribute), key, kept);
	memcpy(entry->to + sizeof(struct tacho_attribute) + kept, mark, marked);
	return true;
}

static unsigned char *value_of(const struct entry *entry)
{
	return entry->to + sizeof(struct tacho_attribute) + entry->key_bytes;
}

static void commit(struct tacho_span *span, const struct entry *entry, int type, size_t bytes, size_t cut)
{
	uint64_t all = entry_bytes(entry->key_bytes, bytes), used = entry->key_bytes + bytes;
	struct tacho_attribute header = {
		.start = span->start,
		.stamp = (uint32_t)(entry->at / 8),
		.node = (uint16_t)(span->tag >> TACHO_TAG_NODE_SHIFT),
		.type = (uint8_t)type,
		.key_bytes = (uint8_t)entry->key_bytes,
		.value_bytes = (uint32_t)bytes,
		.cut = cut < UINT32_MAX ? (uint32_t)cut : UINT32_MAX,
	};
	memcpy(entry->to, &header, sizeof header);
	memset(entry->to + sizeof header + used, 0, all - sizeof header - used);
	tacho_publish();
	TACHO_RELAXED_STORE(span->block->attributes_written, entry->at + all);
	tc_attribute_note(span, entry->at);
}

void tc_attribute_add(struct tacho_span *span, int type, const char *key, const void *value, size_t bytes, size_t cut)
{
	struct entry entry;
	if (!reserve(&entry, span->block, key, strlen(key), bytes))
		return;
	if (bytes)
		memcpy(value_of(&entry), value, bytes);
	commit(span, &entry, type, bytes, cut);
}

/* Secrets never reach the ring: what is copied there is the text as it may be. */
static void add_text(
	struct tacho_span *span, int type, const char *key, size_t key_bytes, const char *text, size_t bytes)
{
	struct entry entry;
	if ((type == TACHO_ATTR_TEXT && tc_redact_key(key, key_bytes)) || tc_redact_value(text, bytes)) {
		text = TC_REDACTED;
		bytes = strlen(TC_REDACTED);
	}
	size_t whole = tc_uri_hide(NULL, 0, text, bytes), most = tc_attribute_limits.text_bytes;
	size_t kept = whole < most ? whole : most;
	if (!reserve(&entry, span->block, key, key_bytes, kept))
		return;
	tc_uri_hide((char *)value_of(&entry), kept, text, bytes);
	if (whole > most)
		kept = whole_characters((const char *)value_of(&entry), kept);
	commit(span, &entry, type, kept, whole - kept);
}

/* Only the span's own thread may add, and no signal handler inside an end: 0, or what the block is to say again when it
 * is done. */
static uint64_t enter(const struct tacho_span *span)
{
	struct tacho_block *block = span->block;
	if (!block || block != tacho_self)
		return 0;
	uint64_t ready = block->ready;
	if (ready)
		TACHO_RELAXED_STORE(block->ready, 0);
	tacho_order();
	return ready;
}

static void leave(const struct tacho_span *span, uint64_t ready)
{
	tacho_order();
	TACHO_RELAXED_STORE(span->block->ready, ready);
}

void tc_attribute_add_word(struct tacho_span *span, const char *key, size_t key_bytes, int type, uint64_t value)
{
	struct entry entry;
	uint64_t ready = enter(span);
	if (!ready)
		return;
	key = key ? key : "";
	if (type < TACHO_ATTR_ERROR && tc_redact_key(key, key_bytes))
		add_text(span, TACHO_ATTR_TEXT, key, key_bytes, "", 0);
	else if (reserve(&entry, span->block, key, key_bytes, sizeof value)) {
		memcpy(value_of(&entry), &value, sizeof value);
		commit(span, &entry, type, sizeof value, 0);
	}
	leave(span, ready);
}

void tc_attribute_add_text(
	struct tacho_span *span, int type, const char *key, size_t key_bytes, const char *text, size_t bytes)
{
	uint64_t ready = enter(span);
	if (!ready)
		return;
	add_text(span, type, key ? key : "", key_bytes, text ? text : "", bytes);
	leave(span, ready);
}

static size_t bytes_of(const char *text)
{
	return text ? strlen(text) : 0;
}

void tacho_span_attr_text(struct tacho_span *span, const char *key, const char *value)
{
	tacho_span_attr_string(span, key, bytes_of(key), value, bytes_of(value));
}

void tacho_span_attr_bytes(struct tacho_span *span, const char *key, const char *value, size_t bytes)
{
	tacho_span_attr_string(span, key, bytes_of(key), value, value ? bytes : 0);
}

void tacho_span_attr_i64(struct tacho_span *span, const char *key, int64_t value)
{
	tacho_span_attr_word(span, key, bytes_of(key), TACHO_ATTR_I64, (uint64_t)value);
}

void tacho_span_attr_f64(struct tacho_span *span, const char *key, double value)
{
	uint64_t word;
	memcpy(&word, &value, sizeof word);
	tacho_span_attr_word(span, key, bytes_of(key), TACHO_ATTR_F64, word);
}

void tacho_span_attr_bool(struct tacho_span *span, const char *key, bool value)
{
	tacho_span_attr_word(span, key, bytes_of(key), TACHO_ATTR_BOOL, value);
}

void tacho_span_failed(struct tacho_span *span, int64_t code, const char *message)
{
	tacho_span_failed_bytes(span, &code, message, bytes_of(message));
}

void tacho_span_failed_bytes(struct tacho_span *span, const int64_t *code, const char *message, size_t bytes)
{
	if (!span->block)
		return;
	span->tag |= TACHO_TAG_FAILED;
	if (code)
		tc_attribute_add_word(span, "", 0, TACHO_ATTR_CODE, (uint64_t)*code);
	if (message)
		tc_attribute_add_text(span, TACHO_ATTR_ERROR, "", 0, message, bytes);
	uint64_t ready = enter(span);
	if (ready) {
		tc_note_on_stack(span);
		leave(span, ready);
	}
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
	tc_attribute_add_word(span, "", 0, TACHO_ATTR_LINK, id);
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
	if (block->attributes_written - span->attributes + 8 > block->attributes_size) {
		*cut = 1; /* so many came after it that they were overwritten; the newest may reach 8 bytes further */
		return 0;
	}
	struct copy copy = {.out = out, .room = room, .failure = true};
	copy_entries(&copy, span);
	copy.failure = false;
	copy_entries(&copy, span);
	*cut = copy.cut;
	return copy.used;
}
