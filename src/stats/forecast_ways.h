/* SPDX-License-Identifier: MIT
 *
 * forecast_ways.h - what all ways in which a series may go on say together: of each a level or a slope is distributed as Student's t, of all of
 * them as the mixture that their weights make.
 */
#ifndef STATS_FORECAST_WAYS_H
#define STATS_FORECAST_WAYS_H

#include "stats/forecast_model.h"

struct tc_aim { /* what is asked: the level at x, the last stretch going on straight as it is at x = 0, or as it bends; or the slope at 0 */
	enum tc_aim_of { TC_AIM_STRAIGHT, TC_AIM_BENT, TC_AIM_SLOPE } of;
	double x;
};

double tc_way_mean(double *error, const struct tc_way *way, const struct tc_aim *aim);

/* How likely it is above that. */
double tc_ways_above(const struct tc_ways *ways, const struct tc_aim *aim, double value);
double tc_ways_quantile(const struct tc_ways *ways, const struct tc_aim *aim, double q);

/* The x, above 0, by which it has come to a level with that probability; way: 1 from below, -1 from above.  NAN: it has not by x = far. */
double tc_ways_reach(
	const struct tc_ways *ways, enum tc_aim_of of, double level, int way, double probability, double far);

#endif
