/* SPDX-License-Identifier: MIT
 *
 * One sweep over all spans in the order of their begins.  What is open at each is known in two ways: the stack of each ring, and per
 * node a list, the newest first, from which the ended ones go when they are met.
 */
#include "analyze/tree_parent.h"

#include <stdlib.h>
#include "analyze/span_tree.h"
#include "base/error.h"

enum {
	LOOKS = 32,
	HIGHEST_RANK = 7
}; /* at open spans of a node, and at nodes upwards: bounds the work on what nobody recorded */

struct sweep {
	const struct tc_session *session;
	const struct tc_span_view *span;
	uint32_t *first_open;   /* by ring: of the spans that have not ended, which stand ring by ring; */
	uint32_t *top;          /* by ring: its innermost open scope */
	uint32_t *outer;        /* by span: the scope around it in its ring; */
	uint32_t *open;         /* by node: the newest open span */
	uint32_t *older;        /* by span: the one of its node before it */
	struct identity *known; /* by id; NULL: no span says whose child it is */
	size_t spans;
};

struct identity {
	uint64_t id;
	uint32_t span;
};

static bool holds(const struct tc_span_view *outer, const struct tc_span_view *inner)
{
	return outer->end > inner->begin || (outer->end >= inner->end && outer->node == inner->node->parent);
}

/* The scopes of a ring that have ended by now leave its stack. */
static uint32_t innermost(struct sweep *sweep, const struct tc_span_view *span)
{
	uint32_t *top = &sweep->top[span->ring];
	while (*top != TC_NO_SPAN && !holds(&sweep->span[*top], span))
		*top = sweep->outer[*top];
	return *top;
}

/* Better: of the same process, one that outlasts it, of the same ring (so it was ended there, where it was probably worked on); of equals
 * the newest, which comes first. */
static int rank(const struct tc_span_view *outer, const struct tc_span_view *inner)
{
	return 4 * (outer->process == inner->process) + 2 * (outer->end >= inner->end) + (outer->ring == inner->ring);
}

/* A scope in a scope that its thread itself begins is on that thread's stack: where that one is not there, as in a time window that it
 * outlasts, no other thread's takes its place. */
static bool on_other_stack(const struct tc_span_view *outer, const struct tc_span_view *inner)
{
	return outer->kind == TACHO_KIND_SCOPE && inner->kind == TACHO_KIND_SCOPE && outer->process == inner->process &&
	       outer->ring != inner->ring && outer->depth >= inner->own_depth;
}

static uint32_t open_of(struct sweep *sweep, const struct tc_node_view *node, const struct tc_span_view *span)
{
	const struct tc_span_view *all = sweep->span;
	uint32_t *at = &sweep->open[node->number], best = TC_NO_SPAN;
	int best_rank = -1;
	for (int looks = 0; *at != TC_NO_SPAN && looks < LOOKS && best_rank < HIGHEST_RANK;) {
		if (all[*at].end < span->begin) {
			*at = sweep->older[*at];
			continue;
		}
		int found = on_other_stack(&all[*at], span) ? -1 : rank(&all[*at], span);
		best = found > best_rank ? *at : best;
		best_rank = found > best_rank ? found : best_rank;
		at = &sweep->older[*at];
		looks++;
	}
	return best;
}

/* The stack of the span's ring has one of this node that has not ended: it is part of that, though another thread's may hold it. */
static bool is_of_open(const struct sweep *sweep, const struct tc_node_view *node, const struct tc_span_view *span)
{
	const struct tc_session *session = sweep->session;
	for (size_t i = sweep->first_open[span->ring]; i < session->open_spans; i++) {
		const struct tc_span_view *open = &session->open_span[i];
		if (open->ring != span->ring)
			break;
		if (open->kind == TACHO_KIND_SCOPE && open->node == node && open->begin <= span->begin)
			return true;
	}
	return false;
}

static int by_id(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;
	return (x->id > y->id) - (x->id < y->id);
}

