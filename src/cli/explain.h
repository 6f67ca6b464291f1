/* SPDX-License-Identifier: MIT
 *
 * explain.h - everything known of one span name, on a screen.
 */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <stdio.h>
#include "analyze/diagnosis.h"

/* Of name number `name`, laid out for the terminal that `out` is.  0, or a negative tacho_error code with the sentence set; then nothing
 * was written. */
int tc_explain_text(
	const struct tc_diagnosis *diagnosis, const struct tc_report_options *options, size_t name, FILE *out);

#endif
