/* SPDX-License-Identifier: MIT
 *
 * budget.h - what a session was not to exceed: `NAME.STAT OP VALUE`, such as "Mask Batch.p95 < 2s", "process.memory.peak < 1GiB",
 * "insert.failure_rate < 1%" (docs/BUDGETS.md).
 *
 * NAME is that of a span, else of a metric, else of a series of readings, the first of these that has the statistic; "session" is the
 * run itself.  A name that nothing has and that holds *, ? or [ is a glob: everything of the first kind that matches is looked at, and the
 * worst counts.  A name may hold dots, blanks and signs: the statistic stands behind the last dot, and the last <, <=, >, >= or == is OP.
 */
#ifndef ANALYZE_BUDGET_H
#define ANALYZE_BUDGET_H

#include <stddef.h>
#include "analyze/statistic.h"

enum tc_budget_operator { TC_BELOW, TC_AT_MOST, TC_ABOVE, TC_AT_LEAST, TC_EQUALS, TC_BUDGET_OPERATORS };

struct tc_budget {  /* owns text and name */
	char *text; /* as it was given */
	char *name;
	size_t name_bytes;
	const struct tc_statistic *statistic;
	enum tc_budget_operator sign;
	struct tc_amount limit;
};

/* 0; TACHO_EINVAL with the sentence set and *at, the byte of text that it speaks of; TACHO_ENOMEM.  Release what was parsed. */
int tc_budget_parse(struct tc_budget *out, const char *text, size_t *at);
void tc_budget_release(struct tc_budget *budget);

extern const char *const tc_budget_operator_text[TC_BUDGET_OPERATORS]; /* "<" … */

enum tc_budget_state { TC_BUDGET_HELD, TC_BUDGET_NOT_KNOWN, TC_BUDGET_BROKEN };
extern const char *const tc_budget_state_text[]; /* "held", "not known", "broken" */

struct tc_budget_result {
	enum tc_budget_state state;
	struct tc_measured measured; /* amount.value NAN: not known */
	enum tc_subject_kind of;     /* TC_SUBJECT_KINDS: nothing of the name was found */
	size_t matched;              /* how many things of a glob's kind were looked at; 0: the name is none */
	bool by_open;      /* what is still open decides it: it is amount.value at least, and high is not known */
	const char *worst; /* the name of the worst of them, the session's; NULL: the name is no glob */
	char reason[640];  /* why it is not known */
};

/* Holds the budget against a session; part: what of it was opened, NULL: all.  Of several metrics of the name (of other sources) the
 * worst counts. */
void tc_budget_check(struct tc_budget_result *out, const struct tc_budget *budget, const struct tc_session *session,
	const struct tc_session_options *part);

#endif
