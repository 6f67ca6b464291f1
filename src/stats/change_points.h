/* SPDX-License-Identifier: MIT
 *
 * change_points.h - where a series went from one level to another (specification of statistics, section 4): seeded binary segmentation
 * (S. Kovács et al., Biometrika 110 (2023), doi:10.1093/biomet/asac052) with a test of ranks, so that outliers make no levels.
 */
#ifndef STATS_CHANGE_POINTS_H
#define STATS_CHANGE_POINTS_H

#include <stddef.h>

enum { TC_CHANGE_POINTS_MIN = 8 }; /* values below which nothing is found */

struct tc_change_point {
	size_t index;                     /* the first value of the new level */
	double before, after;             /* medians of the level up to it and of the one from it on */
	double shift_percent;             /* Hodges-Lehmann shift by the size of before; NAN where that is 0 */
	double low_percent, high_percent; /* its 95 % interval; NAN too where there are too few values for one */
	double p,
		rest_p; /* p: of a test at this place; rest_p: of what stands still but is like the value before (stats/rest.h); 0: it is not */
	double confidence; /* that it is one, the best of n places */
};

struct tc_change_points { /* Owns at. */
	size_t n, count;
	double inflation; /* of variances, by autocorrelation */
	struct tc_change_point *at;
};

/* values: finite, in time order.  Shifts smaller than min_effect of the level before them are left out.  Allocates what it returns and O(n)
 * while it works; O(n log n) times log n for the sorting.  0 or TACHO_ENOMEM, with nothing to release. */
int tc_change_points(struct tc_change_points *out, const double *values, size_t n, double min_effect);
void tc_change_points_release(struct tc_change_points *points);

#endif
