/* SPDX-License-Identifier: MIT
 *
 * launch.c - the command shares tacho's process group, terminal and descriptors, and starts with the signal mask and the
 * dispositions that tacho was given.  tacho blocks all signals and reads them from a descriptor: a Ctrl-C that the
 * terminal sent to the whole group is the command's business alone, a SIGTERM that was sent to tacho goes to the command.
 */
#include "cli/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/error.h"
#include "format/clock.h"

/* In the child, between fork and exec: async-signal-safe calls only. */
static _Noreturn void become_command(const struct tc_launch *launch, int failure)
{
	sigaction(SIGCHLD, &launch->inherited_child, NULL);
	sigaction(SIGPIPE, &launch->inherited_pipe, NULL);
	sigprocmask(SIG_SETMASK, &launch->inherited, NULL);
	execvp(launch->argv[0], launch->argv);
	int error = errno;
	ssize_t written = write(failure, &error, sizeof error);
	_exit(written == sizeof error && error == ENOENT ? TC_STATUS_NOT_FOUND : TC_STATUS_CANNOT_RUN);
}

static void take_signals(struct tc_launch *launch)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
	const struct sigaction usual = {.sa_handler = SIG_DFL}, ignore = {.sa_handler = SIG_IGN};
	sigset_t all;
	sigfillset(&all);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		sigdelset(&all, faults[i]);
	sigprocmask(SIG_BLOCK, &all, &launch->inherited);
	sigaction(SIGCHLD, &usual, &launch->inherited_child); /* ignored, children would leave no status */
	sigaction(SIGPIPE, &ignore, &launch->inherited_pipe); /* a report nobody reads costs no exit status */
	launch->signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

int tc_launch_start(struct tc_launch *launch, char **argv, bool group)
{
	int pipes[2];
	*launch =
		(struct tc_launch){.argv = argv, .group = {.directory = -1, .stat = -1}, .signals = -1, .failure = -1};
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return tc_error_errno(errno, "cannot make a pipe");
	fflush(NULL);
	take_signals(launch);
	prctl(PR_SET_CHILD_SUBREAPER, 1); /* orphans come to us, so that their time is not lost */
	if (group)
		tc_own_group_make(&launch->group);
	launch->pid = launch->signals < 0 ? -1 : tc_own_group_fork(&launch->group);
	if (launch->pid == 0)
		become_command(launch, pipes[1]);
	int error = errno;
	close(pipes[1]);
	launch->failure = pipes[0];
	if (launch->pid > 0)
		return 0;
	close(pipes[0]);
	tc_own_group_remove(&launch->group);
	return tc_error_errno(error, "cannot start a process");
}

static void add_time(struct timeval *to, const struct timeval *more)
{
	to->tv_sec += more->tv_sec;
	to->tv_usec += more->tv_usec;
	if (to->tv_usec >= 1000000) {
		to->tv_usec -= 1000000;
		to->tv_sec++;
	}
}

static void add_usage(struct rusage *to, const struct rusage *more)
{
	add_time(&to->ru_utime, &more->ru_utime);
	add_time(&to->ru_stime, &more->ru_stime);
	if (more->ru_maxrss > to->ru_maxrss)
		to->ru_maxrss = more->ru_maxrss;
}

static void note_end(struct tc_launch *launch, int status)
{
	launch->ended = true;
	launch->status = status;
	if (read(launch->failure, &launch->error, sizeof launch->error) != sizeof launch->error)
		launch->error = 0; /* exec closed the other end */
}

static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Stops as the command did, so that the shell which waits for us gets its terminal back.  Where nobody could use that, a
 * SIGSTOP meant for the command would hold us for good: there we stay. */
static void stop_too(int signal)
{
	sigset_t one;
	if (signal == SIGSTOP && !has_terminal())
		return;
	sigemptyset(&one);
	sigaddset(&one, signal);
	raise(signal);
	sigprocmask(SIG_UNBLOCK, &one, NULL); /* here we stop; SIGCONT goes on */
	sigprocmask(SIG_BLOCK, &one, NULL);
}

/* The kernel tells of a process until it is waited for, and of its threads' time not a moment longer. */
static void tell_of_end(struct tc_launch *launch)
{
	siginfo_t info = {.si_pid = 0};
	if (launch->ending && !launch->told && !waitid(P_PID, (id_t)launch->pid, &info, WEXITED | WNOHANG | WNOWAIT) &&
		info.si_pid == launch->pid) {
		launch->told = true;
		launch->ending(launch->context);
	}
}

static void reap(struct tc_launch *launch)
{
	struct rusage usage;
	int status, stop = 0;
	pid_t pid;
	tell_of_end(launch);
	while ((pid = wait4(-1, &status, WNOHANG | WUNTRACED | WCONTINUED, &usage)) > 0) {
		bool ended = WIFEXITED(status) || WIFSIGNALED(status);
		if (ended)
			add_usage(&launch->usage, &usage);
		if (pid != launch->pid)
			continue;
		if (ended)
			note_end(launch, status);
		launch->stopped = WIFSTOPPED(status);
		stop = launch->stopped ? WSTOPSIG(status) : 0;
	}
	if (stop)
		stop_too(stop);
}

/* fg continues the whole group; kill -CONT of tacho alone continues tacho alone. */
static void go_on(struct tc_launch *launch)
{
	const struct timespec moment = {0, 1000000};
	if (!launch->stopped)
		return;
	nanosleep(&moment, NULL); /* let the kernel reach the rest of the group first */
	reap(launch);
	if (launch->stopped && !launch->ended)
		kill(launch->pid, SIGCONT);
}

/* Whether a signal reached tacho and not the command.  The terminal's and those that a process below us sent to its group
 * were the command's already; but only the leader of the session hears of a lost terminal. */
static bool is_ours_alone(const struct signalfd_siginfo *got)
{
	switch (got->ssi_signo) {
	case SIGCHLD:
	case SIGPIPE:
		return false;
	case SIGALRM: /* a timer set before tacho was executed */
		return true;
	case SIGHUP:
		if (got->ssi_code > 0)
			return getsid(0) == getpid();
		break;
	default:
		if (got->ssi_code > 0)
			return false;
	}
	return !tc_launch_is_below((pid_t)got->ssi_pid);
}

static void take_signal(struct tc_launch *launch)
{
	struct signalfd_siginfo got;
	while (!launch->ended && read(launch->signals, &got, sizeof got) == sizeof got) {
		if (got.ssi_signo == SIGCHLD)
			reap(launch);
		else if (got.ssi_signo == SIGCONT)
			go_on(launch);
		else if (is_ours_alone(&got))
			kill(launch->pid, (int)got.ssi_signo);
	}
}

void tc_launch_wait(struct tc_launch *launch, uint64_t (*tick)(void *), void *context)
{
	struct pollfd signals = {.fd = launch->signals, .events = POLLIN};
	uint64_t due = tc_monotonic_ns();
	while (!launch->ended) {
		uint64_t now = tc_monotonic_ns();
		if (tick && now >= due) {
			uint64_t pause = tick(context);
			now = tc_monotonic_ns();
			due = now + pause;
		}
		uint64_t left = tick && due > now ? due - now : 0;
		const struct timespec timeout = {(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
		if (ppoll(&signals, 1, tick ? &timeout : NULL, NULL) > 0)
			take_signal(launch);
	}
	reap(launch);
	close(launch->failure);
	close(launch->signals);
}

int tc_launch_status(const struct tc_launch *launch)
{
	if (WIFSIGNALED(launch->status))
		return TC_STATUS_SIGNAL + WTERMSIG(launch->status);
	return WEXITSTATUS(launch->status);
}
