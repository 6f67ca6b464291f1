/* SPDX-License-Identifier: MIT
 *
 * pace.h - how often the observer does what it does: as is set, or as the observed programs wish, and slower where it would
 * take more of a core than it may.  Pure arithmetic on figures that it is given.
 */
#ifndef OBSERVE_PACE_H
#define OBSERVE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "observe/wish.h"
#include "sample/sample.h"

/* What takes time, in the order in which it is slowed down. */
enum tc_work { TC_WORK_DEAR, TC_WORK_STATES, TC_WORK_WINDOWS, TC_WORK_CHEAP, TC_WORKS };

enum { TC_PACE_SLOWEST = 64 }; /* times as long as an interval is otherwise; a power of two */
#define TC_PACE_MOST_NS UINT64_C(3600000000000)

struct tc_pace {
	uint64_t set_ns[TC_SAMPLE_GROUPS]; /* by the settings; 0: nobody set it */
	struct tc_wishes wishes;
	double budget_cores;
	int64_t outside_ns;   /* CPU time lately that is in none of the works below, */
	double outside_cores; /* and what share of a core that usually is */
	struct tc_work_done {
		uint64_t cost_ns;  /* CPU time of doing it once, lately */
		uint64_t every_ns; /* how often that would be, were it not slowed down */
		uint64_t slower;   /* its interval is so many times as long */
	} work[TC_WORKS];
	unsigned told; /* bits of enum tc_work: that it was slowed down was said */
};

void tc_pace_init(struct tc_pace *pace, const uint64_t set_ns[TC_SAMPLE_GROUPS], double budget_cores);

/* The interval of a group is somebody's wish or setting, and not just the usual one. */
bool tc_pace_is_asked(const struct tc_pace *pace, enum tc_sample_group group);

/* Between two readings of a group, before it is slowed down. */
uint64_t tc_pace_interval(const struct tc_pace *pace, enum tc_sample_group group);

/* An interval of some work as the budget allows it. */
uint64_t tc_pace_slowed(const struct tc_pace *pace, enum tc_work work, uint64_t interval_ns);

/* Some work was done once and took so much CPU time; every_ns: until the next time, were it not slowed down. */
void tc_pace_spent(struct tc_pace *pace, enum tc_work work, uint64_t cost_ns, uint64_t every_ns);

/* All together took so much CPU time, what was told of the works included: the rest counts, too, though nothing slows it. */
void tc_pace_ticked(struct tc_pace *pace, uint64_t cost_ns);

/* So much of it is nothing that the budget is for. */
void tc_pace_apart(struct tc_pace *pace, uint64_t cost_ns);

/* What was told since the last call is of so much time. */
void tc_pace_passed(struct tc_pace *pace, uint64_t ns);

/* Slows down in the order above until three quarters of the budget are kept, so that what costs vary stays within it, or nothing is left to slow down; goes back to the usual pace by the
 * same rule.  quiet: says nothing about it yet.  true: a sentence about
 * it that was not said before is in note. */
bool tc_pace_keep(struct tc_pace *pace, bool quiet, char *note, size_t room);

#endif
