/* SPDX-License-Identifier: MIT */
#include "analyze/relatives.h"

#include <stdlib.h>
#include "base/error.h"

struct tally { /* by name, the last one for the root */
	struct tc_relative *caller, *callee;
	uint32_t name;
	size_t names;
};

static void add(struct tc_relative *relative, uint32_t name, const struct tc_node_view *child)
{
	relative->name = name;
	relative->spans += child->figures.count;
	relative->open += child->open;
	relative->total_ns += tc_wide_double(child->figures.sum_ns) + (double)child->open_ns;
}

/* The tree is at most as deep as the reader lets it be. */
static void walk(const struct tally *tally, const struct tc_node_view *node)
{
	for (size_t i = 0; i < node->children; i++) {
		const struct tc_node_view *child = node->child[i];
		size_t above = node->name == TC_ROOT ? tally->names : node->name;
		if (child->name == tally->name)
			add(&tally->caller[above], node->name, child);
		if (node->name == tally->name)
			add(&tally->callee[child->name], child->name, child);
		walk(tally, child);
	}
}

static int most_time_first(const void *a, const void *b)
{
	const struct tc_relative *x = a, *y = b;
	if (x->total_ns < y->total_ns || x->total_ns > y->total_ns)
		return x->total_ns < y->total_ns ? 1 : -1;
	return (x->name > y->name) - (x->name < y->name);
}

/* Those that are relatives, at the front and in order; how many. */
static size_t gather(struct tc_relative *relative, size_t names)
{
	size_t count = 0;
	for (size_t i = 0; i < names; i++)
		if (relative[i].spans || relative[i].open || relative[i].total_ns > 0)
			relative[count++] = relative[i];
	qsort(relative, count, sizeof *relative, most_time_first);
	return count;
}

int tc_relatives_find(struct tc_relatives *out, const struct tc_session *session, uint32_t name)
{
	struct tally tally = {.name = name,
		.names = session->names,
		.caller = calloc(session->names + 1, sizeof *tally.caller),
		.callee = calloc(session->names + 1, sizeof *tally.callee)};
	if (!tally.caller || !tally.callee) {
		free(tally.caller);
		free(tally.callee);
		return tc_error(TACHO_ENOMEM, "no memory for the relatives of a span");
	}
	walk(&tally, session->root);
	*out = (struct tc_relatives){.caller = tally.caller, .callee = tally.callee};
	out->above = gather(out->caller, session->names + 1);
	out->below = gather(out->callee, session->names + 1);
	return 0;
}

void tc_relatives_release(struct tc_relatives *relatives)
{
	free(relatives->caller);
	free(relatives->callee);
	*relatives = (struct tc_relatives){0};
}
