/* SPDX-License-Identifier: MIT
 *
 * measured.c - durations that the program measured itself.
 */
#include <tacho/tacho.h>
#include "format/clock.h"
#include "record/private.h"

enum { TICKS_APART = 16 }; /* a ns and more, whatever the counter */

/* Raw ticks at an instant of CLOCK_MONOTONIC, by the part's calibration; `first` for one before the clock began. */
static uint64_t ticks_at(const struct tc_part_header *header, uint64_t monotonic_ns, uint64_t first)
{
	uint64_t begin_ns = tacho_ticks_to_ns(header->begin.ticks, header->mult);
	uint64_t ns = begin_ns + (monotonic_ns - header->begin.monotonic_ns);
	if ((int64_t)(monotonic_ns - header->begin.monotonic_ns) < 0 && ns > begin_ns)
		return first;
	return (uint64_t)(((tacho_u128)ns << 64) / header->mult) >> TACHO_TICK_SHIFT;
}

void tacho_span_recorded(struct tacho_site *site, uint64_t start_monotonic_ns, uint64_t duration_ns, bool failed)
{
	if (TACHO_RELAXED_LOAD(tacho_gate.generation) == TACHO_GENERATION_OFF)
		return;
	struct tacho_node *node = tc_beside_node(site, TACHO_KIND_MEASURED, NULL);
	if (!node)
		return;
	struct tacho_block *block = tacho_self;
	const struct tc_part_header *header = tc_part_header(tc_part_of(block));
	duration_ns = duration_ns > INT64_MAX ? INT64_MAX : duration_ns;
	if (!start_monotonic_ns)
		start_monotonic_ns = tc_monotonic_ns() - duration_ns;
	struct tacho_span span = {.block = block, .node = node, .top = block->top};
	/* A duration longer than the machine has run has its begin at the clock's, but no two the same: long ones are
	 * found by it. */
	span.start = ticks_at(header, start_monotonic_ns, (1 + block->finished) * TICKS_APART);
	span.tag = (uint64_t)node->id << TACHO_TAG_NODE_SHIFT | (uint64_t)TACHO_KIND_MEASURED << TACHO_TAG_KIND_SHIFT |
	           (failed ? TACHO_TAG_FAILED : 0);
	tc_span_finish(&span, tacho_ticks_to_ns(span.start, block->mult), duration_ns, block->ready);
}
