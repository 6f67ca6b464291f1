/* SPDX-License-Identifier: MIT
 *
 * span.c - takes what a format read: puts an item together and hands it to be sorted.
 */
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "format/series.h"
#include "import/private.h"

static bool make_room(struct tc_import *import, size_t bytes)
{
	size_t room = import->item_room ? import->item_room : 4096;
	if (!import->item_bytes)
		import->item_bytes = sizeof(struct tc_item);
	while (room < import->item_bytes + bytes)
		room *= 2;
	if (room == import->item_room)
		return true;
	char *item = realloc(import->item, room);
	if (!item)
		return false;
	import->item = item;
	import->item_room = room;
	return true;
}

static void add_attribute(
	struct tc_import *import, int type, const char *key, size_t key_bytes, const void *value, size_t value_bytes)
{
	size_t bytes = tc_item_round(sizeof(struct tc_item_attribute) + key_bytes + value_bytes);
	if (import->attributes == TC_IMPORT_ATTRIBUTES_MOST) {
		tc_import_problem(import, TC_IMPORT_ATTRIBUTES, 0);
		return;
	}
	if (!make_room(import, bytes)) {
		import->error = tc_error(TACHO_ENOMEM, "no memory for the attributes of a span");
		return;
	}
	const struct tc_item_attribute head = {(uint32_t)type, (uint32_t)key_bytes, value_bytes};
	char *at = import->item + import->item_bytes;
	memset(at + bytes - 8, 0, 8);
	memcpy(at, &head, sizeof head);
	if (key_bytes)
		memcpy(at + sizeof head, key, key_bytes);
	if (value_bytes)
		memcpy(at + sizeof head + key_bytes, value, value_bytes);
	import->item_bytes += bytes;
	import->attributes++;
}

void tc_import_text(
	struct tc_import *import, int type, const char *key, size_t key_bytes, const char *text, size_t bytes)
{
	add_attribute(import, type, key, key_bytes < 256 ? key_bytes : 256, text,
		bytes < TC_IMPORT_VALUE_MOST ? bytes : TC_IMPORT_VALUE_MOST);
}

void tc_import_word(struct tc_import *import, int type, const char *key, size_t key_bytes, uint64_t word)
{
	add_attribute(import, type, key, key_bytes < 256 ? key_bytes : 256, &word, sizeof word);
}

void tc_import_real(struct tc_import *import, const char *key, size_t key_bytes, double value)
{
	uint64_t word;
	memcpy(&word, &value, sizeof word);
	tc_import_word(import, TACHO_ATTR_F64, key, key_bytes, word);
}

static int sort(struct tc_import *import, struct tc_item *item)
{
	if (import->error || !make_room(import, 0))
		return import->error ? import->error : tc_error(TACHO_ENOMEM, "out of memory");
	item->bytes = (uint32_t)import->item_bytes;
	item->attributes = import->attributes;
	*tc_import_item(import) = *item;
	return tc_sort_add(import->sort, tc_import_item(import));
}

void tc_import_forget(struct tc_import *import)
{
	import->item_bytes = import->attributes = 0;
	import->error = 0;
}

struct tc_import_taken {
	size_t bytes;
	uint16_t attributes;
	char item[];
};

struct tc_import_taken *tc_import_take(struct tc_import *import)
{
	size_t bytes = import->attributes ? import->item_bytes - sizeof(struct tc_item) : 0;
	struct tc_import_taken *taken = bytes ? malloc(sizeof *taken + bytes) : NULL;
	if (taken) {
		taken->bytes = bytes;
		taken->attributes = import->attributes;
		memcpy(taken->item, import->item + sizeof(struct tc_item), bytes);
	}
	tc_import_forget(import);
	return taken;
}

void tc_import_give(struct tc_import *import, struct tc_import_taken *taken)
{
	bool fits = taken && import->attributes + taken->attributes <= TC_IMPORT_ATTRIBUTES_MOST;
	if (fits && make_room(import, taken->bytes)) {
		memcpy(import->item + import->item_bytes, taken->item, taken->bytes);
		import->item_bytes += taken->bytes;
		import->attributes = (uint16_t)(import->attributes + taken->attributes);
	} else if (taken) {
		tc_import_problem(import, TC_IMPORT_ATTRIBUTES, 0);
	}
	free(taken);
}

static uint32_t name_of(struct tc_import *import, const struct tc_import_span *span)
{
	static const char other[] = "(other)";
	uint32_t name = TC_NO_TEXT;
	if (import->names.count < TC_IMPORT_NAMES_MOST)
		return tc_texts_number(&import->names, span->name, span->name_bytes);
	size_t known = import->names.count;
	name = tc_texts_number(&import->names, span->name, span->name_bytes);
	if (name < known)
		return name;
	tc_import_problem(import, TC_IMPORT_NAMES, span->place);
	tc_texts_drop_last(&import->names);
	return tc_texts_number(&import->names, other, strlen(other));
}

int tc_import_span(struct tc_import *import, const struct tc_import_span *span)
{
	struct tc_item item = {.start_ns = span->start_ns,
		.duration_ns = (uint64_t)span->duration_ns,
		.id = span->id,
		.parent = span->parent,
		.group = span->group,
		.thread = span->thread,
		.depth = span->depth,
		.flags = (uint16_t)span->flags};
	int64_t end_ns;
	int code = 0;
	if (span->duration_ns < 0)
		tc_import_problem(import, TC_IMPORT_NEGATIVE, span->place);
	else if (__builtin_add_overflow(span->start_ns, span->duration_ns, &end_ns))
		tc_import_problem(import, TC_IMPORT_INCOMPLETE, span->place);
	else {
		item.name = name_of(import, span);
		code = item.name == TC_NO_TEXT ? tc_error(TACHO_ENOMEM, "no memory for so many names")
		                               : sort(import, &item);
		import->spans++;
	}
	tc_import_forget(import);
	return code;
}

int tc_import_reading(
	struct tc_import *import, const char *name, size_t name_bytes, const char *unit, int64_t at_ns, double value)
{
	struct tc_item item = {.start_ns = at_ns, .flags = TC_ITEM_READING};
	memcpy(&item.duration_ns, &value, sizeof value);
	tc_import_forget(import);
	item.name = tc_texts_number(&import->counters, name, name_bytes);
	if (item.name != TC_NO_TEXT && item.name >= TC_SERIES_MAX) {
		tc_texts_drop_last(&import->counters);
		tc_import_problem(import, TC_IMPORT_COUNTERS, 0);
		return 0;
	}
	item.thread = tc_texts_number(&import->units, unit, strlen(unit));
	int code = item.name == TC_NO_TEXT || item.thread == TC_NO_TEXT
	                   ? tc_error(TACHO_ENOMEM, "no memory for so many counters")
	                   : sort(import, &item);
	import->others++;
	tc_import_forget(import);
	return code;
}

int tc_import_event(struct tc_import *import, const char *name, size_t bytes, uint32_t thread, int64_t at_ns)
{
	struct tc_item item = {.start_ns = at_ns, .thread = thread, .flags = TC_ITEM_EVENT};
	tc_import_forget(import);
	item.name = tc_texts_number(&import->events, name, bytes);
	if (item.name != TC_NO_TEXT && item.name >= TC_IMPORT_EVENTS_MOST) {
		tc_texts_drop_last(&import->events);
		tc_import_problem(import, TC_IMPORT_EVENTS, 0);
		return 0;
	}
	int code =
		item.name == TC_NO_TEXT ? tc_error(TACHO_ENOMEM, "no memory for so many events") : sort(import, &item);
	import->others++;
	tc_import_forget(import);
	return code;
}
