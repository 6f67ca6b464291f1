/* SPDX-License-Identifier: MIT */
#include "analyze/phases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"

enum { LINES_USUAL = 40, SIBLINGS_USUAL = 12 };
static const double NEGLIGIBLE = 0.005; /* of the weightiest, in a tree that is too long */

/* A name that stands in one place of the tree has better quantiles than its histogram. */
static void work_out(struct tc_phase *phase)
{
	const struct tc_figures *f = &phase->node->figures;
	const struct tc_summary *s = &phase->name->summary;
	phase->total = tc_wide_double(f->sum_ns) + (double)phase->node->open_ns; /* what is open has taken time, too */
	phase->self = (double)f->self_ns;
	phase->mean = f->count ? tc_wide_double(f->sum_ns) / (double)f->count : NAN;
	bool alone = f->count == phase->name->figures.count && s->count == f->count;
	phase->median = alone ? s->median : tc_histogram_quantile(&f->histogram, 0.5, f->min_ns, f->max_ns);
	phase->p95 = alone ? s->p95 : tc_histogram_quantile(&f->histogram, 0.95, f->min_ns, f->max_ns);
}

/* What a phase is sorted by, the larger the earlier. */
static double key_of(const struct tc_phase *phase, enum tc_sort sort)
{
	switch (sort) {
	case TC_SORT_FIRST:
		return -(double)phase->node->first;
	case TC_SORT_SELF:
		return phase->self;
	case TC_SORT_MEAN:
		return phase->mean;
	case TC_SORT_P95:
		return phase->p95;
	case TC_SORT_COUNT:
		return (double)phase->node->figures.count;
	case TC_SORT_FAILED:
		return phase->node->figures.count /* the rate, of which one can tell how bad it is */
		               ? (double)phase->node->figures.failed / (double)phase->node->figures.count
		               : NAN;
	default:
		return phase->total;
	}
}

static int compare(const void *left, const void *right, void *context)
{
	const struct tc_phase *a = left, *b = right;
	enum tc_sort sort = *(const enum tc_sort *)context;
	if (sort == TC_SORT_NAME)
		return strcmp(a->name->name, b->name->name);
	double x = key_of(a, sort), y = key_of(b, sort);
	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	if (x != y)
		return x < y ? 1 : -1;
	return (a->node->first > b->node->first) - (a->node->first < b->node->first);
}

/* Appends the children of a node, sorted. */
static int append(struct tc_phases *out, size_t *room, const struct tc_session *session,
	const struct tc_node_view *node, size_t parent, enum tc_sort sort)
{
	if (out->count + node->children > *room) {
		size_t wanted = (out->count + node->children) * 2;
		struct tc_phase *more = realloc(out->phase, wanted * sizeof *more);
		if (!more)
			return tc_error(TACHO_ENOMEM, "not enough memory for a tree of %zu phases", wanted);
		out->phase = more;
		*room = wanted;
	}
	size_t first = out->count;
	for (size_t i = 0; i < node->children; i++) {
		struct tc_phase *phase = &out->phase[out->count++];
		*phase = (struct tc_phase){
			.node = node->child[i], .name = &session->name[node->child[i]->name], .parent = parent};
		work_out(phase);
	}
	if (node->children)
		qsort_r(out->phase + first, node->children, sizeof *out->phase, compare, &sort);
	if (parent != TC_NO_PHASE) {
		out->phase[parent].first = first;
		out->phase[parent].children = node->children;
	}
	return 0;
}

/* How much a phase deserves to be seen: what was asked to sort by, where that is an amount. */
static double weight(const struct tc_phase *phase, enum tc_sort sort)
{
	double key = key_of(phase, sort == TC_SORT_FIRST || sort == TC_SORT_NAME ? TC_SORT_TOTAL : sort);
	return isnan(key) ? -1 : key;
}

/* Shows the weightiest of some siblings. */
static void show_top(struct tc_phases *phases, size_t first, size_t count, const struct tc_report_options *options)
{
	size_t top = tc_considered_rows(options, count, SIBLINGS_USUAL);
	for (size_t i = first; i < first + count && top == count; i++)
		phases->phase[i].shown = true;
	for (size_t n = 0; n < top && top < count; n++) {
		struct tc_phase *best = NULL;
		for (size_t i = first; i < first + count; i++) {
			struct tc_phase *phase = &phases->phase[i];
			if (!phase->shown && (!best || weight(phase, options->sort) > weight(best, options->sort)))
				best = phase;
		}
		best->shown = true;
	}
}

