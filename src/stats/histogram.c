/* SPDX-License-Identifier: MIT */
#include "stats/histogram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "format/grid.h"

enum { OCTAVE = 128 };

/* The window grows by whole octaves, so that a name's typical three octaves cost at most a handful of moves. */
static int make_room(struct tc_histogram *h, uint32_t first, uint32_t end)
{
	first = first / OCTAVE * OCTAVE;
	end = (end + OCTAVE - 1) / OCTAVE * OCTAVE;
	if (h->cells) {
		first = first < h->first ? first : h->first;
		end = end > h->first + h->cells ? end : h->first + h->cells;
	}
	if (h->cells == end - first)
		return 0;
	uint64_t *count = calloc(end - first, sizeof *count);
	if (!count)
		return tc_error(TACHO_ENOMEM, "no memory for a histogram of %u cells", end - first);
	if (h->cells)
		memcpy(count + (h->first - first), h->count, h->cells * sizeof *count);
	free(h->count);
	*h = (struct tc_histogram){.first = first, .cells = end - first, .count = count};
	return 0;
}

int tc_histogram_add(struct tc_histogram *h, uint32_t cell, uint64_t n)
{
	if (!n)
		return 0;
	if (cell >= TC_HISTOGRAM_CELLS)
		return tc_error(TACHO_EINVAL, "a histogram has no cell %u", cell);
	if (cell < h->first || cell - h->first >= h->cells) {
		int code = make_room(h, cell, cell + 1);
		if (code)
			return code;
	}
	h->count[cell - h->first] += n;
	return 0;
}

int tc_histogram_merge(struct tc_histogram *into, const struct tc_histogram *other)
{
	if (!other->cells)
		return 0;
	int code = make_room(into, other->first, other->first + other->cells);
	if (code)
		return code;
	uint64_t *to = into->count + (other->first - into->first);
	for (uint32_t i = 0; i < other->cells; i++)
		to[i] += other->count[i];
	return 0;
}

void tc_histogram_release(struct tc_histogram *h)
{
	free(h->count);
	*h = (struct tc_histogram){0};
}

uint64_t tc_histogram_total(const struct tc_histogram *h)
{
	uint64_t total = 0;
	for (uint32_t i = 0; i < h->cells; i++)
		total += h->count[i];
	return total;
}

/* 1e9 * 2^(index / 128).  The whole octaves go through ldexp, which is exact. */
static double bound_ns(int index)
{
	int octave = index >= 0 ? index / OCTAVE : -((-index + OCTAVE - 1) / OCTAVE);
	return (double)ldexpl(1e9L * exp2l((long double)(index - octave * OCTAVE) / OCTAVE), octave);
}

void tc_cell_bounds(uint32_t cell, double *lower_ns, double *upper_ns)
{
	int index = (int)cell + TC_PROMETHEUS_OFFSET;
	*lower_ns = cell ? bound_ns(index - 1) : 0;
	*upper_ns = cell ? bound_ns(index) : 0;
}

/* The value whose relative distance to both ends of its bucket is the same: at most TC_HISTOGRAM_ALPHA. */
static double value_of(uint32_t cell, uint64_t min_ns, uint64_t max_ns)
{
	double lower, upper;
	tc_cell_bounds(cell, &lower, &upper);
	double value = cell ? 2 * lower * upper / (lower + upper) : 0;
	value = value < (double)min_ns ? (double)min_ns : value;
	return value > (double)max_ns ? (double)max_ns : value;
}

/* Order statistic number rank, from 0; the lowest and the highest are known exactly. */
static double order_statistic(
	const struct tc_histogram *h, uint64_t rank, uint64_t total, uint64_t min_ns, uint64_t max_ns)
{
	if (rank == 0)
		return (double)min_ns;
	if (rank + 1 >= total)
		return (double)max_ns;
	uint64_t below = 0;
	for (uint32_t i = 0; i < h->cells; i++) {
		below += h->count[i];
		if (below > rank)
			return value_of(h->first + i, min_ns, max_ns);
	}
	return (double)max_ns;
}

double tc_histogram_quantile(const struct tc_histogram *h, double q, uint64_t min_ns, uint64_t max_ns)
{
	uint64_t total = tc_histogram_total(h);
	if (!total || isnan(q))
		return NAN;
	q = q < 0 ? 0 : q > 1 ? 1 : q;
	long double place = (long double)(total - 1) * q;
	uint64_t rank = (uint64_t)place;
	double fraction = (double)(place - rank);
	double low = order_statistic(h, rank, total, min_ns, max_ns);
	if (!(fraction > 0))
		return low;
	double high = order_statistic(h, rank + 1, total, min_ns, max_ns);
	return low + fraction * (high - low);
}

/* Cells in the order of their distance: the nearer of the next one below and the next one above, until half of all are seen. */
double tc_histogram_mad(const struct tc_histogram *h, uint64_t min_ns, uint64_t max_ns)
{
	double median = tc_histogram_quantile(h, 0.5, min_ns, max_ns), distance = NAN;
	uint64_t total = tc_histogram_total(h), seen = 0;
	uint32_t above = 0;
	while (above < h->cells && value_of(h->first + above, min_ns, max_ns) < median)
		above++;
	uint32_t below = above;
	while (2 * seen < total) {
		while (above < h->cells && !h->count[above])
			above++;
		while (below && !h->count[below - 1])
			below--;
		double down = below ? median - value_of(h->first + below - 1, min_ns, max_ns) : HUGE_VAL;
		double up = above < h->cells ? value_of(h->first + above, min_ns, max_ns) - median : HUGE_VAL;
		distance = down < up ? down : up;
		seen += down < up ? h->count[--below] : h->count[above++];
	}
	return distance;
}
