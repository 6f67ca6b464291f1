/* SPDX-License-Identifier: MIT
 *
 * leak.h - whether memory only ever grows (specification of statistics, section 8): the least that was in use in each of many blocks of
 * time, so that what comes and goes doesn't count.  What slows down by the whole of it (slowing.h) is no leak.
 */
#ifndef STATS_LEAK_H
#define STATS_LEAK_H

#include <stddef.h>

enum { TC_LEAK_SAMPLES_MIN = 60, TC_LEAK_SECONDS_MIN = 30, TC_LEAK_LEAST_BYTES = 1048576 };

#define TC_LEAK_P 0.01 /* adjusted, below which its lowest values rise */

enum tc_leak_status {
	TC_LEAK_INSUFFICIENT_DATA,
	TC_LEAK_NONE,
	TC_LEAK_ONE_OFF_STEP,   /* most of the growth came at once */
	TC_LEAK_SATURATED,      /* it has all but ended */
	TC_LEAK_GROWTH_SLOWING, /* it is getting less */
	TC_LEAK_LEAK,
};

struct tc_leak { /* NAN: not known, for `reason` */
	size_t n;
	enum tc_leak_status status;
	const char *reason;                 /* why not all is known, or why there is no leak; NULL: neither */
	double bytes_per_second, low, high; /* with the 95 % interval */
	double growth_bytes, since_seconds; /* over the window that shows it best, which begins there */
	double seconds_to_limit;            /* NAN: it does not go on growing, or there is no limit */
	double p;                           /* adjusted for the windows that were tried */
};

const char *tc_leak_name(enum tc_leak_status status);

/* samples of bytes at seconds, in time order, about evenly apart.  least_growth: bytes that matter, TC_LEAK_LEAST_BYTES; 0: of values in
 * another unit, as the figures are then.  limit_bytes: NAN or 0 where there is none.  Allocates nothing that stays.  0 or TACHO_ENOMEM. */
int tc_leak(struct tc_leak *out, const double *seconds, const double *bytes, size_t n, double least_growth,
	double limit_bytes);

#endif
