/* SPDX-License-Identifier: MIT
 *
 * own_group.h - a control group for one run alone, where this process may make one: its sum of CPU time misses nobody, not
 * even those that no parent waits for and that end between two readings.  It limits nothing: no controller is switched
 * on in it.  Version 2 only; the kernel counts CPU time there without a controller.
 */
#ifndef SAMPLE_OWN_GROUP_H
#define SAMPLE_OWN_GROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "sample/cgroup.h"

struct tc_own_group {
	int directory, stat; /* -1: there is no group */
	char path[TC_CGROUP_FILE_BYTES], parent[TC_CGROUP_PATH_BYTES];
};

/* Makes a group below the one this process is in.  false: it may not, or there is no such thing here; nothing is left
 * behind. */
bool tc_own_group_make(struct tc_own_group *group);

/* As fork(2), with the child in the group.  Where the kernel refuses, the group is removed and the child is in none of its
 * own.  Handlers of pthread_atfork() are not called. */
pid_t tc_own_group_fork(struct tc_own_group *group);

/* CPU time of all that ever ran in the group.  false: there is no group. */
bool tc_own_group_cpu(const struct tc_own_group *group, uint64_t *user_ns, uint64_t *system_ns);

/* Moves those that still run in it to where this process is, and removes it.  Of a group that is none too. */
void tc_own_group_remove(struct tc_own_group *group);

#endif
