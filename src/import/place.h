/* SPDX-License-Identifier: MIT
 *
 * place.h - the files of this room that put spans where they belong share this.  Items come by their begins, so that what a span can lie in
 * has begun before it: what is open then, and some items ahead, are all that is kept in mind.
 *
 * - A parent that is named holds.  Where it is not what the span's thread is in, as when it is of another thread or process, the span is a
 *   job that was handed over: an async one below the same path, of which it is recorded whose child it is.
 * - Else a span lies in the innermost of its thread that is open and ends no earlier.
 * - Spans of one thread nest.  One that overlaps what is open in its thread without lying in it is an async span.
 * - Where the source has no threads a span goes to the thread of its parent if it fits there, else to one in which nothing is open.
 *
 * A child that begins before its parent, as where services' clocks differ, waits for that among the items ahead (ahead.h) and lies beside the
 * stack.  A parent that is not there, or is below its own child, is none: so parents cannot form a ring.
 */
#ifndef IMPORT_PLACE_H
#define IMPORT_PLACE_H

#include "import/ahead.h"
#include "import/call_paths.h"
#include "import/opens.h"
#include "import/write.h"

struct tc_placing {
	struct tc_import *import;
	struct tc_writing *writing; /* with the first error */
	struct tc_lane **lane;      /* by thread; the first one where it stands for many */
	struct tc_call_paths paths;
	struct tc_opens opens;
	struct tc_ahead ahead;
};

struct tc_choice { /* where a span goes */
	struct tc_lane *lane;
	struct tc_open *below; /* which it lies in, if its thread is in that; else NULL */
	struct tc_place parent;
	bool stacked; /* what begins in its thread lies in it */
	bool async;   /* recorded beside the stack */
};

/* choose.c; lane NULL: with the error set */
struct tc_choice tc_place_choose(struct tc_placing *placing, const struct tc_item *item, int64_t end_ns);

/* lanes.c: the thread that a span goes to, whose parent, if it is open, is this; NULL: with the error set */
struct tc_lane *tc_place_lane(struct tc_placing *placing, const struct tc_item *item, const struct tc_open *parent);
bool tc_place_fits(const struct tc_item *item, int64_t end_ns, const struct tc_open *in); /* by its times */
void tc_place_free_lanes(struct tc_placing *placing);

#endif
