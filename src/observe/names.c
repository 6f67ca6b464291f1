/* SPDX-License-Identifier: MIT */
#include "observe/names.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 1 << 20 }; /* of all names; what the observer may take is bounded */

static uint32_t hash_of(const char *bytes, size_t count)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
	return (uint32_t)(hash ^ hash >> 32);
}

static bool grow(struct tc_names *names)
{
	size_t room = names->room ? names->room * 2 : 32, slots = room * 2;
	struct tc_names_one *name = realloc(names->name, room * sizeof *name);
	if (!name)
		return false;
	names->name = name;
	uint32_t *slot = calloc(slots, sizeof *slot);
	if (!slot)
		return false;
	free(names->slot);
	names->slot = slot;
	names->slots = slots;
	names->room = room;
	for (size_t i = 0; i < names->count; i++) {
		size_t at = name[i].hash & (slots - 1);
		while (slot[at])
			at = (at + 1) & (slots - 1);
		slot[at] = (uint32_t)i + 1;
	}
	return true;
}

/* Where a text begins; UINT32_MAX: no memory. */
static uint32_t store(struct tc_names *names, const char *bytes, size_t count)
{
	size_t at = names->bytes;
	if (at + count > names->bytes_room) {
		size_t room = 2 * (at + count);
		char *text = realloc(names->text, room);
		if (!text)
			return UINT32_MAX;
		names->text = text;
		names->bytes_room = room;
	}
	if (count)
		memcpy(names->text + at, bytes, count);
	names->bytes += count;
	return (uint32_t)at;
}

static uint32_t add(struct tc_names *names, struct tc_log *log, const char *bytes, size_t count, uint32_t hash)
{
	if (names->count == names->room && !grow(names))
		return UINT32_MAX;
	uint32_t text = store(names, bytes, count);
	if (text == UINT32_MAX)
		return UINT32_MAX;
	names->name[names->count] = (struct tc_names_one){text, (uint32_t)count, hash};
	size_t at = hash & (names->slots - 1);
	while (names->slot[at])
		at = (at + 1) & (names->slots - 1);
	names->slot[at] = (uint32_t)names->count + 1;
	tc_log_name(log, bytes, count);
	return (uint32_t)names->count++;
}

uint32_t tc_names_number(struct tc_names *names, struct tc_log *log, const char *bytes, size_t count)
{
	static const char other[] = "(other)";
	uint32_t hash = hash_of(bytes, count);
	for (size_t at = hash & (names->slots - 1); names->slots && names->slot[at];
		at = (at + 1) & (names->slots - 1)) {
		const struct tc_names_one *name = &names->name[names->slot[at] - 1];
		if (name->hash == hash && name->count == count &&
			(!count || !memcmp(names->text + name->at, bytes, count)))
			return names->slot[at] - 1;
	}
	bool room = names->count < TC_NAMES_MAX && names->bytes + count <= BYTES_MAX;
	uint32_t number = room ? add(names, log, bytes, count, hash) : UINT32_MAX;
	if (number != UINT32_MAX)
		return number;
	if (!names->other)
		names->other = add(names, log, other, sizeof other - 1, hash_of(other, sizeof other - 1)) + 1;
	return names->other - 1;
}

void tc_names_release(struct tc_names *names)
{
	free(names->text);
	free(names->name);
	free(names->slot);
	*names = (struct tc_names){.count = 0};
}
