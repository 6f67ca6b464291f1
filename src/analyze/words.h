/* SPDX-License-Identifier: MIT
 *
 * words.h - what is said of a session in words, on screens and in exports alike.
 */
#ifndef ANALYZE_WORDS_H
#define ANALYZE_WORDS_H

#include "base/strbuf.h"
#include "base/units.h"
#include "read/session.h"

/* The command line as a shell would take it, fit to be shown. */
void tc_command_text(struct tc_strbuf *out, const struct tc_manifest *manifest, bool ascii_only);

/* "git 1a2b3c4d5e6f, with changes"; nothing where no commit is known. */
void tc_commit_text(struct tc_strbuf *out, const struct tc_manifest *manifest);

/* "exited 0", "killed by signal 9 (Killed)", "still running" …; brief: "signal 9 (Killed)" */
void tc_end_text(struct tc_strbuf *out, const struct tc_session *session, bool brief);

/* How many spans: "40", "40+1" where one more is open. */
struct tc_figure tc_spans_figure(uint64_t count, uint64_t open);

/* A value of a series with its unit, and alone. */
struct tc_figure tc_series_figure(double value, const char *unit);
struct tc_figure tc_series_number(double value);

#endif
