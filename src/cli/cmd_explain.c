/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/explain.h"
#include "cli/select.h"
#include "export/report_json.h"

enum { VERBOSE = TC_SELECT_SPAN };

static const struct tc_option options[] = {
	TC_SELECT_FORMAT_OPTION,
	TC_SELECT_TIME_OPTIONS,
	{'v', "verbose", NULL, "The evidence for each finding, and how sure it is."},
	{0},
};

static size_t find_name(const struct tc_session *session, const char *wanted)
{
	size_t i = 0, bytes = strlen(wanted);
	while (i < session->names &&
		(session->name[i].bytes != bytes || memcmp(session->name[i].name, wanted, bytes) != 0))
		i++;
	return i;
}

static int no_such_name(const struct tc_session *session, const char *wanted)
{
	if (!session->names)
		return tc_fail("the session %s has no spans at all", session->directory);
	const char *near = tc_nearest(wanted, &session->name[0].name, session->names, sizeof *session->name);
	struct tc_strbuf text = {0};
	if (near)
		tc_text_escape(&text, near, strlen(near), false);
	int status = near ? tc_fail("no span is named \"%.60s\"; did you mean \"%s\"?", wanted, tc_strbuf_text(&text))
	                  : tc_fail("no span is named \"%.60s\" (tacho report lists them)", wanted);
	tc_strbuf_release(&text);
	return status;
}

static int explain(
	const struct tc_session *session, const struct tc_report_options *report, const char *wanted, bool as_json)
{
	size_t name = find_name(session, wanted);
	struct tc_diagnosis *diagnosis;
	struct tc_json json;
	if (name == session->names)
		return no_such_name(session, wanted);
	int error = tc_diagnose_part(&diagnosis, session, report);
	if (error)
		return tc_fail("%s", tacho_last_error());
	tc_json_init(&json, stdout, true);
	error = as_json ? tc_json_explain(&json, diagnosis, name) : tc_explain_text(diagnosis, report, name, stdout);
	tc_diagnosis_release(diagnosis);
	return error ? tc_fail("%s", tacho_last_error()) : 0;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	struct tc_selection selection = {0};
	struct tc_report_options report = {0};
	struct tc_session *session;
	const char *value;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0) {
		if (option == VERBOSE)
			report.verbose = true;
		else if (!tc_select_option(&selection, self, option, value))
			return 2;
	}
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (at == argc)
		return tc_fail("explain takes the NAME of a span (see tacho explain --help)");
	const char *name = argv[at++];
	if (!tc_select_operands(&selection, self, argc, argv, at))
		return 2;
	selection.asked.stream = selection.asked.finds = true;
	if (tc_select_open(&session, &selection, false))
		return tc_fail("%s", tacho_last_error());
	report.part = &selection.found;
	int status = explain(session, &report, name, selection.json);
	tc_session_release(session);
	return status;
}

const struct tc_command tc_command_explain = {
	.name = "explain",
	.summary = "show everything that is known of one span",
	.synopsis = "[OPTION...] NAME [SESSION]",
	.description =
		"Shows on one screen all that a session tells of the spans named NAME: what was found and what to do "
		"about it, "
		"their figures, where their time went and what halving it would save, whether they take ever longer "
		"and since "
		"when, how their durations are distributed, which spans they stand in and which stand in them, the "
		"slowest with "
		"their attributes, and those that failed.\n\n"
		"SESSION is a directory or the name of a session in the store; without it the newest one is taken.",
	.options = options,
	.examples = "tacho explain decode\t# in the newest session\n"
		    "tacho explain decode make-20261120-091549 --window 5m\t# its last five minutes\n"
		    "tacho explain decode --format json | jq .bottleneck.saving_if_halved\t# for programs",
	.run = run,
};