/* Of the phases shown by show_top() keeps the weightiest, parents before their children. */
static int keep_lines(struct tc_phases *phases, size_t lines, enum tc_sort sort)
{
	bool *kept = calloc(phases->count + 1, sizeof *kept);
	if (!kept)
		return tc_error(TACHO_ENOMEM, "not enough memory for a tree of %zu phases", phases->count);
	double least = 0;
	for (size_t i = 0; phases->count > lines && i < phases->count; i++)
		least = fmax(least, weight(&phases->phase[i], sort) * NEGLIGIBLE);
	while (lines--) {
		size_t best = TC_NO_PHASE;
		for (size_t i = 0; i < phases->count; i++) {
			const struct tc_phase *phase = &phases->phase[i];
			if (phase->shown && !kept[i] && weight(phase, sort) >= least &&
				(phase->parent == TC_NO_PHASE || kept[phase->parent]) &&
				(best == TC_NO_PHASE || weight(phase, sort) > weight(&phases->phase[best], sort)))
				best = i;
		}
		if (best == TC_NO_PHASE)
			break;
		kept[best] = true;
	}
	for (size_t i = 0; i < phases->count; i++)
		phases->phase[i].shown = kept[i];
	free(kept);
	return 0;
}

static void count_hidden(struct tc_phases *phases)
{
	for (size_t i = 0; i < phases->count; i++) {
		const struct tc_phase *phase = &phases->phase[i];
		if (phase->shown)
			continue;
		bool root = phase->parent == TC_NO_PHASE;
		*(root ? &phases->hidden : &phases->phase[phase->parent].hidden) += 1;
		*(root ? &phases->hidden_total : &phases->phase[phase->parent].hidden_total) += phase->total;
	}
}

int tc_phases_build(struct tc_phases *out, const struct tc_session *session, const struct tc_report_options *options)
{
	size_t room = 0;
	*out = (struct tc_phases){0};
	int error = append(out, &room, session, session->root, TC_NO_PHASE, options->sort);
	out->roots = out->count;
	for (size_t i = 0; !error && i < out->count; i++)
		error = append(out, &room, session, out->phase[i].node, i, options->sort);
	if (error)
		goto out;
	show_top(out, 0, out->roots, options);
	for (size_t i = 0; i < out->count; i++)
		if (out->phase[i].shown)
			show_top(out, out->phase[i].first, out->phase[i].children, options);
	if (!options->has_top)
		error = keep_lines(out, LINES_USUAL, options->sort);
	count_hidden(out);
out:
	if (error)
		tc_phases_release(out);
	return error;
}

void tc_phases_release(struct tc_phases *phases)
{
	free(phases->phase);
	*phases = (struct tc_phases){0};
}

/* The first shown one of [from, to). */
static size_t shown_in(const struct tc_phases *phases, size_t from, size_t to)
{
	for (; from < to; from++)
		if (phases->phase[from].shown)
			return from;
	return TC_NO_PHASE;
}

static size_t next_sibling(const struct tc_phases *phases, size_t at)
{
	size_t parent = phases->phase[at].parent;
	size_t end =
		parent == TC_NO_PHASE ? phases->roots : phases->phase[parent].first + phases->phase[parent].children;
	return shown_in(phases, at + 1, end);
}

size_t tc_phases_next(const struct tc_phases *phases, size_t at)
{
	if (at == TC_NO_PHASE)
		return shown_in(phases, 0, phases->roots);
	const struct tc_phase *phase = &phases->phase[at];
	size_t next = shown_in(phases, phase->first, phase->first + phase->children);
	for (; next == TC_NO_PHASE && at != TC_NO_PHASE; at = phases->phase[at].parent)
		next = next_sibling(phases, at);
	return next;
}

bool tc_phases_is_last(const struct tc_phases *phases, size_t at)
{
	size_t parent = phases->phase[at].parent;
	size_t hidden = parent == TC_NO_PHASE ? phases->hidden : phases->phase[parent].hidden;
	return !hidden && next_sibling(phases, at) == TC_NO_PHASE;
}
