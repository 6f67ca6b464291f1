/* SPDX-License-Identifier: MIT
 *
 * slow_stretch.h - a time in which a name took longer than it takes at the end: a warm-up, or a hump that a trend does not see, because
 * it is over.  It is made of neighbouring levels between change points, each 25 % and more above the last level.  What is slow from the
 * beginning is one up to half of the values: else the name has become faster.
 */
#ifndef ANALYZE_SLOW_STRETCH_H
#define ANALYZE_SLOW_STRETCH_H

#include "analyze/diagnosis.h"

struct tc_slow_stretch {
	size_t from, to; /* levels: that of number i begins at change point i - 1, level 0 at the beginning */
	size_t values;
	double level_ns, usual_ns; /* the mean of its levels; the last level */
	double cost; /* what it took beyond the last level, of the time of the name; 0: there is no stretch */
	double p;    /* of the less sure of its ends, as the best of all values */
};

/* The one that cost most. */
struct tc_slow_stretch tc_slow_stretch(const struct tc_course_of_name *course);

#endif
