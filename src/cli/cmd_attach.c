/* SPDX-License-Identifier: MIT
 *
 * cmd_attach.c - observes a process that runs already, and all below it, until it ends or we are told to stop.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <tacho/error.h>
#include <time.h>
#include <unistd.h>
#include "base/error.h"
#include "cli/recording.h"
#include "cli/target.h"

static const struct tc_option options[] = {
	TC_RECORDING_OPTIONS("the process's name"),
	{0, NULL, NULL, NULL},
};

static const uint64_t look_again_ns = 500000000; /* where the kernel does not tell when a process ends */

static int complain(const char *sentence)
{
	return tc_fail("%s", sentence);
}

static int complain_of_use(void)
{
	return tc_fail("%s (see tacho attach --help)", tacho_last_error());
}

/* What ends the observing; a signal that whoever started us had ignored stays so. */
static int take_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct sigaction inherited;
		if (!sigaction(ends[i], NULL, &inherited) && inherited.sa_handler != SIG_IGN)
			sigaddset(&set, ends[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGPIPE, &ignore, NULL); /* a report nobody reads costs no exit status */
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Whether the process ended; else we were told to stop. */
static bool watch(struct tc_recording *recording, const struct tc_target *target, int signals)
{
	struct pollfd files[] = {{.fd = signals, .events = POLLIN}, {.fd = target->pidfd, .events = POLLIN}};
	for (;;) {
		uint64_t pause_ns = tc_recording_tick(recording);
		if (target->pidfd < 0 && pause_ns > look_again_ns)
			pause_ns = look_again_ns;
		const struct timespec timeout = {(time_t)(pause_ns / 1000000000u), (long)(pause_ns % 1000000000u)};
		if (ppoll(files, 2, &timeout, NULL) > 0)
			return !files[0].revents || files[1].revents;
		if (target->pidfd < 0 && tc_target_has_ended(target))
			return true;
	}
}

static void say(struct tc_recording *recording, const struct tc_target *target)
{
	for (size_t i = 0; i < target->notes; i++) {
		tc_manifest_note(&recording->manifest, target->note[i]);
		if (!recording->quiet)
			fprintf(stderr, "tacho: %s\n", target->note[i]);
	}
	if (!recording->quiet && !recording->progress && isatty(STDERR_FILENO))
		fprintf(stderr,
			"tacho: observing process %d (%s) until it ends; Ctrl-C stops observing, not the process\n",
			target->pid, target->name);
	tc_manifest_write(recording->paths.directory, &recording->manifest);
}

static int attach(struct tc_recording *recording, struct tc_target *target)
{
	int signals = take_signals();
	if (signals < 0) {
		tc_error_errno(TACHO_EIO, "cannot wait for signals");
		return complain(tacho_last_error());
	}
	tc_target_describe(target);
	int r = tc_recording_make(recording, target->name, target->pid, NULL);
	if (r == 0) {
		say(recording, target);
		r = tc_recording_observe(recording, target->pid, 0, NULL);
	}
	if (r != 0) {
		tc_recording_discard(recording);
		return complain(tacho_last_error());
	}
	recording->manifest.how = watch(recording, target, signals) ? TC_HOW_ENDED : TC_HOW_DETACHED;
	tc_recording_end(recording, complain);
	return recording->exports.failed ? 2 : 0;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	static struct tc_recording recording; /* too large for a stack, as is the other */
	static struct tc_target target;
	const char *value;
	int at = 1, option;
	tc_settings_load(&recording.settings);
	recording.complain = complain;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		if (tc_recording_take(&recording, (enum tc_recording_option)option, value) != 0)
			return complain_of_use();
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (at + 1 != argc)
		return tc_fail("attach takes one operand, the number of a process (see tacho attach --help)");
	if (tc_recording_check(&recording) != 0)
		return complain(tacho_last_error());
	if (tc_target_find(&target, argv[at]) != 0)
		return complain(tacho_last_error());
	int status = attach(&recording, &target);
	tc_manifest_release(&recording.manifest);
	return status;
}

const struct tc_command tc_command_attach = {
	.name = "attach",
	.summary = "observe a process that runs already",
	.synopsis = "[-o DIR] [--name NAME] [--interval DURATION] [-c KEY=VALUE]... [--progress] [-q] PID",
	.description =
		"Observes process PID and all processes below it until PID ends or Ctrl-C, SIGTERM or SIGHUP stops the "
		"observing, and then prints a report to standard error. The process notices nothing: what is read is "
		"what "
		"/proc tells anybody, or its own user. It goes on when the observing stops.\n"
		"\n"
		"Figures count from the moment of attaching; the most memory that a process ever had resident is told "
		"by the "
		"kernel from its begin on. What only the user of the process or root may read (what it reads and "
		"writes, its "
		"shared memory, its open files) is left out for others, and a note says so. A process that records "
		"itself or runs below `tacho run` has a session with its spans, which a note names; this session has "
		"no "
		"spans.\n"
		"\n"
		"How an observed process ended is not known: only its parent is told.",
	.options = options,
	.examples = "tacho attach 4711\t# until it ends, or Ctrl-C\n"
		    "tacho attach --progress --interval 100ms $(pidof postgres)\t# a finer curve\n"
		    "timeout 60 tacho attach -q 4711 && tacho report\t# a minute of it; report later",
	.status = "0 when all went well; 2 when the arguments or the process are at fault, or an --export at the end "
		  "could "
		  "not be made.",
	.run = run,
};
