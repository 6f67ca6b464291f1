/* SPDX-License-Identifier: MIT
 *
 * name.c - names and their numbers.  Numbers hold for the life of the process, across parts and forks; a part gets a
 * copy of every name, so that unloading the library that held the call site is harmless.
 */
#include <stdio.h>
#include <string.h>
#include "format/clock.h"
#include "record/private.h"

struct name {
	const char *bytes;
	uint32_t count;
	uint32_t hash;
	uint32_t kind;
	uint64_t first_ticks;
};

enum { FIRST_SLOTS = 1024, ARENA = 65536 };

static struct name *names; /* by number; room for all of them, paged in as they come */
static uint32_t known;
static uint32_t *slots; /* open addressing, number of the name or 0 */
static uint32_t slot_count;
static char *arena;
static size_t arena_left;
static uint64_t lost; /* names that found no room, as often as they were asked for */

uint64_t tc_name_hash(const char *bytes, size_t count)
{
	uint64_t hash = count * 0x9e3779b97f4a7c15u, word;
	for (; count >= 8; count -= 8, bytes += 8) {
		memcpy(&word, bytes, 8);
		hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, bytes, count);
	hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 32;
}

static char *store(const char *bytes, size_t count)
{
	if (!arena || arena_left <= count) {
		arena = tc_private_alloc(ARENA);
		arena_left = arena ? ARENA : 0;
		if (!arena)
			return NULL;
	}
	char *at = arena;
	memcpy(at, bytes, count); /* the arena is zeroed: a NUL follows */
	arena += count + 1;
	arena_left -= count + 1;
	return at;
}

/* Into the part, complete before it is counted. */
static bool write_name(struct tc_part *part, uint32_t id)
{
	struct tc_part_header *header = tc_part_header(part);
	uint64_t *chunk = &header->name_chunk[id / TC_NAMES_PER_CHUNK];
	if (!*chunk) {
		uint64_t at = tc_part_alloc(part, TC_NAMES_PER_CHUNK * sizeof(struct tc_name));
		if (!at)
			return false;
		*chunk = at;
	}
	uint64_t bytes_at = tc_part_alloc(part, names[id].count);
	if (!bytes_at)
		return false;
	memcpy(tc_at(part, bytes_at), names[id].bytes, names[id].count);
	struct tc_name *name = (struct tc_name *)tc_at(part, *chunk) + id % TC_NAMES_PER_CHUNK;
	name->at = bytes_at;
	name->bytes = names[id].count;
	name->kind = names[id].kind;
	name->first_ticks = names[id].first_ticks;
	tacho_publish();
	TACHO_RELAXED_STORE(header->names, id + 1);
	return true;
}

static bool grow_slots(void)
{
	uint32_t count = slot_count ? slot_count * 2 : FIRST_SLOTS;
	uint32_t *fresh = tc_private_alloc(count * sizeof *fresh);
	if (!fresh)
		return false;
	for (uint32_t id = 1; id < known; id++) {
		uint32_t at = names[id].hash & (count - 1);
		while (fresh[at])
			at = (at + 1) & (count - 1);
		fresh[at] = id;
	}
	tc_private_free(slots, slot_count * sizeof *slots);
	slots = fresh;
	slot_count = count;
	return true;
}

static uint32_t add(const char *bytes, size_t count, uint32_t hash, uint32_t kind)
{
	if (known >= TC_NAMES_MAX || (known * 2 >= slot_count && !grow_slots()))
		return TC_NAME_OTHER;
	const char *kept = store(bytes, count);
	if (!kept)
		return TC_NAME_OTHER;
	names[known] = (struct name){kept, (uint32_t)count, hash, kind, tc_clock_ticks(tc_clock_kind())};
	if (tc_recorder.part && !write_name(tc_recorder.part, known))
		return TC_NAME_OTHER;
	uint32_t at = hash & (slot_count - 1);
	while (slots[at])
		at = (at + 1) & (slot_count - 1);
	slots[at] = known;
	return known++;
}

static bool init(void)
{
	names = tc_private_alloc((TC_NAMES_MAX + 1) * sizeof *names);
	if (!names || !grow_slots())
		return false;
	add("", 0, (uint32_t)tc_name_hash("", 0),
		TACHO_KIND_SCOPE); /* TC_NAME_NONE; never found: slot value 0 is "empty" */
	add("(other)", 7, (uint32_t)tc_name_hash("(other)", 7), TACHO_KIND_SCOPE);
	return true;
}

/* A longer name ends in a mark and a hash of all of it, cut between characters. */
static size_t cut(const char *name, size_t count, char *out)
{
	size_t keep = TC_NAME_BYTES_MAX - 24;
	while (keep && ((unsigned char)name[keep] & 0xc0) == 0x80)
		keep--;
	memcpy(out, name, keep);
	return keep + (size_t)snprintf(out + keep, TC_NAME_BYTES_MAX - keep, "\xe2\x80\xa6#%016llx",
			      (unsigned long long)tc_name_hash(name, count));
}

/* The number of a name as it is kept, cut if need be; 0: it has none yet. */
static uint32_t find(const char **name, size_t *count, char *shortened, uint32_t kind, uint32_t *hash)
{
	if (!*name || !**name)
		*name = "(unnamed)";
	*count = strlen(*name);
	if (*count > TC_NAME_BYTES_MAX) {
		*count = cut(*name, *count, shortened);
		*name = shortened;
	}
	*hash = (uint32_t)tc_name_hash(*name, *count) + kind;
	for (uint32_t at = *hash & (slot_count - 1); slots[at]; at = (at + 1) & (slot_count - 1)) {
		const struct name *other = &names[slots[at]];
		if (other->hash == *hash && other->kind == kind && other->count == *count &&
			!memcmp(other->bytes, *name, *count))
			return slots[at];
	}
	return 0;
}

uint32_t tc_name_id(const char *name, uint32_t kind)
{
	char shortened[TC_NAME_BYTES_MAX];
	size_t count;
	uint32_t hash;
	if (!names && !init())
		return TC_NAME_OTHER;
	uint32_t id = find(&name, &count, shortened, kind, &hash);
	if (!id)
		id = add(name, count, hash, kind);
	if (id == TC_NAME_OTHER && strcmp(name, "(other)"))
		lost++;
	if (tc_recorder.part)
		tc_part_header(tc_recorder.part)->names_lost = lost;
	return id;
}

bool tc_name_is(uint32_t id, const char *name)
{
	char shortened[TC_NAME_BYTES_MAX];
	size_t count;
	uint32_t hash;
	return id && id < known && find(&name, &count, shortened, names[id].kind, &hash) == id;
}

const char *tc_name_text(uint32_t id, size_t *count)
{
	*count = id < known ? names[id].count : 0;
	return id < known ? names[id].bytes : "";
}

uint32_t tc_name_kind(uint32_t id)
{
	return id < known ? names[id].kind : TACHO_KIND_SCOPE;
}

int tc_names_write(struct tc_part *part)
{
	if (!names && !init())
		return -1;
	for (uint32_t id = (uint32_t)tc_part_header(part)->names; id < known; id++)
		if (!write_name(part, id))
			return -1;
	tc_part_header(part)->names_lost = lost;
	return 0;
}
