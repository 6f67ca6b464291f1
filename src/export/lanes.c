/* SPDX-License-Identifier: MIT */
#include "export/lanes.h"

#include <stdlib.h>

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

static bool holds(const struct tc_lane_span *outer, const struct tc_span_view *span, tc_instant end)
{
	return outer->node && outer->node == span->node->parent && outer->begin <= span->begin && outer->end >= end;
}

static uint64_t parent_in(const struct tc_lane *lane, uint32_t depth, const struct tc_span_view *span, tc_instant end)
{
	if (!depth)
		return 0;
	if (holds(&lane->at[depth - 1], span, end))
		return lane->at[depth - 1].id;
	return holds(&lane->first[depth - 1], span, end) ? lane->first[depth - 1].id : 0;
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
	if (below && *end > outer && *end - outer <= TC_LANES_ROUNDING && outer >= span->begin)
		*end = outer;
	/* Where spans come by their ends, what this one holds came before it. */
	if (depth + 1 < TC_LANE_DEPTHS && lane->at[depth + 1].node && lane->at[depth + 1].node->parent == span->node) {
		tc_instant inner = lane->at[depth + 1].end;
		if (lane->at[depth + 1].begin >= span->begin && inner > *end && inner - *end <= TC_LANES_ROUNDING)
			*end = inner;
	}
	lane->at[depth] = (struct tc_lane_span){span->node, span->id, span->begin, *end};
	if (!lane->first[depth].node)
		lane->first[depth] = lane->at[depth];
	return parent_in(lane, depth, span, *end);
}

void tc_lanes_release(struct tc_lanes *lanes)
{
	free(lanes->lane);
	*lanes = (struct tc_lanes){0};
}
