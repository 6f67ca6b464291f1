/* SPDX-License-Identifier: MIT
 *
 * metrics.h - what metrics did since the last row, over all processes, and the series it becomes: a counter's rate per second,
 * the share of the time that was waited, a gauge's level, an event's rate per minute, the mean of what a distribution
 * took.  Metrics of one kind, name and source are one.
 */
#ifndef OBSERVE_METRICS_H
#define OBSERVE_METRICS_H

#include "format/metric_text.h"
#include "format/series.h"

enum { TC_METRIC_SERIES_MAX = 256 }; /* a metric that comes later has no course */
#define TC_NO_METRIC UINT32_MAX

struct tc_metrics_one {
	char *name, *unit, *help;
	char source[TC_METRIC_SOURCE_MAX]; /* of the series */
	enum tacho_metric_kind kind;
	uint32_t series; /* its number; TC_NO_SERIES: it never moved */
	double moved;    /* since the last row: additions, ns, marks, values */
	double sum;      /* of a distribution's values since */
	double level;    /* of a gauge; NAN: nobody's */
	uint64_t setter; /* id of the part that set it last */
};

struct tc_metrics { /* all zero: empty */
	size_t count, room;
	struct tc_metrics_one *one;
	uint64_t row_ns; /* of the last row */
	bool left_out;   /* there were more */
};

/* The metric's place; a new one is copied.  TC_NO_METRIC: no room. */
uint32_t tc_metrics_find(struct tc_metrics *metrics, enum tacho_metric_kind kind, const char *name, const char *unit,
	const char *help, const char *source);

/* A part is gone: the levels that it set last are nobody's after the next row. */
void tc_metrics_forget(struct tc_metrics *metrics, uint64_t part);

/* Puts everything into the row under way; series are added as metrics move for the first time. */
void tc_metrics_put(struct tc_metrics *metrics, struct tc_series_set *set, uint64_t now_ns);

void tc_metrics_release(struct tc_metrics *metrics);

#endif
