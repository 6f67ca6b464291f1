/* SPDX-License-Identifier: MIT */
#include "stats/confidence.h"

#include <math.h>

double tc_confidence(double p)
{
	if (isnan(p))
		return NAN;
	if (p >= exp(-1))
		return 0.5;
	double chance = p > 0 ? -M_E * p * log(p) : 0;
	return fmin(0.99, 1 / (1 + chance));
}
