/* SPDX-License-Identifier: MIT */
#include "read/clockmap.h"

#include <stdlib.h>
#include "base/error.h"

__extension__ typedef __int128 wide;

static tc_instant clamp(wide value)
{
	return value < INT64_MIN ? INT64_MIN : value > INT64_MAX ? INT64_MAX : (tc_instant)value;
}

tc_instant tc_instant_between(uint64_t from_ns, uint64_t to_ns)
{
	return clamp((wide)to_ns - from_ns);
}

tc_instant tc_instant_after(tc_instant instant, uint64_t ns)
{
	return clamp((wide)instant + ns);
}

uint64_t tc_part_ns(const struct tc_clock_map *map, uint64_t ticks)
{
	return (uint64_t)((tacho_u128)(ticks << map->tick_shift) * map->mult >> 64);
}

/* Points come in order of time; one that doesn't go forward on both clocks is of no use. */
static void add_point(struct tc_clock_map *map, const struct tc_calibration *calibration)
{
	struct tc_clock_point point = {
		tc_part_ns(map, calibration->ticks), tc_instant_between(map->begin_ns, calibration->monotonic_ns)};
	const struct tc_clock_point *last = map->points ? &map->point[map->points - 1] : NULL;
	if (!last || (point.part_ns > last->part_ns && point.instant > last->instant))
		map->point[map->points++] = point;
}

/* Whether the observer had no counter and wrote CLOCK_MONOTONIC as its ticks. */
static bool counts_ns(const struct tc_calibration *c)
{
	return c->ticks > c->monotonic_ns ? c->ticks - c->monotonic_ns < 1000000 : c->monotonic_ns - c->ticks < 1000000;
}

int tc_clock_map_init(struct tc_clock_map *map, const struct tc_part_header *header, uint64_t begin_ns,
	const struct tc_calibration *observed, size_t count)
{
	*map = (struct tc_clock_map){.mult = header->mult, .tick_shift = header->tick_shift, .begin_ns = begin_ns};
	map->point = malloc((count + 2) * sizeof *map->point);
	if (!map->point)
		return tc_error(TACHO_ENOMEM, "no memory for the clock of a part");
	bool closed = header->end.ticks;
	add_point(map, &header->begin);
	for (size_t i = 0; i < count && header->clock == TC_CLOCK_COUNTER; i++)
		if (observed[i].ticks > header->begin.ticks && (!closed || observed[i].ticks < header->end.ticks) &&
			!counts_ns(&observed[i]))
			add_point(map, &observed[i]);
	if (closed)
		add_point(map, &header->end);
	return 0;
}

void tc_clock_map_release(struct tc_clock_map *map)
{
	free(map->point);
	*map = (struct tc_clock_map){0};
}

tc_instant tc_instant_of(const struct tc_clock_map *map, uint64_t part_ns)
{
	size_t low = 0, high = map->points; /* the last point at or before, or the first one */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (map->point[middle].part_ns <= part_ns)
			low = middle;
		else
			high = middle;
	}
	const struct tc_clock_point *from = &map->point[low];
	wide past = (wide)part_ns - from->part_ns;
	if (low + 1 == map->points || past < 0)
		return clamp(from->instant + past);
	wide run = (wide)from[1].part_ns - from->part_ns, rise = (wide)from[1].instant - from->instant;
	/* only the difference of the two rates needs a division; it is small, so nothing overflows and nothing is lost */
	return clamp(from->instant + past + (wide)((long double)past * (long double)(rise - run) / (long double)run));
}
