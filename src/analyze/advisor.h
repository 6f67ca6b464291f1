/* SPDX-License-Identifier: MIT
 *
 * advisor.h - what gathers advice; for diagnosis.c and advice.c, and what the rules share.
 */
#ifndef ANALYZE_ADVISOR_H
#define ANALYZE_ADVISOR_H

#include "analyze/advice.h"
#include "read/arena.h"

struct tc_advisor { /* all zero: empty.  Owns advice and the texts. */
	struct tc_arena arena;
	const struct tc_advice_rule *rule; /* whose turn it is */
	struct tc_advice *advice;          /* the gravest first, after the last rule */
	size_t count, room;
	bool of_little; /* the time in spans is next to nothing of the run */
	bool failed;    /* out of memory */
};

/* Whether the time in spans is next to nothing of what the run took: what is said of it is of no weight then. */
bool tc_advice_spans_are_little(const struct tc_diagnosis *diagnosis);

/* Asks rule number `rule`.  1: there are more; 0: it was the last, and the advice is in order; or TACHO_ENOMEM. */
int tc_advisor_ask(struct tc_advisor *advisor, const struct tc_diagnosis *diagnosis, size_t rule);
void tc_advisor_release(struct tc_advisor *advisor);

#endif
