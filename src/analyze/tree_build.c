/* SPDX-License-Identifier: MIT */
#include "analyze/tree_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/tree_parent.h"
#include "base/error.h"
#include "base/units.h"

enum { SAMPLE_LEAST = 30 }; /* trees of a node, for them to be better than the newest */
static const uint32_t NOT_TAKEN = TC_NO_SPAN - 1;

struct builder {
	struct tc_session_trees *trees;
	const struct tc_session *session;
	uint32_t *parent;          /* of each span at hand */
	uint32_t *place;           /* of each its index among the plain ones; TC_NO_SPAN: it is in no tree */
	uint32_t *above;           /* room for a span and all that it lies in */
	uint32_t *at_hand, *whole; /* by node: spans in the rings, and those of them that are whole */
	struct tc_plain_span *plain;
	size_t plains;
	bool newest, sampled; /* some trees are only the newest of their node; some are a random sample */
};

/* Parents before their children. */
static void list_nodes(struct tc_session_trees *trees)
{
	if (trees->session->root)
		trees->node[trees->nodes++] = trees->session->root;
	for (size_t i = 0; i < trees->nodes; i++)
		for (size_t k = 0; k < trees->node[i]->children; k++)
			trees->node[trees->nodes++] = trees->node[i]->child[k];
}

static bool is_whole(const struct tc_session *session, const struct tc_span_view *span)
{
	return span->begin >= session->ring[span->ring].since && span->begin >= span->node->below_since;
}

static enum tc_node_role role_of(struct builder *builder, const struct tc_node_view *node)
{
	uint32_t whole = builder->whole[node->number], at_hand = builder->at_hand[node->number];
	if (builder->trees->role[node->parent->number] != TC_NODE_ABOVE)
		return TC_NODE_BELOW;
	if (node->sampled >= SAMPLE_LEAST && !node->elsewhere && whole < node->figures.count) {
		builder->sampled = true;
		return TC_NODE_SAMPLED;
	}
	if (!whole || whole < at_hand - whole)
		return TC_NODE_ABOVE;
	builder->newest |= whole < node->figures.count;
	return TC_NODE_TOP;
}

static void assign_roles(struct builder *builder)
{
	struct tc_session_trees *trees = builder->trees;
	for (size_t i = 0; i < builder->session->spans; i++) {
		const struct tc_span_view *span = &builder->session->span[i];
		builder->at_hand[span->node->number]++;
		builder->whole[span->node->number] += is_whole(builder->session, span);
	}
	for (size_t i = 1; i < trees->nodes; i++) {
		const struct tc_node_view *node = trees->node[i];
		enum tc_node_role role = role_of(builder, node);
		trees->role[node->number] = (unsigned char)role;
		if (role == TC_NODE_TOP || role == TC_NODE_SAMPLED)
			trees->of += node->figures.count;
	}
}

static bool is_linked(const struct tc_span_view *span, uint64_t id)
{
	for (size_t i = 0; i < span->links; i++)
		if (span->link[i] == id)
			return true;
	return false;
}

static void take_span(struct builder *builder, const struct tc_span_view *spans, size_t i, enum tc_node_role roots)
{
	const struct tc_span_view *span = &spans[i];
	bool top = builder->trees->role[span->node->number] == roots;
	uint32_t parent = top ? TC_NO_SPAN : builder->parent[i];
	builder->place[i] = TC_NO_SPAN;
	if (top ? roots == TC_NODE_TOP && !is_whole(builder->session, span)
		: parent == TC_NO_SPAN || builder->place[parent] == TC_NO_SPAN)
		return;
	builder->place[i] = (uint32_t)builder->plains;
	builder->trees->span[builder->plains] = span;
	builder->plain[builder->plains++] = (struct tc_plain_span){.name = span->name,
		.parent = top ? TC_NO_SPAN : builder->place[parent],
		.begin_ns = span->begin,
		.end_ns = span->end,
		.follows = !top && is_linked(span, spans[parent].id)};
}

/* Those above it first, as far as they are not taken; of a ring nobody is. */
static void take_from_above(
	struct builder *builder, const struct tc_span_view *spans, uint32_t i, enum tc_node_role roots)
{
	uint32_t above = 0;
	while (i != TC_NO_SPAN && builder->place[i] == NOT_TAKEN) {
		builder->place[i] = TC_NO_SPAN;
		builder->above[above++] = i;
		i = builder->trees->role[spans[i].node->number] == roots ? TC_NO_SPAN : builder->parent[i];
	}
	while (above)
		take_span(builder, spans, builder->above[--above], roots);
}

/* Spans come by begin, so that a parent is mostly placed before what is below it.  roots: the role of their nodes. */
static int take_spans(struct builder *builder, const struct tc_span_view *spans, size_t count, enum tc_node_role roots)
{
	int error = tc_find_parents(builder->parent, builder->session, spans, count);
	for (size_t i = 0; i < count && !error; i++)
		builder->place[i] = NOT_TAKEN;
	for (uint32_t i = 0; i < count && !error; i++)
		take_from_above(builder, spans, i, roots);
	return error;
}

struct identity {
	uint64_t id;
	uint32_t span;
};

static int by_id(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;
	return (x->id > y->id) - (x->id < y->id);
}

