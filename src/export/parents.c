/* SPDX-License-Identifier: MIT */
#include "export/parents.h"

#include <stdlib.h>
#include <string.h>
#include "base/error.h"

/* The begin or the end of an async span; `ids`: of all of its process and node up to this one, one over the other, so that what is in
 * those of the begins and not in those of the ends is the one that is open. */
struct tc_turn {
	uint32_t process, node;
	tc_instant at;
	uint64_t ids;
};

/* ---- by thread ---- */

static struct tc_child child_of(const struct tc_span_view *span)
{
	return (struct tc_child){.process = span->process,
		.thread = span->begun_by,
		.node = span->node->number,
		.outer = span->node->parent ? span->node->parent->number : 0,
		.begin = span->begin,
		.end = span->begin + (tc_instant)span->duration_ns,
		.id = span->id};
}

static int by_thread(const void *left, const void *right)
{
	const struct tc_child *a = left, *b = right;
	if (a->process != b->process)
		return a->process < b->process ? -1 : 1;
	if (a->thread != b->thread)
		return a->thread < b->thread ? -1 : 1;
	if (a->outer != b->outer)
		return a->outer < b->outer ? -1 : 1;
	return (a->begin > b->begin) - (a->begin < b->begin);
}

/* The first that is not before the key. */
static struct tc_child *first_from(const struct tc_parents *parents, const struct tc_child *key)
{
	size_t low = 0, high = parents->children;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_thread(&parents->child[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return &parents->child[low];
}

static int collect(struct tc_parents *parents, struct tc_export *export)
{
	bool room = true;
	for (const struct tc_span_view *span; (span = tc_export_span(export));) {
		if (span->kind != TACHO_KIND_ASYNC || !span->node || parents->children == TC_PARENTS_MOST || !room)
			continue;
		if (parents->children == parents->room) {
			size_t more = parents->room ? 2 * parents->room : 64;
			struct tc_child *grown = realloc(parents->child, more * sizeof *grown);
			room = grown;
			parents->child = grown ? grown : parents->child;
			parents->room = grown ? more : parents->room;
		}
		if (room)
			parents->child[parents->children++] = child_of(span);
	}
	return room ? 0 : TACHO_ENOMEM;
}

/* What begins in the ns in which one scope ends and the next one begins lies in the next one. */
static void hold(struct tc_parents *parents, const struct tc_span_view *scope)
{
	tc_instant end = scope->begin + (tc_instant)scope->duration_ns;
	const struct tc_child key = {.process = scope->process,
		.thread = scope->thread,
		.outer = scope->node->number,
		.begin = scope->begin};
	struct tc_child *after = parents->child + parents->children;
	for (struct tc_child *at = first_from(parents, &key); at < after && at->begin <= end; at++) {
		if (at->process != key.process || at->thread != key.thread || at->outer != key.outer)
			break;
		if (at->begin < end || !at->parent)
			at->parent = scope->id;
	}
}

/* ---- by node ---- */

static int by_node(const void *left, const void *right)
{
	const struct tc_turn *a = left, *b = right;
	if (a->process != b->process)
		return a->process < b->process ? -1 : 1;
	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static struct tc_turn *turns(const struct tc_parents *parents, bool ends)
{
	struct tc_turn *turn = malloc((parents->children + 1) * sizeof *turn);
	for (size_t i = 0; turn && i < parents->children; i++) {
		const struct tc_child *child = &parents->child[i];
		turn[i] = (struct tc_turn){child->process, child->node, ends ? child->end : child->begin, child->id};
	}
	if (turn)
		qsort(turn, parents->children, sizeof *turn, by_node);
	for (size_t i = 1; turn && i < parents->children; i++)
		if (turn[i].process == turn[i - 1].process && turn[i].node == turn[i - 1].node)
			turn[i].ids ^= turn[i - 1].ids;
	return turn;
}

static bool count_by_node(struct tc_parents *parents, size_t nodes)
{
	parents->of_node = calloc(nodes + 1, sizeof *parents->of_node);
	for (size_t i = 0; parents->of_node && i < parents->children; i++)
		parents->of_node[parents->child[i].node]++;
	return parents->of_node;
}

static size_t first_after(const struct tc_turn *turn, size_t turns, const struct tc_turn *key)
{
	size_t low = 0, high = turns;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_node(&turn[middle], key) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many of a node there are up to then; *ids: of those, one over the other. */
static size_t until(const struct tc_turn *turn, size_t turns, const struct tc_turn *key, uint64_t *ids)
{
	const struct tc_turn before = {.process = key->process, .node = key->node, .at = INT64_MIN};
	size_t first = first_after(turn, turns, &before), after = first_after(turn, turns, key);
	*ids = after > first ? turn[after - 1].ids : 0;
	return after - first;
}

static uint64_t only_open(
	const struct tc_parents *parents, const struct tc_node_view *node, const struct tc_span_view *span)
{
	struct tc_turn key = {.process = span->process, .node = node->number, .at = span->begin};
	uint64_t begun, ended;
	if (parents->in_part || parents->of_node[node->number] != node->figures.count + node->open)
		return 0;
	size_t begins = until(parents->begin, parents->children, &key, &begun);
	key.at--;
	size_t ends = until(parents->end, parents->children, &key, &ended);
	return begins == ends + 1 ? begun ^ ended : 0;
}

/* ---- both ---- */

static bool has_async(const struct tc_node_view *node)
{
	bool found = node->kind == TACHO_KIND_ASYNC;
	for (size_t i = 0; !found && i < node->children; i++)
		found = has_async(node->child[i]);
	return found;
}

int tc_parents_find(struct tc_parents *out, struct tc_export *export)
{
	const struct tc_session_options *part = export->what.part;
	int error = has_async(export->session->root) ? collect(out, export) : 0;
	if (!error && !out->children)
		return 0;
	if (!error) {
		qsort(out->child, out->children, sizeof *out->child, by_thread);
		for (const struct tc_span_view *span; (span = tc_export_span(export));)
			if (span->kind == TACHO_KIND_SCOPE && span->node)
				hold(out, span);
		out->begin = turns(out, false);
		out->end = turns(out, true);
		out->in_part = part && (part->has_window || part->last);
		error = count_by_node(out, export->session->nodes) && out->begin && out->end ? 0 : TACHO_ENOMEM;
	}
	return error ? tc_error(error, "not enough memory for the parents of %zu async spans", out->children) : 0;
}

void tc_parents_release(struct tc_parents *parents)
{
	free(parents->child);
	free(parents->begin);
	free(parents->end);
	free(parents->of_node);
	*parents = (struct tc_parents){0};
}

uint64_t tc_parents_of(const struct tc_parents *parents, const struct tc_span_view *span)
{
	const struct tc_node_view *above = span->node ? span->node->parent : NULL;
	if (!parents->children || !above || span->kind == TACHO_KIND_MEASURED)
		return 0;
	if (above->kind == TACHO_KIND_ASYNC)
		return only_open(parents, above, span);
	if (span->kind != TACHO_KIND_ASYNC || !span->begun_by)
		return 0;
	const struct tc_child key = child_of(span), *after = parents->child + parents->children;
	const struct tc_child *at = first_from(parents, &key);
	while (at < after && !by_thread(at, &key) && at->id != span->id)
		at++;
	return at < after && at->id == span->id ? at->parent : 0;
}
