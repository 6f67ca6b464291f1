/* SPDX-License-Identifier: MIT
 *
 * clockmap.h - from a part's own clock to instants of the session.  Straight lines between the points at which both
 * clocks were read: the part's begin and end, and what the observer wrote down at its ticks; beyond the last point, the
 * part's own rate.
 */
#ifndef READ_CLOCKMAP_H
#define READ_CLOCKMAP_H

#include <stddef.h>
#include <stdint.h>
#include "format/part.h"
#include "read/session.h"

struct tc_clock_point {
	uint64_t part_ns;
	tc_instant instant;
};

struct tc_clock_map {
	uint64_t mult;
	uint32_t tick_shift;
	uint64_t begin_ns; /* CLOCK_MONOTONIC of the session's begin */
	size_t points;
	struct tc_clock_point *point; /* ascending in both */
};

/* observed: the observer's calibrations, count of them, ascending.  0 or TACHO_ENOMEM. */
int tc_clock_map_init(struct tc_clock_map *map, const struct tc_part_header *header, uint64_t begin_ns,
	const struct tc_calibration *observed, size_t count);
void tc_clock_map_release(struct tc_clock_map *map);

uint64_t tc_part_ns(const struct tc_clock_map *map, uint64_t ticks);
tc_instant tc_instant_of(const struct tc_clock_map *map, uint64_t part_ns);

/* a - b and a + b that stop at the ends of their range: files may say anything. */
tc_instant tc_instant_between(uint64_t from_ns, uint64_t to_ns);
tc_instant tc_instant_after(tc_instant instant, uint64_t ns);

#endif
