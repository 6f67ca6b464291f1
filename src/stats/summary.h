/* SPDX-License-Identifier: MIT
 *
 * summary.h - what is said of a set of durations (docs/STATISTICS.md section 1).  Pure functions.
 */
#ifndef STATS_SUMMARY_H
#define STATS_SUMMARY_H

#include <stdint.h>
#include "base/wide.h"
#include "stats/histogram.h"

struct tc_summary { /* durations in ns; NAN: not known (see the counts) */
	uint64_t count, failed;
	double total, mean, sd, cv, min, max;
	double median, p90, p95, p99, p999;
	double median_low, median_high; /* 95 % interval; from 6 values on, and only when they are at hand */
	double quantile_error;          /* 0: exact; else the relative error of the quantiles */
	double success_rate;            /* 0..1 */
};

/* From exact sums and the histogram.  squares may have wrapped modulo 2^128.  values: all count durations, to be sorted in
 * place, for exact quantiles; NULL: the quantiles come from the histogram. */
void tc_summarize(struct tc_summary *out, uint64_t count, uint64_t failed, struct tc_wide sum, struct tc_wide squares,
	uint64_t min_ns, uint64_t max_ns, const struct tc_histogram *histogram, uint64_t *values);

#endif
