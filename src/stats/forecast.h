/* SPDX-License-Identifier: MIT
 *
 * forecast.h - where a series is heading, and when it reaches a limit.  The line of Theil and Sen through the medians of at most
 * TC_FORECAST_BLOCKS blocks; where steps from level to level explain them better than a line does, of what came after the largest step, for
 * older behaviour says nothing of the future; and where the first of them lie further off than the later half of the line tells, as of
 * what warms up and levels off, of that half.  Intervals hold 95 %: of the slope as trends have it, widened by autocorrelation; of a value
 * to come, of the slope and of the single values around the line together.
 */
#ifndef STATS_FORECAST_H
#define STATS_FORECAST_H

#include <stdbool.h>
#include <stddef.h>

enum { TC_FORECAST_LEAST = 20, TC_FORECAST_BLOCKS = 60 };

struct tc_forecast { /* NAN: not known, for `reason`; seconds as those of the samples */
	size_t n;    /* samples that the line is through */
	const char *reason;
	double since_seconds;
	bool heading;                 /* it moves, by more than chance makes it: p <= .01 */
	double per_second, low, high; /* the slope */
	double p;
	double at_seconds, value, value_low, value_high; /* what a sample will be then */
	double seconds_to_limit, soonest, latest;        /* from the last sample on; latest NAN: maybe never */
	const char *limit_reason;                        /* why seconds_to_limit is NAN */
};

/* Samples in time order, about evenly apart.  ahead_seconds: how far to look; more than half the time that the line is through is cut to
 * that.  limit: NAN where there is none.  Allocates only while it works.  0 or TACHO_ENOMEM. */
int tc_forecast(struct tc_forecast *out, const double *seconds, const double *values, size_t n, double ahead_seconds,
	double limit);

/* Of what is never below `least`, as memory never is below 0, no value to come is either. */
void tc_forecast_bound(struct tc_forecast *forecast, double least);

#endif
