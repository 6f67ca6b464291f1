/* SPDX-License-Identifier: MIT
 *
 * slowing.h - whether growth gets less, by the whole of it: the ways in which it may have come about (forecast_model.h) say how steep the last
 * third of the last stretch is by the middle one and by all of it.  The specification (section 8) asks the same of thirds of the window that
 * shows growth best, of which the slopes of few blocks say little, and in a short window nothing slows.
 */
#ifndef STATS_SLOWING_H
#define STATS_SLOWING_H

#include <stddef.h>

struct tc_slowing {    /* shares of what is likely */
	double slows;  /* the last third less than .65 times as steep as the middle one */
	double ceases; /* and less than .25 times as steep as all of it */
};

/* Of the least of each block; n >= 20.  Allocates only while it works.  0 or TACHO_ENOMEM. */
int tc_slowing(struct tc_slowing *out, const double *values, size_t n);

#endif
