/* SPDX-License-Identifier: MIT
 *
 * cmd_check.c - whether a session stayed within budgets; its exit status is the answer.
 */
#include <stdio.h>
#include <string.h>
#include "base/error.h"
#include "cli/budgets.h"
#include "cli/command.h"
#include "cli/select.h"
#include "export/report_json.h"

enum { BUDGET = TC_SELECT_SPAN };

static const struct tc_option options[] = {
	TC_SELECT_FORMAT_OPTION,
	TC_SELECT_TIME_OPTIONS,
	{'b', "budget", "EXPR", "What is to hold, such as 'insert.p95 < 2s'; may be given again."},
	{0},
};

static int take_budget(struct tc_budgets *budgets, const char *text)
{
	size_t at;
	if (!tc_budgets_take(budgets, text, &at))
		return 0;
	tc_fail("--budget: %s (see tacho check --help)", tacho_last_error());
	tc_budgets_point(text, at, stderr);
	return 2;
}

static void draw_session(struct tc_screen *screen, const struct tc_session *session)
{
	tc_screen_raw(screen, TC_BOLD, session->manifest.name, strlen(session->manifest.name), screen->columns);
	if (session->live)
		tc_screen_put(screen, TC_WARN, "  is still running: this is so far");
	tc_screen_line(screen);
}

static int show(const struct tc_budgets *budgets, const struct tc_session *session, bool as_json)
{
	struct tc_json json;
	struct tc_screen screen;
	if (as_json) {
		tc_json_init(&json, stdout, true);
		tc_json_object(&json, NULL);
		tc_json_text(&json, "schema", "tacho.check/1");
		tc_json_session(&json, "session", session);
		tc_json_text(&json, "basis", session->basis);
		tc_json_budgets(&json, budgets);
		tc_json_end(&json);
		return 0;
	}
	tc_screen_init(&screen, stdout);
	draw_session(&screen, session);
	tc_render_budgets(&screen, budgets);
	int error = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return error;
}

static int check(struct tc_budgets *budgets, struct tc_selection *selection)
{
	static const int status[] = {[TC_BUDGET_HELD] = 0, [TC_BUDGET_NOT_KNOWN] = 2, [TC_BUDGET_BROKEN] = 1};
	struct tc_session *session;
	if (tc_select_open(&session, selection, true))
		return tc_fail("%s", tacho_last_error());
	tc_budgets_check(budgets, session, &selection->found);
	int error = show(budgets, session, selection->json);
	tc_session_release(session);
	return error ? tc_fail("%s", tacho_last_error()) : status[tc_budgets_state(budgets)];
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	struct tc_selection selection = {0};
	struct tc_budgets budgets = {0};
	const char *value;
	int at = 1, option, status = 0;
	while (!status && (option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		status = option == BUDGET ? take_budget(&budgets, value)
		                          : 2 * !tc_select_option(&selection, self, option, value);
	if (!status && option == TC_ARGS_HELP)
		goto out;
	if (!status && (option != TC_ARGS_END || !tc_select_operands(&selection, self, argc, argv, at)))
		status = 2;
	if (!status && !budgets.count)
		status = tc_fail("what is to hold?  tacho check --budget 'insert.p95 < 2s' (see tacho check --help)");
	if (!status)
		status = check(&budgets, &selection);
out:
	tc_budgets_release(&budgets);
	return status;
}

const struct tc_command tc_command_check = {
	.name = "check",
	.summary = "say whether a session stayed within budgets",
	.synopsis = "--budget EXPR... [OPTION...] [SESSION]",
	.description =
		"Holds figures of a session against limits, for scripts and CI: the exit status is the answer.\n\n"
		"EXPR is NAME.STATISTIC OP VALUE. NAME is that of a span, a metric or a series of readings such as "
		"process.memory; \"session\" is the run itself. It may hold dots and blanks: the statistic stands "
		"behind the "
		"last dot. OP is <, <=, >, >= or ==. VALUE has its unit: 2s, 500ms, 1GiB, 1%, 12MiB/s, 1000.\n\n"
		"Spans have count, failed, failure_rate, success_rate, throughput (per second), total, self, mean, "
		"median, "
		"p90, p95, p99, p999, min, max, sd, cv; of their own time cpu, waiting, throttled and blocked, as a "
		"share "
		"or as time; load (CPU time of the run's, 100% is one core) and memory (growth). Metrics have count, "
		"last, "
		"total, mean, median, p90, p95, p99, min, max, sd, per_minute (events) and share (waits). Series have "
		"last, "
		"mean, min, p95, max (or peak) and total; session has runtime. docs/BUDGETS.md says what each is.\n\n"
		"What is not known, for nothing of the name was recorded or too little is known of it, is not held.",
	.options = options,
	.examples = "tacho check --budget 'Mask Batch.p95 < 2s'\t# the newest session\n"
		    "tacho check import --budget 'process.memory.peak < 1GiB' --budget 'insert.failure_rate < 1%'\t# "
		    "of a name\n"
		    "tacho check --window 5m --budget 'insert.cpu < 40%'\t# in the last five minutes\n"
		    "tacho check --budget 'session.runtime < 10m' --format json\t# for programs",
	.status = "0 all are held; 1 one is broken; 2 none is broken and one is not known, or the command was wrong.",
	.run = run,
};
