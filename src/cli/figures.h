/* SPDX-License-Identifier: MIT
 *
 * figures.h - what is drawn of many values of one kind, numbers of a file or durations of a span: their figures, their course, and where
 * they lie.
 */
#ifndef CLI_FIGURES_H
#define CLI_FIGURES_H

#include "cli/screen.h"
#include "stats/summary.h"

enum { TC_FIGURES_LABEL = 12, TC_COURSE_MOST = 100 }; /* columns for a label; values of a course */

/* min, median, … max below their names. */
void tc_draw_figures(struct tc_screen *screen, const struct tc_summary *summary, const char *unit);

/* What they are worth, in words. */
void tc_draw_spread(struct tc_screen *screen, const struct tc_summary *summary, const char *unit);

/* "  trend     WORDS", broken below its words.  Releases them. */
void tc_draw_label(struct tc_screen *screen, const char *label);
void tc_draw_words(struct tc_screen *screen, const char *label, struct tc_strbuf *words);

/* How many values of a course there is room for. */
size_t tc_course_room(const struct tc_screen *screen);
/* The lowest at the bottom; nothing of a few values or equal ones. */
void tc_draw_course(struct tc_screen *screen, const double *value, size_t count, const char *unit, bool medians);

struct tc_distribution {
	const char *unit, *what;                              /* "ms", "values" */
	uint64_t count;                                       /* of them */
	double min, low, high, max;                           /* low, high: between which all but a few lie */
	uint64_t (*below)(const void *context, double bound); /* how many are smaller */
	const void *context;
};
/* A row for each step; one line each for what lies far below and far above, however far.  Nothing of a few values or equal ones. */
void tc_draw_distribution(struct tc_screen *screen, const struct tc_distribution *distribution);

#endif
