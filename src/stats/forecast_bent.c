/* SPDX-License-Identifier: MIT */
#include "stats/forecast_bent.h"

#include <math.h>

double tc_bent(double x, enum tc_bent kind, double bend)
{
	switch (kind) {
	case TC_BENT_EXPONENTIAL:
		return (exp(fmin(bend * x, 100)) - 1) / bend; /* no infinity far ahead */
	case TC_BENT_LOGARITHM:
		return log(fmax(1 + bend * x, 0.005)) / bend; /* nor before its begin */
	case TC_BENT_PARABOLA:
		return x + bend * x * x / 2;
	default:
		return x;
	}
}

double tc_bent_slope(double x, enum tc_bent kind, double bend)
{
	switch (kind) {
	case TC_BENT_EXPONENTIAL:
		return exp(bend * x);
	case TC_BENT_LOGARITHM:
		return 1 / fmax(1 + bend * x, 0.005);
	case TC_BENT_PARABOLA:
		return 1 + bend * x;
	default:
		return 1;
	}
}
