/* SPDX-License-Identifier: MIT */
#include "analyze/span_tree.h"

#include <stdlib.h>
#include "base/error.h"

struct ending {
	int64_t end_ns, begin_ns;
	uint32_t index;
};

struct maker {
	struct tc_forest *forest;
	const struct tc_plain_span *plain;
	uint32_t *head, *next; /* children of a plain span, in their order */
	struct ending *ending; /* room to sort in */
};

static int by_begin(const void *a, const void *b)
{
	const struct tc_tree_span *x = a, *y = b;
	if (x->begin_ns != y->begin_ns)
		return x->begin_ns < y->begin_ns ? -1 : 1;
	return (x->plain > y->plain) - (x->plain < y->plain);
}

static int by_end(const void *a, const void *b)
{
	const struct ending *x = a, *y = b;
	if (x->end_ns != y->end_ns)
		return x->end_ns < y->end_ns ? -1 : 1;
	if (x->begin_ns != y->begin_ns)
		return x->begin_ns > y->begin_ns ? -1 : 1;
	return (x->index < y->index) - (x->index > y->index);
}

static bool some_overlap(const struct tc_tree_span *span, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) /* the first that does so does with its neighbour */
		if (span[i].begin_ns < span[i - 1].end_ns)
			return true;
	return false;
}

/* Who ends less than rounding after another has begun ended before that. */
static void end_before_next(struct maker *maker, uint32_t first, uint32_t count)
{
	struct tc_tree_span *span = maker->forest->span;
	for (uint32_t i = 0, next = first; i < count; i++) {
		struct tc_tree_span *ended = &span[maker->ending[i].index];
		while (next < first + count && span[next].begin_ns + TC_TREE_ROUNDING_NS < ended->end_ns)
			next++;
		bool short_one = ended->end_ns - ended->begin_ns <= TC_TREE_ROUNDING_NS;
		if (!short_one && next < first + count && span[next].begin_ns < ended->end_ns)
			ended->end_ns = span[next].begin_ns;
	}
}

static void list_endings(struct maker *maker, uint32_t first, uint32_t count, bool in_order)
{
	const struct tc_tree_span *span = &maker->forest->span[first];
	for (uint32_t i = 0; i < count; i++)
		maker->ending[i] = (struct ending){span[i].end_ns, span[i].begin_ns, first + i};
	if (!in_order)
		qsort(maker->ending, count, sizeof *maker->ending, by_end);
}

/* Siblings usually come in order; says whether some overlap. */
static bool sort_children(struct maker *maker, uint32_t first, uint32_t count)
{
	struct tc_tree_span *span = &maker->forest->span[first];
	bool in_order = true;
	for (uint32_t i = 1; i < count; i++)
		in_order &= span[i].begin_ns >= span[i - 1].begin_ns;
	if (!in_order)
		qsort(span, count, sizeof *span, by_begin);
	if (some_overlap(span, count)) {
		list_endings(maker, first, count, false);
		end_before_next(maker, first, count);
	}
	bool overlaps = some_overlap(span, count);
	list_endings(maker, first, count, !overlaps);
	for (uint32_t i = 0; i < count; i++)
		maker->forest->by_end[first + i] = maker->ending[i].index;
	return overlaps;
}

static void add(struct maker *maker, uint32_t plain, uint32_t parent, int64_t begin_ns, int64_t end_ns)
{
	struct tc_forest *forest = maker->forest;
	forest->span[forest->spans++] = (struct tc_tree_span){.begin_ns = begin_ns,
		.end_ns = end_ns,
		.name = maker->plain[plain].name,
		.parent = parent,
		.plain = plain};
}

/* True: some of them overlap. */
static bool add_children(struct maker *maker, uint32_t parent)
{
	struct tc_forest *forest = maker->forest;
	struct tc_tree_span *span = &forest->span[parent];
	span->child = (uint32_t)forest->spans;
	for (uint32_t i = maker->head[span->plain]; i != TC_NO_SPAN; i = maker->next[i]) {
		const struct tc_plain_span *child = &maker->plain[i];
		int64_t begin = child->begin_ns > span->begin_ns ? child->begin_ns : span->begin_ns;
		int64_t end = child->end_ns < span->end_ns ? child->end_ns : span->end_ns;
		if (!child->follows && begin < end)
			add(maker, i, parent, begin, end);
	}
	span->children = (uint32_t)forest->spans - span->child;
	return span->children > 1 && sort_children(maker, span->child, span->children);
}

static void add_tree(struct maker *maker, uint32_t root)
{
	struct tc_forest *forest = maker->forest;
	const struct tc_plain_span *plain = &maker->plain[root];
	uint32_t first = (uint32_t)forest->spans;
	bool overlaps = false;
	add(maker, root, TC_NO_SPAN, plain->begin_ns,
		plain->end_ns > plain->begin_ns ? plain->end_ns : plain->begin_ns);
	for (size_t i = first; i < forest->spans; i++) { /* siblings are in order by now */
		forest->place[forest->span[i].plain] = (uint32_t)i;
		overlaps |= add_children(maker, (uint32_t)i);
	}
	forest->tree[forest->trees++] = (struct tc_span_tree){first, (uint32_t)forest->spans - first, overlaps};
}

static void list_children(struct maker *maker, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		maker->head[i] = TC_NO_SPAN;
		maker->forest->place[i] = TC_NO_SPAN;
		maker->forest->by_end[i] = (uint32_t)i;
	}
	for (size_t i = count; i--;) {
		uint32_t parent = maker->plain[i].parent;
		if (parent == TC_NO_SPAN)
			continue;
		maker->next[i] = maker->head[parent];
		maker->head[parent] = (uint32_t)i;
	}
}

static bool make_room(struct maker *maker, size_t count)
{
	struct tc_forest *forest = maker->forest;
	forest->tree = malloc(count * sizeof *forest->tree);
	forest->span = malloc(count * sizeof *forest->span);
	forest->by_end = malloc(count * sizeof *forest->by_end);
	forest->place = malloc(count * sizeof *forest->place);
	maker->head = malloc(count * sizeof *maker->head);
	maker->next = malloc(count * sizeof *maker->next);
	maker->ending = malloc(count * sizeof *maker->ending);
	return forest->tree && forest->span && forest->by_end && forest->place && maker->head && maker->next &&
	       maker->ending;
}

int tc_forest_make(struct tc_forest *out, const struct tc_plain_span *plain, size_t count)
{
	struct maker maker = {.forest = out, .plain = plain};
	int error = 0;
	*out = (struct tc_forest){0};
	if (!count)
		return 0;
	if (!make_room(&maker, count)) {
		error = tc_error(TACHO_ENOMEM, "out of memory for trees of %zu spans", count);
		tc_forest_release(out);
		goto out;
	}
	list_children(&maker, count);
	for (size_t i = 0; i < count; i++)
		if (plain[i].parent == TC_NO_SPAN)
			add_tree(&maker, (uint32_t)i);
out:
	free(maker.head);
	free(maker.next);
	free(maker.ending);
	return error;
}

void tc_forest_release(struct tc_forest *forest)
{
	free(forest->tree);
	free(forest->span);
	free(forest->by_end);
	free(forest->place);
	*forest = (struct tc_forest){0};
}
