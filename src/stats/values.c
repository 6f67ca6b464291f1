/* SPDX-License-Identifier: MIT */
#include "stats/values.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "stats/histogram.h"
#include "stats/order.h"
#include "stats/select.h"

void tc_values_add_moments(
	struct tc_values *v, uint64_t n, double origin, double sum, double squares, double min, double max)
{
	if (!n)
		return;
	long double here = sum / (long double)n, mean = origin + here, all = (long double)v->count + (long double)n;
	long double about = squares - sum * here, apart = mean - v->mean;
	about = about > 0 ? about : 0;
	v->squares += about + (v->count ? apart * apart * (long double)v->count * (long double)n / all : 0);
	v->mean = v->count ? v->mean + apart * (long double)n / all : mean;
	v->sum += (long double)origin * (long double)n + sum;
	v->min = v->count && v->min < min ? v->min : min;
	v->max = v->count && v->max > max ? v->max : max;
	v->count += n;
}

int tc_values_add_cell(struct tc_values *v, uint32_t cell, uint64_t n)
{
	uint64_t **page = &v->page[cell / TACHO_PAGE_CELLS % TACHO_VALUE_PAGES];
	if (!n)
		return 0;
	if (!*page)
		*page = calloc(TACHO_PAGE_CELLS, sizeof **page);
	if (!*page)
		return tc_error(TACHO_ENOMEM, "no memory for a histogram");
	(*page)[cell % TACHO_PAGE_CELLS] += n;
	return 0;
}

void tc_values_release(struct tc_values *v)
{
	for (int i = 0; i < TACHO_VALUE_PAGES; i++)
		free(v->page[i]);
	*v = (struct tc_values){0};
}

double tc_values_sd(const struct tc_values *v)
{
	return v->count > 1 ? (double)sqrtl(v->squares / (long double)(v->count - 1)) : NAN;
}

void tc_value_bounds(bool of_time, uint32_t cell, double *lower, double *upper)
{
	if (of_time) {
		tc_cell_bounds(cell, lower, upper);
		return;
	}
	*lower = cell ? exp2(((double)cell - 1) / 128 + TACHO_VALUE_OCTAVE) : 0;
	*upper = exp2((double)cell / 128 + TACHO_VALUE_OCTAVE);
}

/* The value whose relative distance to both ends of its bucket is the same. */
static double value_of(const struct tc_values *v, uint32_t cell)
{
	double lower, upper;
	tc_value_bounds(v->of_time, cell, &lower, &upper);
	double value = lower > 0 ? 2 * lower * upper / (lower + upper) : upper;
	value = value < v->min ? v->min : value;
	return value > v->max ? v->max : value;
}

static uint64_t page_total(const uint64_t *page)
{
	uint64_t total = 0;
	for (int i = 0; i < TACHO_PAGE_CELLS; i++)
		total += page[i];
	return total;
}

static uint64_t histogram_total(const struct tc_values *v)
{
	uint64_t total = v->negative + v->zero;
	for (int i = 0; i < TACHO_VALUE_PAGES; i++)
		total += v->page[i] ? page_total(v->page[i]) : 0;
	return total;
}

/* Number rank, from 0, of those in the histogram. */
static double order_statistic(const struct tc_values *v, uint64_t rank, uint64_t total)
{
	uint64_t below = v->negative;
	if (rank == 0)
		return v->min;
	if (rank + 1 >= total)
		return v->max;
	if (rank < below)
		return NAN;
	if (rank < (below += v->zero))
		return v->max < 0 ? v->max : 0;
	for (uint32_t i = 0; i < TACHO_VALUE_PAGES; i++)
		for (uint32_t k = 0; v->page[i] && k < TACHO_PAGE_CELLS; k++)
			if (rank < (below += v->page[i][k]))
				return value_of(v, i * TACHO_PAGE_CELLS + k);
	return v->max;
}

double tc_values_quantile(const struct tc_values *v, double q)
{
	uint64_t total = histogram_total(v);
	if (!v->count || !total)
		return NAN;
	long double place = (long double)(total - 1) * q;
	uint64_t rank = (uint64_t)place;
	double fraction = (double)(place - rank), low = order_statistic(v, rank, total);
	return fraction > 0 ? low + fraction * (order_statistic(v, rank + 1, total) - low) : low;
}

double tc_values_exact(double *values, size_t count, double q)
{
	struct tc_order order = tc_order_real(values, count);
	return tc_order_quantile(&order, q);
}

double tc_values_select(double *values, size_t count, double q)
{
	if (!count)
		return NAN;
	long double place = (count - 1) * (long double)q;
	size_t rank = (size_t)place;
	if (rank + 1 >= count)
		return tc_select(values, count, count - 1);
	double low = tc_select(values, count, rank), next = values[rank + 1];
	for (size_t i = rank + 2; i < count; i++)
		next = values[i] < next ? values[i] : next;
	return (double)(low + (place - rank) * ((long double)next - low));
}
