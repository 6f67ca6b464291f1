/* SPDX-License-Identifier: MIT
 *
 * rest.h - whether a course is more than what stands still shows by itself where each value is like the one before.  Such values wander: they
 * stay above their mean for long, and of all the steps and lines that may be laid through them some fit well.  So a course has to explain
 * them better than a process at rest does, an autoregression of the first order.
 */
#ifndef STATS_REST_H
#define STATS_REST_H

#include <stddef.h>

/* How often what stands still shows so good a course, or never comes back as these values do.  course: what it says of each of the n values;
 * steps: how many it has, 0: it is a line, which may bend to a parabola.  What lies further off the course than three robust sd counts as if it lay there, so that no outlier makes
 * one.  By the gain, twice the logarithm of the ratio of the likelihoods of what the course leaves and of the values themselves (of their own
 * steps from one to the next, where they never come back), each at rest and at most 0.98 times the one before; the chance of a gain is from
 * simulated series, 0.5 to 0.98 times the one before and 30 to 500 values long.  1 where nothing can be told.  room: for 2 n. */
double tc_rest_p(const double *values, const double *course, size_t steps, size_t n, double *room);

#endif
