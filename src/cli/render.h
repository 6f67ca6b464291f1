/* SPDX-License-Identifier: MIT
 *
 * render.h - the sections of a report on a screen, one function each.  A section that has nothing to say draws nothing.
 */
#ifndef CLI_RENDER_H
#define CLI_RENDER_H

#include "analyze/diagnosis.h"
#include "analyze/words.h"
#include "base/units.h"
#include "cli/report.h"
#include "cli/screen.h"

struct tc_view {
	const struct tc_session *session;
	const struct tc_diagnosis *diagnosis;
	const struct tc_report_options *options;
	struct tc_screen screen;
	size_t rows; /* tc_render_advice() draws at most so many, but its first finding; 0: as many as it takes */
};

void tc_render_head(struct tc_view *view);  /* what ran, how it ended, when, where */
int tc_render_advice(struct tc_view *view); /* findings and what to do; 0 or TACHO_ENOMEM */
void tc_render_advice_on(struct tc_view *view, const struct tc_name_view *name); /* the same of one span */
void tc_render_what_ifs(struct tc_view *view);                                   /* what was asked for */
int tc_render_phases(struct tc_view *view);                                      /* the tree; 0 or TACHO_ENOMEM */
int tc_render_paths(struct tc_view *view);      /* what roots waited for; 0 or TACHO_ENOMEM */
void tc_render_not_ended(struct tc_view *view); /* below rows of names: what "3+1" is */
void tc_render_open(struct tc_view *view);      /* what threads are, or were, in the middle of */
void tc_render_failures(struct tc_view *view);  /* first and last of every name, with message and attributes */
void tc_render_metrics(struct tc_view *view);   /* what the program counted and measured */
void tc_render_shares(struct tc_view *view);    /* where the time of each name went */
void tc_render_load(struct tc_view *view);      /* how heavy it and its modules were */
void tc_render_outlook(struct tc_view *view);   /* what runs into a limit, or leaks */
void tc_render_resources(struct tc_view *view); /* CPU and memory over time */
void tc_render_processes(struct tc_view *view); /* the tree's dearest processes */

/* Of one name: how many of its spans failed, the first and the last of them. */
void tc_render_failed_name(struct tc_view *view, const struct tc_name_view *name);

/* A series' figures and a plot of it, in a line, below headings. */
struct tc_series_look {
	size_t label; /* columns for it */
	bool all;     /* all figures where there is room, the minimum too */
};
void tc_render_series_headings(struct tc_view *view, const struct tc_series_look *look, const char *text);
/* top: of the plot, in the series' unit; 0: its maximum. */
void tc_render_series(struct tc_view *view, const struct tc_series_look *look, const char *label,
	const struct tc_series_view *series, double top);

/* Of a list that has more rows: "12 more names, 3.10 s together: --top 0". */
void tc_render_more(struct tc_view *view, size_t more, const char *noun, const char *together);

/* A section's heading, after an empty line; the pen stays behind it. */
void tc_render_heading(struct tc_view *view, const char *text);

/* "key=value", "key=value key=value" of a span, and why it failed, fit to be shown. */
void tc_attribute_text(struct tc_strbuf *out, const struct tc_attribute_view *attribute, bool ascii_only);
void tc_attributes_text(struct tc_strbuf *out, const struct tc_span_view *span, bool ascii_only);
void tc_failure_text(struct tc_strbuf *out, const struct tc_span_view *span, bool ascii_only);

enum tc_style tc_end_style(const struct tc_session *session);

#endif
