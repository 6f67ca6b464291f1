/* SPDX-License-Identifier: MIT
 *
 * flame.h - a flame graph as SVG: a box for each place in the call tree, as wide as the time it took, with what it called below it.  Boxes lie
 * in one another with widths in percent, so that the graph fits any width by itself; a script, which the page it stands in
 * contains, zooms, searches and changes to CPU time.  Without the script it shows own time, and what a pointer rests on.
 */
#ifndef EXPORT_FLAME_H
#define EXPORT_FLAME_H

#include "analyze/phases.h"
#include "export/out.h"

struct tc_flame { /* owns all but the session */
	const struct tc_session *session;
	struct tc_phases phases;
	double *own, *cpu; /* ns of each phase with all below it: own times, and of these the CPU time by attribution */
	double *drawn;     /* own time of those below each phase that are drawn so far; the last one: of the roots */
	uint32_t *level;
	double total, cpu_total; /* of all roots */
	bool has_cpu;
	uint32_t levels; /* that are drawn */
	size_t left_out; /* boxes that would be too thin to be seen, or lie too deep */
};

/* 0 or TACHO_ENOMEM, with nothing to release. */
int tc_flame_make(struct tc_flame *flame, const struct tc_session *session, const struct tc_report_options *what);
void tc_flame_release(struct tc_flame *flame);

/* Pixels that it is high. */
unsigned tc_flame_height(const struct tc_flame *flame);

/* An <svg class="flame"> element; once. */
void tc_flame_put(struct tc_out *out, struct tc_flame *flame);

/* Style sheet and script for the element, and for the controls with classes flame-search, flame-measure, flame-reset, flame-found and flame-info
 * beside it. */
extern const char tc_flame_style[], tc_flame_script[];

/* The controls, as XHTML. */
void tc_flame_put_controls(struct tc_out *out, const struct tc_flame *flame);

#endif
