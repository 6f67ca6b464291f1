/* SPDX-License-Identifier: MIT */
#include "import/texts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

uint64_t tc_text_hash(const char *bytes, size_t count)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a, and its bits mixed: the lowest choose the place */
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
	hash ^= hash >> 32;
	hash *= 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

static void put(struct tc_texts *texts, uint32_t number)
{
	size_t at = texts->text[number].hash & (texts->slots - 1);
	while (texts->slot[at])
		at = (at + 1) & (texts->slots - 1);
	texts->slot[at] = number + 1;
}

static bool grow(struct tc_texts *texts)
{
	size_t room = texts->room ? 2 * texts->room : 64;
	struct tc_text *text = room < UINT32_MAX / 2 ? realloc(texts->text, room * sizeof *text) : NULL;
	if (!text)
		return false;
	texts->text = text;
	uint32_t *slot = calloc(2 * room, sizeof *slot);
	if (!slot)
		return false;
	free(texts->slot);
	texts->slot = slot;
	texts->slots = 2 * room;
	texts->room = room;
	for (size_t i = 0; i < texts->count; i++)
		put(texts, (uint32_t)i);
	return true;
}

static uint32_t add(struct tc_texts *texts, const char *bytes, size_t count, uint64_t hash)
{
	char *copy = texts->count < texts->room || grow(texts) ? malloc(count + 1) : NULL;
	if (!copy)
		return TC_NO_TEXT;
	if (count)
		memcpy(copy, bytes, count);
	copy[count] = 0;
	texts->text[texts->count] = (struct tc_text){copy, count, hash};
	put(texts, (uint32_t)texts->count);
	return (uint32_t)texts->count++;
}

uint32_t tc_texts_number(struct tc_texts *texts, const char *bytes, size_t count)
{
	uint64_t hash = tc_text_hash(bytes, count);
	for (size_t at = hash & (texts->slots - 1); texts->slots && texts->slot[at];
		at = (at + 1) & (texts->slots - 1)) {
		const struct tc_text *text = &texts->text[texts->slot[at] - 1];
		if (text->hash == hash && text->count == count && (!count || !memcmp(text->bytes, bytes, count)))
			return texts->slot[at] - 1;
	}
	return add(texts, bytes, count, hash);
}

void tc_texts_drop_last(struct tc_texts *texts)
{
	struct tc_text *last = &texts->text[--texts->count];
	size_t at = last->hash & (texts->slots - 1);
	while (texts->slot[at] != texts->count + 1)
		at = (at + 1) & (texts->slots - 1);
	texts->slot[at] = 0; /* the newest ends its run, so that no other is found through it */
	free(last->bytes);
}

void tc_texts_release(struct tc_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->text[i].bytes);
	free(texts->text);
	free(texts->slot);
	*texts = (struct tc_texts){.count = 0};
}
