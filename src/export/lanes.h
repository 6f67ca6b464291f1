/* SPDX-License-Identifier: MIT
 *
 * lanes.h - which spans of a thread stand in which, for formats that go through single spans one after another.  Of each thread the last
 * span of each depth is remembered, and the first, which holds what is stored of the time before it: so memory is that of the threads.
 */
#ifndef EXPORT_LANES_H
#define EXPORT_LANES_H

#include "read/session.h"

enum {
	TC_LANE_DEPTHS = 64,
	TC_LANES_ROUNDING =
		3 /* ns: so much later what was ended first may seem to end, as each figure is rounded by itself */
};

struct tc_lane_span {
	const struct tc_node_view *node; /* NULL: none came by yet */
	uint64_t id;
	tc_instant begin, end;
};

struct tc_lane { /* a thread */
	uint32_t process, thread;
	struct tc_lane_span first[TC_LANE_DEPTHS], at[TC_LANE_DEPTHS]; /* that came by first of a depth, and last */
};

struct tc_lanes { /* all zero: none.  Owns lane. */
	struct tc_lane *lane;
	size_t lanes, room, last;
	bool no_memory;
};

/* A span of a stack comes by: the id of the one that it stands in, if that was kept and came before it, else 0.
 *
 * *end: where it ends.  Begin and duration are rounded each by itself, so what was ended first may seem to end some ns after what holds it, and
 * viewers then see no nesting: that is mended here. */
uint64_t tc_lanes_pass(struct tc_lanes *lanes, const struct tc_span_view *span, tc_instant *end);

void tc_lanes_release(struct tc_lanes *lanes);

#endif