/* Where any span says whose child it is: all of them, by id. */
static bool know_ids(struct sweep *sweep)
{
	bool any = false;
	for (size_t i = 0; i < sweep->spans && !any; i++)
		any = sweep->span[i].parent;
	if (!any)
		return true;
	sweep->known = malloc(sweep->spans * sizeof *sweep->known);
	if (!sweep->known)
		return false;
	for (uint32_t i = 0; i < sweep->spans; i++)
		sweep->known[i] = (struct identity){sweep->span[i].id, i};
	qsort(sweep->known, sweep->spans, sizeof *sweep->known, by_id);
	return true;
}

/* The one that was recorded as its parent, which may begin later by another clock: no other takes its place where that is not at hand.  Jobs of one name that began in the same ns have
 * the same id: that of its thread then. */
static uint32_t told_parent(const struct sweep *sweep, const struct tc_span_view *span)
{
	const struct identity key = {.id = span->parent}, *end = sweep->known + sweep->spans;
	const struct identity *found = bsearch(&key, sweep->known, sweep->spans, sizeof key, by_id);
	uint32_t best = TC_NO_SPAN;
	while (found && found > sweep->known && found[-1].id == key.id)
		found--;
	for (; found && found < end && found->id == key.id; found++) {
		const struct tc_span_view *parent = &sweep->span[found->span];
		if (parent != span && (best == TC_NO_SPAN || parent->ring == span->ring))
			best = found->span;
	}
	return best;
}

/* That of a node that is not there is looked for further up: it was too short to be kept, or overwritten. */
static uint32_t parent_of(struct sweep *sweep, const struct tc_span_view *span)
{
	uint32_t top = innermost(sweep, span), found = TC_NO_SPAN;
	const struct tc_node_view *node = span->node->parent;
	if (span->parent)
		return told_parent(sweep, span);
	if (top != TC_NO_SPAN && sweep->span[top].node == node)
		return top;
	for (int i = 0; i < LOOKS && found == TC_NO_SPAN && node && node->parent; i++, node = node->parent) {
		if (is_of_open(sweep, node, span))
			break;
		found = open_of(sweep, node, span);
	}
	return found;
}

static void enter(struct sweep *sweep, uint32_t index)
{
	const struct tc_span_view *span = &sweep->span[index];
	sweep->older[index] = sweep->open[span->node->number];
	sweep->open[span->node->number] = index;
	if (span->kind == TACHO_KIND_SCOPE) {
		sweep->outer[index] = sweep->top[span->ring];
		sweep->top[span->ring] = index;
	}
}

static uint32_t *nothing(size_t count)
{
	uint32_t *out = malloc((count + 1) * sizeof *out);
	for (size_t i = 0; out && i < count; i++)
		out[i] = TC_NO_SPAN;
	return out;
}

int tc_find_parents(uint32_t *parent, const struct tc_session *session, const struct tc_span_view *span, size_t spans)
{
	struct sweep sweep = {.session = session,
		.span = span,
		.first_open = nothing(session->rings),
		.top = nothing(session->rings),
		.outer = nothing(spans),
		.open = nothing(session->nodes),
		.older = nothing(spans),
		.spans = spans};
	bool room = sweep.first_open && sweep.top && sweep.outer && sweep.open && sweep.older && know_ids(&sweep);
	for (size_t i = session->open_spans; room && i-- > 0;)
		sweep.first_open[session->open_span[i].ring] = (uint32_t)i;
	for (uint32_t i = 0; room && i < spans; i++) {
		parent[i] = parent_of(&sweep, &span[i]);
		enter(&sweep, i);
	}
	free(sweep.first_open);
	free(sweep.top);
	free(sweep.outer);
	free(sweep.open);
	free(sweep.older);
	free(sweep.known);
	return room ? 0 : tc_error(TACHO_ENOMEM, "out of memory for the parents of %zu spans", spans);
}
