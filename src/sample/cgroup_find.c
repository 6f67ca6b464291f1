/* SPDX-License-Identifier: MIT
 *
 * cgroup_find.c - /proc/PID/cgroup says in which groups a process is, /proc/self/mountinfo where one sees them.  Both are
 * told as this process sees them: the mounts of PID may be those of a container, whose paths lead elsewhere here.
 */
#include "sample/cgroup.h"
#include "sample/procfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const controllers[TC_CONTROLLERS] = {"cpu", "cpuacct", "cpuset", "memory", ""};

struct search {
	struct tc_cgroups *groups;
	const char *root;
	pid_t pid;
};

struct mount {
	int version;
	char root[TC_CGROUP_PATH_BYTES]; /* the group that is mounted */
	char point[TC_CGROUP_PATH_BYTES];
	const char *options; /* of the hierarchy: its controllers are among them */
};

/* "cpu" in "rw,cpu,cpuacct" */
static bool is_listed(const char *list, const char *word)
{
	size_t bytes = strlen(word);
	for (; list; list = strchr(list, ',') ? strchr(list, ',') + 1 : NULL)
		if (!strncmp(list, word, bytes) && (!list[bytes] || strchr(",\n:", list[bytes])))
			return true;
	return false;
}

/* "4:cpu,cpuacct:/a", of version 2 "0::/a".  That of version 2 is for the controllers that version 1 has not. */
static void take_group(const struct search *search, char *line)
{
	char *list = strchr(line, ':'), *name = list ? strchr(++list, ':') : NULL;
	if (!name || name[1] != '/')
		return;
	*name++ = 0;
	name[strcspn(name, "\n")] = 0;
	for (int i = 0; i < TC_CONTROLLERS; i++) {
		struct tc_cgroup *group = &search->groups->of[i];
		if (*list ? !is_listed(list, controllers[i]) : group->version)
			continue;
		group->version = *list ? 1 : 2;
		snprintf(group->name, sizeof group->name, "%s", name);
	}
}

/* A word of mountinfo, in which blanks are "\040". */
static char *take_word(char *at, char out[TC_CGROUP_PATH_BYTES])
{
	size_t used = 0;
	for (; *at && *at != ' ' && *at != '\n'; at++) {
		char c = *at;
		if (c == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' && at[2] <= '7' && at[3] >= '0' &&
			at[3] <= '7') {
			c = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + at[3] - '0');
			at += 3;
		}
		if (used < TC_CGROUP_PATH_BYTES - 1)
			out[used++] = c;
	}
	out[used] = 0;
	return *at ? at + 1 : at;
}

/* "32 31 0:29 ROOT POINT OPTIONS [FIELDS…] - TYPE DEVICE OPTIONS"; false: no mount of groups */
static bool parse_mount(char *line, struct mount *mount)
{
	char type[TC_CGROUP_PATH_BYTES], *kind = strstr(line, " - ");
	char *at = (char *)(uintptr_t)tc_parse_skip(line, 3);
	if (!at || !kind || at >= kind)
		return false;
	at = take_word(at + 1, mount->root);
	take_word(at, mount->point);
	mount->options = tc_parse_skip(take_word(kind + 3, type), 1);
	mount->version = !strcmp(type, "cgroup2") ? 2 : !strcmp(type, "cgroup");
	if (!mount->options || !mount->version)
		return false;
	mount->options += *mount->options == ' ';
	return true;
}

/* What of a group's name lies below the mount's root; NULL: it is not below it. */
static const char *below(const char *name, const char *root)
{
	size_t bytes = strcmp(root, "/") ? strlen(root) : 0;
	if (strncmp(name, root, bytes) || (name[bytes] && name[bytes] != '/'))
		return NULL;
	return strcmp(name + bytes, "/") ? name + bytes : "";
}

