/* SPDX-License-Identifier: MIT
 *
 * forecast_stretch.h - a line, or what bends in a known way, through one stretch of a series whose values are each like the one before: least
 * squares of what is whitened by an autoregression of order 1 (S. Prais and C. Winsten, 1954).  And the best stretches of lines up to any place of a
 * series, by dynamic programming (R. Bellman, Communications of the ACM 4, 1961).
 */
#ifndef STATS_FORECAST_STRETCH_H
#define STATS_FORECAST_STRETCH_H

#include <stddef.h>

enum { TC_LIKES = 5, TC_STRETCHES = 3, TC_STRETCH_LEAST = 4, TC_STRETCH_BLOCKS = 60 };

extern const double tc_like[TC_LIKES]; /* autocorrelations that are tried */

struct tc_stretch { /* all zero: empty.  Sums over 1, g and y, as they are and whitened */
	double raw11, raw1g, rawgg, s11, s1g, sgg, s1y, sgy, syy;
	double g, y; /* the last ones */
};

struct tc_left {
	double squares, logs; /* of what a fit leaves; of the determinants in its likelihood */
};

/* y is level + slope * g. */
void tc_stretch_add(struct tc_stretch *stretch, double g, double y, double like);
struct tc_left tc_stretch_left(const struct tc_stretch *stretch, double like);

/* out[m][i]: what m lines through the first i blocks leave at best, each of TC_STRETCH_LEAST blocks or more; squares INFINITY: there are none.
 * Of places up to i = end. */
void tc_stretches(struct tc_left out[TC_STRETCHES + 1][TC_STRETCH_BLOCKS], const double *x, const double *y, size_t end,
	double like);

#endif
