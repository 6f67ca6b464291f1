/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>
#include "read/reader.h"

/* The recorder makes no deeper paths; those who walk the tree may call themselves for each level. */
enum { FIRST_SLOTS = 256, DEPTH_MAX = 10000 };

static size_t slot_of(const struct tc_reader *reader, const struct tc_merged_node *parent, uint32_t name, uint32_t kind)
{
	uint64_t hash = ((uint64_t)(uintptr_t)parent >> 4) * 0x9e3779b97f4a7c15u + name + ((uint64_t)kind << 32);
	hash *= 0x9e3779b97f4a7c15u;
	return (hash >> 32) & (reader->node_slots - 1);
}

static bool make_slots(struct tc_reader *reader)
{
	if (reader->nodes < reader->node_slots)
		return true;
	size_t slots = reader->node_slots ? reader->node_slots * 2 : FIRST_SLOTS;
	struct tc_merged_node **fresh = calloc(slots, sizeof *fresh);
	if (!fresh) {
		tc_reader_no_memory(reader);
		return false;
	}
	free(reader->node_slot);
	reader->node_slot = fresh;
	reader->node_slots = slots;
	for (size_t i = 0; i < reader->nodes; i++) {
		struct tc_merged_node *node = reader->node[i];
		struct tc_merged_node **slot = &fresh[slot_of(reader, node->parent, node->view.name, node->view.kind)];
		node->same_slot = *slot;
		*slot = node;
	}
	return true;
}

static struct tc_merged_node *add(
	struct tc_reader *reader, struct tc_merged_node *parent, uint32_t name, uint32_t kind, tc_instant first)
{
	struct tc_merged_node *node = tc_arena_take(reader->arena, sizeof *node);
	if (!node || !make_slots(reader) ||
		!tc_reader_grow(reader, &reader->node, reader->nodes, &reader->node_room, sizeof *reader->node))
		return NULL;
	node->parent = parent;
	node->view = (struct tc_node_view){
		.name = name, .kind = kind, .first = first, .parent = parent ? &parent->view : NULL};
	node->view.depth = parent && parent->parent ? parent->view.depth + 1 : 0;
	node->view.figures.min_ns = UINT64_MAX;
	node->order = reader->nodes;
	node->view.number = (uint32_t)reader->nodes;
	node->view.below_since = INT64_MIN;
	reader->node[reader->nodes++] = node;
	struct tc_merged_node **slot = &reader->node_slot[slot_of(reader, parent, name, kind)];
	node->same_slot = *slot;
	*slot = node;
	return node;
}

struct tc_merged_node *tc_reader_child(
	struct tc_reader *reader, struct tc_merged_node *parent, uint32_t name, uint32_t kind, tc_instant first)
{
	struct tc_merged_node *node =
		reader->node_slots ? reader->node_slot[slot_of(reader, parent, name, kind)] : NULL;
	while (node && (node->parent != parent || node->view.name != name || node->view.kind != kind))
		node = node->same_slot;
	if (!node)
		return parent && parent->view.depth >= DEPTH_MAX ? NULL : add(reader, parent, name, kind, first);
	node->view.first = first < node->view.first ? first : node->view.first;
	return node;
}

bool tc_figures_add(struct tc_figures *into, const struct tc_figures *from)
{
	into->count += from->count;
	into->failed += from->failed;
	into->self_ns += from->self_ns;
	into->sum_ns = tc_wide_add(into->sum_ns, from->sum_ns);
	into->squares_ns2 = tc_wide_add(into->squares_ns2, from->squares_ns2);
	if (from->count) {
		into->min_ns = from->min_ns < into->min_ns ? from->min_ns : into->min_ns;
		into->max_ns = from->max_ns > into->max_ns ? from->max_ns : into->max_ns;
	}
	return !tc_histogram_merge(&into->histogram, &from->histogram);
}

bool tc_figures_count(struct tc_figures *figures, uint64_t ns, uint64_t self_ns, bool failed)
{
	figures->min_ns = !figures->count || ns < figures->min_ns ? ns : figures->min_ns;
	figures->max_ns = ns > figures->max_ns ? ns : figures->max_ns;
	figures->count++;
	figures->failed += failed;
	figures->sum_ns = tc_wide_add(figures->sum_ns, tc_wide_of(ns));
	figures->squares_ns2 = tc_wide_add(figures->squares_ns2, tc_wide_product(ns, ns));
	figures->self_ns += self_ns;
	return !tc_histogram_add(&figures->histogram, tacho_cell(ns), 1);
}

/* `tacho span` does nothing but wait: time of the processes below it is not its own. */
static void take_waiting_off(struct tc_merged_node *node)
{
	uint64_t waited = node->waits_self_ns, grafted = tc_wide_bounded(node->grafted_ns);
	if (grafted < waited)
		waited = grafted;
	struct tc_figures *figures = &node->view.figures;
	if ((int64_t)figures->self_ns < 0)
		figures->self_ns = 0; /* children that outlived their parent */
	figures->self_ns -= waited < figures->self_ns ? waited : figures->self_ns;
}

static void add_to_name(struct tc_reader *reader, const struct tc_merged_node *node)
{
	struct tc_merged_name *name = &reader->name[node->view.name];
	name->seen = true;
	name->view.open += node->view.open;
	name->view.open_ns += node->view.open_ns;
	if (!tc_figures_add(&name->view.figures, &node->view.figures))
		tc_reader_no_memory(reader);
}

static int by_first(const void *a, const void *b)
{
	const struct tc_merged_node *x = *(struct tc_merged_node *const *)a, *y = *(struct tc_merged_node *const *)b;
	if (x->view.first != y->view.first)
		return x->view.first < y->view.first ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static void list_children(struct tc_reader *reader, struct tc_merged_node *node)
{
	struct tc_node_view *parent = node->view.parent;
	if (!parent || !node->used)
		return;
	if (!parent->child)
		parent->child = tc_arena_take(reader->arena, node->parent->children * sizeof *parent->child);
	if (parent->child)
		parent->child[parent->children++] = &node->view;
}

void tc_reader_finish_tree(struct tc_reader *reader)
{
	reader->root->used = true;
	for (size_t i = reader->nodes; i-- > 1;) { /* parents are made before their children */
		struct tc_merged_node *node = reader->node[i];
		node->used |= node->view.figures.count || node->view.open;
		node->parent->used |= node->used;
		node->parent->view.elsewhere |= node->view.elsewhere;
		node->parent->children += node->used;
		take_waiting_off(node);
		if (node->used)
			add_to_name(reader, node);
	}
	reader->session->nodes = reader->nodes;
	for (size_t i = 0; i < reader->nodes; i++)
		list_children(reader, reader->node[i]);
	for (size_t i = 0; i < reader->nodes; i++) {
		struct tc_node_view *view = &reader->node[i]->view;
		if (view->children)
			qsort(view->child, view->children, sizeof(void *), by_first);
		if (!view->figures.count)
			view->figures.min_ns = 0;
	}
}
