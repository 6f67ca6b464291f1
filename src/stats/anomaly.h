/* SPDX-License-Identifier: MIT
 *
 * anomaly.h - single values out of the ordinary (specification of statistics, section 7).  How far values usually lie from the median is
 * measured on each side of it by itself: durations have a long tail to one side.
 */
#ifndef STATS_ANOMALY_H
#define STATS_ANOMALY_H

#include <stdbool.h>
#include <stddef.h>

enum { TC_ANOMALY_DURATIONS_MIN = 20, TC_ANOMALY_SAMPLES_MIN = 100 };

struct tc_anomaly {
	size_t index;       /* of the value that lies furthest out */
	size_t first, last; /* of those that belong together with it */
	double value;
	double z;     /* spreads from the median, negative below it; NAN: the others don't spread at all */
	bool extreme; /* z is above 8, or NAN; what lies below the others is never so */
};

struct tc_anomalies { /* Owns at. */
	size_t n, count;
	const char *reason; /* why nothing could be said; NULL: something could */
	struct tc_anomaly *at;
};

/* Durations in ns, in any order, by their logarithms.  0 or TACHO_ENOMEM, with nothing to release. */
int tc_duration_anomalies(struct tc_anomalies *out, const double *values, size_t n);

/* Samples of a gauge, evenly apart in time; each is judged by those before it alone.  period: after so many samples things repeat
 * themselves, a day for instance; 0: no such is known.  Values near each other are one anomaly. */
int tc_sample_anomalies(struct tc_anomalies *out, const double *values, size_t n, size_t period);

void tc_anomalies_release(struct tc_anomalies *anomalies);

#endif
