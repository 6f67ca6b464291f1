/* SPDX-License-Identifier: MIT
 *
 * considered.h - what somebody wants to see of a session, and the time that shares then refer to.
 */
#ifndef ANALYZE_CONSIDERED_H
#define ANALYZE_CONSIDERED_H

#include "analyze/load.h"
#include "read/session.h"

enum tc_sort {
	TC_SORT_FIRST,
	TC_SORT_TOTAL,
	TC_SORT_SELF,
	TC_SORT_MEAN,
	TC_SORT_P95,
	TC_SORT_COUNT,
	TC_SORT_FAILED,
	TC_SORT_NAME,
	TC_SORTS
};

struct tc_what_if {       /* the own time of a name would be so much of what it was */
	const char *name; /* any bytes; there may be no such span, of a running session not yet */
	size_t bytes;
	double factor; /* 0 to 1 */
};

struct tc_report_options {
	enum tc_sort sort;
	bool has_top;
	size_t top;                          /* at most so many rows of every list, exactly; 0: all */
	bool verbose;                        /* all findings, and the evidence for them */
	bool all_series;                     /* of the machine and the processes, not only those of usual interest */
	const struct tc_load_limits *levels; /* of green, yellow and red; NULL: the usual ones */
	size_t what_ifs;
	const struct tc_what_if *what_if;      /* outlive a diagnosis with them */
	const struct tc_session_options *part; /* which part of the session was opened; NULL: all of it */
};

/* ns that the figures of the phases are shares of: the session's runtime, or what of it lies in the window asked for, from the begin of
 * the last spans that were asked for on.  What of a window lies outside of the session is cut off. */
bool tc_considers_part(const struct tc_session *session, const struct tc_report_options *options);
tc_instant tc_considered_from(const struct tc_session *session, const struct tc_report_options *options);
tc_instant tc_considered_to(const struct tc_session *session, const struct tc_report_options *options);
double tc_considered(const struct tc_session *session, const struct tc_report_options *options);

/* How many of `count` rows a list shows: as many as was asked for, else `usual`, and one more rather than a line that only says so. */
size_t tc_considered_rows(const struct tc_report_options *options, size_t count, size_t usual);

/* Why all is empty, where the window that was asked for lies outside of the session and no span that was measured elsewhere ended in
 * it; else NULL. */
const char *tc_considers_nothing(const struct tc_session *session, const struct tc_report_options *options);

/* ns of the session so far. */
double tc_runtime(const struct tc_session *session);

#endif
