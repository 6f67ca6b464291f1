/* SPDX-License-Identifier: MIT
 *
 * cmd_diff.c - whether sessions differ from others.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/considered.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/diff.h"
#include "cli/select.h"
#include "cli/sides.h"

enum { BASE = TC_SELECT_METRIC, FAIL_IF, TOP, CONDITIONS_MOST = 16, TOP_USUAL = 20 };

static const struct tc_option options[] = {
	{0, "format", "FORMAT", "text (as usual), json, or markdown for a pull request."},
	TC_SELECT_TIME_OPTIONS,
	TC_SELECT_SPAN_OPTION,
	[BASE] = {'b', "base", "SESSION", "A session of the base; may be given again. All operands are NEW then."},
	[FAIL_IF] = {0, "fail-if", "CONDITION",
		"Exit with 1 if there is a regression, one beyond a ratio (regression>10%), if anything is "
		"inconclusive, or names "
		"are new or have vanished; may be given again."},
	[TOP] = {0, "top", "N", "At most N names of each group, those that changed most; 0: all. Usual: 20."},
	{0},
};

struct request {
	struct tc_selection part;
	struct tc_side side[2];
	bool markdown;
	size_t top, conditions;
	struct tc_fail_if condition[CONDITIONS_MOST];
};

static int take_format(struct request *request, const char *value)
{
	request->markdown = !strcmp(value, "markdown");
	request->part.json = !strcmp(value, "json");
	if (request->markdown || request->part.json || !strcmp(value, "text"))
		return 0;
	return tc_fail("--format is text, json or markdown, not \"%.40s\" (see tacho diff --help)", value);
}

static int take_condition(struct request *request, const char *value)
{
	if (request->conditions == CONDITIONS_MOST)
		return tc_fail("--fail-if may be given %d times (see tacho diff --help)", CONDITIONS_MOST);
	if (tc_fail_if_parse(&request->condition[request->conditions++], value))
		return tc_fail("%s (see tacho diff --help)", tacho_last_error());
	return 0;
}

static int take_top(struct request *request, const char *value)
{
	char *end;
	request->top = strtoul(value, &end, 10);
	return isdigit((unsigned char)*value) && !*end
	               ? 0
	               : tc_fail("--top takes a number, not \"%.40s\" (see tacho diff --help)", value);
}

static int take_side(struct tc_side *side, const char *value)
{
	return tc_side_add(side, value) ? tc_fail("%s", tacho_last_error()) : 0;
}

static int take(struct request *request, const struct tc_command *self, int option, const char *value)
{
	switch (option) {
	case TC_SELECT_FORMAT:
		return take_format(request, value);
	case BASE:
		return take_side(&request->side[0], value);
	case FAIL_IF:
		return take_condition(request, value);
	case TOP:
		return take_top(request, value);
	default:
		return tc_select_option(&request->part, self, option, value) ? 0 : 2;
	}
}

/* BASE NEW; BASE alone: against the newest; with --base all of them are NEW. */
static int take_operands(struct request *request, int argc, char **argv, int at)
{
	int status = 0;
	if (!request->side[0].count) {
		if (at == argc)
			return tc_fail("what is to be compared?  tacho diff BASE NEW (see tacho diff --help)");
		if (argc - at > 2)
			return tc_fail("diff takes BASE and NEW, not \"%.40s\" too: several of a side have commas "
				       "between, or --base "
				       "before each (see tacho diff --help)",
				argv[at + 2]);
		status = take_side(&request->side[0], argv[at++]);
	}
	if (!status && at == argc)
		status = take_side(&request->side[1], NULL);
	for (; !status && at < argc; at++)
		status = take_side(&request->side[1], argv[at]);
	return status;
}

static int show(const struct request *request, const struct tc_diff_view *view)
{
	struct tc_json json;
	struct tc_screen screen;
	if (request->part.json) {
		tc_json_init(&json, stdout, true);
		tc_json_diff(&json, view);
		return 0;
	}
	if (request->markdown)
		return tc_markdown_diff(view, stdout);
	tc_screen_init(&screen, stdout);
	tc_render_diff(&screen, view);
	int error = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return error;
}

/* A pattern that was typed wrong would find everything as it was. */
static bool finds_nothing(const struct request *request, const struct tc_diff *diff)
{
	return request->part.glob && !diff->rows && !diff->added && !diff->vanished && !diff->unended;
}

static int compare(const struct request *request, const struct tc_session *const *session)
{
	struct tc_diff diff;
	struct tc_diff_view view;
	size_t bases = request->side[0].count;
	bool part = request->part.window || request->part.from || request->part.to ||
	            tc_side_is_part(&request->side[0]) || tc_side_is_part(&request->side[1]);
	if (tc_diff_make(&diff, session, bases, session + bases, request->side[1].count, part))
		return tc_fail("%s", tacho_last_error());
	if (finds_nothing(request, &diff)) {
		tc_diff_release(&diff);
		return tc_fail("no span of either side has a name like '%s': `tacho report` lists the names",
			request->part.glob);
	}
	struct tc_diff_asked asked = {request->side, request->top, request->conditions, request->condition};
	int code = tc_diff_view_make(&view, &diff, &asked), status = 0;
	if (!code) {
		code = show(request, &view);
		status = view.failures > 0;
		tc_diff_view_release(&view);
	}
	tc_diff_release(&diff);
	return code ? tc_fail("%s", tacho_last_error()) : status;
}