static void take_links(struct builder *builder, const struct identity *known, size_t count)
{
	struct tc_session_trees *trees = builder->trees;
	for (size_t i = 0; i < count; i++) {
		uint32_t to = known[i].span;
		const struct tc_span_view *span = tc_tree_recorded(trees, to);
		for (size_t k = 0; k < span->links; k++) {
			const struct identity key = {.id = span->link[k]};
			const struct identity *found = bsearch(&key, known, count, sizeof key, by_id);
			if (found)
				trees->link[trees->links++] = (struct tc_tree_link){found->span, to};
		}
	}
}

/* Between spans of the trees; usually there are none. */
static bool find_links(struct builder *builder)
{
	struct tc_session_trees *trees = builder->trees;
	size_t links = 0;
	for (uint32_t i = 0; i < trees->forest.spans; i++)
		links += tc_tree_recorded(trees, i)->links;
	if (!links)
		return true;
	struct identity *known = malloc(trees->forest.spans * sizeof *known);
	trees->link = malloc(links * sizeof *trees->link);
	if (known && trees->link) {
		for (uint32_t i = 0; i < trees->forest.spans; i++)
			known[i] = (struct identity){tc_tree_recorded(trees, i)->id, i};
		qsort(known, trees->forest.spans, sizeof *known, by_id);
		take_links(builder, known, trees->forest.spans);
	}
	free(known);
	return known && trees->link;
}

static bool is_top(const struct tc_session_trees *trees, const struct tc_node_view *node)
{
	return trees->role[node->number] == TC_NODE_TOP || trees->role[node->number] == TC_NODE_SAMPLED;
}

static bool tops_are_roots(const struct tc_session_trees *trees)
{
	for (size_t i = 1; i < trees->nodes; i++)
		if (is_top(trees, trees->node[i]) && trees->node[i]->depth)
			return false;
	return true;
}

static void say_basis(const struct builder *builder)
{
	struct tc_session_trees *trees = builder->trees;
	const char *which = !builder->sampled ? "the newest "
	                    : builder->newest ? "partly a random sample, "
	                                      : "a random sample, ";
	const char *tree = tops_are_roots(trees) ? "root tree" : "tree",
		   *below = tops_are_roots(trees) ? "" : " below roots that are not whole";
	uint64_t count = trees->forest.trees;
	uint64_t skipped = 0;
	for (size_t i = 0; i < trees->session->rings; i++)
		skipped += trees->session->ring[i].skipped;
	if (!count)
		snprintf(trees->basis, sizeof trees->basis, "no tree of spans is whole");
	else if (count >= trees->of)
		snprintf(trees->basis, sizeof trees->basis, "%s%s%s", count == 1 ? "the only " : "all ",
			count == 1 ? tree : tc_counted(count, tree).text, below);
	else
		snprintf(trees->basis, sizeof trees->basis, "%s%s of %s%s", which, tc_count(count).text,
			tc_counted(trees->of, tree).text, below);
	if (skipped && count)
		snprintf(trees->basis + strlen(trees->basis), sizeof trees->basis - strlen(trees->basis),
			", without %s too short to be kept", tc_counted(skipped, "span").text);
}

static int build(struct builder *builder)
{
	struct tc_session_trees *trees = builder->trees;
	list_nodes(trees);
	assign_roles(builder);
	int error = take_spans(builder, builder->session->span, builder->session->spans, TC_NODE_TOP);
	if (!error)
		error = take_spans(
			builder, builder->session->sampled_span, builder->session->sampled_spans, TC_NODE_SAMPLED);
	if (error)
		return error;
	trees->plains = builder->plains;
	error = tc_forest_make(&trees->forest, builder->plain, builder->plains);
	if (error)
		return error;
	say_basis(builder);
	return find_links(builder) ? 0 : tc_error(TACHO_ENOMEM, "out of memory for the links of spans");
}

int tc_session_trees_build(struct tc_session_trees *out, const struct tc_session *session)
{
	size_t spans = session->spans + session->sampled_spans + 1, nodes = session->nodes + 1;
	*out = (struct tc_session_trees){.session = session,
		.span = malloc(spans * sizeof *out->span),
		.role = calloc(nodes, sizeof *out->role),
		.node = malloc(nodes * sizeof *out->node)};
	struct builder builder = {.trees = out,
		.session = session,
		.parent = malloc(spans * sizeof *builder.parent),
		.place = malloc(spans * sizeof *builder.place),
		.above = malloc(spans * sizeof *builder.above),
		.at_hand = calloc(nodes, sizeof *builder.at_hand),
		.whole = calloc(nodes, sizeof *builder.whole),
		.plain = malloc(spans * sizeof *builder.plain)};
	bool room = out->span && out->role && out->node && builder.parent && builder.place && builder.above &&
	            builder.at_hand && builder.whole && builder.plain;
	int error = room ? build(&builder) : tc_error(TACHO_ENOMEM, "out of memory for trees of %zu spans", spans);
	free(builder.parent);
	free(builder.place);
	free(builder.above);
	free(builder.at_hand);
	free(builder.whole);
	free(builder.plain);
	if (error)
		tc_session_trees_release(out);
	return error;
}

void tc_session_trees_release(struct tc_session_trees *trees)
{
	tc_forest_release(&trees->forest);
	free(trees->span);
	free(trees->role);
	free(trees->node);
	free(trees->link);
	*trees = (struct tc_session_trees){0};
}
