/* SPDX-License-Identifier: MIT
 *
 * forecast.h - where a series is heading, and when it reaches a limit.  Of the medians of at most 60 blocks all ways in which they may have
 * come about are weighed (forecast_model.h): stretches of lines, of which the last one, a line or something that bends, goes on.  Intervals
 * hold 95 % of what comes by all these ways together.  How a stretch bends says less of the time to come the further that is, so what bends may
 * as well go straight on: intervals hold both, and between the two lies what is told.
 */
#ifndef STATS_FORECAST_H
#define STATS_FORECAST_H

#include <stdbool.h>
#include <stddef.h>

enum { TC_FORECAST_LEAST = 20 };

struct tc_forecast { /* NAN: not known, for `reason`; seconds as those of the samples */
	size_t n;    /* samples of the last stretch */
	const char *reason;
	double since_seconds;
	bool heading;                 /* it moves, by more than chance makes it (p <= .01) and than it varies by */
	double per_second, low, high; /* the slope at its end */
	double p;
	double at_seconds, value, value_low, value_high; /* what a sample will be then */
	double seconds_to_limit, soonest, latest;        /* from the last sample on; latest NAN: maybe never */
	const char *limit_reason;                        /* why seconds_to_limit is NAN */
};

/* Samples in time order, about evenly apart.  ahead_seconds: how far to look; more than half the time of the last stretch is cut to
 * that.  limit: NAN where there is none.  Allocates only while it works, about 1 ms.  0 or TACHO_ENOMEM. */
int tc_forecast(struct tc_forecast *out, const double *seconds, const double *values, size_t n, double ahead_seconds,
	double limit);

/* Of what is never below `least`, as memory never is below 0, no value to come is either. */
void tc_forecast_bound(struct tc_forecast *forecast, double least);

#endif
