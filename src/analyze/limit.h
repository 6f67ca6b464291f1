/* SPDX-License-Identifier: MIT
 *
 * limit.h - what limited a run, from the readings of the machine and the processes.  The first of these that holds:
 *
 *	memory      a process of the group was killed for want of memory, or for 10 % of the time somebody stood still for it
 *	throttled   the group's CPU quota held it back for 10 % of the time
 *	cpu         the processes used 90 % of the CPUs they may have, for half of the time
 *	waiting     a quarter of the CPU time that their threads could have used was not theirs, and a quarter of the time one of them waited
 *	            for it at least: others had it, or they share CPUs that they are bound to.  Where threads are so many that each
 *	            waited for less than 1 % of its time, they sleep and are woken: then only if they used half of the CPUs besides.
 *	            Where the run has a control group of its own, some of them waited for as long as its pressure says at least:
 *	            readings of threads lose what short ones waited
 *	disk        for 20 % of the time somebody stood still for a disk
 *	one thread  they used between 0.9 and 1.15 of several CPUs for half of the time
 *	none
 *
 * "Stood still" is the kernel's pressure stall information (some), of the group where it has its own, else of the machine,
 * where it may have been others.  Quota and group are those of the observed process.  Of less than a second nothing is
 * said.  The order is that of causes: who is throttled waits as well, and who uses all CPUs.
 */
#ifndef ANALYZE_LIMIT_H
#define ANALYZE_LIMIT_H

#include "read/session.h"

enum tc_limit {
	TC_LIMIT_UNKNOWN, /* there are no readings of the processes' CPU time, or too short a time */
	TC_LIMIT_NONE,
	TC_LIMIT_MEMORY,
	TC_LIMIT_THROTTLED,
	TC_LIMIT_CPU,
	TC_LIMIT_WAITING,
	TC_LIMIT_DISK,
	TC_LIMIT_ONE_THREAD,
	TC_LIMITS
};

struct tc_limited {
	enum tc_limit by;
	double share; /* of the time, 0 to 1; NAN where it is not of time */
	char evidence[192];
};

/* Of [from, to). */
void tc_limit_find(struct tc_limited *out, const struct tc_session *session, tc_instant from, tc_instant to);

/* "memory", "throttled", "cpu", "waiting_for_cpu", "disk", "one_thread", "none"; NULL: unknown. */
const char *tc_limit_name(enum tc_limit by);

#endif
