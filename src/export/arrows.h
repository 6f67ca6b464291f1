/* SPDX-License-Identifier: MIT
 *
 * arrows.h - links between spans, and ways of async spans from thread to thread, as arrows between slices, for viewers that bind
 * either end of an arrow to the slice that is open on its thread then ("Flow events" of Chrome's trace event format; Perfetto reads them so).  Scopes are slices, and their arrows lie at
 * their begins.  Spans beside a stack are none: an arrow has its end where they ended, which is what their thread is known of, and
 * a scope may be open there or not.  An arrow of which an end lies in no slice, or that would run back in time, is left out.
 *
 * An async span that one thread began in a scope and another one ended has an arrow of its own, from there to there; crossings.h says
 * what its end is where that lies in no slice.
 */
#ifndef EXPORT_ARROWS_H
#define EXPORT_ARROWS_H

#include "export/export.h"

enum { TC_ARROWS_JOBS_MOST = 1 << 18 }; /* ways of async spans that are remembered; later ones are left out */

struct tc_arrow_end {
	uint32_t process, thread;
	tc_instant at;
	bool known, in_slice; /* known: its span was kept, and says where */
	bool beside;          /* of one that lies in no slice of its own */
	tc_instant
		before; /* the last ns of a slice that was over just then: what it lies in may be that; 0: none was */
};

struct tc_arrow { /* from the span that a link names to the one that has it */
	uint64_t from, to;
	uint32_t job; /* 0: a link; else the way of an async span, of the node of this number: from is to */
	struct tc_arrow_end begin, end;
};

struct tc_arrows {              /* all zero: none.  Owns what it points to. */
	struct tc_arrow *arrow; /* in the order in which `to` comes by */
	size_t arrows, room, jobs;
	struct tc_arrow **by_from;
};

/* Goes through all single spans: once where there are none, else three times.  0, or TACHO_ENOMEM with the sentence set. */
int tc_arrows_find(struct tc_arrows *out, struct tc_export *export);
void tc_arrows_release(struct tc_arrows *arrows);

/* How many begin at this span; they lie in by_from from *first on. */
size_t tc_arrows_from(const struct tc_arrows *arrows, uint64_t id, size_t *first);

bool tc_arrow_is_drawn(const struct tc_arrow *arrow);

#endif
