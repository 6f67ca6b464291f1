/* SPDX-License-Identifier: MIT */
#include "export/crossings.h"

#include <stdlib.h>
#include "export/lanes.h"

struct tc_crossing {
	struct tc_arrow *arrow;
	size_t scopes;   /* right below it, of the thread that ended it, since that ended another of its path */
	tc_instant last; /* ns of such a scope */
};

struct key {
	uint32_t process, thread, node;
	tc_instant at;
};

static int compare(const struct key *a, const struct key *b)
{
	if (a->process != b->process)
		return a->process < b->process ? -1 : 1;
	if (a->thread != b->thread)
		return a->thread < b->thread ? -1 : 1;
	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static struct key key_of(const struct tc_crossing *crossing)
{
	const struct tc_arrow *arrow = crossing->arrow;
	return (struct key){arrow->end.process, arrow->end.thread, arrow->job, arrow->end.at};
}

static int by_end(const void *left, const void *right)
{
	struct key a = key_of(left), b = key_of(right);
	return compare(&a, &b);
}

bool tc_crossings_of(struct tc_crossings *out, struct tc_arrows *arrows)
{
	out->crossing = malloc((arrows->jobs + 1) * sizeof *out->crossing);
	for (size_t i = 0; out->crossing && i < arrows->arrows; i++)
		if (arrows->arrow[i].job)
			out->crossing[out->crossings++] = (struct tc_crossing){.arrow = &arrows->arrow[i]};
	if (out->crossing)
		qsort(out->crossing, out->crossings, sizeof *out->crossing, by_end);
	return out->crossing;
}

void tc_crossings_pass(struct tc_crossings *crossings, const struct tc_span_view *scope, tc_instant end)
{
	const struct tc_node_view *above = scope->node ? scope->node->parent : NULL;
	if (!crossings->crossings || !above || above->kind != TACHO_KIND_ASYNC || end <= scope->begin)
		return;
	const tc_instant early = end - TC_LANES_ROUNDING, at_least = early > scope->begin ? early : scope->begin + 1;
	const struct key key = {scope->process, scope->thread, above->number, at_least};
	size_t low = 0, high = crossings->crossings;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct key at = key_of(&crossings->crossing[middle]);
		if (compare(&at, &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	struct tc_crossing *next = &crossings->crossing[low];
	if (low == crossings->crossings || next->arrow->end.process != key.process ||
		next->arrow->end.thread != key.thread || next->arrow->job != key.node ||
		next->arrow->begin.at > scope->begin)
		return;
	next->scopes++;
	next->last = end - 1;
}

void tc_crossings_settle(struct tc_crossings *crossings)
{
	for (size_t i = 0; i < crossings->crossings; i++) {
		const struct tc_crossing *crossing = &crossings->crossing[i];
		struct tc_arrow_end *end = &crossing->arrow->end;
		if (end->in_slice || crossing->scopes != 1)
			continue;
		end->at = crossing->last;
		end->in_slice = true;
	}
	free(crossings->crossing);
	*crossings = (struct tc_crossings){0};
}
