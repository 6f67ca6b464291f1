/* SPDX-License-Identifier: MIT */
#include "observe/describe.h"

#include "format/redact.h"
#include "observe/git.h"
#include "sample/cgroup.h"
#include "sample/patient.h"
#include "sample/procfile.h"

#include <limits.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <tacho/version.h>
#include <time.h>
#include <unistd.h>

enum { TC_ARGUMENTS_BYTES_MAX = 1 << 20 };

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void tc_describe_now(struct tc_calibration *now)
{
	now->monotonic_ns = now->ticks = clock_ns(CLOCK_MONOTONIC);
	now->realtime_ns = clock_ns(CLOCK_REALTIME);
}

/* NULL: out of memory. */
static char *redacted(const char *argument, const char *before)
{
	size_t bytes = tc_redact_argument(NULL, 0, argument, before);
	char *copy = malloc(bytes + 1);
	if (copy) {
		tc_redact_argument(copy, bytes, argument, before);
		copy[bytes] = '\0';
	}
	return copy;
}

/* As many as there is memory for. */
static char **copy_arguments(char *const *arguments)
{
	size_t count = 0;
	while (arguments[count])
		count++;
	char **copy = calloc(count + 1, sizeof *copy);
	for (size_t i = 0; copy && i < count; i++)
		if (!(copy[i] = redacted(arguments[i], i ? arguments[i - 1] : NULL)))
			break;
	return copy;
}

/* Those of another process may be kept from us by the kernel, see sample/patient.h: it has none then. */
static char **arguments_of(pid_t pid)
{
	char *text = malloc(TC_ARGUMENTS_BYTES_MAX + 1), **list = NULL;
	const char *before = NULL;
	size_t bytes = 0, count = 0;
	if (text && pid == getpid())
		bytes = tc_procfile_slurp("/", text, TC_ARGUMENTS_BYTES_MAX + 1, "proc/self/cmdline");
	else if (text)
		bytes = tc_patient_slurp("/", text, TC_ARGUMENTS_BYTES_MAX + 1, "proc/%d/cmdline", (int)pid);
	for (size_t at = 0; at < bytes; at += strlen(text + at) + 1)
		count++;
	list = text ? calloc(count + 1, sizeof *list) : NULL;
	for (size_t at = 0, i = 0; list && at < bytes; at += strlen(before) + 1, i++) {
		if (!(list[i] = redacted(text + at, before)))
			break;
		before = text + at;
	}
	free(text);
	return list;
}

static double less(double a, double b)
{
	return a < b ? a : b;
}

/* What the process, and so what it starts, may take: a quota of its control groups, their CPUs, its own affinity. */
static void describe_limits(struct tc_manifest *m, pid_t pid)
{
	struct tc_cgroups groups;
	cpu_set_t allowed;
	double cores = INFINITY;
	tc_cgroups_find(&groups, "/", pid);
	unsigned cpus = tc_cgroup_cpus(&groups.of[TC_CGROUP_CPUSET], "/");
	if (sched_getaffinity(pid, sizeof allowed, &allowed) == 0)
		cores = CPU_COUNT(&allowed);
	cores = less(cores, cpus ? (double)cpus : INFINITY);
	cores = less(cores, tc_cgroup_cpu_limit(&groups.of[TC_CGROUP_CPU], "/", NULL));
	m->cpu_limit = isfinite(cores) ? cores : 0;
	double bytes = tc_cgroup_memory_limit(&groups.of[TC_CGROUP_MEMORY], "/", NULL);
	m->memory_limit_bytes = isfinite(bytes) ? (uint64_t)bytes : 0;
}

static void describe_machine(struct tc_manifest *m)
{
	struct utsname machine;
	struct sysinfo memory;
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	m->cpus = online > 0 ? (uint64_t)online : 0;
	if (sysinfo(&memory) == 0)
		m->memory_total_bytes = (uint64_t)memory.totalram * memory.mem_unit;
	if (uname(&machine) == 0) {
		m->host = strdup(machine.nodename);
		m->kernel = strdup(machine.release);
	}
}

void tc_describe(struct tc_manifest *m, const char *name, char *const *arguments)
{
	memset(m, 0, sizeof *m);
	m->format = TC_MANIFEST_FORMAT;
	m->name = strdup(name);
	m->arguments = arguments ? copy_arguments(arguments) : arguments_of(getpid());
	m->directory = getcwd(NULL, 0);
	m->git_commit = tc_git_commit(m->directory);
	m->tacho = strdup(TACHO_VERSION);
	m->pid = (uint64_t)getpid();
	tc_trace_take(&m->trace, secure_getenv(TC_ENV_TRACE));
	describe_machine(m);
	describe_limits(m, getpid());
	tc_describe_now(&m->begin);
}

void tc_describe_process(struct tc_manifest *m, const char *name, pid_t pid)
{
	char path[32], directory[PATH_MAX], *none[] = {NULL};
	tc_describe(m, name, none);
	free(m->arguments);
	free(m->directory);
	free(m->git_commit);
	m->pid = (uint64_t)pid;
	describe_limits(m, pid);
	m->arguments = arguments_of(pid);
	snprintf(path, sizeof path, "/proc/%d/cwd", pid);
	ssize_t bytes = readlink(path, directory, sizeof directory);
	m->directory = bytes > 0 ? strndup(directory, (size_t)bytes) : NULL;
	m->git_commit = tc_git_commit(m->directory);
}
