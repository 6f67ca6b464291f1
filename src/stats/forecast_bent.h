/* SPDX-License-Identifier: MIT
 *
 * forecast_bent.h - how a stretch of a series may bend.  Each is 0 at 0 and rises there as x does, so that what is fitted beside it, a level and a
 * slope, are those at 0.
 */
#ifndef STATS_FORECAST_BENT_H
#define STATS_FORECAST_BENT_H

enum tc_bent {
	TC_BENT_NOT,
	TC_BENT_EXPONENTIAL, /* (exp(bend x) - 1) / bend: below 0 to a limit of its own, above 0 ever faster */
	TC_BENT_PARABOLA,    /* x + bend x^2 / 2 */
	TC_BENT_LOGARITHM,   /* log(1 + bend x) / bend */
};

double tc_bent(double x, enum tc_bent kind, double bend);
double tc_bent_slope(double x, enum tc_bent kind, double bend);

#endif
