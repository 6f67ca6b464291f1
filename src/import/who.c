/* SPDX-License-Identifier: MIT
 *
 * who.c - processes and threads by what tells them apart in the source.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/decimal.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "import/private.h"

static bool grow(void *items, size_t count, size_t *room, size_t size)
{
	void **at = items;
	if (count < *room)
		return true;
	size_t more = *room ? 2 * *room : 16;
	void *grown = realloc(*at, more * size);
	if (!grown)
		return false;
	*at = grown;
	*room = more;
	return true;
}

/* The number of a key, new or not; at most `most` of them. */
static uint32_t number_of(struct tc_texts *keys, const char *key, size_t bytes, size_t most, const char *what)
{
	uint32_t number = tc_texts_number(keys, key, bytes);
	if (number == TC_NO_TEXT)
		tc_error(TACHO_ENOMEM, "no memory for so many %s", what);
	else if (number >= most) {
		tc_error(TACHO_EINVAL,
			"there are more than %zu %s in it, which is more than a session holds: import a part of it",
			most, what);
		return TC_NO_TEXT;
	}
	return number;
}

uint32_t tc_import_process(struct tc_import *import, const char *key, size_t bytes)
{
	size_t known = import->process_keys.count;
	uint32_t number = number_of(&import->process_keys, key, bytes, TC_IMPORT_PROCESSES_MOST, "processes");
	if (number == TC_NO_TEXT || number < known)
		return number;
	if (!grow(&import->process, known, &import->process_room, sizeof *import->process)) {
		tc_error(TACHO_ENOMEM, "no memory for so many processes");
		return TC_NO_TEXT;
	}
	struct tc_import_process_entry *process = &import->process[number];
	*process = (struct tc_import_process_entry){.pid = 0};
	snprintf(process->name, sizeof process->name, "%.*s", (int)(bytes < 255 ? bytes : 255), key);
	return number;
}

void tc_import_name_process(struct tc_import *import, uint32_t process, const char *name, size_t bytes)
{
	struct tc_import_process_entry *entry = &import->process[process];
	snprintf(entry->name, sizeof entry->name, "%.*s", (int)(bytes < 255 ? bytes : 255), name);
}

void tc_import_number_process(struct tc_import *import, uint32_t process, uint64_t pid)
{
	import->process[process].pid = pid;
	import->process[process].numbered = true;
	import->highest = pid > import->highest ? pid : import->highest;
}

static uint32_t add_thread(
	struct tc_import *import, const struct tc_import_thread_entry *entry, const char *key, size_t bytes)
{
	struct tc_strbuf text = {0};
	size_t known = import->thread_keys.count;
	tc_strbuf_add(&text, (const char *)&entry->process, sizeof entry->process);
	tc_strbuf_add(&text, key, bytes);
	uint32_t number =
		number_of(&import->thread_keys, tc_strbuf_text(&text), text.bytes, TC_IMPORT_THREADS_MOST, "threads");
	tc_strbuf_release(&text);
	if (number == TC_NO_TEXT || number < known)
		return number;
	if (!grow(&import->thread, known, &import->thread_room, sizeof *import->thread)) {
		tc_error(TACHO_ENOMEM, "no memory for so many threads");
		return TC_NO_TEXT;
	}
	uint32_t *highest = &import->process[entry->process].highest;
	*highest = entry->tid > *highest ? entry->tid : *highest;
	import->thread[number] = *entry;
	return number;
}

uint32_t tc_import_thread(struct tc_import *import, uint32_t process, const char *key, size_t bytes)
{
	struct tc_import_thread_entry entry = {.process = process};
	int64_t number;
	entry.numbered = tc_decimal_is_whole(key, bytes) && tc_decimal_scaled(key, bytes, 0, &number) && number >= 0 &&
	                 number < UINT32_MAX / 2;
	entry.tid = entry.numbered ? (uint32_t)number : 0;
	return add_thread(import, &entry, key, bytes);
}

bool tc_import_is_numbered(const struct tc_import *import, uint32_t thread)
{
	return import->thread[thread].numbered;
}

void tc_import_name_thread(struct tc_import *import, uint32_t thread, const char *name, size_t bytes)
{
	struct tc_import_thread_entry *entry = &import->thread[thread];
	snprintf(entry->name, sizeof entry->name, "%.*s", (int)(bytes < 15 ? bytes : 15), name);
}

uint32_t tc_import_any_thread(struct tc_import *import, uint32_t process)
{
	const struct tc_import_thread_entry entry = {.process = process, .any = true};
	if (!import->process[process].any_thread) {
		uint32_t number = add_thread(import, &entry, "", 0);
		if (number == TC_NO_TEXT)
			return number;
		import->process[process].any_thread = number + 1;
	}
	return import->process[process].any_thread - 1;
}

void tc_import_release(struct tc_import *import)
{
	tc_texts_release(&import->names);
	tc_texts_release(&import->process_keys);
	tc_texts_release(&import->thread_keys);
	tc_texts_release(&import->counters);
	tc_texts_release(&import->units);
	tc_texts_release(&import->events);
	free(import->process);
	free(import->thread);
	free(import->item);
	tc_sort_free(import->sort);
}
