/* SPDX-License-Identifier: MIT
 *
 * forecast_look.h - a series as the model of forecasts has it: a figure of each of at most 60 blocks, in time that ends at 0 and began at -1, and
 * by the size that the values have, 0 being the one in the middle.
 */
#ifndef STATS_FORECAST_LOOK_H
#define STATS_FORECAST_LOOK_H

#include "stats/forecast_model.h"

struct tc_look {
	size_t n, blocks;
	double middle, size;
	double x[TC_MODEL_BLOCKS], y[TC_MODEL_BLOCKS];
	struct tc_ways ways; /* none: the values are too far apart to reckon with */
};

/* quantile: the figure, 0.5 for the median, 0 for the least.  n >= TC_MODEL_BLOCKS_MIN values, about evenly apart.  0 or TACHO_ENOMEM. */
int tc_look(struct tc_look *out, const double *values, size_t n, double quantile);
double tc_look_time(const struct tc_look *look, double sample);

#endif
