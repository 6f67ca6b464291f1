/* SPDX-License-Identifier: MIT
 *
 * import_fuzz.h - a trace of somebody's, as the targets for each format give it to its reader: it takes the bytes or refuses them in one
 * line, and what it took comes out sorted.
 */
#ifndef IMPORT_FUZZ_H
#define IMPORT_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "import/private.h"

static void check_sorted(struct tc_import *import)
{
	const struct tc_item *item;
	int64_t before = INT64_MIN;
	uint64_t count = 0;
	if (tc_sort_begin(import->sort))
		__builtin_trap();
	for (; !tc_sort_next(import->sort, &item) && item; count++) {
		bool reading = item->flags & TC_ITEM_READING;
		if (item->start_ns < before || (!reading && item->thread >= import->thread_keys.count) ||
			item->name >= (reading ? import->counters.count : import->names.count))
			__builtin_trap();
		before = item->start_ns;
	}
	if (count != import->spans + import->others)
		__builtin_trap();
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
