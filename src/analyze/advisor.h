/* SPDX-License-Identifier: MIT
 *
 * advisor.h - what gathers advice; for diagnosis.c alone.
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
	bool failed; /* out of memory */
};

/* Asks rule number `rule`.  1: there are more; 0: it was the last, and the advice is in order; or TACHO_ENOMEM. */
int tc_advisor_ask(struct tc_advisor *advisor, const struct tc_diagnosis *diagnosis, size_t rule);
void tc_advisor_release(struct tc_advisor *advisor);

#endif
