/* SPDX-License-Identifier: MIT */
#include "stats/histogram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "format/grid.h"
#include "stats/octave.h"

enum { OCTAVE = TC_OCTAVE_CELLS };

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

void tc_histogram_clear(struct tc_histogram *h)
{
	if (h->cells)
		memset(h->count, 0, h->cells * sizeof *h->count);
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

/* 1e9 * 2^(index / 128): a power of 2 is exact. */
static double bound_ns(int index)
{
	int octave = index >= 0 ? index / OCTAVE : -((-index + OCTAVE - 1) / OCTAVE);
	double first = tc_octave_ns[index - octave * OCTAVE];
	return octave < 0 ? first / (double)(UINT64_C(1) << -octave) : first * (double)(UINT64_C(1) << octave);
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

struct place { /* in a histogram: behind so many cells, of which as many values are */
	uint32_t cells;
	uint64_t seen;
};

/* Order statistic number rank, from 0, no lower than at the call before; the lowest and the highest are known exactly. */
static double order_statistic(
	const struct tc_histogram *h, struct place *at, uint64_t rank, uint64_t total, uint64_t min_ns, uint64_t max_ns)
{
	if (rank == 0)
		return (double)min_ns;
	if (rank + 1 >= total)
		return (double)max_ns;
	while (at->seen <= rank && at->cells < h->cells)
		at->seen += h->count[at->cells++];
	return at->seen > rank ? value_of(h->first + at->cells - 1, min_ns, max_ns) : (double)max_ns;
}

static double quantile(
	const struct tc_histogram *h, struct place *at, double q, uint64_t total, uint64_t min_ns, uint64_t max_ns)
{
	long double place = (long double)(total - 1) * (q < 0 ? 0 : q > 1 ? 1 : q);
	uint64_t rank = (uint64_t)place;
	double fraction = (double)(place - rank);
	double low = order_statistic(h, at, rank, total, min_ns, max_ns);
	if (!(fraction > 0))
		return low;
	struct place next = *at; /* the next quantile may be of this rank too */
	double high = order_statistic(h, &next, rank + 1, total, min_ns, max_ns);
	return low + fraction * (high - low);
}

void tc_histogram_quantiles(
	const struct tc_histogram *h, const double *q, double *out, size_t count, uint64_t min_ns, uint64_t max_ns)
{
	uint64_t total = tc_histogram_total(h);
	struct place at = {0, 0};
	for (size_t i = 0; i < count; i++)
		out[i] = total && !isnan(q[i]) ? quantile(h, &at, q[i], total, min_ns, max_ns) : NAN;
}

double tc_histogram_quantile(const struct tc_histogram *h, double q, uint64_t min_ns, uint64_t max_ns)
{
	double out;
	tc_histogram_quantiles(h, &q, &out, 1, min_ns, max_ns);
	return out;
}

/* The first cell whose value is no less: cells ascend, and so do their values. */
static uint32_t first_from(const struct tc_histogram *h, double value, uint64_t min_ns, uint64_t max_ns)
{
	uint32_t low = 0, high = h->cells;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (value_of(h->first + middle, min_ns, max_ns) < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Cells in the order of their distance: the nearer of the next one below and the next one above, until half of all are seen. */
double tc_histogram_mad(const struct tc_histogram *h, uint64_t min_ns, uint64_t max_ns)
{
	double median = tc_histogram_quantile(h, 0.5, min_ns, max_ns), distance = NAN;
	uint64_t total = tc_histogram_total(h), seen = 0;
	uint32_t above = first_from(h, median, min_ns, max_ns), below = above;
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
