/* SPDX-License-Identifier: MIT
 *
 * cmd_run.c - records a command: makes the session, starts the command in it, watches it from outside, reports.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <tacho/error.h>
#include "base/error.h"
#include "cli/budgets.h"
#include "cli/git_look.h"
#include "cli/launch.h"
#include "cli/recording.h"

enum { BUDGET = TC_RECORDING_OWN, KEEP };

static const struct tc_option options[] = {
	TC_RECORDING_OPTIONS("the command's name"),
	[BUDGET] = {'b', "budget", "EXPR",
		"What is to hold at the end, such as 'insert.p95 < 2s': see tacho check\nMay be given again"},
	[KEEP] = {'k', "keep", "WHAT",
		"all: store every span, some 2 bytes each; rings: keep the newest of each thread, as usual"},
	{0, NULL, NULL, NULL},
};

/* 2 is a status that commands have: one's own mistakes must not look like theirs. */
static int complain(const char *sentence)
{
	fprintf(stderr, "tacho run: %s\n", sentence);
	return TC_STATUS_FAILED;
}

/* Most of them set a setting. */
static int complain_of_option(int option)
{
	const char *help = option == TC_RECORDING_EXPORT         ? "export"
	                   : option == TC_RECORDING_EXPORT_EVERY ? "run"
	                                                         : "config";
	fprintf(stderr, "tacho run: %s (see tacho %s --help)\n", tacho_last_error(), help);
	return TC_STATUS_FAILED;
}

static int take_budget(struct tc_budgets *budgets, const char *text)
{
	size_t at;
	if (tc_budgets_take(budgets, text, &at) == 0)
		return 0;
	fprintf(stderr, "tacho run: --budget: %s (see tacho check --help)\n", tacho_last_error());
	tc_budgets_point(text, at, stderr);
	return TC_STATUS_FAILED;
}

static int take_option(struct tc_recording *run, int option, const char *value)
{
	return option == KEEP ? tc_recording_keep(run, value)
	                      : tc_recording_take(run, (enum tc_recording_option)option, value);
}

/* 0, or the exit status after what was wrong was printed; *command: where the command begins, NULL after the help. */
static int take_arguments(struct tc_recording *run, struct tc_budgets *budgets, const struct tc_command *self, int argc,
	char **argv, char ***command)
{
	const char *value;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, true)) >= 0)
		if (option == BUDGET && take_budget(budgets, value) != 0)
			return TC_STATUS_FAILED;
		else if (option != BUDGET && take_option(run, option, value) != 0)
			return complain_of_option(option);
	*command = option == TC_ARGS_HELP ? NULL : argv + at;
	if (option == TC_ARGS_ERROR)
		return TC_STATUS_FAILED;
	if (*command && at >= argc)
		return complain("what is to be run?  tacho run -- COMMAND [ARGUMENT...] (see tacho run --help)");
	return !*command || tc_recording_check(run) == 0 ? 0 : complain(tacho_last_error());
}

/* What the command and its children find in their environment; 0 or a negative code. */
static int set_environment(const struct tc_recording *run)
{
	char trace[64];
	tc_trace_put(&run->manifest.trace, trace);
	if (setenv(TC_ENV_SESSION, run->paths.directory, 1) != 0 || unsetenv(TC_ENV_PARENT) != 0 ||
		(*run->manifest.trace.trace_id && setenv(TC_ENV_TRACE, trace, 1) != 0))
		return tc_error(TACHO_ENOMEM, "out of memory");
	return 0;
}

