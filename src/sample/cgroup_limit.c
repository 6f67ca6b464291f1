/* SPDX-License-Identifier: MIT */
#include "sample/cgroup.h"
#include "sample/procfile.h"

#include <math.h>

/* Version 1 says "no limit" by a number close to the largest. */
static const double memory_most = 0x1p62;

static double cores_here(const struct tc_cgroup *group, const char *root)
{
	char quota[64], period[64];
	uint64_t quota_us, period_us;
	const char *at;
	if (group->version == 2) { /* "150000 100000", "max 100000" */
		tc_procfile_slurp(root, quota, sizeof quota, "%s/cpu.max", group->path);
		at = tc_parse_number(tc_parse_number(quota, &quota_us), &period_us);
	} else { /* "-1": none */
		tc_procfile_slurp(root, quota, sizeof quota, "%s/cpu.cfs_quota_us", group->path);
		tc_procfile_slurp(root, period, sizeof period, "%s/cpu.cfs_period_us", group->path);
		at = tc_parse_number(quota, &quota_us) ? tc_parse_number(period, &period_us) : NULL;
	}
	return at && quota_us && period_us ? (double)quota_us / (double)period_us : INFINITY;
}

static double bytes_here(const struct tc_cgroup *group, const char *root)
{
	char text[64];
	uint64_t bytes;
	tc_procfile_slurp(root, text, sizeof text, "%s/%s", group->path,
		group->version == 2 ? "memory.max" : "memory.limit_in_bytes");
	return tc_parse_number(text, &bytes) && (double)bytes < memory_most ? (double)bytes : INFINITY;
}

/* The least of the group and of all above it; of equal ones the lowest. */
static double least(const struct tc_cgroup *group, const char *root, struct tc_cgroup *found,
	double (*here)(const struct tc_cgroup *, const char *))
{
	struct tc_cgroup at = *group;
	double limit = INFINITY;
	if (group->absent)
		return limit;
	do {
		double one = here(&at, root);
		if (one < limit && found)
			*found = at;
		limit = one < limit ? one : limit;
	} while (tc_cgroup_up(&at));
	return limit;
}

double tc_cgroup_cpu_limit(const struct tc_cgroup *cpu, const char *root, struct tc_cgroup *at)
{
	return least(cpu, root, at, cores_here);
}

double tc_cgroup_memory_limit(const struct tc_cgroup *memory, const char *root, struct tc_cgroup *at)
{
	return least(memory, root, at, bytes_here);
}

/* "0-3,8": 5 */
static unsigned count_list(const char *at)
{
	uint64_t first, last, count = 0;
	while ((at = tc_parse_number(at, &first))) {
		last = first;
		if (*at == '-' && !(at = tc_parse_number(at + 1, &last)))
			break;
		count += last >= first ? last - first + 1 : 0;
		if (*at++ != ',')
			break;
	}
	return count < UINT32_MAX ? (unsigned)count : 0;
}

unsigned tc_cgroup_cpus(const struct tc_cgroup *cpuset, const char *root)
{
	char text[4096];
	const char *file = cpuset->version == 2 ? "cpuset.cpus.effective" : "cpuset.effective_cpus";
	if (!tc_cgroup_slurp(cpuset, root, file, text, sizeof text) && cpuset->version == 1)
		tc_cgroup_slurp(cpuset, root, "cpuset.cpus", text, sizeof text);
	return count_list(text);
}
