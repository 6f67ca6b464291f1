/* SPDX-License-Identifier: MIT */
#include "analyze/calibrated.h"

#include <stddef.h>
#include <string.h>

enum { KNOTS = 6 };

struct knot {
	double sure, right;
};

/* From stretches of time that agree; when the whole is run again more of it comes true than of a stretch. */
#define BY_STRETCHES \
	{ \
		{0.37, 0.53}, {0.50, 0.63}, {0.59, 0.76}, {0.67, 0.83}, {0.795, 0.873}, \
		{ \
			0.95, 0.91 \
		} \
	}

static const struct calibration {
	const char *kind;
	struct knot knot[KNOTS]; /* rising; the last is used from there on */
} calibrations[] = {
	{"bottleneck", BY_STRETCHES},
	{"reduce_frequency", BY_STRETCHES},
	{"verbose_capture", BY_STRETCHES},
	{"lower_generation_rate", BY_STRETCHES},
	{"spread", {{0.50, 0.589}, {0.51, 0.76}, {0.56, 0.83}, {0.64, 0.88}, {0.84, 0.945}, {0.99, 0.99}}},
	{"outliers", {{0.50, 0.47}, {0.512, 0.50}, {0.52, 0.61}, {0.588, 0.643}, {0.787, 0.645}}},
	{"tail", {{0.50, 0.457}, {0.511, 0.535}, {0.60, 0.595}, {0.72, 0.61}, {0.81, 0.685}, {0.99, 0.81}}},
};

/* Straight between knots, and from 0 to the first. */
static double between(const struct knot *knot, double sure)
{
	struct knot low = {0, 0};
	for (int i = 0; i < KNOTS && knot[i].sure > 0; i++) {
		if (sure <= knot[i].sure)
			return low.right + (knot[i].right - low.right) * (sure - low.sure) / (knot[i].sure - low.sure);
		low = knot[i];
	}
	return low.right;
}

double tc_calibrated(const char *kind, double sure)
{
	for (size_t i = 0; i < sizeof calibrations / sizeof *calibrations; i++)
		if (!strcmp(kind, calibrations[i].kind))
			return between(calibrations[i].knot, sure);
	return sure;
}
