/* SPDX-License-Identifier: MIT
 *
 * launch.h - runs the user's command so that nobody can tell it from one started without tacho, and waits for it.  For `run`
 * and `span`.  One launch per process.
 */
#ifndef CLI_LAUNCH_H
#define CLI_LAUNCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>
#include "sample/own_group.h"

/* Exit statuses of run and span that are not the command's own; those of a shell, env(1) and timeout(1). */
enum {
	TC_STATUS_BUDGET = 120,
	TC_STATUS_FAILED = 125,
	TC_STATUS_CANNOT_RUN = 126,
	TC_STATUS_NOT_FOUND = 127,
	TC_STATUS_SIGNAL = 128
};

struct tc_launch {
	char **argv;
	pid_t pid;
	bool ended;
	int status;                    /* as wait(2) gives it, when it ended */
	int error;                     /* errno of an exec that failed; 0: it ran */
	struct tc_own_group group;     /* of a run: the command's own, if there could be one; the caller removes it */
	struct rusage usage;           /* of the command and all it waited for, and of orphans that came to us */
	void (*ending)(void *context); /* told when the command has ended and can still be looked at; NULL: nobody */
	void *context;                 /* of that */
	/* the rest is launch.c's own */
	bool stopped, told;
	int signals; /* signalfd */
	int failure; /* pipe on which the child says that exec failed */
	sigset_t inherited;
	struct sigaction inherited_child, inherited_pipe;
};

/* Starts argv, in a control group of its own if asked for and possible.  0, or a negative tacho_error code with the sentence set when not even a process could be made.  Every signal
 * is blocked from here on. */
int tc_launch_start(struct tc_launch *launch, char **argv, bool group);

/* Waits until the command ends, passing on signals, stopping and going on with it.  tick, if given, is called at once and then
 * whenever as many ns have passed as it returned. */
void tc_launch_wait(struct tc_launch *launch, uint64_t (*tick)(void *context), void *context);

/* What tacho's exit status is to be. */
int tc_launch_status(const struct tc_launch *launch);

/* Turns this process into the command, for a span outside of a session.  Returns only when that failed: the exit status,
 * after one line was printed. */
int tc_launch_become(char **argv, const char *command);

/* One line on stderr that says why argv[0] could not be run; the exit status. */
int tc_launch_complain(const char *command, const char *program, int error);

/* Whether the signal was sent by a process below this one. */
bool tc_launch_is_below(pid_t pid);

#endif
