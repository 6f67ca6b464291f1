/* SPDX-License-Identifier: MIT */
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>

/* Variance from exact sums, modulo 2^128.  m is the whole number nearest to the mean: then squares about m are whole,
 * at least twice as large as what is taken off them, and no digits cancel. */
static long double variance(uint64_t count, struct tc_wide sum, struct tc_wide squares)
{
	uint64_t over;
	struct tc_wide m = tc_wide_divide(sum, count, &over);
	bool up = over > count / 2;
	m = tc_wide_add(m, tc_wide_of(up));
	/* squares - 2 m sum + m m count */
	struct tc_wide twice = tc_wide_subtract(tc_wide_left(sum, 1), tc_wide_multiply(m, tc_wide_of(count)));
	struct tc_wide about_m = tc_wide_subtract(squares, tc_wide_multiply(m, twice));
	long double rest =
		up ? (long double)(count - over) : (long double)over; /* |sum - m count|, at most count / 2 */
	long double var = (tc_wide_long_double(about_m) - rest * rest / count) / (count - 1);
	return var > 0 ? var : 0;
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* R type 7 of sorted values.  The difference is taken in whole numbers: exact beyond 2^53 too. */
static double quantile_of(const uint64_t *sorted, uint64_t count, long double q)
{
	long double place = (count - 1) * q;
	uint64_t rank = (uint64_t)place;
	if (rank + 1 >= count)
		return (double)sorted[count - 1];
	return (double)(sorted[rank] + (place - rank) * (sorted[rank + 1] - sorted[rank]));
}

/* The largest l with P(Bin(n, 1/2) < l) <= 0.025: order statistics l and n + 1 - l, from 1, hold the median with 95 %.
 * Weights are taken relative to the middle one, where they can't underflow, for as far down as they matter. */
static uint64_t median_rank(uint64_t n)
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

static void from_values(struct tc_summary *out, uint64_t *values)
{
	uint64_t n = out->count;
	qsort(values, n, sizeof *values, ascending);
	out->median = quantile_of(values, n, 0.5L);
	out->p90 = quantile_of(values, n, 0.9L);
	out->p95 = quantile_of(values, n, 0.95L);
	out->p99 = quantile_of(values, n, 0.99L);
	out->p999 = quantile_of(values, n, 0.999L);
	out->quantile_error = 0;
	if (n >= 6) {
		uint64_t l = median_rank(n);
		out->median_low = (double)values[l - 1];
		out->median_high = (double)values[n - l];
	}
}

static void from_histogram(struct tc_summary *out, const struct tc_histogram *h, uint64_t min_ns, uint64_t max_ns)
{
	out->median = tc_histogram_quantile(h, 0.5, min_ns, max_ns);
	out->p90 = tc_histogram_quantile(h, 0.9, min_ns, max_ns);
	out->p95 = tc_histogram_quantile(h, 0.95, min_ns, max_ns);
	out->p99 = tc_histogram_quantile(h, 0.99, min_ns, max_ns);
	out->p999 = tc_histogram_quantile(h, 0.999, min_ns, max_ns);
	/* Of one or two values, and of equal ones, the extremes say all. */
	out->quantile_error = out->count <= 2 || min_ns == max_ns ? 0 : TC_HISTOGRAM_ALPHA;
}

void tc_summarize(struct tc_summary *out, uint64_t count, uint64_t failed, struct tc_wide sum, struct tc_wide squares,
	uint64_t min_ns, uint64_t max_ns, const struct tc_histogram *histogram, uint64_t *values)
{
	*out = (struct tc_summary){.count = count,
		.failed = failed,
		.total = tc_wide_double(sum),
		.mean = NAN,
		.sd = NAN,
		.cv = NAN,
		.min = NAN,
		.max = NAN,
		.median = NAN,
		.p90 = NAN,
		.p95 = NAN,
		.p99 = NAN,
		.p999 = NAN,
		.median_low = NAN,
		.median_high = NAN,
		.quantile_error = NAN,
		.success_rate = NAN};
	if (!count)
		return;
	uint64_t over;
	long double whole = tc_wide_long_double(tc_wide_divide(sum, count, &over));
	long double mean = whole + (long double)over / count;
	out->mean = (double)mean;
	out->min = (double)min_ns;
	out->max = (double)max_ns;
	out->success_rate = failed <= count ? (double)(count - failed) / (double)count : NAN;
	if (count > 1) {
		long double sd = sqrtl(variance(count, sum, squares));
		out->sd = (double)sd;
		if (mean > 0)
			out->cv = (double)(sd / mean);
	}
	if (values)
		from_values(out, values);
	else if (histogram)
		from_histogram(out, histogram, min_ns, max_ns);
}
