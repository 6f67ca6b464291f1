/* SPDX-License-Identifier: MIT
 *
 * export_plan.h - exports that `run` and `attach` make by themselves: at the end, and now and then before it (R6.8).
 */
#ifndef CLI_EXPORT_PLAN_H
#define CLI_EXPORT_PLAN_H

#include "export/export.h"

enum { TC_PLAN_FORMATS = 16 };

struct tc_export_plan { /* all zero: none */
	const struct tc_format *format[TC_PLAN_FORMATS];
	size_t formats;
	bool is_redacted;          /* what is exported was recorded under the settings of now */
	bool failed;               /* one at the end could not be made */
	uint64_t every_ns, due_ns; /* every_ns 0: at the end only; due_ns: of CLOCK_MONOTONIC */
};

/* One more format.  0, or TACHO_EINVAL with the sentence set. */
int tc_export_plan_add(struct tc_export_plan *plan, const char *format);

/* How often, from 1s to 365d.  0, or TACHO_EINVAL with the sentence set. */
int tc_export_plan_every(struct tc_export_plan *plan, const char *duration);

/* After the last option.  0, or TACHO_EINVAL with the sentence set. */
int tc_export_plan_check(const struct tc_export_plan *plan);

/* If it is time, or at the end, writes all formats and says on standard error what was made; complain gets what went wrong.  ns until
 * it is time again. */
uint64_t tc_export_plan_go(
	struct tc_export_plan *plan, const char *session, bool at_end, int (*complain)(const char *sentence));

#endif
