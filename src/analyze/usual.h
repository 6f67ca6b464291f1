/* SPDX-License-Identifier: MIT
 *
 * usual.h - of all that was read of the machine and the processes, what a person is shown: what always is of interest, and what was out
 * of the ordinary.
 */
#ifndef ANALYZE_USUAL_H
#define ANALYZE_USUAL_H

#include "read/session.h"

struct tc_usual {
	const char *series, *group, *label;
	double full;   /* top of a plot in the series' unit; 0: its own maximum; -1: the machine's memory */
	double least;  /* the own maximum is no less, so that next to nothing does not look like much */
	double notice; /* shown only where the maximum, of bytes the total, is as much; 0: always, and with the reason
	                  where it is absent */
};
extern const struct tc_usual tc_usual[]; /* in order of groups; ends with a NULL series */

/* The series of a row, if it is to be shown; NULL: it is not. */
const struct tc_series_view *tc_usual_series(const struct tc_session *session, const struct tc_usual *row);

/* The top of its plot. */
double tc_usual_top(const struct tc_session *session, const struct tc_usual *row, const struct tc_series_view *series);

/* By its name; NULL: there is none. */
const struct tc_series_view *tc_series_find(const struct tc_session *session, const char *name);

#endif
