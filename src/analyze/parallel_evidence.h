/* SPDX-License-Identifier: MIT
 *
 * parallel_evidence.h - what was seen of the children of all spans of one name: the first half of parallel.c.
 */
#ifndef ANALYZE_PARALLEL_EVIDENCE_H
#define ANALYZE_PARALLEL_EVIDENCE_H

#include "analyze/parallel.h"

enum { TC_NO_SLOT = TC_PARALLEL_NAMES };

struct tc_linked_names { /* siblings of which one goes back to the other, or something below it to something below that */
	uint32_t parent, a, b;
};

struct tc_siblings { /* of the spans of a name */
	const struct tc_forest *forest;
	const uint32_t *parent; /* spans of the forest with two children or more */
	size_t parents;
	const struct tc_linked_names *link; /* of this parent */
	size_t links;
	size_t slots; /* names of children, the weightiest first */
	uint32_t name[TC_PARALLEL_NAMES];
	unsigned char *slot; /* by name of the session: its slot or TC_NO_SLOT */
	uint32_t overlaps[TC_PARALLEL_NAMES][TC_PARALLEL_NAMES];
	uint32_t before[TC_PARALLEL_NAMES]
		       [TC_PARALLEL_NAMES]; /* parents under which the first began after the other's first */
	uint32_t longest_row[TC_PARALLEL_NAMES];
	bool linked[TC_PARALLEL_NAMES][TC_PARALLEL_NAMES];
};

/* slot: as many as the session has names, all TC_NO_SLOT, and so again after tc_siblings_forget().  weight_ns: as many, all 0. */
void tc_siblings_look(struct tc_siblings *siblings, double *weight_ns);
void tc_siblings_forget(struct tc_siblings *siblings);

/* out: as many as there are links.  How many lie between siblings. */
size_t tc_links_lift(struct tc_linked_names *out, const struct tc_session_trees *trees);

/* Of a pair, or of a name with itself; false: one goes back to the other. */
bool tc_siblings_evidence(const struct tc_siblings *siblings, size_t a, size_t b, enum tc_parallel_evidence *out);

#endif
