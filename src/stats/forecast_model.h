/* SPDX-License-Identifier: MIT
 *
 * forecast_model.h - the ways in which a series may go on.  Stretches of it are lines, and the last one, which tells the future, is a line or
 * bends: to a limit of its own or ever faster (exponentials), ever slower (a logarithm), or faster as a parabola does.  Where stretches begin,
 * how the last one bends and how much each value is like the one before is not chosen but weighed: each way counts by exp(-c / 2), c being
 * Schwarz's criterion (Annals of Statistics 6, 1978), in which a place where a stretch begins counts as two parameters more, as of N. Zhang
 * and D. Siegmund (Biometrics 63, 2007).  So intervals know of the doubt which way it is (A. Raftery, D. Madigan and J. Hoeting, JASA 92, 1997).
 */
#ifndef STATS_FORECAST_MODEL_H
#define STATS_FORECAST_MODEL_H

#include <stddef.h>
#include "stats/forecast_bent.h"

enum { TC_MODEL_BLOCKS_MIN = 20, TC_MODEL_BLOCKS = 60, TC_MODEL_WAYS = 2560 };

struct tc_way {       /* level + slope * tc_bent(x); of the last stretch */
	size_t begin; /* its first block */
	enum tc_bent kind;
	double bend, weight;
	double level, slope;         /* at x = 0 */
	double level2, slope2, both; /* their variances and covariance */
	double freedom,
		spread; /* degrees of freedom, and how far blocks lie off what those before them lead to expect */
};

struct tc_ways { /* weights add up to 1 */
	size_t count;
	struct tc_way way[TC_MODEL_WAYS];
};

/* x: about evenly apart, ascending to about 0 at the end of the series; y: of n blocks, about within -1 .. 1.  TC_MODEL_BLOCKS_MIN <= n. */
void tc_forecast_model(struct tc_ways *out, const double *x, const double *y, size_t n);

/* That which weighs most of those that begin where most do. */
const struct tc_way *tc_likeliest(const struct tc_ways *ways);

#endif
