/* SPDX-License-Identifier: MIT */
#include "stats/spread.h"

#include <math.h>
#include <string.h>

static const double mad_to_sd = 1.4826;

static double median(const double *sorted, size_t n)
{
	double low = sorted[(n - 1) / 2], high = sorted[n / 2];
	return low + (high - low) / 2;
}

size_t tc_sorted_below(const double *sorted, size_t n, double value)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (sorted[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void tc_sorted_insert(double *sorted, size_t n, double value)
{
	size_t place = tc_sorted_below(sorted, n, value);
	memmove(sorted + place + 1, sorted + place, (n - place) * sizeof *sorted);
	sorted[place] = value;
}

void tc_sorted_remove(double *sorted, size_t n, double value)
{
	size_t place = tc_sorted_below(sorted, n, value);
	memmove(sorted + place, sorted + place + 1, (n - place - 1) * sizeof *sorted);
}

/* Distances on one side of the median are in the order of the values, so their median is that of the values. */
struct tc_spread tc_spread(const double *sorted, size_t n)
{
	double middle = median(sorted, n);
	size_t below = tc_sorted_below(sorted, n, nextafter(middle, INFINITY)),
	       from = tc_sorted_below(sorted, n, middle);
	return (struct tc_spread){.median = middle,
		.below = mad_to_sd * (middle - median(sorted, below)),
		.above = mad_to_sd * (median(sorted + from, n - from) - middle)};
}

struct tc_spread tc_spread_floor(struct tc_spread spread, double least)
{
	spread.below = fmax(spread.below, least);
	spread.above = fmax(spread.above, least);
	return spread;
}

double tc_spread_z(const struct tc_spread *spread, double value)
{
	double off = value - spread->median, width = off < 0 ? spread->below : spread->above;
	double z = off / width;
	if (off == 0)
		return 0;
	return isfinite(z) ? z : NAN;
}
