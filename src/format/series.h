/* SPDX-License-Identifier: MIT
 *
 * series.h - the series of a log that is being written, and the row of readings under way.  A series may be added at any
 * time while the log runs: its definition goes to the log before the first row that has it.  Not thread-safe: the
 * observer's thread alone uses one.
 */
#ifndef FORMAT_SERIES_H
#define FORMAT_SERIES_H

#include "format/log.h"

/* The highest and the lowest reading of a series.  Thinning averages rows; these are kept as rows of one sample. */
struct tc_extremes {
	double max, min; /* NAN: none yet */
	uint64_t max_at_ns, min_at_ns;
};

struct tc_reading {   /* of one series at one instant; NAN: not known */
	double value; /* level or rate */
	double total; /* of a rate: the amount since the session began, in the series' total unit */
};

struct tc_series_set {               /* all zero: empty */
	size_t count, room, defined; /* defined: so many, from number 0, are in the log */
	uint64_t refused;            /* series that found no room */
	struct tc_series_one {
		struct tc_series series; /* its texts are copies, one behind the other */
		struct tc_extremes extremes;
		bool asked;               /* it was put into the row under way, */
		double value;             /* as this; NAN: missing */
		double total, total_told; /* the newest, and the one that the log has; NAN: none */
	} * one;
	struct tc_sample *row;
};

enum { TC_SERIES_MAX = 2048 }; /* what the log and the observer's memory may take is bounded */
#define TC_NO_SERIES UINT32_MAX

/* A new series, whose texts are copied: its number, or TC_NO_SERIES where there are too many or memory ends.  One call is
 * all it takes, at the begin or in the midst of a run; a series that is in the set already is another all the same. */
uint32_t tc_series_add(struct tc_series_set *set, const struct tc_series *series);

/* The series' reading in the row under way.  TC_NO_SERIES is fine and goes nowhere. */
void tc_series_put(struct tc_series_set *set, uint32_t number, struct tc_reading reading);

/* Writes the row to the log, behind the definitions that are new, and begins another.  What was not put is not in it. */
void tc_series_write(struct tc_series_set *set, struct tc_log *log, uint64_t now_ns);

/* Writes the totals that moved since they were last written. */
void tc_series_write_totals(struct tc_series_set *set, struct tc_log *log, uint64_t now_ns);

/* Writes all definitions, into a new log.  0, or the log's code. */
int tc_series_define(const struct tc_series_set *set, struct tc_log *log);

void tc_series_release(struct tc_series_set *set);

#endif
