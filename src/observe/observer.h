/* SPDX-License-Identifier: MIT
 *
 * observer.h - watches a session from outside or from a thread inside: samples the machine and the process tree, reads
 * the parts' statistics each tick and appends what changed to the session's log.  One thread at a time may use an observer.
 */
#ifndef OBSERVE_OBSERVER_H
#define OBSERVE_OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tc_observer;
struct tc_own_group;
struct tc_packer;
struct tc_sampler;
struct tc_settings;

struct tc_observer_options {
	const char *directory;  /* of the session */
	const char *live;       /* where parts appear and the log goes */
	pid_t root;             /* the process whose tree is sampled */
	uint64_t started_ns;    /* CLOCK_MONOTONIC at which this process started root as its child; 0: it ran before */
	char *const *arguments; /* with which root was started, outlives the observer; NULL: not known */
	const struct tc_own_group *group; /* that root was started in, with nobody else; NULL: none */
	uint64_t interval_ns; /* between samples; 0: 1 s, and faster at the start, so that a short run has a curve */
	uint64_t dear_interval_ns;  /* between those of what is dear to read; 0: 10 s, and faster at the start */
	uint64_t state_interval_ns; /* between looks at the state of threads whose spans are not told apart; 0: none */
	bool keep;                  /* every span is stored, in directory/spans.tacho, */
	const struct tc_packer *packer;           /* compressed by this; NULL: as it is */
	double budget_cores;                      /* what all this may take; 0: a hundredth */
	const struct tc_sampler *const *samplers; /* for tests: the sources; NULL: all there are */
	size_t sampler_count;
};

/* Intervals and budget as they are set. */
void tc_observer_set(struct tc_observer_options *options, const struct tc_settings *settings);

int tc_observer_open(struct tc_observer **out, const struct tc_observer_options *options);

/* Does what is due now and returns how many ns from now it wants to be called again. */
uint64_t tc_observer_tick(struct tc_observer *observer);

/* Reads the recordings now, while a process that has ended can still be asked what it took. */
void tc_observer_look(struct tc_observer *observer);

/* A last reading; the log is complete afterwards.  NULL is fine. */
void tc_observer_close(struct tc_observer *observer);

#endif
