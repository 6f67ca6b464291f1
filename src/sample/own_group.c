/* SPDX-License-Identifier: MIT */
#include "sample/own_group.h"
#include "sample/procfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void forget(struct tc_own_group *group)
{
	if (group->stat >= 0)
		close(group->stat);
	if (group->directory >= 0)
		close(group->directory);
	group->stat = group->directory = -1;
}

static bool open_group(struct tc_own_group *group)
{
	uint64_t user_ns, system_ns;
	group->directory = open(group->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	group->stat = openat(group->directory, "cpu.stat", O_RDONLY | O_CLOEXEC);
	return tc_own_group_cpu(group, &user_ns, &system_ns);
}

bool tc_own_group_make(struct tc_own_group *group)
{
	struct tc_cgroups groups;
	struct timespec now;
	*group = (struct tc_own_group){.directory = -1, .stat = -1};
	tc_cgroups_find(&groups, "/", getpid());
	const struct tc_cgroup *own = &groups.of[TC_CGROUP_UNIFIED];
	if (own->version != 2 || !own->path[0])
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now); /* pid namespaces repeat numbers */
	snprintf(group->parent, sizeof group->parent, "%s", own->path);
	snprintf(group->path, sizeof group->path, "%s/tacho-%ld-%lx", own->path, (long)getpid(),
		(unsigned long)now.tv_nsec);
	if (mkdir(group->path, 0755))
		return false;
	if (open_group(group))
		return true;
	tc_own_group_remove(group);
	return false;
}

pid_t tc_own_group_fork(struct tc_own_group *group)
{
	struct clone_args how = {
		.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t)group->directory};
	if (group->directory < 0)
		return fork();
	pid_t pid = (pid_t)syscall(SYS_clone3, &how, sizeof how);
	if (pid >= 0)
		return pid;
	tc_own_group_remove(group);
	return fork();
}

bool tc_own_group_cpu(const struct tc_own_group *group, uint64_t *user_ns, uint64_t *system_ns)
{
	char text[1024];
	if (group->stat < 0 || !tc_procfile_read(group->stat, text, sizeof text) ||
		!tc_parse_number(tc_parse_behind(text, "user_usec"), user_ns) ||
		!tc_parse_number(tc_parse_behind(text, "system_usec"), system_ns))
		return false;
	*user_ns *= 1000;
	*system_ns *= 1000;
	return true;
}

/* Daemons outlive a run; a group with processes in it cannot be removed. */
static void move_out(const struct tc_own_group *group)
{
	char procs[TC_CGROUP_FILE_BYTES + 16];
	char *line = NULL;
	size_t room = 0;
	snprintf(procs, sizeof procs, "%s/cgroup.procs", group->path);
	FILE *from = fopen(procs, "re");
	snprintf(procs, sizeof procs, "%s/cgroup.procs", group->parent);
	int to = open(procs, O_WRONLY | O_CLOEXEC);
	while (from && to >= 0 && getline(&line, &room, from) > 0)
		if (write(to, line, strlen(line)) < 0 && errno != ESRCH)
			break;
	free(line);
	if (to >= 0)
		close(to);
	if (from)
		fclose(from);
}

/* Groups of runs that were killed: rmdir(2) leaves those alone in which something still runs. */
static void sweep(const char *parent)
{
	int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
	if (!directory && fd >= 0)
		close(fd);
	for (const struct dirent *entry; directory && (entry = readdir(directory));) {
		const char *number = !strncmp(entry->d_name, "tacho-", 6) ? entry->d_name + 6 : NULL;
		uint64_t pid;
		if (tc_parse_number(number, &pid) && kill((pid_t)pid, 0) && errno == ESRCH)
			unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	if (directory)
		closedir(directory);
}

void tc_own_group_remove(struct tc_own_group *group)
{
	bool made = group->path[0];
	forget(group);
	for (int tries = 0; made && rmdir(group->path) && errno == EBUSY && tries < 10; tries++)
		move_out(group); /* again: what runs makes new ones */
	group->path[0] = 0;
	if (made)
		sweep(group->parent);
}
