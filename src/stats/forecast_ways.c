/* SPDX-License-Identifier: MIT */
#include "stats/forecast_ways.h"

#include <math.h>
#include "stats/normal.h"

enum { HALVINGS = 28 };

/* Abramowitz and Stegun, 26.7.8. */
static double student_cdf(double t, double freedom)
{
	return fabs(t) > 9 ? t > 0 : tc_normal_cdf(t * (1 - 1 / (4 * freedom)) / sqrt(1 + t * t / (2 * freedom)));
}

double tc_way_mean(double *error, const struct tc_way *way, const struct tc_aim *aim)
{
	double level = aim->of != TC_AIM_SLOPE;
	double g = level > 0 ? tc_bent(aim->x, aim->of == TC_AIM_BENT ? way->kind : TC_BENT_NOT, way->bend) : 1;
	*error = sqrt(fmax(level * (way->level2 + 2 * g * way->both) + g * g * way->slope2, 0));
	return level * way->level + g * way->slope;
}

double tc_ways_above(const struct tc_ways *ways, const struct tc_aim *aim, double value)
{
	double sum = 0, error;
	for (const struct tc_way *way = ways->way; way < ways->way + ways->count; way++) {
		double over = tc_way_mean(&error, way, aim) - value;
		sum += way->weight * (error > 0 ? student_cdf(over / error, way->freedom) : over > 0);
	}
	return sum;
}

double tc_ways_quantile(const struct tc_ways *ways, const struct tc_aim *aim, double q)
{
	double low = INFINITY, high = -INFINITY, error;
	for (const struct tc_way *way = ways->way; way < ways->way + ways->count; way++) {
		double mean = tc_way_mean(&error, way, aim);
		low = fmin(low, mean - 10 * error);
		high = fmax(high, mean + 10 * error);
	}
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;
		*(tc_ways_above(ways, aim, middle) > 1 - q ? &low : &high) = middle;
	}
	return (low + high) / 2;
}

double tc_ways_reach(
	const struct tc_ways *ways, enum tc_aim_of of, double level, int way, double probability, double far)
{
	double low = 1e-6, high = far; /* halved by their ratio */
	for (int i = 0; i <= HALVINGS; i++) {
		struct tc_aim aim = {of, i ? sqrt(low * high) : far};
		double above = tc_ways_above(ways, &aim, level), there = way > 0 ? above : 1 - above;
		if (!i && there < probability)
			return NAN;
		*(there < probability ? &low : &high) = aim.x;
	}
	return high;
}
