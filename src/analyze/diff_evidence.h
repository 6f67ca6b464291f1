/* SPDX-License-Identifier: MIT
 *
 * diff_evidence.h - what two sides say of one thing, in units that are independent of each other (docs/STATISTICS.md, Comparison): a
 * figure of each session, from three sessions on each side; else figures of 20 blocks of each session in time order; else single
 * values, at most TC_SINGLES_MOST of a session.
 */
#ifndef ANALYZE_DIFF_EVIDENCE_H
#define ANALYZE_DIFF_EVIDENCE_H

#include "analyze/name_series.h"
#include "stats/compare.h"

enum { TC_SINGLES_MOST = 2000 }; /* spans of a session that are looked at one by one */

struct tc_evidence { /* all zero: none.  Owns value. */
	size_t count, room;
	double *value;
};

int tc_evidence_add(struct tc_evidence *evidence, double value); /* 0 or TACHO_ENOMEM */
void tc_evidence_release(struct tc_evidence *evidence);

struct tc_diff_source { /* a session of one side */
	const struct tc_session *session;
	struct tc_name_records records;
	const struct tc_name_view **sorted; /* its names, by their bytes */
};

struct tc_diff_side {
	size_t count;
	struct tc_diff_source *source;
};

/* The name in a session, if a span of it has ended, is open or went on all the time there; NULL: none has. */
const struct tc_name_view *tc_diff_there(const struct tc_diff_source *source, const char *name, size_t bytes);
/* The same, if a span of it has ended. */
const struct tc_name_view *tc_diff_name(const struct tc_diff_source *source, const char *name, size_t bytes);

enum tc_diff_figure { TC_DIFF_MEDIAN, TC_DIFF_TAIL, TC_DIFF_FIGURES };

/* Durations in ns of a name on both sides; 0 counts as 1, which no clock tells apart, so that it has a ratio.  For the tail single spans
 * say nothing: *units then is TC_OF_SINGLES and both are empty.  0 or TACHO_ENOMEM. */
int tc_diff_of_name(struct tc_evidence out[2], enum tc_units *units, const struct tc_diff_side side[2],
	const char *name, size_t bytes, enum tc_diff_figure figure);

/* Levels of a series of readings on both sides: averages, weighted by time, of sessions or of 20 stretches of time of each.  Single
 * readings hang on the ones before and say nothing: both are empty where there is no more.  0 or TACHO_ENOMEM. */
int tc_diff_of_series(
	struct tc_evidence out[2], enum tc_units *units, const struct tc_diff_side side[2], const char *series);

/* The series of a session, if it has readings; else NULL. */
const struct tc_series_view *tc_diff_series(const struct tc_session *session, const char *name);

#endif
