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
	struct tc_advice *advice;          /* the gravest first, after tc_advisor_ask() */
	size_t count, room;
	bool failed; /* out of memory */
};

void tc_advisor_ask(struct tc_advisor *advisor, const struct tc_diagnosis *diagnosis);
void tc_advisor_release(struct tc_advisor *advisor);

#endif
