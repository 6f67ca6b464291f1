/* SPDX-License-Identifier: MIT */
#include "stats/change_scan.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include "base/error.h"

/* By simulation of the scan below; part of the specification. */
static const struct {
	double n, z[2];
} critical[] = {{8, {2.000, 2.309}}, {10, {2.309, 2.558}}, {12, {2.402, 2.717}}, {16, {2.517, 2.910}},
	{20, {2.646, 3.099}}, {30, {2.805, 3.297}}, {50, {3.021, 3.510}}, {100, {3.274, 3.803}}, {200, {3.527, 4.116}},
	{500, {3.759, 4.477}}};

double tc_change_threshold(size_t n, enum tc_change_alpha alpha)
{
	size_t i = 1, last = sizeof critical / sizeof *critical - 1;
	while (i < last && (double)n > critical[i].n)
		i++;
	double part = log((double)n / critical[i - 1].n) / log(critical[i].n / critical[i - 1].n);
	return critical[i - 1].z[alpha] + part * (critical[i].z[alpha] - critical[i - 1].z[alpha]);
}

/* Values on either side of a change at least. */
static size_t shortest_level(size_t n)
{
	return n >= 30 ? 5 : n >= 12 ? 3 : 2;
}

/* Intervals of layer k are shorter than the whole by sqrt(2)^k, and there are so many that each half of one is in another. */
struct layer {
	double length, step;
	size_t intervals;
};

static struct layer layer_of(size_t n, int k)
{
	struct layer layer = {(double)n, 0, 1};
	if (k) {
		layer.length = sqrt((double)n * (double)n / exp2(k));
		layer.intervals = 2 * (size_t)sqrt(exp2(k)) + 1;
		layer.step = ((double)n - layer.length) / (double)(layer.intervals - 1);
	}
	return layer;
}

/* The variance of the sum of k of n ranks is k (n - k) times this. */
static double rank_variance(double n, const struct tc_ties *ties)
{
	return (n + 1) / 12 * (1 - ties->cubes / (n * (n * n - 1)));
}

static double z_of(double sum, double k, double n, double variance)
{
	return fabs(sum - k * (n + 1) / 2) / sqrt(k * (n - k) * variance);
}

double tc_change_z(const double *values, size_t n, size_t k, double *rank, struct tc_ranked *scratch)
{
	double sum = 0;
	struct tc_ties ties = tc_mid_ranks(values, n, rank, scratch);
	double variance = rank_variance((double)n, &ties);
	for (size_t i = 0; i < k; i++)
		sum += rank[i];
	return variance > 0 ? z_of(sum, (double)k, (double)n, variance) : 0;
}

/* All values in ascending order.  Those of an interval come out in that order without being sorted again: their places are marked in a row of
 * bits, and the row is read. */
struct order {
	const struct tc_ranked *sorted;
	size_t words;
	size_t *place;    /* in sorted, by value */
	size_t *chosen;   /* places of an interval's values */
	uint64_t *marked; /* a bit to the place */
	double *rank;     /* of an interval's values among themselves */
};

static int make_order(struct order *out, const double *values, size_t n, double *rank, struct tc_ranked *scratch)
{
	*out = (struct order){.sorted = scratch,
		.words = n / 64 + 1,
		.place = malloc(n * sizeof *out->place),
		.chosen = malloc(n * sizeof *out->chosen),
		.marked = calloc(n / 64 + 1, sizeof *out->marked),
		.rank = rank};
	if (!out->place || !out->chosen || !out->marked)
		return tc_error(TACHO_ENOMEM, "no memory for the order of %zu values", n);
	tc_mid_ranks(values, n, rank, scratch);
	for (size_t i = 0; i < n; i++)
		out->place[scratch[i].index] = i;
	return 0;
}

static void release_order(struct order *order)
{
	free(order->place);
	free(order->chosen);
	free(order->marked);
}

