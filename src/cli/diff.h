/* SPDX-License-Identifier: MIT
 *
 * diff.h - how `tacho diff` shows a comparison: on a screen, as Markdown for a pull request, as JSON.
 */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "analyze/diff.h"
#include "base/json.h"
#include "base/units.h"
#include "cli/fail_if.h"
#include "cli/screen.h"
#include "cli/sides.h"

struct tc_diff_failure { /* a --fail-if that is met */
	const struct tc_fail_if *condition;
	char *why; /* the names that make it so, fit to be shown */
};

struct tc_diff_asked {              /* does not own anything */
	const struct tc_side *side; /* two of them: as somebody named the sessions */
	size_t top;                 /* at most so many rows of a group; 0: all */
	size_t conditions;
	const struct tc_fail_if *condition;
};

struct tc_diff_view { /* a comparison, and what is said besides; owns what is behind side */
	const struct tc_diff *diff;
	const struct tc_side *side;
	size_t top;                      /* at most so many rows of a group; 0: all */
	size_t count[TC_EQUIVALENT + 1]; /* names by verdict */
	const struct tc_diff_row **row;  /* names, by verdict and then by how much they changed */
	size_t notes;
	char **note;
	size_t failures;
	struct tc_diff_failure *failure;
};

/* 0 or TACHO_ENOMEM, with nothing to release. */
int tc_diff_view_make(struct tc_diff_view *out, const struct tc_diff *diff, const struct tc_diff_asked *asked);
void tc_diff_view_release(struct tc_diff_view *view);

/* For tc_diff_view_make(): adds the notes.  0 or TACHO_ENOMEM. */
int tc_diff_notes(struct tc_diff_view *view);

/* The groups in the order in which they are shown, and what they are called. */
extern const enum tc_verdict tc_diff_order[TC_EQUIVALENT + 1];
extern const char *const tc_diff_group[TC_EQUIVALENT + 1]; /* by verdict: "Slower" … */

/* What the evidence says; where it says nothing, that of the figures themselves; NAN: there is none. */
double tc_diff_ratio(const struct tc_diff_value *value);
struct tc_figure tc_diff_change(double ratio);                    /* "+20.7 %", "×12.3"; "-" of NAN */
struct tc_figure tc_diff_interval(const struct tc_comparison *c); /* "+19.9 to +21.4 %" */
struct tc_figure tc_diff_q(double q);                             /* "< 0.0001" */
/* ns of those that ended and of those that are open. */
double tc_diff_so_far(const struct tc_diff_alone *name);
/* "7 runs", "7+ runs", "-" */
struct tc_figure tc_diff_runs(const struct tc_diff_value *value);
/* Of a row of the run: "slower", "more", "the same", "undecided": more memory is not slower. */
const char *tc_diff_word(const struct tc_diff_row *resource);
/* The gravest of names and of the run: a regression of either, else what is undecided of names. */
enum tc_verdict tc_diff_worst(const struct tc_diff_view *view);
/* "2 of 7 names are slower, 1 is faster …; the run took 2 s, the base 1 s: +100 %, slower" */
void tc_diff_sentence(struct tc_strbuf *out, const struct tc_diff_view *view);
/* What stands in the columns, and what the change is of. */
void tc_diff_figures_sentence(struct tc_strbuf *out, const struct tc_diff_view *view);
/* Whether the p95 of a name is worth a line of its own: it differs, or it is not told while the median is. */
bool tc_diff_shows_tail(const struct tc_diff_row *row);

void tc_render_diff(struct tc_screen *screen, const struct tc_diff_view *view);
int tc_markdown_diff(const struct tc_diff_view *view, FILE *out); /* 0 or TACHO_ENOMEM */
void tc_json_diff(struct tc_json *json, const struct tc_diff_view *view);

#endif
