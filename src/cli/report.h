/* SPDX-License-Identifier: MIT
 *
 * report.h - the report of a session, on a screen or as JSON, for the commands that show one.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdio.h>
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

struct tc_report_options {
	enum tc_sort sort;
	bool has_top;
	size_t top;                            /* at most so many phases under each; 0: all */
	bool all_series;                       /* of the machine and the processes, not only those of usual interest */
	const struct tc_session_options *part; /* which part of the session was opened; NULL: all of it */
};

/* Writes the report of a session's directory as text, laid out for the terminal that `out` is, or for 100 columns when it
 * is none.  0, or a negative tacho_error code with the sentence set; then nothing was written. */
int tc_report_session(const char *directory, FILE *out);

/* The same of an open session. */
int tc_report_text(const struct tc_session *session, const struct tc_report_options *options, FILE *out);

/* Everything as JSON, schema "tacho.report/1". */
int tc_report_json(const struct tc_session *session, const struct tc_report_options *options, FILE *out);

#endif