static void look_once_more(void *context)
{
	struct tc_recording *run = context;
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
static void finish(struct tc_recording *run, struct tc_launch *launch, struct tc_git_look *git)
{
	struct tc_manifest *m = &run->manifest;
	m->how = WIFSIGNALED(launch->status) ? TC_HOW_SIGNALLED : TC_HOW_EXITED;
	m->status = WIFSIGNALED(launch->status) ? WTERMSIG(launch->status) : WEXITSTATUS(launch->status);
	m->has_usage = true;
	m->user_ns = time_ns(&launch->usage.ru_utime);
	m->system_ns = time_ns(&launch->usage.ru_stime);
	m->peak_rss_bytes = (uint64_t)launch->usage.ru_maxrss * 1024;
	take_group(m, &launch->group);
	m->git_changes = tc_git_look_end(git);
	tc_recording_end(run, complain);
	tc_own_group_remove(&launch->group);
}

static int record(struct tc_recording *run, struct tc_git_look *git, char **command)
{
	struct tc_launch launch;
	int r = tc_recording_make(run, command[0], 0, command);
	if (r != 0)
		return complain(tacho_last_error());
	r = set_environment(run);
	if (r == 0)
		r = tc_launch_start(&launch, command, true);
	if (r != 0) {
		tc_recording_discard(run);
		return complain(tacho_last_error());
	}
	run->manifest.pid = (uint64_t)launch.pid;
	run->manifest.git_changes = git->answer < 0 ? TC_GIT_NOT_LOOKED : TC_GIT_LATE; /* until it is known */
	tc_manifest_write(run->paths.directory, &run->manifest);
	/* The command runs already: without an observer it is recorded all the same, only the machine is not. */
	if (tc_recording_observe(run, launch.pid, run->manifest.begin.monotonic_ns, &launch.group) != 0)
		complain(tacho_last_error());
	launch.ending = look_once_more;
	launch.context = run;
	tc_launch_wait(&launch, tc_recording_tick, run);
	if (launch.error) {
		tc_recording_discard(run);
		tc_own_group_remove(&launch.group);
		return tc_launch_complain("run", command[0], launch.error);
	}
	finish(run, &launch, git);
	return tc_launch_status(&launch);
}

static int record_with_git(struct tc_recording *run, char **command)
{
	struct tc_git_look git;
	tc_git_look_begin(&git);
	int status = record(run, &git, command);
	tc_git_look_end(&git);
	return status;
}

/* Whether all are held; said on standard error, where the report goes.  What -q wants silent is that all is well. */
static bool budgets_hold(struct tc_budgets *budgets, const struct tc_recording *run)
{
	const struct tc_session_options figures = {.no_spans = true};
	struct tc_session *session;
	struct tc_screen screen;
	if (tc_session_open(&session, run->paths.directory, &figures) != 0) {
		complain(tacho_last_error());
		return false;
	}
	tc_budgets_check(budgets, session, NULL);
	bool held = tc_budgets_state(budgets) == TC_BUDGET_HELD;
	tc_screen_init(&screen, stderr);
	if (!run->quiet)
		tc_screen_line(&screen);
	tc_render_budgets(&screen, budgets);
	if ((!run->quiet || !held) && tc_screen_write(&screen, stderr) != 0)
		complain(tacho_last_error());
	tc_screen_release(&screen);
	tc_session_release(session);
	return held;
}

static int run_command(const struct tc_command *self, int argc, char **argv)
{
	static struct tc_recording run = {.exports.is_redacted = true}; /* by the environment all processes below get */
	struct tc_budgets budgets = {0};
	char **command = NULL;
	tc_settings_load(&run.settings);
	run.complain = complain;
	int status = take_arguments(&run, &budgets, self, argc, argv, &command);
	if (status == 0 && command)
		status = record_with_git(&run, command);
	bool ran = run.manifest.how != TC_HOW_RUNNING;
	if (ran && budgets.count && !budgets_hold(&budgets, &run) && status == 0)
		status = TC_STATUS_BUDGET;
	if (ran && run.exports.failed && status == 0)
		status = TC_STATUS_FAILED;
	tc_budgets_release(&budgets);
	tc_manifest_release(&run.manifest);
	return status;
}

const struct tc_command tc_command_run = {
	.name = "run",
	.summary = "run a command and record it",
	.synopsis = "[-o DIR] [--name NAME] [--interval DURATION] [-c KEY=VALUE]... [--keep all] [--budget EXPR]... "
		    "[--progress] [-q] [--] COMMAND "
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
		"without limits), so that the CPU time of children that nobody waits for is counted too. How it "
		"divides into user and kernel time is then the kernel's estimate for the group, and may differ from "
		"time(1)'s, which adds up estimates for each process; the sum is the same.\n"
		"\n"
		"The session lies in $TACHO_STORE, else in $XDG_STATE_HOME/tacho, else in ~/.local/state/tacho, "
		"unless -o says otherwise. With --keep all every span goes to disk, compressed, and what could not be "
		"is counted; else the newest of each thread, the slowest and the failed ones are kept, and statistics "
		"of all of them. While it is recorded it lies on a tmpfs, /dev/shm or $TACHO_LIVE, "
		"where that has room; TACHO_LIVE=none keeps it in its directory. If tacho is killed meanwhile, "
		"the next tacho command brings home what was recorded.\n"
		"\n"
		"Where COMMAND runs in a working tree of git, git is asked beside it, with little priority, whether "
		"files "
		"that it tracks were changed. That never delays COMMAND and counts among nothing that it took; at its "
		"end "
		"no answer is waited for, and then the session says why it has none.\n"
		"\n"
		"--budget sets limits that are held against the session at the end, as tacho check does; one that "
		"cannot be understood is told before COMMAND is started.",
	.options = options,
	.examples = "tacho run -- make -j8\t# record a build, report at the end\n"
		    "tacho run -o /tmp/trial --name trial -- ./import data.csv\t# into a directory of one's own\n"
		    "tacho run --budget 'insert.p95 < 50ms' -- ./import data.csv\t# for CI: fails when it is slower\n"
		    "tacho run -q --interval 100ms -- ./job && tacho report\t# report later, and a finer curve",
	.status = "That of COMMAND; 128 + N when signal N ended it; 127 when there is no such command, 126 when it "
		  "cannot be executed; 125 when tacho itself failed: COMMAND was not run, or it succeeded, all budgets "
		  "are held, and an --export at the end could not be made; 120 when COMMAND "
		  "succeeded and a budget is broken or cannot be told.",
	.run = run_command,
};
