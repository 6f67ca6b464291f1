/* SPDX-License-Identifier: MIT */
#include "stats/wilson.h"

#include <math.h>

static const double z = 1.959963984540054;

struct tc_range tc_wilson(double ratio, double n)
{
	if (!(n > 0))
		return (struct tc_range){0, 1};
	double scale = 1 / (1 + z * z / n), centre = scale * (ratio + z * z / (2 * n));
	double half = scale * z * sqrt(ratio * (1 - ratio) / n + z * z / (4 * n * n));
	return (struct tc_range){fmax(0, centre - half), fmin(1, centre + half)};
}