static bool has_file(const struct tc_cgroup *group, const char *root, const char *file)
{
	int fd = tc_procfile_open(root, "%s/%s", group->path, file);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* A group whose name leads nowhere below the mount is what is mounted, if the process is in that. */
static bool has_process(const struct tc_cgroup *group, const char *root, pid_t pid)
{
	char *line = NULL;
	size_t room = 0;
	bool found = false;
	int fd = tc_procfile_open(root, "%s/cgroup.procs", group->path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	while (file && !found && getline(&line, &room, file) > 0)
		found = atol(line) == (long)pid;
	free(line);
	if (file)
		fclose(file);
	return found;
}

/* A process outside of what is mounted is "/../…" to those inside. */
static const char *below_mount(const struct tc_cgroup *group, const struct mount *mount)
{
	bool outside = !strncmp(group->name, "/..", 3) && (!group->name[3] || group->name[3] == '/');
	return outside ? NULL : below(group->name, mount->root);
}

static bool place(struct tc_cgroup *group, const struct mount *mount, const char *root, pid_t pid)
{
	const char *rest = below_mount(group, mount);
	group->mount_bytes = strlen(mount->point);
	int used = snprintf(group->path, sizeof group->path, "%s%s", mount->point, rest ? rest : "");
	if (rest && used >= 0 && used < (int)sizeof group->path && has_file(group, root, "cgroup.procs"))
		return true;
	snprintf(group->path, sizeof group->path, "%s", mount->point);
	return has_process(group, root, pid);
}

static void take_mount(const struct search *search, char *line)
{
	struct mount mount;
	if (!parse_mount(line, &mount))
		return;
	for (int i = 0; i < TC_CONTROLLERS; i++) {
		struct tc_cgroup *group = &search->groups->of[i];
		bool mine = group->version == mount.version && group->absent &&
		            (mount.version == 2 || is_listed(mount.options, controllers[i]));
		if (mine && place(group, &mount, search->root, search->pid))
			group->absent = NULL;
	}
}

static void each_line(const struct search *search, int fd, void (*take)(const struct search *, char *line))
{
	char *line = NULL;
	size_t room = 0;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	while (file && getline(&line, &room, file) > 0)
		take(search, line);
	free(line);
	if (file)
		fclose(file);
}

/* The topmost group of all is the machine; files that only it has, or that all but it have, tell. */
static bool is_machine(const struct tc_cgroup *group, const char *root)
{
	if (group->path[group->mount_bytes])
		return false;
	return group->version == 1 ? has_file(group, root, "release_agent") : !has_file(group, root, "cgroup.events");
}

static const char not_told[] = "/proc/PID/cgroup does not tell: the process has ended, or /proc hides it (hidepid)";
static const char no_controller[] =
	"the process is in no control group that could tell: its controller, or version 2, is not mounted";
static const char not_seen[] = "the control group of the process is not to be seen here: mount it at /sys/fs/cgroup";

static const char all[] =
	"the process is in no control group of its own but in that of the whole machine: start it in one, "
	"as `systemd-run --scope` does";
/* Other figures may be of a group of version 2 that the process is in beside it. */
static const char all_of_version_1[] = "the controller is mounted as version 1, where the process is in the group of "
				       "the whole machine: start it in one of its own, as `systemd-run --scope` does";

/* Of each group, until its mount is found. */
static void say_what_is_missing(struct tc_cgroups *groups)
{
	bool any = false;
	for (int i = 0; i < TC_CONTROLLERS; i++)
		any |= groups->of[i].version != 0;
	for (int i = 0; i < TC_CONTROLLERS; i++)
		groups->of[i].absent = groups->of[i].version ? not_seen : any ? no_controller : not_told;
}

void tc_cgroups_find(struct tc_cgroups *groups, const char *root, pid_t pid)
{
	const struct search search = {groups, root, pid};
	memset(groups, 0, sizeof *groups);
	each_line(&search, tc_procfile_open(root, "proc/%d/cgroup", (int)pid), take_group);
	say_what_is_missing(groups);
	each_line(&search, tc_procfile_open(root, "proc/self/mountinfo"), take_mount);
	for (int i = 0; i < TC_CONTROLLERS; i++)
		if (!groups->of[i].absent && is_machine(&groups->of[i], root))
			groups->of[i].absent = groups->of[i].version == 1 ? all_of_version_1 : all;
}

bool tc_cgroup_up(struct tc_cgroup *group)
{
	char *slash = strrchr(group->path, '/');
	if (!slash || !group->path[group->mount_bytes] || slash < group->path + group->mount_bytes)
		return false;
	*slash = 0;
	return true;
}

int tc_cgroup_open(const struct tc_cgroup *group, const char *root, const char *file, char found[TC_CGROUP_FILE_BYTES])
{
	struct tc_cgroup at = *group;
	int fd;
	if (group->absent)
		return -1;
	do
		fd = tc_procfile_open(root, "%s/%s", at.path, file);
	while (fd < 0 && tc_cgroup_up(&at));
	if (fd >= 0 && found)
		snprintf(found, TC_CGROUP_FILE_BYTES, "%s/%.60s", at.path, file);
	return fd;
}

size_t tc_cgroup_slurp(const struct tc_cgroup *group, const char *root, const char *file, char *text, size_t room)
{
	int fd = tc_cgroup_open(group, root, file, NULL);
	size_t bytes = tc_procfile_read(fd, text, room);
	if (fd >= 0)
		close(fd);
	return bytes;
}
