/* SPDX-License-Identifier: MIT
 *
 * cgroup.h - the control groups of a process, version 1, version 2 or some of each (hybrid), and what limits it there.  A
 * limit may stand in any group above, so all that are to be seen are asked; in a container those are the container's own.
 */
#ifndef SAMPLE_CGROUP_H
#define SAMPLE_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* TC_CGROUP_UNIFIED: the group of version 2, whatever controllers it has. */
enum tc_controller {
	TC_CGROUP_CPU,
	TC_CGROUP_CPUACCT,
	TC_CGROUP_CPUSET,
	TC_CGROUP_MEMORY,
	TC_CGROUP_UNIFIED,
	TC_CONTROLLERS
};

enum { TC_CGROUP_PATH_BYTES = 1024, TC_CGROUP_FILE_BYTES = TC_CGROUP_PATH_BYTES + 64 };

struct tc_cgroup {                       /* of a process, for one controller */
	const char *absent;              /* why there is none; NULL: there is */
	int version;                     /* 1 or 2 */
	char name[TC_CGROUP_PATH_BYTES]; /* as the kernel says: "/user.slice/…" */
	char path[TC_CGROUP_PATH_BYTES]; /* of its directory, below the root */
	size_t mount_bytes;              /* so much of it is where the topmost group that can be seen lies */
};

struct tc_cgroups {
	struct tc_cgroup of[TC_CONTROLLERS];
};

void tc_cgroups_find(struct tc_cgroups *groups, const char *root, pid_t pid);

/* Goes one group up; false: it is the topmost. */
bool tc_cgroup_up(struct tc_cgroup *group);

/* Opens a file of the group, or of the next one above that has it: a controller may end above the leaf.  found: its path
 * below the root, may be NULL.  -1: none has it. */
int tc_cgroup_open(const struct tc_cgroup *group, const char *root, const char *file, char found[TC_CGROUP_FILE_BYTES]);

/* The same to read it once; bytes read. */
size_t tc_cgroup_slurp(const struct tc_cgroup *group, const char *root, const char *file, char *text, size_t room);

/* ---- cgroup_limit.c: what a group and those above it allow ---- */

/* CPU time in cores; INFINITY: no limit.  at: the group that sets it, may be NULL. */
double tc_cgroup_cpu_limit(const struct tc_cgroup *cpu, const char *root, struct tc_cgroup *at);

/* CPUs that it may run on; 0: not known. */
unsigned tc_cgroup_cpus(const struct tc_cgroup *cpuset, const char *root);

/* Bytes; INFINITY: no limit. */
double tc_cgroup_memory_limit(const struct tc_cgroup *memory, const char *root, struct tc_cgroup *at);

#endif
