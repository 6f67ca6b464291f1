/* SPDX-License-Identifier: MIT
 *
 * ahead.h - items that were read and are not placed yet: so many of those that begin next, and before them such as wait for their parent, which
 * is among these.  That comes where services' clocks differ, and where a parent with the same times follows its child in the file.
 */
#ifndef IMPORT_AHEAD_H
#define IMPORT_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include "import/item.h"

enum { TC_AHEAD_SLOTS = 1 << 15 };

struct tc_awaited {
	struct tc_item *item; /* its own, until somebody takes it */
	uint64_t id;
	struct tc_awaited *next;      /* the one that begins next; of those that wait the next for the same */
	struct tc_awaited *same_slot; /* in the table of ids */
	struct tc_awaited *waits_for; /* the parent, or one above that; NULL: it waits for none */
	struct tc_awaited *first_waits, *last_waits; /* for this one */
};

struct tc_ahead {
	struct tc_awaited *first, *last; /* by begin */
	size_t count, bytes, waiting;
	struct {
		struct tc_awaited *first, *last;
	} slot[TC_AHEAD_SLOTS]; /* by id, of equal ones the first that begins first */
};

/* With a copy of the item, behind those that are there; false: out of memory. */
bool tc_ahead_add(struct tc_ahead *ahead, const struct tc_item *item);

/* Whether there are as many as are looked at. */
bool tc_ahead_is_full(const struct tc_ahead *ahead);

/* The first of them leaves the row; its id is still known until tc_ahead_free(). */
struct tc_awaited *tc_ahead_take(struct tc_ahead *ahead);

/* Whether its parents, as far as they are there, lead back to itself. */
bool tc_ahead_is_ring(const struct tc_ahead *ahead, const struct tc_awaited *one);

/* Has it wait for its parent; false: that is not there, waits for this one itself, or too many wait. */
bool tc_ahead_wait(struct tc_ahead *ahead, struct tc_awaited *one);

/* Frees it, whose item is somebody else's by now.  Those that waited for it go before the others of a list, linked by `next`, which is returned. */
struct tc_awaited *tc_ahead_free(struct tc_ahead *ahead, struct tc_awaited *one, struct tc_awaited *list);

void tc_ahead_release(struct tc_ahead *ahead);

#endif
