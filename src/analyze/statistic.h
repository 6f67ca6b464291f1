/* SPDX-License-Identifier: MIT
 *
 * statistic.h - figures of a session by the names that people give them: "p95" of a span's name, "last" of a metric, "peak" of a
 * series of readings.  One table has them all; docs/BUDGETS.md shows it.
 */
#ifndef ANALYZE_STATISTIC_H
#define ANALYZE_STATISTIC_H

#include <stdbool.h>
#include "base/amount.h"
#include "base/strbuf.h"
#include "read/session.h"

enum tc_subject_kind { TC_OF_SPAN, TC_OF_METRIC, TC_OF_SERIES, TC_OF_RUN, TC_SUBJECT_KINDS };

struct tc_subject { /* what a figure is of; does not own it */
	enum tc_subject_kind kind;
	const struct tc_session *session;
	const struct tc_session_options *part; /* of the session that was opened; NULL: all of it */
	const struct tc_name_view *name;       /* by kind, one of these; of the run itself none */
	const struct tc_metric_view *metric;
	const struct tc_series_view *series;
};

struct tc_measured {
	struct tc_amount amount; /* value NAN: not known, and reason says why */
	double low, high;        /* where it lies for sure, or 95 % sure; else both are the value */
	double at_least;         /* with what is still open it is so much already; NAN: it is no more than it says */
	uint64_t n;              /* values it is of; 0: they are not counted */
	const char *reason;
};

struct tc_statistic;

/* By its name or its other one; NULL: there is none. */
const struct tc_statistic *tc_statistic_find(const char *name);
const char *tc_statistic_name(const struct tc_statistic *statistic);
/* The one whose name is most like it, or NULL. */
const char *tc_statistic_nearest(const char *name);
/* "count, total, mean …": those that a kind of subject has; TC_SUBJECT_KINDS: all. */
void tc_statistic_list(struct tc_strbuf *out, enum tc_subject_kind kind);
/* "a span", "a metric", "a series", "the run" */
const char *tc_subject_word(enum tc_subject_kind kind);

/* Whether there may be something to hold against an amount of this kind. */
bool tc_statistic_takes(const struct tc_statistic *statistic, struct tc_amount limit);

/* The figure, in the kind of amount that is wanted where it has several (CPU time as a share or as time).  False: this kind of
 * subject has no such statistic. */
bool tc_measure(struct tc_measured *out, const struct tc_statistic *statistic, const struct tc_subject *subject,
	enum tc_amount_kind wanted);

#endif
