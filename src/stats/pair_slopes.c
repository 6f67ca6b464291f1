/* SPDX-License-Identifier: MIT */
#include "stats/pair_slopes.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include "base/error.h"
#include "stats/select.h"

enum { FEW = 32, SAMPLE = 2 };    /* values of which all pairs are looked at; pairs of a sample, for each value */
static const double margin = 2.5; /* of a rank in the sample, in standard deviations */

struct work {
	const double *values;
	size_t n, pairs, found;
	double *slope; /* room for all pairs: a sample of them, then those that were found */
	double *tree;
	struct tc_ranked *order;
	double low, high, rounding; /* slopes that hold all ranks; how near to them nothing is sure */
};

/* Counts of places, so that sums up to a place and additions take O(log n) (P. Fenwick, A new data structure for cumulative frequency
 * tables, 1994). */
static double count_up_to(const double *tree, size_t place)
{
	double count = 0;
	for (; place; place &= place - 1)
		count += tree[place - 1];
	return count;
}

static void count_in(double *tree, size_t n, size_t place)
{
	for (place++; place <= n; place += place & (~place + 1))
		tree[place - 1]++;
}

/* Of the smaller values before it, each in order of size, which stand behind it. */
double tc_falling_pairs(const struct tc_ranked *sorted, size_t n, double *tree)
{
	double pairs = 0;
	for (size_t i = 0; i < n; i++)
		tree[i] = 0;
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && sorted[end].value <= sorted[i].value; end++)
			pairs += (double)i - count_up_to(tree, sorted[end].index);
		for (size_t k = i; k < end; k++)
			count_in(tree, n, sorted[k].index);
	}
	return pairs;
}

static double slope_of(const double *values, size_t i, size_t j)
{
	return (values[j] - values[i]) / ((double)j - (double)i);
}

static void find_all(struct work *work)
{
	work->found = 0;
	for (size_t i = 0; i < work->n; i++)
		for (size_t j = i + 1; j < work->n; j++)
			work->slope[work->found++] = slope_of(work->values, i, j);
}

/* George Marsaglia's xorshift, the same at each call. */
static size_t draw(uint64_t *state, size_t n)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (size_t)((*state >> 32) * n >> 32);
}

static void draw_sample(struct work *work, size_t count)
{
	uint64_t state = UINT64_C(88172645463325252);
	for (size_t k = 0; k < count;) {
		size_t i = draw(&state, work->n), j = draw(&state, work->n);
		if (i != j)
			work->slope[k++] = slope_of(work->values, i, j);
	}
}

static double greatest(const double *values, size_t n)
{
	double most = 0;
	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(values[i]));
	return most;
}

static bool all_equal(const double *values, size_t n)
{
	size_t i = 1;
	while (i < n && values[i] - values[0] == 0)
		i++;
	return i == n;
}

/* False: the sample does not tell. */
static bool bound(struct work *work, size_t first, size_t last)
{
	size_t count = SAMPLE * work->n;
	double of = (double)count / (double)work->pairs, off = margin * sqrt((double)count) / 2;
	double low = (double)first * of - off, high = (double)last * of + off;
	if (low < 0 || high > (double)count - 1)
		return false;
	draw_sample(work, count);
	work->low = tc_select(work->slope, count, (size_t)low);
	work->high = tc_select(work->slope, count, (size_t)high);
	double steep = fmax(fabs(work->low), fabs(work->high)) * (double)work->n;
	work->rounding = 8 * DBL_EPSILON * (greatest(work->values, work->n) + steep);
	work->low -= 2 * work->rounding;
	work->high += 2 * work->rounding;
	return isfinite(steep) && isfinite(work->rounding * (double)work->n / DBL_EPSILON);
}

static double height(const struct work *work, size_t i, double slope)
{
	return work->values[i] - slope * (double)i;
}

static int ascending(const void *a, const void *b)
{
	const struct tc_ranked *x = a, *y = b;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* Pairs between the two slopes; how many rise less. */
static size_t find_between(struct work *work)
{
	struct tc_ranked *order = work->order;
	for (size_t i = 0; i < work->n; i++)
		order[i] = (struct tc_ranked){height(work, i, work->low), i};
	qsort(order, work->n, sizeof *order, ascending);
	double below = tc_falling_pairs(order, work->n, work->tree);
	work->found = 0;
	for (size_t i = 0; i < work->n; i++) {
		struct tc_ranked one = {height(work, order[i].index, work->high), order[i].index};
		size_t at = i;
		for (; at && order[at - 1].value >= one.value && order[at - 1].index < one.index; at--) {
			order[at] = order[at - 1];
			work->slope[work->found++] = slope_of(work->values, order[at].index, one.index);
		}
		order[at] = one;
	}
	return (size_t)below;
}

/* Those behind a rank are no smaller: each is looked for behind the one before. */
static bool choose(double *out, struct work *work, const size_t *rank, size_t ranks, size_t below)
{
	for (size_t k = 0, from = 0; k < ranks; k++) {
		size_t at = rank[k] - below;
		if (rank[k] < below || at >= work->found)
			return false;
		out[k] = tc_select(work->slope + from, work->found - from, at - from);
		from = at;
	}
	return true;
}

static bool is_sure(const struct work *work, const double *out, size_t ranks)
{
	return out[0] >= work->low + work->rounding && out[ranks - 1] <= work->high - work->rounding;
}

static void find(double *out, struct work *work, const size_t *rank, size_t ranks)
{
	if (work->n >= FEW && bound(work, rank[0], rank[ranks - 1]) &&
		choose(out, work, rank, ranks, find_between(work)) && is_sure(work, out, ranks))
		return;
	find_all(work);
	choose(out, work, rank, ranks, 0);
}

int tc_pair_slopes(double *out, const size_t *rank, size_t ranks, const double *values, size_t n)
{
	for (size_t k = 0; k < ranks; k++)
		out[k] = 0;
	if (all_equal(values, n))
		return 0;
	struct work work = {.values = values,
		.n = n,
		.pairs = n * (n - 1) / 2,
		.tree = malloc(n * sizeof *work.tree),
		.order = malloc(n * sizeof *work.order)};
	work.slope = malloc(work.pairs * sizeof *work.slope);
	bool room = work.slope && work.tree && work.order;
	if (room)
		find(out, &work, rank, ranks);
	free(work.slope);
	free(work.tree);
	free(work.order);
	return room ? 0 : tc_error(TACHO_ENOMEM, "no memory for the slopes of %zu pairs", work.pairs);
}
