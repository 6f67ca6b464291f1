/* SPDX-License-Identifier: MIT
 *
 * trend.h - whether something takes ever longer (specification of statistics, section 3): a drift that the test of Mann and Kendall
 * sees, or else steps from level to level.
 */
#ifndef STATS_TREND_H
#define STATS_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include "stats/change_points.h"

enum {
	TC_TREND_MIN = 4,
	TC_TREND_MAX = 500
}; /* values that are enough; a longer series is to be cut into as many blocks */

#define TC_TREND_P 0.01 /* a p up to this is told */

enum tc_trend_label { TC_TREND_STABLE, TC_TREND_IMPROVING, TC_TREND_DEGRADING };

struct tc_trend { /* NAN: not known, for `reason` */
	size_t n;
	bool enough_data, low_power; /* low_power: of so few values only a very clear trend is seen */
	enum tc_trend_label label;
	const char *shape;                                /* "drift", "step" or "none" */
	const char *method;                               /* what p is from */
	const char *reason;                               /* why figures are NAN; NULL: none is */
	double change_percent, low_percent, high_percent; /* over the whole series, with the 95 % interval */
	double halves_change_percent;                     /* mean of the second half against that of the first */
	double slope, p, tau, n_eff; /* slope: per value; n_eff: independent values that say as much */
	/* What tells the course best: the line ("drift"), or the last level by the first ("step") where levels lie nearer to the values; of a
	 * series that is not stable.  NAN, "none": it is stable. */
	const char *told;
	double told_percent, told_low_percent, told_high_percent;
	const char *untold; /* why it is stable although a test saw a course; NULL: none did, or it is told */
	double label_p;     /* of the test that the label rests on: p, or of a step that of its least sure level */
	double confidence;  /* in the label; NAN of a stable series */
};

const char *tc_trend_name(enum tc_trend_label label);

/* values: finite, in time order, at most TC_TREND_MAX of them where time matters: O(n^2).  each: how many measured values one of them is the
 * median of, 1 or more; a line goes from the first to the last that was measured, which lie half of that outside of the medians.  points: of
 * the same values.  The texts are constant; allocates only while it works.  0 or TACHO_ENOMEM. */
int tc_trend(struct tc_trend *out, const double *values, size_t n, double each, const struct tc_change_points *points);

#endif
