/* SPDX-License-Identifier: MIT
 *
 * variability.h - whether the durations of a name differ more than one likes (docs/STATISTICS.md, Bottlenecks):
 *
 *	spread      rcv > .5, of 10 and more: they differ all through
 *	tail        p99 at least 10 times the median, of 100 and more: some take far longer
 *	outliers    cv > .5 with rcv <= .2, of 10 and more, and up to 5 % of them (or one) far from the median: twice as long or
 *	            half as long
 *	groups      the same, but more than 5 % are far from it, 10 and more on one side that are alike: their own rcv <= .2
 */
#ifndef ANALYZE_VARIABILITY_H
#define ANALYZE_VARIABILITY_H

#include <stdbool.h>
#include "read/session.h"

struct tc_variability {
	double rcv; /* 1.4826 MAD / median; from the histogram within 0.01 where not all values are at hand; NAN: not known */
	double cv, tail_ratio; /* NAN: not known */
	/* Of all the time of these spans, what single ones take beyond the 75th percentile of all: what would be saved if the slowest
	 * quarter were as fast as that.  From the histogram; NAN: no time. */
	double above_p75;
	bool spread, tail, outliers, groups;
	uint64_t far;      /* spans of the other group; of outliers those that take twice the median and more */
	double far_median; /* of those; NAN: there are none */
	/* That each is so, and not by chance on the wrong side of its bound: from how far off it the figure is.  The MAD of n values
	 * has a relative sd of 1.17 / sqrt n, that of a normal distribution; beyond 10 medians and far from the median the count is binomial. */
	double spread_sure, tail_sure, outliers_sure, groups_sure;
};

void tc_variability_find(struct tc_variability *out, const struct tc_name_view *name);

#endif
