/* SPDX-License-Identifier: MIT
 *
 * fail_if.h - what of a comparison makes `diff` exit with 1.
 */
#ifndef CLI_FAIL_IF_H
#define CLI_FAIL_IF_H

#include "analyze/diff.h"
#include "base/strbuf.h"

enum tc_fail_kind { TC_FAIL_REGRESSION, TC_FAIL_INCONCLUSIVE, TC_FAIL_VANISHED, TC_FAIL_NEW, TC_FAIL_KINDS };

struct tc_fail_if {
	const char *text; /* as it was given */
	enum tc_fail_kind kind;
	double least; /* of a regression: the ratio from which on it counts */
};

/* "regression", "regression>10%" (or with the condition in brackets), "inconclusive", "vanished", "new".  0, or TACHO_EINVAL with
 * the sentence set. */
int tc_fail_if_parse(struct tc_fail_if *out, const char *text);

/* Whether it is so; why gets the names that make it so. */
bool tc_fail_if_met(const struct tc_fail_if *condition, const struct tc_diff *diff, struct tc_strbuf *why);

#endif
