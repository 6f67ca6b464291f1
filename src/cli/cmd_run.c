/* SPDX-License-Identifier: MIT
 *
 * cmd_run.c - records a command: makes the session, starts the command in it, watches it from outside, reports.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <tacho/error.h>
#include <unistd.h>
#include "base/error.h"
#include "cli/command.h"
#include "cli/launch.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "format/manifest.h"
#include "format/redact.h"
#include "format/settings.h"
#include "format/store.h"
#include "observe/describe.h"
#include "observe/observer.h"

struct run {
	const char *directory, *name;
	struct tc_settings settings;
	bool progress, quiet;
	char **argv;
	struct tc_session_paths paths;
	struct tc_manifest manifest;
	struct tc_observer *observer; /* NULL: it could not be opened, and that was said */
	struct tc_progress progress_line;
};

enum { OPTION_OUTPUT, OPTION_NAME, OPTION_INTERVAL, OPTION_SETTING, OPTION_PROGRESS, OPTION_QUIET };

static const struct tc_option options[] = {
	[OPTION_OUTPUT] = {'o', "output", "DIR",
		"Record into DIR, which must be new or empty, instead of into the store"},
	[OPTION_NAME] = {'n', "name", "NAME", "Call the session NAME instead of by the command's name"},
	[OPTION_INTERVAL] = {'i', "interval", "DURATION",
		"Read the machine and the processes this often, from 10ms to 1h\nUsual: 1s, and at first faster"},
	[OPTION_SETTING] = {'c', "set", "KEY=VALUE",
		"Set one of the settings that `tacho config` lists, for this run\nMay be given again"},
	[OPTION_PROGRESS] = {0, "progress", NULL,
		"Show on the terminal that it records: one line with time, spans per second, CPU and memory"},
	[OPTION_QUIET] = {'q', "quiet", NULL, "Print no report at the end"},
	{0, NULL, NULL, NULL},
};

/* 2 is a status that commands have: one's own mistakes must not look like theirs. */
static int complain(const char *sentence)
{
	fprintf(stderr, "tacho run: %s\n", sentence);
	return TC_STATUS_FAILED;
}

static int complain_of_settings(void)
{
	fprintf(stderr, "tacho run: %s (see tacho config --help)\n", tacho_last_error());
	return TC_STATUS_FAILED;
}

/* Programs below get it by the environment; so does all that asks for a setting in this process. */
static int set(struct run *run, const char *key, const char *value)
{
	if (tc_settings_set(&run->settings, key, value, TC_FROM_OPTION) != 0)
		return TACHO_EINVAL;
	return setenv(tc_setting_table[tc_setting_find(key)].environment, value, 1) == 0 ? 0 : TACHO_ENOMEM;
}

static int take_setting(struct run *run, const char *text)
{
	char key[64];
	const char *equals = strchr(text, '=');
	if (!equals || equals == text || (size_t)(equals - text) >= sizeof key)
		return tc_error(TACHO_EINVAL, "-c takes KEY=VALUE, not \"%.60s\" (tacho config lists the keys)", text);
	memcpy(key, text, (size_t)(equals - text));
	key[equals - text] = '\0';
	return set(run, key, equals + 1);
}

/* A session is found again by its name, and what has a slash is looked for as a path. */
static int take_name(struct run *run, const char *name)
{
	run->name = name;
	if (*name && !strchr(name, '/'))
		return 0;
	return tc_error(TACHO_EINVAL,
		"--name takes a name that is not empty and has no \"/\", not \"%.60s\": -o says where the session lies",
		name);
}

/* What does not go together, if the command line has a part in it. */
static int check_together(struct run *run)
{
	size_t before = run->settings.complaints;
	bool ours = run->settings.value[TC_SET_ATTRIBUTE_TEXT_BYTES].origin == TC_FROM_OPTION ||
	            run->settings.value[TC_SET_ATTRIBUTE_RING_BYTES].origin == TC_FROM_OPTION;
	if (!ours)
		return 0;
	tc_settings_settle(&run->settings);
	return run->settings.complaints > before ? tc_error(TACHO_EINVAL, "%s", run->settings.complaint[before]) : 0;
}

