/* SPDX-License-Identifier: MIT */
#include "stats/order.h"

#include <math.h>
#include <stdlib.h>

static int whole_ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static int real_ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static long double whole_at(const void *value, uint64_t i)
{
	return ((const uint64_t *)value)[i];
}

static long double real_at(const void *value, uint64_t i)
{
	return ((const double *)value)[i];
}

struct tc_order tc_order_whole(uint64_t *value, uint64_t count)
{
	if (count)
		qsort(value, count, sizeof *value, whole_ascending);
	return (struct tc_order){value, count, whole_at};
}

struct tc_order tc_order_real(double *value, uint64_t count)
{
	if (count)
		qsort(value, count, sizeof *value, real_ascending);
	return (struct tc_order){value, count, real_at};
}

/* Whole numbers of 64 bits are exact in a long double, and so is their difference. */
static long double quantile(const struct tc_order *order, long double q)
{
	long double place = (order->count - 1) * q;
	uint64_t rank = (uint64_t)place;
	if (rank + 1 >= order->count)
		return order->at(order->value, order->count - 1);
	long double low = order->at(order->value, rank);
	return low + (place - rank) * (order->at(order->value, rank + 1) - low);
}

double tc_order_quantile(const struct tc_order *order, long double q)
{
	return order->count ? (double)quantile(order, q) : NAN;
}

/* The place of the first value that is not below `from`. */
static uint64_t first_from(const struct tc_order *order, long double from)
{
	uint64_t low = 0, high = order->count;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (order->at(order->value, middle) < from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Distances in ascending order: the nearer of the next value below and the next above, until half of them are seen. */
double tc_order_mad(const struct tc_order *order)
{
	uint64_t n = order->count;
	if (!n)
		return NAN;
	long double median = quantile(order, 0.5L), before = 0, distance = 0;
	uint64_t above = first_from(order, median), below = above;
	for (uint64_t seen = 0; seen <= n / 2; seen++) {
		long double down = below ? median - order->at(order->value, below - 1) : HUGE_VALL;
		long double up = above < n ? order->at(order->value, above) - median : HUGE_VALL;
		before = distance;
		distance = down < up ? down : up;
		if (down < up)
			below--;
		else
			above++;
	}
	return (double)(n % 2 ? distance : before + (distance - before) / 2);
}

/* Weights are taken relative to the middle one, where they can't underflow, for as far down as they matter. */
uint64_t tc_median_rank(uint64_t n)
{
	uint64_t middle = n / 2, k = middle;
	long double weight = 1, total = 0;
	for (; k && weight > 1e-24L; k--) {
		total += weight;
		weight *= (long double)k / (n - k + 1);
	}
	total = 2 * (total + weight) - (n % 2 ? 0 : 1);
	long double below = 0;
	while (k < middle && below + weight <= 0.025L * total) {
		below += weight;
		weight *= (long double)(n - k) / (k + 1);
		k++;
	}
	return k;
}
