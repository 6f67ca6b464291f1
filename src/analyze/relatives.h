/* SPDX-License-Identifier: MIT
 *
 * relatives.h - what the spans of a name stand in, and what stands in them, over all places of the call tree.
 */
#ifndef ANALYZE_RELATIVES_H
#define ANALYZE_RELATIVES_H

#include "read/session.h"

struct tc_relative {
	uint32_t name;   /* TC_ROOT: no span */
	uint64_t spans;  /* above: of the name itself that stand in it; below: of its own that stand in the name */
	uint64_t open;   /* of these spans that have not ended; they are not among the others */
	double total_ns; /* of both */
};

struct tc_relatives { /* Owns the arrays; those with most time first. */
	size_t above, below;
	struct tc_relative *caller, *callee;
};

/* 0, or TACHO_ENOMEM with nothing to release. */
int tc_relatives_find(struct tc_relatives *out, const struct tc_session *session, uint32_t name);
void tc_relatives_release(struct tc_relatives *relatives);

#endif
