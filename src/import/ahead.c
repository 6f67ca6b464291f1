/* SPDX-License-Identifier: MIT */
#include "import/ahead.h"

#include <stdlib.h>
#include <string.h>

enum { COUNT_MOST = 1 << 14, WAITING_MOST = 1 << 16, BYTES_MOST = 1 << 24 };

/* ---- by id ---- */

static size_t slot_of(uint64_t id)
{
	return (id ^ id >> 32) % TC_AHEAD_SLOTS;
}

static void note_id(struct tc_ahead *ahead, struct tc_awaited *one)
{
	struct tc_awaited **first = &ahead->slot[slot_of(one->id)].first, **last = &ahead->slot[slot_of(one->id)].last;
	if (*last)
		(*last)->same_slot = one;
	else
		*first = one;
	*last = one;
}

static void forget_id(struct tc_ahead *ahead, const struct tc_awaited *one)
{
	struct tc_awaited **at = &ahead->slot[slot_of(one->id)].first, **last = &ahead->slot[slot_of(one->id)].last;
	struct tc_awaited *before = NULL;
	for (; *at != one; at = &(*at)->same_slot)
		before = *at;
	*at = one->same_slot;
	if (*last == one)
		*last = before;
}

static struct tc_awaited *find(const struct tc_ahead *ahead, uint64_t id)
{
	struct tc_awaited *one = ahead->slot[slot_of(id)].first;
	while (one && one->id != id)
		one = one->same_slot;
	return one;
}

/* ---- the row ---- */

bool tc_ahead_add(struct tc_ahead *ahead, const struct tc_item *item)
{
	struct tc_awaited *one = calloc(1, sizeof *one);
	struct tc_item *copy = malloc(item->bytes);
	if (!one || !copy) {
		free(one);
		free(copy);
		return false;
	}
	memcpy(copy, item, item->bytes);
	one->item = copy;
	one->id = item->id;
	if (one->id)
		note_id(ahead, one);
	*(ahead->last ? &ahead->last->next : &ahead->first) = one;
	ahead->last = one;
	ahead->count++;
	ahead->bytes += item->bytes;
	return true;
}

bool tc_ahead_is_full(const struct tc_ahead *ahead)
{
	return ahead->count >= COUNT_MOST || ahead->bytes >= BYTES_MOST;
}

struct tc_awaited *tc_ahead_take(struct tc_ahead *ahead)
{
	struct tc_awaited *one = ahead->first;
	ahead->first = one->next;
	if (!ahead->first)
		ahead->last = NULL;
	one->next = NULL;
	ahead->count--;
	ahead->bytes -= one->item->bytes;
	return one;
}

/* ---- waiting ---- */

/* What all of those above it wait for; ways that were gone are shorter afterwards. */
static struct tc_awaited *top_of(struct tc_awaited *one)
{
	while (one->waits_for) {
		if (one->waits_for->waits_for)
			one->waits_for = one->waits_for->waits_for;
		one = one->waits_for;
	}
	return one;
}

bool tc_ahead_is_ring(const struct tc_ahead *ahead, const struct tc_awaited *one)
{
	struct tc_awaited *parent = find(ahead, one->item->parent);
	return parent && !(one->item->flags & TC_ITEM_NAMED) && top_of(parent) == one;
}

bool tc_ahead_wait(struct tc_ahead *ahead, struct tc_awaited *one)
{
	struct tc_awaited *parent = find(ahead, one->item->parent);
	if (!parent || top_of(parent) == one || ahead->waiting == WAITING_MOST)
		return false;
	/* A name tells the newest that is open, and is no reason to wait for one to come. */
	if (one->item->flags & TC_ITEM_NAMED && parent->item->start_ns != one->item->start_ns)
		return false;
	*(parent->last_waits ? &parent->last_waits->next : &parent->first_waits) = one;
	parent->last_waits = one;
	one->waits_for = parent;
	ahead->waiting++;
	return true;
}

struct tc_awaited *tc_ahead_free(struct tc_ahead *ahead, struct tc_awaited *one, struct tc_awaited *list)
{
	struct tc_awaited *first = one->first_waits ? one->first_waits : list;
	if (one->last_waits)
		one->last_waits->next = list;
	if (one->id)
		forget_id(ahead, one);
	if (one->waits_for)
		ahead->waiting--;
	free(one);
	return first;
}

/* Those that wait are in the table: each waits for one that has an id, and the topmost for one in the row. */
void tc_ahead_release(struct tc_ahead *ahead)
{
	struct tc_awaited *list = NULL;
	while (ahead->first || list) {
		struct tc_awaited *one = list ? list : tc_ahead_take(ahead);
		list = list ? list->next : NULL;
		free(one->item);
		list = tc_ahead_free(ahead, one, list);
	}
}
