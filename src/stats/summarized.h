/* SPDX-License-Identifier: MIT
 *
 * summarized.h - the summary of values, by the sums and the histogram that a recorder would make of them.  For tests.
 */
#ifndef STATS_SUMMARIZED_H
#define STATS_SUMMARIZED_H

#include <stdbool.h>
#include <stdlib.h>
#include <tacho/hot.h>
#include "stats/summary.h"

/* exact: quantiles from the values, which are sorted for it; else from the histogram.  Out of memory ends the program. */
static inline struct tc_summary tc_summarized(uint64_t *value, uint64_t count, bool exact)
{
	struct tc_histogram h = {0};
	struct tc_summary out;
	struct tc_wide sum = {0, 0}, squares = {0, 0};
	uint64_t min = UINT64_MAX, max = 0;
	for (uint64_t i = 0; i < count; i++) {
		sum = tc_wide_add(sum, tc_wide_of(value[i]));
		squares = tc_wide_add(squares, tc_wide_product(value[i], value[i]));
		min = value[i] < min ? value[i] : min;
		max = value[i] > max ? value[i] : max;
		if (tc_histogram_add(&h, tacho_cell(value[i]), 1))
			abort();
	}
	tc_summarize(&out, count, 0, sum, squares, min, max, &h, exact ? value : NULL);
	tc_histogram_release(&h);
	return out;
}

#endif