/* 0, or the exit status after what was wrong (or the help) was printed. */
static int take_arguments(struct run *run, const struct tc_command *self, int argc, char **argv, bool *helped)
{
	const char *value, *name = NULL;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, true)) >= 0) {
		if (option == OPTION_OUTPUT)
			run->directory = value;
		else if (option == OPTION_PROGRESS)
			run->progress = true;
		else if (option == OPTION_QUIET)
			run->quiet = true;
		else if (option == OPTION_NAME)
			name = value;
		else if ((option == OPTION_SETTING ? take_setting(run, value) : set(run, "interval", value)) != 0)
			return complain_of_settings();
	}
	*helped = option == TC_ARGS_HELP;
	if (option == TC_ARGS_ERROR)
		return TC_STATUS_FAILED;
	if (!*helped && at >= argc)
		return complain("what is to be run?  tacho run -- COMMAND [ARGUMENT...] (see tacho run --help)");
	if (!*helped && name && take_name(run, name) != 0)
		return complain(tacho_last_error());
	run->argv = argv + at;
	return *helped || check_together(run) == 0 ? 0 : complain_of_settings();
}

static uint64_t interval_ns(const struct run *run)
{
	return tc_settings_number(&run->settings, TC_SET_INTERVAL);
}

/* What the command and its children find in their environment; 0 or a negative code. */
static int set_environment(const struct run *run)
{
	char trace[64];
	tc_trace_put(&run->manifest.trace, trace);
	if (setenv(TC_ENV_SESSION, run->paths.directory, 1) != 0 || unsetenv(TC_ENV_PARENT) != 0 ||
		(*run->manifest.trace.trace_id && setenv(TC_ENV_TRACE, trace, 1) != 0))
		return tc_error(TACHO_ENOMEM, "out of memory");
	return 0;
}

static int make_session(struct run *run)
{
	if (!run->name) {
		const char *slash = strrchr(run->argv[0], '/');
		run->name = slash && slash[1] ? slash + 1 : run->argv[0];
	}
	int r = tc_session_create(&run->paths, run->directory, run->name);
	if (r != 0)
		return r;
	tc_redact_rules(tc_settings_text(&run->settings, TC_SET_REDACT_KEYS),
		tc_settings_text(&run->settings, TC_SET_REDACT_VALUES));
	tc_describe(&run->manifest, run->name, run->argv);
	run->manifest.interval_ms = interval_ns(run) / 1000000;
	for (size_t i = 0; i < run->settings.complaints; i++)
		tc_manifest_note(&run->manifest, run->settings.complaint[i]);
	r = tc_manifest_write(run->paths.directory, &run->manifest);
	if (r == 0)
		r = set_environment(run);
	if (r != 0)
		tc_session_discard(&run->paths);
	return r;
}

/* The command runs already: without an observer it is recorded all the same, only the machine is not. */
static void open_observer(struct run *run, const struct tc_launch *launch)
{
	struct tc_observer_options what = {.directory = run->paths.directory,
		.live = run->paths.live,
		.root = launch->pid,
		.group = &launch->group,
		.started_ns = run->manifest.begin.monotonic_ns};
	tc_observer_set(&what, &run->settings);
	if (tc_observer_open(&run->observer, &what) == 0)
		return;
	run->observer = NULL;
	complain(tacho_last_error());
}

static uint64_t tick(void *context)
{
	struct run *run = context;
	uint64_t pause_ns = run->observer ? tc_observer_tick(run->observer) : interval_ns(run);
	uint64_t line_ns = tc_progress_show(&run->progress_line);
	return line_ns < pause_ns ? line_ns : pause_ns;
}

static void look_once_more(void *context)
{
	struct run *run = context;
	if (run->observer)
		tc_observer_look(run->observer);
}

static uint64_t time_ns(const struct timeval *time)
{
	return (uint64_t)time->tv_sec * 1000000000u + (uint64_t)time->tv_usec * 1000u;
}

/* Of children that nobody waited for the kernel tells the group alone. */
static void take_group(struct tc_manifest *m, const struct tc_own_group *group)
{
	uint64_t user_ns, system_ns;
	if (!tc_own_group_cpu(group, &user_ns, &system_ns) || user_ns + system_ns < m->user_ns + m->system_ns)
		return;
	m->user_ns = user_ns;
	m->system_ns = system_ns;
}

