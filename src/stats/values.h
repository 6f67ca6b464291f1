/* SPDX-License-Identifier: MIT
 *
 * values.h - a set of values of any unit, merged from the cells of threads: exact count, extremes and zeros, moments that
 * don't cancel, and a histogram of schema 7 for the quantiles.  The grid is that of tacho_cell() for durations in ns, else
 * that of tacho_value_cell().
 */
#ifndef STATS_VALUES_H
#define STATS_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tacho/metric.h>

struct tc_values { /* all zero: empty.  Owns its pages. */
	bool of_time;
	uint64_t count, zero, negative;
	double min, max;
	long double sum, mean, squares; /* squares: of distances from the mean */
	uint64_t *page[TACHO_VALUE_PAGES];
};

/* n values whose sum and squares are of (value - origin). */
void tc_values_add_moments(
	struct tc_values *v, uint64_t n, double origin, double sum, double squares, double min, double max);
int tc_values_add_cell(struct tc_values *v, uint32_t cell, uint64_t n); /* 0 or TACHO_ENOMEM */
void tc_values_release(struct tc_values *v);

double tc_values_sd(const struct tc_values *v); /* of the sample; NAN below two values */

/* Quantile q by R type 7; NAN when there are none, or when it falls among negative values, which are in no cell. */
double tc_values_quantile(const struct tc_values *v, double q);

/* The same of the values themselves, which are sorted in place. */
double tc_values_exact(double *values, size_t count, double q);

/* The same in O(n), the values but partly sorted. */
double tc_values_select(double *values, size_t count, double q);

/* Bounds of a cell: (lower, upper]. */
void tc_value_bounds(bool of_time, uint32_t cell, double *lower, double *upper);

#endif
