/* SPDX-License-Identifier: MIT
 *
 * name_series.h - the durations of one name in time order, from the finest record that covers the session.  That is
 *
 *	every span          while all of them are in the rings and there are at most as many as asked for
 *	groups of spans     while all are in the rings: medians of groups of as many spans each
 *	groups of windows   else: neighbouring windows of the ladder, shared out to groups of equally many spans, as many as the
 *	                    largest of them has, and the median of their histograms, with a relative error of at most
 *	                    TC_HISTOGRAM_ALPHA.  So values are evenly apart by the number of spans, as single ones are
 *	the newest spans    where there are no windows that know more: what the rings still hold, alone or in groups
 *
 * Spans are in the order in which they began, windows in that in which their spans ended.
 */
#ifndef ANALYZE_NAME_SERIES_H
#define ANALYZE_NAME_SERIES_H

#include "analyze/name_records.h"

enum { TC_SERIES_P95_LEAST = 20 }; /* spans of a group below which there is no p95 */

enum tc_name_units { TC_NAME_SPANS, TC_NAME_GROUPS };

struct tc_name_series {   /* Owns the arrays, of which each has `count` values. */
	size_t count;     /* 0: no span has ended */
	double *value_ns; /* the duration; the median of a group */
	double *p95_ns;   /* of a group; NAN: of fewer than TC_SERIES_P95_LEAST spans */
	double *self_ns;  /* own time of all spans of the group; NAN: not of windows, so not known */
	tc_instant *from; /* when the span, or the first span or window of the group, began */
	uint64_t *spans;  /* how many it stands for */
	uint64_t all;     /* what they add up to */
	bool covers;      /* these are all finished spans of the name, as far as the record tells */
	enum tc_name_units units;
	const char *basis; /* a constant text: "every span", … */
};

/* Of name number `name`, at most `most` values (at least 1), each group of at least `least_spans` spans, unless there are fewer in all.
 * Values are finite and not below 0.  0, or TACHO_ENOMEM with nothing to release. */
int tc_name_series(struct tc_name_series *out, const struct tc_name_records *records, size_t name, size_t most,
	uint64_t least_spans);
void tc_name_series_release(struct tc_name_series *series);

#endif
