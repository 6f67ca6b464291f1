/* SPDX-License-Identifier: MIT
 *
 * crossings.h - where an async span was ended that another thread had begun.  That is in a scope, or just behind one: who takes a job over
 * enters its context, does the work in a scope, leaves the context and ends the job.  Then it is that scope, if it is known to be:
 * if it is the only one of its thread that lay right below that path since the thread ended another of the same path.
 */
#ifndef EXPORT_CROSSINGS_H
#define EXPORT_CROSSINGS_H

#include "export/arrows.h"

struct tc_crossings { /* all zero: none */
	struct tc_crossing *crossing;
	size_t crossings;
};

/* Those of the arrows, which stay where they are until tc_crossings_settle().  false: out of memory. */
bool tc_crossings_of(struct tc_crossings *out, struct tc_arrows *arrows);

/* A scope comes by, in any order; end: where its slice ends. */
void tc_crossings_pass(struct tc_crossings *crossings, const struct tc_span_view *scope, tc_instant end);

/* After the last one: ends that lie in no slice come to lie in the last ns of the scope, where that is known.  Releases all. */
void tc_crossings_settle(struct tc_crossings *crossings);

#endif
