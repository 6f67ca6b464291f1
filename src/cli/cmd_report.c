/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "cli/asked.h"
#include "cli/levels.h"
#include "cli/live.h"
#include "cli/report.h"
#include "cli/select.h"
#include "export/report_json.h"

enum { SORT = TC_SELECT_OWN, TOP, RESOURCES, VERBOSE, LEVELS, WHAT_IF, FOLLOW, EVERY };

static const struct tc_option options[] = {
	TC_SELECT_OPTIONS,
	{0, "sort", "ORDER",
		"Order of the phases under each: first (when they first began; as usual), total, self, mean, p95, "
		"count, failed (by the share of spans that failed) "
		"or name."},
	{0, "top", "N",
		"At most N rows in each section: N spans or other things with what was found of them, N phases under "
		"each, "
		"those with the most of what --sort says, N names, metrics, processes; 0: all, and findings of little "
		"weight "
		"too. In JSON it bounds the tree alone."},
	{0, "resources", NULL,
		"Every reading of the machine and the processes, with minimum, average, 95th percentile and maximum, "
		"and "
		"why it is absent where it is."},
	{'v', "verbose", NULL, "All findings, with the evidence for each and how sure it is."},
	{0, "levels", "LEVELS",
		"From where the run and its modules are yellow and above what they are red, by their share of all CPUs "
		"and by memory; 25%,50%,50MB,100MB as usual (MB: 10^6 bytes, M and MiB: 2^20)."},
	{0, "what-if", "NAME=F",
		"What it would save, were the own time of NAME so much of what it was: insert=0.5 is half, insert=0 "
		"none of it. "
		"Single spans that are at hand are timed anew; repeatable, each by itself."},
	{'f', "follow", NULL,
		"Show a running session until it ends: what was found, the names that take most of the time and the "
		"machine, "
		"again and again; without SESSION the newest that runs. With --format json a line each time. "
		"--what-if is answered each time, too; --sort orders the names, which are by their time as usual."},
	{0, "every", "DURATION", "With --follow: how often; 2s as usual, 100ms at least."},
	{0},
};

static bool take_sort(struct tc_report_options *report, const char *value)
{
	static const char *const names[TC_SORTS] = {"first", "total", "self", "mean", "p95", "count", "failed", "name"};
	for (int i = 0; i < TC_SORTS; i++)
		if (!strcmp(names[i], value)) {
			report->sort = (enum tc_sort)i;
			return true;
		}
	tc_fail("--sort is first, total, self, mean, p95, count, failed or name, not \"%.40s\" (see tacho report "
		"--help)",
		value);
	return false;
}

static bool take_top(struct tc_report_options *report, const char *value)
{
	char *end;
	report->has_top = true;
	report->top = strtoul(value, &end, 10);
	if (isdigit((unsigned char)*value) && !*end)
		return true;
	tc_fail("--top takes a number, not \"%.40s\" (see tacho report --help)", value);
	return false;
}

static bool take_levels(struct tc_report_options *report, struct tc_load_limits *levels, const char *value)
{
	report->levels = levels;
	if (tc_levels_parse(levels, value))
		return true;
	tc_fail("--levels takes two shares of all CPUs and two sizes, like 25%%,50%%,50MB,100MB, the second no less "
		"than "
		"the first, not \"%.60s\" (see tacho report --help)",
		value);
	return false;
}

static bool take_every(unsigned long long *every_ns, const char *value)
{
	const unsigned long long least_ns = 100000000;
	if (tc_parse_duration(value, every_ns) && *every_ns >= least_ns)
		return true;
	tc_fail("--every takes a duration from 100ms on, like 5s, not \"%.40s\" (see tacho report --help)", value);
	return false;
}