static void choose(const struct order *order, size_t begin, size_t end)
{
	size_t count = 0;
	for (size_t i = begin; i < end; i++)
		order->marked[order->place[i] / 64] |= UINT64_C(1) << order->place[i] % 64;
	for (size_t word = 0; word < order->words; word++) {
		for (uint64_t bits = order->marked[word]; bits; bits &= bits - 1)
			order->chosen[count++] = word * 64 + (size_t)__builtin_ctzll(bits);
		order->marked[word] = 0;
	}
}

/* As tc_mid_ranks() of the values from begin up to end; of ties what the variance needs. */
static struct tc_ties rank_some(const struct order *order, size_t begin, size_t end)
{
	struct tc_ties ties = {0, 0, 0};
	size_t n = end - begin;
	choose(order, begin, end);
	for (size_t first = 0, behind; first < n; first = behind) {
		double value = order->sorted[order->chosen[first]].value;
		for (behind = first + 1; behind < n && order->sorted[order->chosen[behind]].value <= value;)
			behind++;
		for (size_t i = first; i < behind; i++)
			order->rank[order->sorted[order->chosen[i]].index - begin] = (double)(first + behind + 1) / 2;
		double t = (double)(behind - first);
		ties.cubes += t * (t * t - 1);
	}
	return ties;
}

/* False: all values are equal.  Roots are dear: they are taken only where z may exceed the largest so far, all of them within rounding. */
static bool scan(struct tc_change_candidate *out, const struct order *order, size_t least)
{
	static const double nearly = 1 - 1e-9;
	size_t n = out->end - out->begin;
	double sum = 0, all = (double)n, bar = 0;
	struct tc_ties ties = rank_some(order, out->begin, out->end);
	double variance = rank_variance(all, &ties);
	for (size_t i = 0; i + 1 < least; i++)
		sum += order->rank[i];
	for (size_t k = least; variance > 0 && k <= n - least; k++) {
		sum += order->rank[k - 1];
		double off = sum - (double)k * (all + 1) / 2;
		if (off * off < bar * (double)k * (all - (double)k))
			continue;
		double z = z_of(sum, (double)k, all, variance);
		if (z <= out->z)
			continue;
		out->z = z;
		out->index = out->begin + k;
		bar = z * z * variance * nearly;
	}
	return out->z > 0;
}

static int larger_first(const void *a, const void *b)
{
	const struct tc_change_candidate *x = a, *y = b;
	if (x->z != y->z)
		return x->z < y->z ? 1 : -1;
	size_t of_x = x->end - x->begin, of_y = y->end - y->begin;
	if (of_x != of_y) /* the widest first, then the earliest: no order is left to qsort() */
		return of_x < of_y ? 1 : -1;
	return (x->begin > y->begin) - (x->begin < y->begin);
}

int tc_change_scan(struct tc_change_candidate **at, size_t *count, const double *values, size_t n, double *rank,
	struct tc_ranked *scratch)
{
	size_t least = shortest_level(n), room = 0;
	*count = 0;
	for (int k = 0; !k || layer_of(n, k).length > 2 * (double)least; k++)
		room += layer_of(n, k).intervals;
	struct order order;
	int code = make_order(&order, values, n, rank, scratch);
	*at = calloc(room, sizeof **at);
	if (!*at && !code)
		code = tc_error(TACHO_ENOMEM, "no memory for %zu intervals", room);
	for (int k = 0; !code && (!k || layer_of(n, k).length > 2 * (double)least); k++) {
		struct layer layer = layer_of(n, k);
		for (size_t i = 0; i < layer.intervals; i++) {
			double begin = (double)i * layer.step;
			size_t end = (size_t)ceil(begin + layer.length);
			(*at)[*count] = (struct tc_change_candidate){.begin = (size_t)begin, .end = end < n ? end : n};
			*count += scan(&(*at)[*count], &order, least);
		}
	}
	if (!code)
		qsort(*at, *count, sizeof **at, larger_first);
	release_order(&order);
	if (code) {
		free(*at);
		*at = NULL;
	}
	return code;
}
