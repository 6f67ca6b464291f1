/* SPDX-License-Identifier: MIT */
#include "export/lanes.h"

#include <stdlib.h>

static const tc_instant ROUNDING = 3; /* ns */

static struct tc_lane *lane_of(struct tc_lanes *lanes, const struct tc_span_view *span)
{
	for (size_t i = 0; i < lanes->lanes; i++) {
		size_t at = (lanes->last + i) % lanes->lanes;
		if (lanes->lane[at].process == span->process && lanes->lane[at].thread == span->thread) {
			lanes->last = at;
			return &lanes->lane[at];
		}
	}
	if (lanes->lanes == lanes->room) {
		size_t room = lanes->room ? 2 * lanes->room : 16;
		struct tc_lane *more = realloc(lanes->lane, room * sizeof *more);
		if (!more) {
			lanes->no_memory = true;
			return NULL;
		}
		lanes->lane = more;
		lanes->room = room;
	}
	lanes->last = lanes->lanes;
	lanes->lane[lanes->lanes] = (struct tc_lane){.process = span->process, .thread = span->thread};
	return &lanes->lane[lanes->lanes++];
}

uint64_t tc_lanes_pass(struct tc_lanes *lanes, const struct tc_span_view *span, tc_instant *end)
{
	*end = span->begin + (tc_instant)span->duration_ns;
	struct tc_lane *lane = span->kind == TACHO_KIND_SCOPE && span->node ? lane_of(lanes, span) : NULL;
	uint32_t depth = lane ? span->node->depth : TC_LANE_DEPTHS;
	if (depth >= TC_LANE_DEPTHS)
		return 0;
	bool below = depth && lane->at[depth - 1].node == span->node->parent;
	tc_instant outer = below ? lane->at[depth - 1].end : 0;
	if (below && *end > outer && *end - outer <= ROUNDING && outer >= span->begin)
		*end = outer;
	/* Where spans come by their ends, what this one holds came before it. */
	if (depth + 1 < TC_LANE_DEPTHS && lane->at[depth + 1].node && lane->at[depth + 1].node->parent == span->node) {
		tc_instant inner = lane->at[depth + 1].end;
		if (lane->at[depth + 1].begin >= span->begin && inner > *end && inner - *end <= ROUNDING)
			*end = inner;
	}
	lane->at[depth].node = span->node;
	lane->at[depth].id = span->id;
	lane->at[depth].begin = span->begin;
	lane->at[depth].end = *end;
	return below && outer >= *end ? lane->at[depth - 1].id : 0;
}

void tc_lanes_release(struct tc_lanes *lanes)
{
	free(lanes->lane);
	*lanes = (struct tc_lanes){0};
}
