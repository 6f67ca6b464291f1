/* SPDX-License-Identifier: MIT
 *
 * report.h - the report of a session, on a screen, for the commands that show one; export/report_json.h has it as JSON.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdio.h>
#include "analyze/considered.h"

/* Writes the report of a session's directory as text, laid out for the terminal that `out` is, or for 100 columns when it
 * is none.  0, or a negative tacho_error code with the sentence set; then nothing was written. */
int tc_report_session(const char *directory, FILE *out);

/* The same of an open session. */
int tc_report_text(const struct tc_session *session, const struct tc_report_options *options, FILE *out);

#endif
