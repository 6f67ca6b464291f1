/* SPDX-License-Identifier: MIT
 *
 * observer.h - watches a session from outside or from a thread inside: samples the machine and the process tree, reads
 * the parts' statistics each tick and appends what changed to the session's log.  One thread at a time may use an observer.
 */
#ifndef OBSERVE_OBSERVER_H
#define OBSERVE_OBSERVER_H

#include <stdint.h>
#include <sys/types.h>

struct tc_observer;

struct tc_observer_options {
	const char *directory; /* of the session */
	const char *live;      /* where parts appear and the log goes */
	pid_t root;            /* the process whose tree is sampled */
	uint64_t started_ns;   /* CLOCK_MONOTONIC at which this process started root as its child; 0: it ran before */
	uint64_t interval_ns;  /* between samples; faster at the start, so that a short run has a curve */
};

int tc_observer_open(struct tc_observer **out, const struct tc_observer_options *options);

/* Does what is due now and returns how many ns from now it wants to be called again. */
uint64_t tc_observer_tick(struct tc_observer *observer);

/* A last reading; the log is complete afterwards.  NULL is fine. */
void tc_observer_close(struct tc_observer *observer);

#endif
