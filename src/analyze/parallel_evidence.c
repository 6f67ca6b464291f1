/* SPDX-License-Identifier: MIT */
#include "analyze/parallel_evidence.h"

#include <string.h>

enum { ORDERS_LEAST = 2, ROW_LEAST = 3 };

static const struct tc_tree_span *child(const struct tc_siblings *siblings, size_t parent, uint32_t number)
{
	const struct tc_forest *forest = siblings->forest;
	return &forest->span[forest->span[siblings->parent[parent]].child + number];
}

static uint32_t children(const struct tc_siblings *siblings, size_t parent)
{
	return siblings->forest->span[siblings->parent[parent]].children;
}

/* The heaviest name that has no slot yet goes behind those that have. */
static void give_slot(struct tc_siblings *siblings, const double *weight_ns, uint32_t name)
{
	size_t at = siblings->slots;
	if (siblings->slot[name] != TC_NO_SLOT)
		return;
	while (at && weight_ns[siblings->name[at - 1]] < weight_ns[name])
		at--;
	if (at == TC_PARALLEL_NAMES)
		return;
	if (siblings->slots == TC_PARALLEL_NAMES)
		siblings->slot[siblings->name[--siblings->slots]] = TC_NO_SLOT;
	for (size_t i = siblings->slots; i > at; i--)
		siblings->name[i] = siblings->name[i - 1];
	siblings->name[at] = name;
	siblings->slots++;
	for (size_t i = at; i < siblings->slots; i++)
		siblings->slot[siblings->name[i]] = (unsigned char)i;
}

static void choose_names(struct tc_siblings *siblings, double *weight_ns)
{
	for (size_t i = 0; i < siblings->parents; i++)
		for (uint32_t k = 0; k < children(siblings, i); k++) {
			const struct tc_tree_span *span = child(siblings, i, k);
			weight_ns[span->name] += (double)(span->end_ns - span->begin_ns);
		}
	for (size_t i = 0; i < siblings->parents; i++)
		for (uint32_t k = 0; k < children(siblings, i); k++)
			give_slot(siblings, weight_ns, child(siblings, i, k)->name);
	for (size_t i = 0; i < siblings->parents; i++)
		for (uint32_t k = 0; k < children(siblings, i); k++)
			weight_ns[child(siblings, i, k)->name] = 0;
}

struct look {                                   /* at the children of one parent, by begin */
	int64_t until[TC_PARALLEL_NAMES];       /* of each name so far: its latest end; */
	int64_t first_begin[TC_PARALLEL_NAMES]; /* and its first span; INT64_MAX: none */
	int64_t first_end[TC_PARALLEL_NAMES];
	size_t last; /* slot of the one before, TC_NO_SLOT: another */
	uint32_t row;
};

static void see_child(struct tc_siblings *siblings, struct look *look, const struct tc_tree_span *span)
{
	size_t slot = siblings->slot[span->name];
	bool apart = true;
	if (slot == TC_NO_SLOT) {
		look->last = TC_NO_SLOT;
		return;
	}
	for (size_t i = 0; i < siblings->slots; i++)
		if (look->until[i] > span->begin_ns) {
			siblings->overlaps[slot][i]++;
			apart = false;
		}
	look->row = apart && look->last == slot ? look->row + 1 : 1;
	look->last = slot;
	if (look->row > siblings->longest_row[slot])
		siblings->longest_row[slot] = look->row;
	if (look->until[slot] < span->end_ns)
		look->until[slot] = span->end_ns;
	if (look->first_begin[slot] == INT64_MAX) {
		look->first_begin[slot] = span->begin_ns;
		look->first_end[slot] = span->end_ns;
	}
}

static void see_parent(struct tc_siblings *siblings, size_t parent)
{
	struct look look = {.last = TC_NO_SLOT};
	for (size_t i = 0; i < TC_PARALLEL_NAMES; i++) {
		look.until[i] = INT64_MIN;
		look.first_begin[i] = INT64_MAX;
	}
	for (uint32_t k = 0; k < children(siblings, parent); k++)
		see_child(siblings, &look, child(siblings, parent, k));
	for (size_t a = 0; a < siblings->slots; a++)
		for (size_t b = 0; b < siblings->slots; b++)
			if (look.first_begin[a] != INT64_MAX && look.first_begin[b] != INT64_MAX)
				siblings->before[a][b] += look.first_end[a] <= look.first_begin[b];
}

static uint32_t depth_of(const struct tc_forest *forest, uint32_t span)
{
	uint32_t depth = 0;
	for (; forest->span[span].parent != TC_NO_SPAN; span = forest->span[span].parent)
		depth++;
	return depth;
}

/* False: one lies below the other, or they are of different trees. */
static bool lift(struct tc_linked_names *out, const struct tc_forest *forest, uint32_t from, uint32_t to)
{
	const struct tc_tree_span *span = forest->span;
	uint32_t a = depth_of(forest, from), b = depth_of(forest, to);
	for (; a > b; a--)
		from = span[from].parent;
	for (; b > a; b--)
		to = span[to].parent;
	for (; from != to && a && span[from].parent != span[to].parent; a--) {
		from = span[from].parent;
		to = span[to].parent;
	}
	if (from == to || !a)
		return false;
	*out = (struct tc_linked_names){span[span[from].parent].name, span[from].name, span[to].name};
	return true;
}

size_t tc_links_lift(struct tc_linked_names *out, const struct tc_session_trees *trees)
{
	size_t count = 0;
	for (size_t i = 0; i < trees->links; i++)
		count += lift(&out[count], &trees->forest, trees->link[i].from, trees->link[i].to);
	return count;
}

static void see_links(struct tc_siblings *siblings)
{
	for (size_t i = 0; i < siblings->links; i++) {
		size_t a = siblings->slot[siblings->link[i].a], b = siblings->slot[siblings->link[i].b];
		if (a != TC_NO_SLOT && b != TC_NO_SLOT)
			siblings->linked[a][b] = siblings->linked[b][a] = true;
	}
}

void tc_siblings_look(struct tc_siblings *siblings, double *weight_ns)
{
	siblings->slots = 0;
	memset(siblings->overlaps, 0, sizeof siblings->overlaps);
	memset(siblings->before, 0, sizeof siblings->before);
	memset(siblings->longest_row, 0, sizeof siblings->longest_row);
	memset(siblings->linked, 0, sizeof siblings->linked);
	choose_names(siblings, weight_ns);
	for (size_t i = 0; i < siblings->parents; i++)
		see_parent(siblings, i);
	see_links(siblings);
}

void tc_siblings_forget(struct tc_siblings *siblings)
{
	for (size_t i = 0; i < siblings->slots; i++)
		siblings->slot[siblings->name[i]] = TC_NO_SLOT;
}

bool tc_siblings_evidence(const struct tc_siblings *siblings, size_t a, size_t b, enum tc_parallel_evidence *out)
{
	*out = TC_EVIDENCE_NONE;
	if (siblings->linked[a][b])
		return false;
	if (siblings->overlaps[a][b] || siblings->overlaps[b][a])
		*out = TC_EVIDENCE_OVERLAP;
	else if (a != b && siblings->before[a][b] >= ORDERS_LEAST && siblings->before[b][a] >= ORDERS_LEAST)
		*out = TC_EVIDENCE_ORDER;
	else if (a == b && siblings->longest_row[a] >= ROW_LEAST)
		*out = TC_EVIDENCE_ROW;
	return true;
}
