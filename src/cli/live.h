/* SPDX-License-Identifier: MIT
 *
 * live.h - the report of a session while it runs: report --follow.
 */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include <stdio.h>
#include "analyze/diagnosis.h"
#include "base/strbuf.h"
#include "cli/select.h"

struct tc_live_wish {
	struct tc_selection *selection; /* without an operand the newest session that runs */
	const struct tc_report_options *report;
	unsigned long long every_ns;
};

/* Shows it until the session ends: in place on a terminal, else one block or line after the other, and then its report.  The exit status. */
int tc_live(const struct tc_live_wish *wish, FILE *out);

/* Appends what is shown of it, in at most so many lines; hint: the last of them, or NULL.  0 or TACHO_ENOMEM. */
int tc_render_live(struct tc_strbuf *out, const struct tc_diagnosis *diagnosis, const struct tc_report_options *options,
	size_t rows, const char *hint, FILE *where);

/* The same as one line of JSON, schema "tacho.follow/1"; update: counts from 1. */
void tc_json_follow(const struct tc_diagnosis *diagnosis, uint64_t update, FILE *out);

#endif
