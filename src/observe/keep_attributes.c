/* SPDX-License-Identifier: MIT
 *
 * keep_attributes.c - attributes lie in a ring of their own, in order of time, from before their span ends.  They are taken
 * when the thread's spans are, and wait here for a span that is still open.
 */
#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>
#include "format/attribute_ring.h"
#include "observe/keep_thread.h"

enum { WAITING_BYTES = 1 << 20 }; /* of a thread; 256 spans are open at most, and those beside the stack */

static bool grow(void *bytes, size_t *room, size_t wanted, size_t size)
{
	void *old, *grown;
	size_t more = *room ? *room : 64;
	if (wanted <= *room)
		return true;
	while (more < wanted)
		more *= 2;
	memcpy(&old, bytes, sizeof old); /* bytes points to a pointer of whatever type */
	grown = realloc(old, more * size);
	if (!grown)
		return false;
	memcpy(bytes, &grown, sizeof grown);
	*room = more;
	return true;
}

/* The bytes from position `from` to `to` of the ring. */
static bool read_ring(
	struct tc_part_reading *reading, const struct tacho_block *head, uint64_t from, uint64_t to, unsigned char *out)
{
	uint64_t size = head->attributes_size, place = from & (size - 1), bytes = to - from;
	uint64_t first = bytes < size - place ? bytes : size - place;
	return tc_seen_pread(reading, head->attributes_at + place, out, first) &&
	       (first == bytes || tc_seen_pread(reading, head->attributes_at, out + first, bytes - first));
}

/* They come behind each other as they lay in the ring; what their span tells anyway is taken from them. */
static void add(struct tc_waiting *waiting, const struct tacho_attribute *entry, uint64_t bytes, uint64_t mult)
{
	struct tacho_attribute bare = *entry;
	if (!grow(&waiting->entry, &waiting->entry_room, waiting->entries + 1, sizeof *waiting->entry) ||
		!grow(&waiting->bytes, &waiting->room, waiting->used + bytes, 1)) {
		waiting->gap = true;
		return;
	}
	waiting->entry[waiting->entries++] = (struct tc_waiting_entry){
		tacho_ticks_to_ns(entry->start, mult), waiting->used, entry->node, (uint32_t)bytes};
	bare.start = bare.node = bare.stamp = 0;
	memcpy(waiting->bytes + waiting->used, entry, bytes);
	memcpy(waiting->bytes + waiting->used, &bare, sizeof bare);
	waiting->used += bytes;
}

static void walk(struct tc_keep_thread *thread, const struct tacho_block *head, const unsigned char *bytes,
	uint64_t from, uint64_t to)
{
	for (uint64_t at = from, step; at < to; at += step) {
		struct tacho_attribute entry;
		bool found = false, room = to - at >= sizeof entry;
		if (room)
			memcpy(&entry, bytes + (at - from), sizeof entry);
		step = room ? tc_attribute_step(&entry, at, head->attributes_size, to, &found) : 8;
		if (!found)
			continue;
		if (thread->waiting.gap)
			thread->waiting.gap_ns = tacho_ticks_to_ns(entry.start, head->mult);
		thread->waiting.gap = false;
		add(&thread->waiting, (const struct tacho_attribute *)(const void *)(bytes + (at - from)), step,
			head->mult);
	}
}

static bool is_sound(const struct tacho_block *head)
{
	return head->attributes_size && head->attributes_size <= 1 << 24 &&
	       !(head->attributes_size & (head->attributes_size - 1));
}

/* Nothing that was under way while it was copied is taken. */
void tc_keep_take_attributes(
	struct tc_part_reading *reading, struct tc_keep_thread *thread, const struct tacho_block *head)
{
	uint64_t from = thread->attributes_next, to = head->attributes_written & ~UINT64_C(7), now;
	if (!head->attributes_at || !is_sound(head) || to <= from)
		return;
	uint64_t size = head->attributes_size, margin = tc_attributes_under_way(thread->text_bytes);
	uint64_t reach = size > margin ? (size - margin) & ~UINT64_C(7) : 0;
	if (to - from > reach)
		from = to - reach;
	unsigned char *bytes = malloc(to - from + 1);
	uint64_t sound = to;
	if (bytes && read_ring(reading, head, from, to, bytes) &&
		tc_seen_pread(reading, thread->at + offsetof(struct tacho_block, attributes_written), &now, sizeof now))
		sound = now > to && now - from > reach ? (now - reach) & ~UINT64_C(7) : from;
	thread->waiting.gap |= sound > thread->attributes_next;
	if (sound < to)
		walk(thread, head, bytes + (sound - from), sound, to);
	thread->attributes_next = to;
	free(bytes);
}

