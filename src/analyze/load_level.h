/* SPDX-License-Identifier: MIT
 *
 * load_level.h - green, yellow, red (specification of statistics, section 9): one figure against two thresholds, and one that moves
 * against them without flicker.  Pure arithmetic; load.h has the sessions.
 */
#ifndef ANALYZE_LOAD_LEVEL_H
#define ANALYZE_LOAD_LEVEL_H

#include <stdbool.h>
#include <stddef.h>

enum tc_level { TC_LEVEL_UNKNOWN, TC_LEVEL_GREEN, TC_LEVEL_YELLOW, TC_LEVEL_RED };

enum {
	TC_LEVEL_SAMPLES = 10, /* from so many on the p95 is judged, below the maximum */
	TC_LEVEL_IN_A_ROW = 3  /* windows that it takes to raise a level, or to clear one */
};

struct tc_threshold { /* yellow from `yellow` to `red`, both among it */
	double yellow, red;
};

/* "green" …; NULL: unknown. */
const char *tc_level_name(enum tc_level level);

/* NAN is unknown. */
enum tc_level tc_level_of(double value, struct tc_threshold threshold);

/* What of these is judged, whose order it changes: the p95; of fewer than TC_LEVEL_SAMPLES the maximum, and then *provisional.  NAN of none. */
double tc_level_figure(double *samples, size_t count, bool *provisional);

struct tc_level_watch { /* all zero with level GREEN: nothing seen yet */
	enum tc_level level;
	int above, below;         /* windows in a row */
	enum tc_level rise, fall; /* the least, the most that those in a row were */
};

/* One more window.  The level rises after TC_LEVEL_IN_A_ROW windows above it, to the least of them, and falls after as many that lie 10 %
 * below what it takes.  A window without a figure (NAN) ends neither row.  Whether the level changed. */
bool tc_level_step(struct tc_level_watch *watch, double value, struct tc_threshold threshold);

#endif
