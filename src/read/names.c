/* SPDX-License-Identifier: MIT */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "read/reader.h"

enum { FIRST_SLOTS = 256 };

static uint64_t hash_of(const char *bytes, size_t count)
{
	uint64_t hash = 0xcbf29ce484222325u;
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
	return hash ^ hash >> 29;
}

/* The slot of a name, or the empty one where it belongs. */
static uint32_t *find_slot(const struct tc_reader *reader, const char *bytes, size_t count)
{
	size_t mask = reader->name_slots - 1, at = hash_of(bytes, count) & mask;
	for (; reader->name_slot[at]; at = (at + 1) & mask) {
		const struct tc_name_view *view = &reader->name[reader->name_slot[at] - 1].view;
		if (view->bytes == count && !memcmp(view->name, bytes, count))
			break;
	}
	return &reader->name_slot[at];
}

static bool make_slots(struct tc_reader *reader)
{
	if (reader->names * 2 < reader->name_slots)
		return true;
	size_t slots = reader->name_slots ? reader->name_slots * 2 : FIRST_SLOTS;
	uint32_t *fresh = calloc(slots, sizeof *fresh);
	if (!fresh) {
		tc_reader_no_memory(reader);
		return false;
	}
	free(reader->name_slot);
	reader->name_slot = fresh;
	reader->name_slots = slots;
	for (size_t i = 0; i < reader->names; i++)
		*find_slot(reader, reader->name[i].view.name, reader->name[i].view.bytes) = (uint32_t)i + 1;
	return true;
}

static bool is_wanted(const struct tc_reader *reader, const char *name)
{
	return !reader->options.name_glob || !fnmatch(reader->options.name_glob, name, 0);
}

uint32_t tc_reader_name(struct tc_reader *reader, const char *bytes, size_t count, tc_instant first)
{
	if (!make_slots(reader))
		return TC_LEFT_OUT;
	uint32_t *slot = find_slot(reader, bytes, count);
	if (!*slot) {
		char *text = tc_arena_text(reader->arena, bytes, count);
		if (!text ||
			!tc_reader_grow(reader, &reader->name, reader->names, &reader->name_room, sizeof *reader->name))
			return TC_LEFT_OUT;
		struct tc_merged_name *name = &reader->name[reader->names++];
		*name = (struct tc_merged_name){
			.view = {.name = text, .bytes = count, .first = first, .figures.min_ns = UINT64_MAX}};
		name->left_out = !is_wanted(reader, text);
		*slot = (uint32_t)reader->names;
	}
	uint32_t index = *slot - 1;
	struct tc_merged_name *name = &reader->name[index];
	if (name->left_out)
		return TC_LEFT_OUT;
	name->view.first = first < name->view.first ? first : name->view.first;
	return index;
}

struct rank {
	tc_instant first;
	uint32_t index;
};

static int by_first(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static void rename_spans(struct tc_span_view *span, size_t count, const uint32_t *renamed)
{
	for (size_t i = 0; i < count; i++)
		span[i].name = renamed[span[i].name];
}

/* Names by their numbers in the log: entries of windows are shared, and keep those. */
static void rename_windows(struct tc_reader *reader, const uint32_t *renamed)
{
	uint32_t *name = tc_arena_take(reader->arena, (reader->log_names + 1) * sizeof *name);
	for (size_t i = 0; name && i < reader->log_names; i++)
		name[i] = reader->log_name[i] == TC_LEFT_OUT ? TC_NO_NAME : renamed[reader->log_name[i]];
	reader->session->window_name = name;
}

/* To the session, in their new order. */
static void hand_over(struct tc_reader *reader, const struct rank *rank, size_t count, uint32_t *renamed)
{
	struct tc_session *session = reader->session;
	for (size_t i = 0; i < reader->names; i++)
		renamed[i] = TC_LEFT_OUT;
	for (size_t i = 0; i < count; i++) {
		session->name[i] = reader->name[rank[i].index].view;
		renamed[rank[i].index] = (uint32_t)i;
	}
	session->names = count;
	for (size_t i = 0; i < reader->nodes; i++)
		if (reader->node[i]->view.name != TC_ROOT)
			reader->node[i]->view.name = renamed[reader->node[i]->view.name];
	rename_spans(session->span, session->spans, renamed);
	rename_spans(session->sampled_span, session->sampled_spans, renamed);
	rename_spans(session->open_span, session->open_spans, renamed);
	for (size_t i = 0; i < count; i++) {
		rename_spans(session->name[i].slowest, session->name[i].slowest_count, renamed);
		rename_spans(session->name[i].failed_kept, session->name[i].failed_kept_count, renamed);
	}
	rename_windows(reader, renamed);
}

void tc_reader_sort_names(struct tc_reader *reader)
{
	struct rank *rank = malloc((reader->names + 1) * sizeof *rank);
	uint32_t *renamed = malloc((reader->names + 1) * sizeof *renamed);
	reader->session->name = calloc(reader->names + 1, sizeof *reader->session->name);
	if (!rank || !renamed || !reader->session->name) {
		tc_reader_no_memory(reader);
	} else {
		size_t count = 0;
		for (size_t i = 0; i < reader->names; i++)
			if (reader->name[i].seen)
				rank[count++] = (struct rank){reader->name[i].view.first, (uint32_t)i};
		qsort(rank, count, sizeof *rank, by_first);
		hand_over(reader, rank, count, renamed);
	}
	free(rank);
	free(renamed);
}
