/* SPDX-License-Identifier: MIT
 *
 * histogram.h - base-2 exponential histogram of durations, schema 7, in seconds (docs/STATISTICS.md section 2): 128 buckets
 * to the octave, relative error of a value read from it at most TC_HISTOGRAM_ALPHA.  Cells are those of tacho_cell().
 */
#ifndef STATS_HISTOGRAM_H
#define STATS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define TC_HISTOGRAM_ALPHA 0.002707606
#define TC_HISTOGRAM_CELLS 8194

struct tc_histogram {          /* a dense window of cells; all zero: empty.  Owns count. */
	uint32_t first, cells; /* cells first .. first + cells - 1 */
	uint64_t *count;
};

int tc_histogram_add(struct tc_histogram *h, uint32_t cell, uint64_t n); /* 0 or TACHO_ENOMEM */
int tc_histogram_merge(struct tc_histogram *into, const struct tc_histogram *other);
void tc_histogram_clear(struct tc_histogram *h); /* counts nothing, and keeps its memory for more of the kind */
void tc_histogram_release(struct tc_histogram *h);
uint64_t tc_histogram_total(const struct tc_histogram *h);
/* Bounds of a cell in ns: (lower, upper]; cell 0 is exactly 0 ns. */
void tc_cell_bounds(uint32_t cell, double *lower_ns, double *upper_ns);
/* Quantile q by R type 7, in ns, clamped to [min, max]; NAN when empty. */
double tc_histogram_quantile(const struct tc_histogram *h, double q, uint64_t min_ns, uint64_t max_ns);
/* The same of several q at once, which ascend. */
void tc_histogram_quantiles(
	const struct tc_histogram *h, const double *q, double *out, size_t count, uint64_t min_ns, uint64_t max_ns);
/* The median distance from the median, within twice TC_HISTOGRAM_ALPHA of the median; NAN when empty. */
double tc_histogram_mad(const struct tc_histogram *h, uint64_t min_ns, uint64_t max_ns);

#endif
