/* SPDX-License-Identifier: MIT */
#include "analyze/what_if.h"

struct timing {                /* of a span while its children are gone through, by begin */
	int64_t covered_until; /* by those so far, in the old times */
	int64_t own_ns;        /* of the span so far: covered by none */
	int64_t last_end_ns;   /* of those that had ended before the child at hand began; the span's begin */
	int64_t last_own_ns;   /* own_ns then */
	int64_t new_end_ns;    /* the latest of all of those in the new times, from the span's new begin on */
};

static int64_t scaled(int64_t ns, double factor)
{
	return factor == 1 ? ns : (int64_t)((double)ns * factor);
}

/* Own time until a begin, or the span's end. */
static void pass_begin(struct timing *t, int64_t begin_ns)
{
	if (begin_ns > t->covered_until)
		t->own_ns += begin_ns - t->covered_until;
}

/* What began before an end covers everything from the last begin to there. */
static void pass_end(struct timing *t, int64_t end_ns, int64_t new_end_ns)
{
	t->last_end_ns = end_ns;
	t->last_own_ns = t->own_ns;
	t->new_end_ns = new_end_ns > t->new_end_ns ? new_end_ns : t->new_end_ns;
}

/* When it is now what was `at`: the begin of a child or the span's end. */
static int64_t new_time(const struct timing *t, int64_t at, double own_factor)
{
	int64_t own = t->own_ns - t->last_own_ns;
	return t->new_end_ns + (at - t->last_end_ns) - own + scaled(own, own_factor);
}

/* end_ns of the children: their new durations; afterwards their new ends.  Returns the span's new duration. */
static int64_t retime_span(const struct tc_forest *forest, uint32_t index, double own_factor, int64_t *end_ns)
{
	const struct tc_tree_span *span = &forest->span[index];
	struct timing t = {.covered_until = span->begin_ns, .last_end_ns = span->begin_ns};
	uint32_t ended = span->child, behind = span->child + span->children;
	for (uint32_t i = span->child; i < behind; i++) {
		const struct tc_tree_span *child = &forest->span[i];
		for (; forest->span[forest->by_end[ended]].end_ns <= child->begin_ns; ended++)
			pass_end(&t, forest->span[forest->by_end[ended]].end_ns, end_ns[forest->by_end[ended]]);
		pass_begin(&t, child->begin_ns);
		end_ns[i] += new_time(&t, child->begin_ns, own_factor);
		t.covered_until = child->end_ns > t.covered_until ? child->end_ns : t.covered_until;
	}
	for (; ended < behind; ended++)
		pass_end(&t, forest->span[forest->by_end[ended]].end_ns, end_ns[forest->by_end[ended]]);
	pass_begin(&t, span->end_ns);
	return new_time(&t, span->end_ns, own_factor);
}

int64_t tc_retime(const struct tc_forest *forest, const struct tc_span_tree *tree, const struct tc_change *change,
	int64_t *end_ns)
{
	for (uint32_t i = tree->first + tree->spans; i-- > tree->first;) {
		bool changed = forest->span[i].name == change->name;
		end_ns[i] = retime_span(forest, i, changed ? change->own_factor : 1, end_ns);
		if (change->whole)
			end_ns[i] = scaled(end_ns[i], change->whole[i]);
	}
	return end_ns[tree->first];
}

void tc_own_time(const struct tc_forest *forest, const struct tc_span_tree *tree, int64_t *own_ns)
{
	for (uint32_t i = tree->first; i < tree->first + tree->spans; i++) {
		const struct tc_tree_span *span = &forest->span[i];
		struct timing t = {.covered_until = span->begin_ns};
		for (uint32_t k = span->child; k < span->child + span->children; k++) {
			pass_begin(&t, forest->span[k].begin_ns);
			if (forest->span[k].end_ns > t.covered_until)
				t.covered_until = forest->span[k].end_ns;
		}
		pass_begin(&t, span->end_ns);
		own_ns[i] = t.own_ns;
	}
}