/* However this goes the command's exit status stands, and what was recorded lies where it can be found. */
static void finish(struct run *run, struct tc_launch *launch)
{
	struct tc_manifest *m = &run->manifest;
	tc_describe_now(&m->end);
	m->how = WIFSIGNALED(launch->status) ? TC_HOW_SIGNALLED : TC_HOW_EXITED;
	m->status = WIFSIGNALED(launch->status) ? WTERMSIG(launch->status) : WEXITSTATUS(launch->status);
	m->has_usage = true;
	m->user_ns = time_ns(&launch->usage.ru_utime);
	m->system_ns = time_ns(&launch->usage.ru_stime);
	m->peak_rss_bytes = (uint64_t)launch->usage.ru_maxrss * 1024;
	take_group(m, &launch->group);
	tc_observer_close(run->observer);
	tc_own_group_remove(&launch->group);
	if (tc_session_finish(&run->paths, m) != 0)
		complain(tacho_last_error());
	if (!run->quiet && tc_report_session(run->paths.directory, stderr) != 0)
		complain(tacho_last_error());
	/* What runs before us left behind, unless that would make a short run longer. */
	if (m->end.monotonic_ns - m->begin.monotonic_ns > 1000000000u)
		tc_store_adopt();
}

static int record(struct run *run)
{
	struct tc_launch launch;
	int status;
	if (make_session(run) != 0) {
		status = complain(tacho_last_error());
		goto out;
	}
	if (tc_launch_start(&launch, run->argv, true) != 0) {
		status = complain(tacho_last_error());
		tc_session_discard(&run->paths);
		goto out;
	}
	run->manifest.pid = (uint64_t)launch.pid;
	tc_manifest_write(run->paths.directory, &run->manifest);
	open_observer(run, &launch);
	tc_progress_begin(&run->progress_line, run->progress, run->paths.directory);
	launch.ending = look_once_more;
	launch.context = run;
	tc_launch_wait(&launch, tick, run);
	tc_progress_end(&run->progress_line);
	if (launch.error) {
		tc_observer_close(run->observer);
		tc_own_group_remove(&launch.group);
		tc_session_discard(&run->paths);
		status = tc_launch_complain("run", run->argv[0], launch.error);
		goto out;
	}
	finish(run, &launch);
	status = tc_launch_status(&launch);
out:
	tc_manifest_release(&run->manifest);
	return status;
}

static int run_command(const struct tc_command *self, int argc, char **argv)
{
	static struct run run; /* with its settings too large for a stack */
	tc_settings_load(&run.settings);
	bool helped = false;
	int status = take_arguments(&run, self, argc, argv, &helped);
	return status != 0 || helped ? status : record(&run);
}

const struct tc_command tc_command_run = {
	.name = "run",
	.summary = "run a command and record it",
	.synopsis = "[-o DIR] [--name NAME] [--interval DURATION] [-c KEY=VALUE]... [--progress] [-q] [--] COMMAND "
		    "[ARGUMENT...]",
	.description =
		"Runs COMMAND and records it into a new session: the spans that it and the processes below it "
		"mark with tacho, and CPU and memory of the machine and of all these processes. At the end a "
		"report goes to standard error. Any command will do; one that knows nothing of tacho gets the "
		"part about resources.\n"
		"\n"
		"COMMAND notices nothing: standard input, output and error, the terminal, the working directory "
		"and the handling of signals are its own. SIGTERM, SIGHUP and other signals sent to tacho go on "
		"to it; Ctrl-C and Ctrl-Z in the terminal reach it as ever, and tacho stops and goes on with it. "
		"It is told of the session by the environment variable TACHO_SESSION; a run inside of a run makes "
		"a session of its own. Where tacho may, COMMAND is in a control group of its own (cgroup version 2, "
		"without "
		"limits), so that the CPU time of children that nobody waits for is counted too.\n"
		"\n"
		"The session lies in $TACHO_STORE, else in $XDG_STATE_HOME/tacho, else in ~/.local/state/tacho, "
		"unless -o says otherwise. While it is recorded it lies on a tmpfs, /dev/shm or $TACHO_LIVE, "
		"where that has room; TACHO_LIVE=none keeps it in its directory. If tacho is killed meanwhile, "
		"the next tacho command brings home what was recorded.",
	.options = options,
	.examples = "tacho run -- make -j8\t# record a build, report at the end\n"
		    "tacho run -o /tmp/trial --name trial -- ./import data.csv\t# into a directory of one's own\n"
		    "tacho run -q --interval 100ms -- ./job && tacho report\t# report later, and a finer curve",
	.status = "That of COMMAND; 128 + N when signal N ended it; 127 when there is no such command, 126 when it "
		  "cannot be executed, 125 when tacho itself failed, and then COMMAND was not run.",
	.run = run_command,
};
