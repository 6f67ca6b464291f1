/* SPDX-License-Identifier: MIT
 *
 * cmd_span.c - one span around a command, for shell scripts.  The span lies in a part of this process; what the command
 * records knows by TACHO_PARENT in which spans it was started.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include "cli/command.h"
#include "cli/launch.h"
#include "format/part.h"
#include "format/store.h"
#include "record/recorder.h"

enum { TC_SPAN_RING_RECORDS = 16, TC_SPAN_ATTRIBUTES = 256 };

struct request {
	const char *name;
	size_t attributes;
	char *attribute[TC_SPAN_ATTRIBUTES]; /* "key=value" */
	char **argv;
};

static const struct tc_option options[] = {
	{'a', "attribute", "KEY=VALUE",
		"Give the span an attribute; may be given again\nA VALUE that is a whole number, a number, true or "
		"false is "
		"recorded as that, all else as text"},
	{0, NULL, NULL, NULL},
};

static int complain(const char *sentence)
{
	fprintf(stderr, "tacho span: %s (see tacho span --help)\n", sentence);
	return TC_STATUS_FAILED;
}

static int take_attribute(struct request *request, const char *value)
{
	const char *equals = strchr(value, '=');
	if (!equals || equals == value)
		return complain("an attribute is KEY=VALUE");
	if (request->attributes == TC_SPAN_ATTRIBUTES)
		return complain("a span takes at most 256 attributes");
	request->attribute[request->attributes] = strdup(value);
	if (!request->attribute[request->attributes])
		return complain("out of memory");
	request->attributes++;
	return 0;
}

static int take_options(
	struct request *request, const struct tc_command *self, int argc, char **argv, int *at, bool *helped)
{
	const char *value;
	int option, status = 0;
	while (status == 0 && (option = tc_args_next(self, argc, argv, at, &value, true)) >= 0)
		status = take_attribute(request, value);
	if (status == 0 && option == TC_ARGS_ERROR)
		status = TC_STATUS_FAILED;
	*helped = status == 0 && option == TC_ARGS_HELP;
	return status;
}

/* [-a K=V]... NAME [-a K=V]... [--] COMMAND */
static int take_arguments(struct request *request, const struct tc_command *self, int argc, char **argv, bool *helped)
{
	int at = 1;
	int status = take_options(request, self, argc, argv, &at, helped);
	if (status != 0 || *helped)
		return status;
	if (at >= argc || !*argv[at] || !strcmp(argv[at - 1], "--"))
		return complain("the span needs a name: tacho span NAME -- COMMAND [ARGUMENT...]");
	request->name = argv[at++];
	status = take_options(request, self, argc, argv, &at, helped);
	if (status != 0 || *helped)
		return status;
	request->argv = argv + at;
	return at < argc ? 0 : complain("what is to be run?  tacho span NAME -- COMMAND [ARGUMENT...]");
}

static void add_attribute(struct tacho_span *span, char *attribute)
{
	char *value = strchr(attribute, '=');
	*value++ = '\0';
	char *end_of_integer, *end_of_real;
	errno = 0;
	long long integer = strtoll(value, &end_of_integer, 10);
	bool fits = errno == 0;
	double real = strtod(value, &end_of_real);
	/* hexadecimal, "inf", "nan" and numbers with blanks in front of them are words */
	bool number = *value && strspn(value, "0123456789+-.eE") == strlen(value);
	if (number && fits && *end_of_integer == '\0')
		tacho_span_attr_i64(span, attribute, integer);
	else if (number && *end_of_real == '\0' && isfinite(real))
		tacho_span_attr_f64(span, attribute, real);
	else if (!strcmp(value, "true") || !strcmp(value, "false"))
		tacho_span_attr_bool(span, attribute, *value == 't');
	else
		tacho_span_attr_text(span, attribute, value);
}

/* Opens a part in the session; false when there is none: then the command is run and no more. */
static bool open_recorder(void)
{
	static char live[4096];
	const char *session = secure_getenv(TC_ENV_SESSION);
	if (!session || session[0] != '/' || !tc_session_is_live(session) || tc_session_live(session, live) != 0)
		return false;
	const struct tc_recorder_options how = {
		.live = live, .fallback = session, .ring_records = TC_SPAN_RING_RECORDS, .waits = true};
	return tc_recorder_open(&how) == 0;
}

