/* SPDX-License-Identifier: MIT
 *
 * parents.h - which span an async one was begun in, and which async span another one goes on with: no stack tells, so all async spans are
 * gone through before.  Of an async span that was begun in a scope of its thread it is recorded which thread that was: of this it is the scope
 * of the path that was open then.  A span whose path leads below an async one lies in that which was open at its begin, where all of that path
 * were kept and no other one was open: else nobody knows which of them it was.
 */
#ifndef EXPORT_PARENTS_H
#define EXPORT_PARENTS_H

#include "export/export.h"

enum { TC_PARENTS_MOST = 1 << 18 }; /* async spans that are remembered; of later ones no parent is known */

struct tc_child {                 /* an async span */
	uint32_t process, thread; /* which began it; 0: not known */
	uint32_t node, outer;     /* numbers of its node, and of the one above that */
	tc_instant begin, end;
	uint64_t id, parent;
};

struct tc_parents {             /* all zero: none.  Owns what it points to. */
	struct tc_child *child; /* by process, thread, outer, begin */
	size_t children, room;
	struct tc_turn *begin, *end; /* by process, node and time */
	size_t *of_node;             /* by its number: how many of these are of it */
	bool in_part;                /* only of a time window: others may have been open in it */
};

/* Goes through all single spans twice, where any is async.  0, or TACHO_ENOMEM with the sentence set. */
int tc_parents_find(struct tc_parents *out, struct tc_export *export);
void tc_parents_release(struct tc_parents *parents);

/* The id of the span that this one, of an async span or below one, lies in; 0: it was not kept, or is not known. */
uint64_t tc_parents_of(const struct tc_parents *parents, const struct tc_span_view *span);

#endif
