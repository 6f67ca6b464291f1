/* SPDX-License-Identifier: MIT */
#include "stats/change_scan.h"

#include <math.h>
#include <stdbool.h>
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

/* False: all values are equal. */
static bool scan(
	struct tc_change_candidate *out, const double *values, size_t least, double *rank, struct tc_ranked *scratch)
{
	size_t n = out->end - out->begin;
	double sum = 0;
	struct tc_ties ties = tc_mid_ranks(values + out->begin, n, rank, scratch);
	double variance = rank_variance((double)n, &ties);
	for (size_t k = 1; variance > 0 && k <= n - least; k++) {
		sum += rank[k - 1];
		double z = z_of(sum, (double)k, (double)n, variance);
		if (k < least || z <= out->z)
			continue;
		out->z = z;
		out->index = out->begin + k;
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
	*at = calloc(room, sizeof **at);
	if (!*at)
		return tc_error(TACHO_ENOMEM, "no memory for %zu intervals", room);
	for (int k = 0; !k || layer_of(n, k).length > 2 * (double)least; k++) {
		struct layer layer = layer_of(n, k);
		for (size_t i = 0; i < layer.intervals; i++) {
			double begin = (double)i * layer.step;
			size_t end = (size_t)ceil(begin + layer.length);
			(*at)[*count] = (struct tc_change_candidate){.begin = (size_t)begin, .end = end < n ? end : n};
			*count += scan(&(*at)[*count], values, least, rank, scratch);
		}
	}
	qsort(*at, *count, sizeof **at, larger_first);
	return 0;
}
