/* SPDX-License-Identifier: MIT */
#include "read/clockmap.h"

#include <stdlib.h>
#include "base/error.h"
#include "base/wide.h"

tc_instant tc_instant_between(uint64_t from_ns, uint64_t to_ns)
{
	tc_instant out;
	if (__builtin_sub_overflow(to_ns, from_ns, &out))
		return to_ns < from_ns ? INT64_MIN : INT64_MAX;
	return out;
}

tc_instant tc_instant_after(tc_instant instant, uint64_t ns)
{
	tc_instant out;
	return __builtin_add_overflow(instant, ns, &out) ? INT64_MAX : out;
}

static tc_instant before(tc_instant instant, uint64_t ns)
{
	tc_instant out;
	return __builtin_sub_overflow(instant, ns, &out) ? INT64_MIN : out;
}

uint64_t tc_part_ns(const struct tc_clock_map *map, uint64_t ticks)
{
	return tc_wide_product(ticks << map->tick_shift, map->mult).high;
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

/* past * rise / run, where past < run.  Only the difference of the two rates needs a division; it is small, so nothing is lost. */
static uint64_t along(uint64_t past, uint64_t run, uint64_t rise)
{
	if (rise >= run)
		return past + (uint64_t)((long double)past * (long double)(rise - run) / (long double)run);
	uint64_t less = (uint64_t)((long double)past * (long double)(run - rise) / (long double)run);
	return past - (less < past ? less : past);
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
	if (part_ns < from->part_ns)
		return before(from->instant, from->part_ns - part_ns);
	uint64_t past = part_ns - from->part_ns;
	if (low + 1 < map->points)
		past = along(
			past, from[1].part_ns - from->part_ns, (uint64_t)from[1].instant - (uint64_t)from->instant);
	return tc_instant_after(from->instant, past);
}
