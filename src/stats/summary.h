/* SPDX-License-Identifier: MIT
 *
 * summary.h - what is said of a set of durations, or of numbers of any unit (docs/STATISTICS.md section 1).  Pure functions.
 */
#ifndef STATS_SUMMARY_H
#define STATS_SUMMARY_H

#include <stdint.h>
#include "base/wide.h"
#include "stats/histogram.h"

#define TC_MAD_TO_SD 1.4826 /* of a normal distribution */

enum { TC_TAIL_LEAST = 100 }; /* values below which a p99 says nothing of a tail */

struct tc_summary { /* durations in ns, or the unit of the numbers; NAN: not known (see the counts) */
	uint64_t count, failed;
	double total, mean, sd, cv, min, max;
	double median, p90, p95, p99, p999;
	double median_low, median_high; /* 95 % interval; from 6 values on, and only when they are at hand */
	double mad, rcv;                /* about the median; only when the values are at hand */
	double tail_ratio;              /* p99 / median, of TC_TAIL_LEAST values and more */
	double quantile_error;          /* 0: exact; else the relative error of the quantiles */
	double success_rate;            /* 0..1 */
};

/* From exact sums and the histogram.  squares may have wrapped modulo 2^128.  values: all count durations, to be sorted in
 * place, for exact quantiles; NULL: the quantiles come from the histogram. */
void tc_summarize(struct tc_summary *out, uint64_t count, uint64_t failed, struct tc_wide sum, struct tc_wide squares,
	uint64_t min_ns, uint64_t max_ns, const struct tc_histogram *histogram, uint64_t *values);

/* Of numbers, which are sorted in place.  None of them is NAN or infinite. */
void tc_summarize_reals(struct tc_summary *out, double *values, uint64_t count);

#endif
