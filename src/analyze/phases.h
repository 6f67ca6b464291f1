/* SPDX-License-Identifier: MIT
 *
 * phases.h - which phases of a session a person should see, and in which order: the call tree, its figures worked out, the
 * siblings sorted, and what would drown the rest left out and counted.
 */
#ifndef ANALYZE_PHASES_H
#define ANALYZE_PHASES_H

#include "analyze/considered.h"

struct tc_phase {
	const struct tc_node_view *node;
	const struct tc_name_view *name;
	size_t parent;                         /* TC_NO_PHASE: a root */
	size_t first, children;                /* its children lie together, in the order in which they are shown */
	size_t hidden;                         /* children that are not shown */
	double hidden_total;                   /* ns */
	double total, self, mean, median, p95; /* ns; NAN: not known */
	bool shown;
};
#define TC_NO_PHASE SIZE_MAX

struct tc_phases {
	size_t count, roots; /* phase[0] to phase[roots - 1] are the roots */
	struct tc_phase *phase;
	size_t hidden; /* roots that are not shown */
	double hidden_total;
};

/* 0 or TACHO_ENOMEM. */
int tc_phases_build(struct tc_phases *out, const struct tc_session *session, const struct tc_report_options *options);
void tc_phases_release(struct tc_phases *phases);

/* The next shown one in the order of the screen; TC_NO_PHASE: begin, and the end. */
size_t tc_phases_next(const struct tc_phases *phases, size_t at);

/* Whether no shown sibling and no line that counts the hidden ones follows. */
bool tc_phases_is_last(const struct tc_phases *phases, size_t at);

#endif
