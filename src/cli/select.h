/* SPDX-License-Identifier: MIT
 *
 * select.h - which session, and which part of it: the operand and the options that report and dump share.
 */
#ifndef CLI_SELECT_H
#define CLI_SELECT_H

#include "cli/command.h"
#include "read/opening.h"

/* The rows of their tables of options come first, in this order; a command's own follow, from the first that it leaves out on. */
enum {
	TC_SELECT_FORMAT,
	TC_SELECT_WINDOW,
	TC_SELECT_FROM,
	TC_SELECT_TO,
	TC_SELECT_SPAN,
	TC_SELECT_METRIC,
	TC_SELECT_KIND,
	TC_SELECT_SOURCE,
	TC_SELECT_LAST,
	TC_SELECT_OWN
};
/* clang-format off */
#define TC_SELECT_FORMAT_OPTION {0, "format", "FORMAT", "text (as usual) or json."}
#define TC_SELECT_TIME_OPTIONS                                                                                         \
	{'w', "window", "DURATION", "Only the last DURATION of the session: 500ms, 30s, 5m, 1h30m."},                  \
	{0, "from", "TIME", "Only what ended at TIME or later: since the session began (90s, 1h5m), of the day (14:05, " \
		"14:05:30) or a date with it (2026-11-20T14:05:30Z)."},                                               \
	{0, "to", "TIME", "Only what ended before TIME."}
#define TC_SELECT_SPAN_OPTION {'s', "span", "GLOB", "Only spans whose name matches GLOB, such as 'db.*'."}
#define TC_SELECT_PART_OPTIONS                                                                                         \
	TC_SELECT_TIME_OPTIONS, TC_SELECT_SPAN_OPTION,                                                                 \
	{'m', "metric", "GLOB", "Only metrics whose name matches GLOB, such as 'cache.*', with more of each."}, \
	{0, "kind", "KIND", "Only spans and metrics of this kind: scope, async or measured; counter, wait, gauge, event, time, " \
		"throughput, memory, ratio, percentage or custom. Several have commas between."},                      \
	{0, "source", "GLOB", "Only metrics whose source matches GLOB; spans have none and are left out."},            \
	{0, "last", "N", "Only the last N spans of each name and the last N values of each metric, as far as they are kept; load, resources, CPU " \
		"time of names and what limited it are those of the time from the first of these spans on."}
#define TC_SELECT_OPTIONS TC_SELECT_FORMAT_OPTION, TC_SELECT_PART_OPTIONS
/* clang-format on */

struct tc_selection {
	const char *operand; /* SESSION; NULL: the newest */
	bool json;
	const char *window, *from, *to;
	const char *glob, *metric_glob;
	struct tc_session_options asked; /* for kinds, a source, the last ones */
	struct tc_session_options found; /* what they came to, after tc_select_open() */
};

/* Takes one of the options above; false after one line on stderr. */
bool tc_select_option(struct tc_selection *selection, const struct tc_command *command, int option, const char *value);

/* Takes what is left: at most one operand. */
bool tc_select_operands(
	struct tc_selection *selection, const struct tc_command *command, int argc, char **argv, int at);

/* Finds and opens what was selected.  0, or a negative tacho_error code with the sentence set. */
int tc_select_open(struct tc_session **out, struct tc_selection *selection, bool no_spans);

/* The same of a directory that was found already; of a running session anew each time. */
int tc_select_snapshot(struct tc_session **out, struct tc_selection *selection, const char *directory, bool no_spans);

/* An option with a glob that nothing of what was opened matches, and the glob; NULL: there is none. */
const char *tc_select_vain(const struct tc_session *session, const struct tc_session_options *part, const char **glob);

/* Begins the same as a snapshot that is opened piece by piece. */
int tc_select_watch(struct tc_watch *watch, struct tc_selection *selection, const char *directory);

#endif
