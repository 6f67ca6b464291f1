/* SPDX-License-Identifier: MIT
 *
 * import_fuzz.h - a trace of somebody's, as the targets for each format give it to its reader: it takes the bytes or refuses them in one
 * line, and what it took comes out sorted, each once, whatever waits for what.
 */
#ifndef IMPORT_FUZZ_H
#define IMPORT_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "import/ahead.h"
#include "import/private.h"

static bool is_sound(const struct tc_import *import, const struct tc_item *item)
{
	const struct tc_texts *names = item->flags & TC_ITEM_READING ? &import->counters
	                               : item->flags & TC_ITEM_EVENT ? &import->events
	                                                             : &import->names;
	return item->name < names->count && (item->flags & TC_ITEM_READING || item->thread < import->thread_keys.count);
}

/* The first that begins, unless it waits for another, and those that waited for it; how many they are. */
static uint64_t leave(struct tc_ahead *ahead)
{
	struct tc_awaited *list = tc_ahead_take(ahead);
	uint64_t count = 0;
	if (list->item->parent && tc_ahead_wait(ahead, list))
		return 0;
	for (; list; count++) {
		free(list->item);
		list = tc_ahead_free(ahead, list, list->next);
	}
	return count;
}

static void check_sorted(struct tc_import *import)
{
	struct tc_ahead *ahead = calloc(1, sizeof *ahead);
	const struct tc_item *item;
	int64_t before = INT64_MIN;
	uint64_t count = 0, left = 0;
	if (!ahead || tc_sort_begin(import->sort))
		__builtin_trap();
	for (; !tc_sort_next(import->sort, &item) && item; count++) {
		if (item->start_ns < before || !is_sound(import, item) || !tc_ahead_add(ahead, item))
			__builtin_trap();
		before = item->start_ns;
		left += tc_ahead_is_full(ahead) ? leave(ahead) : 0;
	}
	while (ahead->count)
		left += leave(ahead);
	if (count != import->spans + import->others || left != count || ahead->waiting)
		__builtin_trap();
	free(ahead);
}

static inline void import_bytes(const struct tc_importer *importer, const uint8_t *data, size_t size)
{
	struct tc_import_options options = {.path = "x", .importer = importer};
	struct tc_import import = {.options = &options, .unit = importer->unit, .sort = tc_sort_new("/tmp")};
	struct tc_input *input = malloc(sizeof *input);
	if (!input || !import.sort)
		abort();
	tc_input_of(input, data, size, "x");
	import.input = input;
	importer->recognises(input->piece, input->filled);
	if (!importer->read(&import, input))
		check_sorted(&import);
	else if (strchr(tacho_last_error(), '\n') || !*tacho_last_error())
		__builtin_trap();
	tc_import_release(&import);
	free(input);
}

#endif
