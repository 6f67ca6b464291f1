/* SPDX-License-Identifier: MIT
 *
 * parallel.h - siblings that ran one after another on critical paths and might run at the same time: those of one parent name that together have
 * 10 % of the time of the roots above them, or more.  How sure that is, hangs on what was seen of each two of them:
 *
 *	E3   they overlapped somewhere else
 *	E2   each came before the other at least twice (its first span under a parent before the other's first)
 *	E1   the same operation at least three times in a row
 *	E0   nothing of these
 *
 * A group has the evidence of the weakest pair in it; where a link says that one goes back to the other, they are in no group together.
 * On P = min(spans, cores) cores they take as long as the longest processing time first rule makes them (Graham 1969); on one core the CPU
 * time they need is left, and who needs it for more than 80 % of the time is left out.
 */
#ifndef ANALYZE_PARALLEL_H
#define ANALYZE_PARALLEL_H

#include "analyze/paths.h"

enum tc_parallel_evidence { TC_EVIDENCE_NONE, TC_EVIDENCE_ROW, TC_EVIDENCE_ORDER, TC_EVIDENCE_OVERLAP, TC_EVIDENCES };
enum { TC_PARALLEL_NAMES = 12 }; /* of a parent, the weightiest; others are not looked at */

struct tc_opportunity {
	uint32_t parent; /* name */
	size_t names;
	uint32_t name[TC_PARALLEL_NAMES]; /* the weightiest first */
	enum tc_parallel_evidence evidence;
	double confidence;
	size_t parents;     /* spans of the parent under which they stand one after another */
	size_t spans;       /* of the group there */
	double cores;       /* so many would be busy at most */
	double share_ratio; /* what they have of the time of their roots */
	double sum_ns;      /* what they take one after another, and at the same time; over the session */
	double parallel_ns;
	double saving_lo_ns, saving_hi_ns; /* of the roots' time, by re-timing; low: half of it comes true */
};

struct tc_opportunities { /* the most saving first; all zero: nothing to release */
	size_t count;
	struct tc_opportunity *at;
	const char *reason; /* why there can be none; NULL: they were looked for */
};

/* cores: that the program may have; cpu_ratio: by name, CPU time per time of it, NAN: not known; NULL: of none.  0, or TACHO_ENOMEM with the
 * sentence set and nothing to release. */
int tc_parallel_find(struct tc_opportunities *out, const struct tc_paths *paths, double cores, const double *cpu_ratio);
/* With the cores that the session's program had, or where nobody knows them as many as spans were seen at the same time, and what the observer saw of its CPU time. */
int tc_parallel_of_session(struct tc_opportunities *out, const struct tc_paths *paths);
void tc_opportunities_release(struct tc_opportunities *opportunities);

/* "none", "row", "order", "overlap"; the same in words; how often such evidence was right. */
const char *tc_evidence_name(enum tc_parallel_evidence evidence);
const char *tc_evidence_text(enum tc_parallel_evidence evidence);
double tc_evidence_confidence(enum tc_parallel_evidence evidence);

#endif
