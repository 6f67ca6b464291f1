/* SPDX-License-Identifier: MIT
 *
 * outlook.h - where levels are heading: memory, swap, threads and files of the run and the machine, and the program's gauges (R5.8).
 * A leak is named of the processes' own memory only, as stats/leak.h says: that of the control group grows with neighbours and files; a limit is that of the control group, else of the machine.
 *
 * Readings come fast at the begin of a run and seldom later: they are judged as a grid of stretches of the same length, half a second
 * at least and no more of them than there are readings.
 */
#ifndef ANALYZE_OUTLOOK_H
#define ANALYZE_OUTLOOK_H

#include "read/session.h"
#include "stats/anomaly.h"
#include "stats/forecast.h"
#include "stats/leak.h"

enum { TC_OUTLOOK_SAMPLES = 576 };

struct tc_outlook_row {
	const struct tc_series_view *series;
	bool gauge;           /* of the program, else of the run or the machine */
	double limit;         /* NAN: none */
	const char *limit_of; /* "the machine's memory"; NULL: none */
	size_t samples;       /* of the grid */
	double step_seconds;
	bool of_memory; /* else there is no leak */
	struct tc_leak leak;
	struct tc_forecast forecast;
	bool near; /* the limit comes within the time that it has been heading there: further than that is too far to see */
	struct tc_anomalies
		anomalies; /* index: of a sample of the grid, which begins at the session's begin or `from` */
};

struct tc_outlook { /* Owns row; the session outlives it. */
	const struct tc_session *session;
	tc_instant from, to;
	size_t tried; /* of what may have a row */
	size_t count;
	struct tc_outlook_row *row;
};

/* Of [from, to), a row at each step: 1: there is more; 0: that was all; or TACHO_ENOMEM.  To be released in any case. */
int tc_outlook_begin(struct tc_outlook *out, const struct tc_session *session, tc_instant from, tc_instant to);
int tc_outlook_step(struct tc_outlook *outlook);
void tc_outlook_release(struct tc_outlook *outlook);

#endif
