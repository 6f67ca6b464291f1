/* SPDX-License-Identifier: MIT */
#include "import/opens.h"

#include <stdlib.h>

enum { RECENT = 1 << 18 };

void tc_open_free(struct tc_open *open)
{
	free(open->item);
	free(open);
}

/* ---- by end ---- */

static bool ends_before(const struct tc_open *a, const struct tc_open *b)
{
	return a->end_ns != b->end_ns ? a->end_ns < b->end_ns : a->number > b->number;
}

static bool make_room(struct tc_opens *opens)
{
	if (opens->count < opens->room)
		return true;
	size_t room = opens->room ? 2 * opens->room : 256;
	struct tc_open **heap = realloc(opens->heap, room * sizeof(struct tc_open *));
	if (!heap)
		return false;
	opens->heap = heap;
	opens->room = room;
	return true;
}

static void sift_up(struct tc_opens *opens, struct tc_open *open)
{
	size_t at = opens->count++;
	for (; at && ends_before(open, opens->heap[(at - 1) / 2]); at = (at - 1) / 2)
		opens->heap[at] = opens->heap[(at - 1) / 2];
	opens->heap[at] = open;
}

static struct tc_open *sift_down(struct tc_opens *opens)
{
	struct tc_open *first = opens->heap[0], *moved = opens->heap[--opens->count];
	size_t at = 0;
	for (size_t child; (child = 2 * at + 1) < opens->count; at = child) {
		if (child + 1 < opens->count && ends_before(opens->heap[child + 1], opens->heap[child]))
			child++;
		if (!ends_before(opens->heap[child], moved))
			break;
		opens->heap[at] = opens->heap[child];
	}
	opens->heap[at] = moved;
	return first;
}

/* ---- by id ---- */

static void link_id(struct tc_opens *opens, struct tc_open *open)
{
	struct tc_open **slot = &opens->by_id[open->item->id & (opens->id_slots - 1)];
	open->same_slot = *slot;
	*slot = open;
}

static bool grow_ids(struct tc_opens *opens)
{
	size_t slots = opens->id_slots ? 2 * opens->id_slots : 1024;
	struct tc_open **by_id = calloc(slots, sizeof(struct tc_open *));
	if (!by_id)
		return false;
	free(opens->by_id);
	opens->by_id = by_id;
	opens->id_slots = slots;
	for (size_t i = 0; i < opens->count; i++)
		if (opens->heap[i]->item->id)
			link_id(opens, opens->heap[i]);
	return true;
}

static void forget_id(struct tc_opens *opens, const struct tc_open *open)
{
	struct tc_open **at = &opens->by_id[open->item->id & (opens->id_slots - 1)];
	while (*at != open)
		at = &(*at)->same_slot;
	*at = open->same_slot;
	opens->recent[open->item->id % RECENT] = (struct tc_recent){open->item->id, open->place};
}

struct tc_open *tc_opens_find(const struct tc_opens *opens, uint64_t id, struct tc_place *place)
{
	const struct tc_recent *recent = &opens->recent[id % RECENT];
	struct tc_open *found = NULL;
	for (struct tc_open *open = opens->by_id[id & (opens->id_slots - 1)]; open; open = open->same_slot)
		if (open->item->id == id && (!found || open->number > found->number))
			found = open;
	*place = found ? found->place : recent->id == id ? recent->place : (struct tc_place){0};
	return found;
}

/* ---- all ---- */

bool tc_opens_add(struct tc_opens *opens, struct tc_open *open)
{
	if (!make_room(opens))
		return false;
	if (opens->count >= opens->id_slots)
		grow_ids(opens); /* without memory chains are longer */
	open->number = ++opens->number;
	sift_up(opens, open);
	if (open->item->id)
		link_id(opens, open);
	return true;
}

struct tc_open *tc_opens_take(struct tc_opens *opens)
{
	struct tc_open *open = sift_down(opens);
	if (open->item->id)
		forget_id(opens, open);
	return open;
}

bool tc_opens_init(struct tc_opens *opens)
{
	*opens = (struct tc_opens){.recent = calloc(RECENT, sizeof *opens->recent)};
	return opens->recent && grow_ids(opens);
}

void tc_opens_release(struct tc_opens *opens)
{
	free(opens->heap);
	free(opens->by_id);
	free(opens->recent);
}
