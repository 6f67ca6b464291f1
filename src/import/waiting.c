/* SPDX-License-Identifier: MIT
 *
 * waiting.c - parents with the same times as their children, which may come after them.
 */
#include <stdlib.h>
#include <string.h>
#include "import/place.h"

static bool lacks_parent(const struct tc_placing *p, const struct tc_item *item)
{
	struct tc_place place;
	if (!item->parent || item->flags & TC_ITEM_READING)
		return false;
	tc_opens_find(&p->opens, item->parent, &place);
	return !place.path;
}

int tc_place_waiting(struct tc_placing *p, bool all)
{
	int code = 0;
	for (size_t i = 0; i < p->waiting && !code;) {
		struct tc_item *item = p->wait[i];
		if (!all && lacks_parent(p, item)) {
			i++;
			continue;
		}
		memmove(&p->wait[i], &p->wait[i + 1], (--p->waiting - i) * sizeof(struct tc_item *));
		code = tc_place_item(p, item);
		free(item);
		i = all ? i : 0;
	}
	return code;
}

static bool add_waiting(struct tc_placing *p, const struct tc_item *item)
{
	struct tc_item *copy = p->waiting < TC_PLACE_WAITING && lacks_parent(p, item) ? malloc(item->bytes) : NULL;
	if (!copy)
		return false;
	memcpy(copy, item, item->bytes);
	p->wait[p->waiting++] = copy;
	return true;
}

int tc_place_take(struct tc_placing *p, const struct tc_item *item)
{
	int code = 0;
	if (p->waiting && (item->start_ns != p->wait[0]->start_ns || item->duration_ns != p->wait[0]->duration_ns))
		code = tc_place_waiting(p, true);
	if (code || add_waiting(p, item))
		return code;
	code = tc_place_item(p, item);
	return code ? code : tc_place_waiting(p, false);
}