/* A pattern that was typed wrong; in a time window, or of some kinds, it may be right and there was nothing. */
static bool finds_what_was_asked(const struct tc_session *session, const struct tc_selection *selection)
{
	const struct tc_session_options *part = &selection->found;
	const char *glob, *option = tc_select_vain(session, part, &glob);
	if (!option || part->has_window || part->has_kinds)
		return true;
	if (!strcmp(option, "source"))
		tc_fail("no metric of the session has a source like '%.200s': `tacho report` shows them", glob);
	else
		tc_fail("no %s of the session has a name like '%.200s': `tacho report` lists the names", option, glob);
	return false;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	const unsigned long long usual_ns = 2000000000;
	struct tc_live_wish live = {0};
	bool follow = false;
	struct tc_selection selection = {0};
	struct tc_report_options report = {0};
	struct tc_load_limits levels;
	struct tc_asked asked = {0};
	struct tc_session *session;
	const char *value;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		if (option == SORT            ? !take_sort(&report, value)
			: option == TOP       ? !take_top(&report, value)
			: option == LEVELS    ? !take_levels(&report, &levels, value)
			: option == WHAT_IF   ? !tc_asked_take(&asked, value)
			: option == VERBOSE   ? (report.verbose = true, false)
			: option == RESOURCES ? (report.all_series = true, false)
			: option == FOLLOW    ? (follow = true, false)
			: option == EVERY     ? !take_every(&live.every_ns, value)
					      : !tc_select_option(&selection, self, option, value))
			return 2;
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (!tc_select_operands(&selection, self, argc, argv, at))
		return 2;
	if (!follow && live.every_ns)
		return tc_fail("--every goes with --follow alone (see tacho report --help)");
	report.what_if = asked.what_if;
	report.what_ifs = asked.count;
	if (follow) {
		live.selection = &selection;
		live.report = &report;
		live.every_ns = live.every_ns ? live.every_ns : usual_ns;
		return tc_live(&live, stdout);
	}
	selection.asked.stream = selection.asked.finds = true;
	if (tc_select_open(&session, &selection, false))
		return tc_fail("%s", tacho_last_error());
	report.part = &selection.found;
	bool found = finds_what_was_asked(session, &selection) && tc_asked_known(&asked, session);
	int error = !found           ? 0
	            : selection.json ? tc_report_json(session, &report, stdout)
	                             : tc_report_text(session, &report, stdout);
	tc_session_release(session);
	return error ? tc_fail("%s", tacho_last_error()) : found ? 0 : 2;
}

const struct tc_command tc_command_report = {
	.name = "report",
	.summary = "show what a session did, and what to do about it",
	.synopsis = "[OPTION...] [SESSION]",
	.description =
		"Shows a finished or a running session: how the command ended, what was found, the tree of its "
		"phases with count, total and own time, "
		"mean, median, 95th percentile and failures, the spans that were open when it was killed, CPU, "
		"memory and disks over time, "
		"and the processes that used most.\n\n"
		"Findings come first, the gravest at the top, what is said of one span together: bottlenecks, "
		"what gets slower and since when, failures, what limited the run, durations that vary, what "
		"might run at the same time, what leaks or runs into a limit. Each says what to do about it; "
		"the word before each is its priority: how grave it is, a step less where it is less sure. "
		"--verbose adds the evidence, how sure it is, and what is of little weight. tacho explain NAME "
		"tells more of one span.\n\n"
		"SESSION is a directory or the name of a session in the store; without it the newest one is "
		"shown. The figures of all "
		"spans are exact or have an error below 0.3 %, whatever was kept of the single spans.\n\n"
		"The bar of a phase is its share of the runtime: full where the time was its own, light where "
		"it was spent in phases "
		"below it. A count of 3+1 says that one more span has not ended: its time so far is in total, self "
		"and the share, and in no other figure. Phases of several threads together may have more than 100 %, "
		"and in a time window spans do that began "
		"before it: they count whole where they end. "
		"Of a large tree the "
		"weightiest phases are "
		"shown and the others counted; --top 0 shows all, here as in every section.\n\n"
		"The critical path is what the ends of root spans waited for: of children that ran at the same "
		"time only the one that ended last. It is taken from the single spans that are at hand and "
		"scaled to all there were; the line below its heading says which. What it saves to make a "
		"span's own time less comes with an interval that 95 % of such sessions lie in, ones with as "
		"many root spans; there is none where a root was there but once. Where several root spans ran at the "
		"same time, as requests do, savings are of the run's time with as many of them at once as before.\n\n"
		"With --follow a running session is analysed again and again, in steps that take as long after a day "
		"as after a minute, and at most a twentieth of a core: a session of many names is shown anew less "
		"often than --every says. What is shown is always all of one moment. On a terminal it is drawn in "
		"place, Ctrl-C ends it and the session goes on; elsewhere it is a block of text, or a line of JSON, "
		"each time. When the session has ended, its report is printed.",
	.options = options,
	.examples = "tacho report\t# the newest session\n"
		    "tacho report --sort total --top 5\t# the five dearest of everything\n"
		    "tacho report make-20261120-091549 --span 'link*'\t# one session, and of it what links\n"
		    "tacho report --verbose\t# all findings, and why\n"
		    "tacho report --resources\t# every reading of the machine and the processes\n"
		    "tacho report --what-if insert=0.5\t# what it saves to make insert twice as fast\n"
		    "tacho report --last 100 --kind scope\t# the last hundred spans of each name, without async ones\n"
		    "tacho report --window 5m\t# what ended in the last five minutes\n"
		    "tacho report --follow\t# the newest session that runs, until it ends\n"
		    "tacho report --format json | jq '.names[] | {name, p95_ns}'\t# for programs",
	.run = run,
};
