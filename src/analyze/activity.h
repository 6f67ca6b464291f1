/* SPDX-License-Identifier: MIT
 *
 * activity.h - the head of a report of metrics (R4.5): how much was collected, the names that take most on average, and what went on
 * lately.
 */
#ifndef ANALYZE_ACTIVITY_H
#define ANALYZE_ACTIVITY_H

#include "read/session.h"

enum { TC_ACTIVITY_NAMES = 3 };

struct tc_activity {
	uint64_t
		collected; /* finished spans, and values, marks and settings of metrics; nobody counts how often something was added to */
	size_t top; /* names by their mean, the largest first */
	const struct tc_name_view *by_average[TC_ACTIVITY_NAMES];
	/* The last tenth of the time, a minute at most, in whole windows of the observer where there are some. */
	double recent_ns; /* how long it is; NAN: nothing is known of it */
	uint64_t recent;  /* spans that ended in it */
	size_t newest;    /* names whose spans ended last, the last first; of those that the rings hold */
	const struct tc_name_view *last[TC_ACTIVITY_NAMES];
};

/* Of [from, to) of the session. */
void tc_activity_find(struct tc_activity *out, const struct tc_session *session, tc_instant from, tc_instant to);

#endif
