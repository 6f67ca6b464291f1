/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include "format/identity.h"
#include "read/reader.h"

bool tc_self_begin(struct tc_self_times *times, const struct tc_thread *thread)
{
	times->children_ns = calloc(thread->nodes + 1, sizeof *times->children_ns);
	times->parent = calloc(thread->nodes + 1, sizeof *times->parent);
	if (!times->children_ns || !times->parent)
		return false;
	for (uint32_t id = 1; id < thread->nodes; id++)
		times->parent[id] = tc_part_node(thread->part->bytes, thread->block, id)->parent;
	return true;
}

/* A parent's self time is what its children leave of it; what is beside the stack takes nothing from anybody. */
uint64_t tc_self_next(struct tc_self_times *times, uint64_t word, uint64_t ns)
{
	uint32_t node = tc_tag_node(word);
	uint64_t children_ns = times->children_ns[node];
	times->children_ns[node] = 0;
	if (!tc_tag_kind(word))
		times->children_ns[times->parent[node]] += ns;
	return children_ns < ns ? ns - children_ns : 0;
}

void tc_self_end(struct tc_self_times *times)
{
	free(times->children_ns);
	free(times->parent);
	*times = (struct tc_self_times){0};
}