/* After our own part has taken up what it was.  A path that is too long ends where it is. */
static void extend_parent_path(const char *name)
{
	const char *above = secure_getenv(TC_ENV_PARENT);
	char *path;
	if (asprintf(&path, "%s%s%s", above ? above : "", above && *above ? "\x1f" : "", name) < 0)
		return;
	if (strlen(path) <= TC_PARENT_PATH_BYTES)
		setenv(TC_ENV_PARENT, path, 1);
	free(path);
}

static void end_span(struct tacho_span *span, const struct tc_launch *launch)
{
	char message[96];
	if (launch->error) {
		snprintf(message, sizeof message, "cannot be run: %s", strerror(launch->error));
		tacho_span_failed(span, tc_launch_status(launch), message);
	} else if (WIFSIGNALED(launch->status)) {
		int number = WTERMSIG(launch->status);
		snprintf(message, sizeof message, "killed by signal %d (%s)", number, strsignal(number));
		tacho_span_failed(span, tc_launch_status(launch), message);
	} else if (WEXITSTATUS(launch->status) != 0) {
		snprintf(message, sizeof message, "exited with status %d", WEXITSTATUS(launch->status));
		tacho_span_failed(span, tc_launch_status(launch), message);
	}
	tacho_span_end(span);
}

static int record(struct request *request)
{
	static TACHO_SITE(site, NULL);
	struct tc_launch launch;
	struct tacho_span span;
	site.name = request->name;
	tacho_span_begin(&span, &site);
	for (size_t i = 0; i < request->attributes; i++)
		add_attribute(&span, request->attribute[i]);
	extend_parent_path(request->name);
	int status = TC_STATUS_FAILED;
	if (tc_launch_start(&launch, request->argv, false) == 0) {
		tc_launch_wait(&launch, NULL, NULL);
		status = tc_launch_status(&launch);
		end_span(&span, &launch);
	} else {
		tacho_span_failed(&span, TC_STATUS_FAILED, tacho_last_error());
		tacho_span_end(&span);
		fprintf(stderr, "tacho span: %s\n", tacho_last_error());
	}
	tc_recorder_close();
	return status != TC_STATUS_FAILED && launch.error ? tc_launch_complain("span", request->argv[0], launch.error)
	                                                  : status;
}

static int run_command(const struct tc_command *self, int argc, char **argv)
{
	struct request request = {.name = NULL};
	bool helped = false;
	int status = take_arguments(&request, self, argc, argv, &helped);
	if (status == 0 && !helped)
		status = open_recorder() ? record(&request) : tc_launch_become(request.argv, "span");
	for (size_t i = 0; i < request.attributes; i++)
		free(request.attribute[i]);
	return status;
}

const struct tc_command tc_command_span = {
	.name = "span",
	.summary = "record a span around a command, from a shell script",
	.synopsis = "NAME [-a KEY=VALUE]... [--] COMMAND [ARGUMENT...]",
	.description =
		"Inside a session - in a script that tacho run started - runs COMMAND and records it as a span called "
		"NAME. "
		"Spans that COMMAND records itself, be it by tacho span or in a program of its own, lie inside that "
		"one. The "
		"span is failed, with the reason, when COMMAND does not end with status 0.\n"
		"\n"
		"Outside of a session COMMAND is run and nothing else happens, so that a script works with and without "
		"tacho run. Signals, terminal and descriptors are treated as by tacho run.",
	.options = options,
	.examples = "tacho span fetch -a url=\"$url\" -- curl -fsSO \"$url\"\t# one phase\n"
		    "tacho span nightly -- sh -c 'tacho span dump -- ./dump; tacho span load -- ./load'\t# phases in a "
		    "phase",
	.status = "That of COMMAND; 128 + N when signal N ended it; 127 when there is no such command, 126 when it "
		  "cannot be "
		  "executed, 125 when tacho itself failed, and then COMMAND was not run.",
	.run = run_command,
};
