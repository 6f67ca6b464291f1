/* SPDX-License-Identifier: MIT */
#include "stats/summary.h"

#include <math.h>
#include "stats/order.h"

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

static void from_values(struct tc_summary *out, const struct tc_order *order)
{
	uint64_t n = out->count, l = tc_median_rank(n);
	out->median = tc_order_quantile(order, 0.5L);
	out->p90 = tc_order_quantile(order, 0.9L);
	out->p95 = tc_order_quantile(order, 0.95L);
	out->p99 = tc_order_quantile(order, 0.99L);
	out->p999 = tc_order_quantile(order, 0.999L);
	out->mad = tc_order_mad(order);
	out->quantile_error = 0;
	if (l) {
		out->median_low = (double)order->at(order->value, l - 1);
		out->median_high = (double)order->at(order->value, n - l);
	}
}

static void from_histogram(struct tc_summary *out, const struct tc_histogram *h, uint64_t min_ns, uint64_t max_ns)
{
	static const double q[] = {0.5, 0.9, 0.95, 0.99, 0.999};
	double value[5];
	tc_histogram_quantiles(h, q, value, 5, min_ns, max_ns);
	out->median = value[0];
	out->p90 = value[1];
	out->p95 = value[2];
	out->p99 = value[3];
	out->p999 = value[4];
	/* Of one or two values, and of equal ones, the extremes say all. */
	out->quantile_error = out->count <= 2 || min_ns == max_ns ? 0 : TC_HISTOGRAM_ALPHA;
}

static const struct tc_summary unknown = {.mean = NAN,
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
	.mad = NAN,
	.rcv = NAN,
	.tail_ratio = NAN,
	.quantile_error = NAN,
	.success_rate = NAN};

/* What follows from the other figures. */
static void relate(struct tc_summary *out)
{
	if (out->mean < 0 || out->mean > 0)
		out->cv = out->sd / out->mean;
	if (out->median < 0 || out->median > 0)
		out->rcv = out->mad > 0 ? TC_MAD_TO_SD * out->mad / out->median : out->mad;
	if (out->count >= TC_TAIL_LEAST && out->median > 0)
		out->tail_ratio = out->p99 / out->median;
}

void tc_summarize(struct tc_summary *out, uint64_t count, uint64_t failed, struct tc_wide sum, struct tc_wide squares,
	uint64_t min_ns, uint64_t max_ns, const struct tc_histogram *histogram, uint64_t *values)
{
	*out = unknown;
	out->count = count;
	out->failed = failed;
	out->total = tc_wide_double(sum);
	if (!count)
		return;
	uint64_t over;
	long double whole = tc_wide_long_double(tc_wide_divide(sum, count, &over));
	out->mean = (double)(whole + (long double)over / count);
	out->min = (double)min_ns;
	out->max = (double)max_ns;
	out->success_rate = failed <= count ? (double)(count - failed) / (double)count : NAN;
	if (count > 1)
		out->sd = (double)sqrtl(variance(count, sum, squares));
	if (values) {
		struct tc_order order = tc_order_whole(values, count);
		from_values(out, &order);
	} else if (histogram)
		from_histogram(out, histogram, min_ns, max_ns);
	relate(out);
}

/* Two passes, the second about the mean that the first found: what no stream can have, and nothing cancels. */
static void moments(struct tc_summary *out, const double *values, uint64_t count)
{
	long double sum = 0, off = 0, squares = 0;
	for (uint64_t i = 0; i < count; i++)
		sum += values[i];
	long double mean = sum / count;
	for (uint64_t i = 0; i < count; i++) {
		long double apart = values[i] - mean;
		off += apart;
		squares += apart * apart;
	}
	out->total = (double)sum;
	out->mean = (double)(mean + off / count);
	if (count > 1)
		out->sd = (double)sqrtl(fmaxl(0, squares - off * off / count) / (count - 1));
}

void tc_summarize_reals(struct tc_summary *out, double *values, uint64_t count)
{
	*out = unknown;
	out->count = count;
	if (!count)
		return;
	moments(out, values, count);
	struct tc_order order = tc_order_real(values, count);
	out->min = values[0];
	out->max = values[count - 1];
	from_values(out, &order);
	relate(out);
}