/* All of a session would be new, or have vanished, beside a time in which it did not run. */
static int open_one(struct tc_session **session, struct tc_selection *one, bool figures)
{
	if (tc_select_open(session, one, figures))
		return tc_fail("%s", tacho_last_error());
	const struct tc_report_options shown = {.part = &one->found};
	const char *nothing = tc_considers_nothing(*session, &shown);
	if (!nothing)
		return 0;
	tc_fail("%.200s: %s", (*session)->directory, nothing);
	tc_session_release(*session);
	return 2;
}

/* Figures of sessions are the evidence from three a side on: then single spans need not be read. */
static int open_all(const struct request *request)
{
	size_t bases = request->side[0].count, count = bases + request->side[1].count, opened = 0;
	bool figures = bases >= TC_EVIDENCE_SESSIONS && request->side[1].count >= TC_EVIDENCE_SESSIONS;
	struct tc_session **session = calloc(count, sizeof *session);
	int status = session ? 0 : tc_fail("out of memory");
	for (; session && opened < count && !status; opened += !status) {
		struct tc_selection one = request->part;
		const struct tc_side_session *named =
			opened < bases ? &request->side[0].session[opened] : &request->side[1].session[opened - bases];
		one.operand = named->directory;
		if (named->from || named->to) {
			one.window = NULL;
			one.from = named->from;
			one.to = named->to;
		}
		status = open_one(&session[opened], &one, figures);
	}
	if (!status)
		status = compare(request, (const struct tc_session *const *)session);
	for (size_t i = 0; i < opened; i++)
		tc_session_release(session[i]);
	free(session);
	return status;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	struct request request = {.top = TOP_USUAL};
	const char *value;
	int at = 1, option, status = 0;
	while (!status && (option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		status = take(&request, self, option, value);
	bool help = !status && option == TC_ARGS_HELP;
	if (!status && option == TC_ARGS_ERROR)
		status = 2;
	if (!status && !help && request.part.window && (request.part.from || request.part.to))
		status = tc_fail(
			"--window and --from/--to say different things; give one of them (see tacho diff --help)");
	if (!status && !help)
		status = take_operands(&request, argc, argv, at);
	if (!status && !help && request.conditions && tc_sides_are_same(&request.side[0], &request.side[1]))
		status = tc_fail(
			"both sides are the same, so that no --fail-if can be met: name another BASE or NEW (see tacho "
			"diff --help)");
	if (!status && !help)
		status = open_all(&request);
	tc_side_release(&request.side[0]);
	tc_side_release(&request.side[1]);
	return status;
}

const struct tc_command tc_command_diff = {
	.name = "diff",
	.summary = "say whether sessions differ from others, and how sure that is",
	.synopsis = "[OPTION...] BASE [NEW]\n--base SESSION... [OPTION...] [NEW...]",
	.description =
		"Compares two sessions, or several runs with several, name by name: the ratio of the medians "
		"with its interval "
		"of 95 %, the same of the 95th percentiles, and a verdict: slower (regression), faster "
		"(improvement), the same "
		"(equivalent: within 5 %, or what runs of the base differ by), or undecided (inconclusive), and "
		"then how many "
		"runs a side would settle it nine times in ten (7+: at least so many, where the runs at hand do "
		"not tell how much they differ). Beside it what the run came to and what the process tree used, each "
		"with its verdict (slower or faster, more or less), and names that are new or have vanished.\n\n"
		"BASE and NEW are each a SESSION as everywhere, several with commas between, or a pattern over "
		"the names in the "
		"store such as 'import-20261120*'; without NEW the newest session is compared with BASE. "
		"@FROM..TO behind "
		"any of them means this time of it alone, so that the beginning of a run can be compared with "
		"its end.\n\n"
		"With three runs a side and more, their medians are the evidence, and five a side are the least "
		"that can "
		"tell. With fewer it is 20 stretches of time in each run, which tell of these runs alone: what "
		"made them "
		"different may have been the machine. Names with too few spans for that are compared span by "
		"span. All names "
		"are asked at once, so that of all verdicts at most one in a hundred is expected to be chance.",
	.options = options,
	.examples = "tacho diff import-20261120-091549\t# the newest session against this one\n"
		    "tacho diff 'import-20261120*' 'import-20261121*'\t# the runs of two days\n"
		    "tacho diff --base a --base b --base c d e f --span 'db.*'\t# three runs a side\n"
		    "tacho diff import@0s..10m import@10m..\t# the first ten minutes of a run, and the rest\n"
		    "tacho diff base new --fail-if 'regression>10%' --format markdown\t# for CI",
	.status = "0 it was compared; 1 a --fail-if is met; 2 the command was wrong or a session cannot be read.",
	.run = run,
};
