/* SPDX-License-Identifier: MIT */
#include "observe/wish.h"

static const uint64_t least_ns = 10000000, most_ns = 3600000000000;

/* Whatever the file says. */
static uint64_t possible(uint64_t interval_ns)
{
	return interval_ns < least_ns ? least_ns : interval_ns > most_ns ? most_ns : interval_ns;
}

static void add(struct tc_wishes *wishes, const struct tc_wish *wish)
{
	for (int group = 0; group < TC_WISH_GROUPS; group++) {
		uint64_t *shortest = &wishes->interval_ns[group];
		if (wish->interval_ns[group] && (!*shortest || possible(wish->interval_ns[group]) < *shortest))
			*shortest = possible(wish->interval_ns[group]);
	}
}

struct tc_wishes tc_wishes_of(const struct tc_parts *parts)
{
	struct tc_wishes wishes = {.off = false};
	size_t off = 0, on = 0;
	for (size_t i = 0; i < parts->count; i++) {
		const struct tc_part_seen *part = &parts->part[i];
		if (!part->valid || part->waits)
			continue;
		add(&wishes, &part->wish);
		if (part->wish.off)
			off++;
		else
			on++;
	}
	wishes.off = off && !on;
	return wishes;
}