static int by_span(const void *a, const void *b)
{
	const struct tc_waiting_entry *x = a, *y = b;
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static struct tc_waiting_entry *find(const struct tc_waiting *waiting, const struct tc_stored_span *span)
{
	const struct tc_waiting_entry key = {
		.start_ns = span->start_ns, .node = (uint16_t)(span->tag >> TACHO_TAG_NODE_SHIFT)};
	size_t low = 0, high = waiting->entries;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_span(&waiting->entry[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == waiting->entries)
		return NULL; /* none waits at all, it may be */
	struct tc_waiting_entry *found = waiting->entry + low;
	return found->start_ns == key.start_ns && found->node == key.node ? found : NULL;
}

/* The attributes of one span to *used of the store; count 0 marks what was taken. */
static void take_span(struct tc_waiting *waiting, struct tc_stored_span *span, unsigned char *store, size_t *used)
{
	struct tc_waiting_entry *entry = find(waiting, span), *end = entry ? waiting->entry + waiting->entries : NULL;
	span->attributes_cut = !entry || waiting->gap || span->start_ns <= waiting->gap_ns;
	for (; entry && entry < end &&
		!by_span(&(struct tc_waiting_entry){entry->start_ns, 0, entry->node, 0},
			&(struct tc_waiting_entry){
				span->start_ns, 0, (uint16_t)(span->tag >> TACHO_TAG_NODE_SHIFT), 0});
		entry++) {
		const struct tacho_attribute *attribute = (const void *)(waiting->bytes + entry->at);
		if (attribute->type == TACHO_ATTR_DURATION && attribute->value_bytes == sizeof span->duration_ns) {
			memcpy(&span->duration_ns, (const char *)(attribute + 1) + attribute->key_bytes,
				sizeof span->duration_ns);
		} else if (entry->count) {
			memcpy(store + *used, attribute, entry->count);
			*used += entry->count;
			span->attribute_bytes += entry->count;
		}
		entry->count = 0;
	}
}

void tc_keep_join(struct tc_keep_thread *thread, struct tc_stored_span *span, size_t count, unsigned char **store,
	size_t *store_room)
{
	struct tc_waiting *waiting = &thread->waiting;
	size_t used = 0;
	bool memory = grow(store, store_room, waiting->used + 8, 1);
	if (waiting->entries > 1)
		qsort(waiting->entry, waiting->entries, sizeof *waiting->entry, by_span);
	for (size_t i = 0; i < count; i++) {
		bool some = span[i].tag & TACHO_TAG_ATTRIBUTES;
		if (!some && span[i].duration_ns != TACHO_DURATION_LONG)
			continue;
		size_t before = used;
		span[i].attributes_cut = true;
		if (memory)
			take_span(waiting, &span[i], *store, &used);
		span[i].attributes = *store + before;
	}
}

static int by_place(const void *a, const void *b)
{
	const struct tc_waiting_entry *x = a, *y = b;
	return (x->at > y->at) - (x->at < y->at);
}

void tc_keep_clean(struct tc_keep_thread *thread)
{
	struct tc_waiting *waiting = &thread->waiting;
	size_t kept = 0, left = 0, used = 0;
	for (size_t i = 0; i < waiting->entries; i++) {
		left += waiting->entry[i].count;
		if (waiting->entry[i].count)
			waiting->entry[kept++] = waiting->entry[i];
	}
	if (kept > 1)
		qsort(waiting->entry, kept, sizeof *waiting->entry, by_place);
	waiting->entries = 0;
	for (size_t i = 0; i < kept; i++) {
		struct tc_waiting_entry entry = waiting->entry[i];
		if (left - used > WAITING_BYTES) { /* the oldest: most likely of a span that was not kept */
			left -= entry.count;
			continue;
		}
		memmove(waiting->bytes + used, waiting->bytes + entry.at, entry.count);
		entry.at = used;
		used += entry.count;
		waiting->entry[waiting->entries++] = entry;
	}
	waiting->used = used;
}
