/* SPDX-License-Identifier: MIT */
#include "cli/target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <tacho/error.h>
#include <unistd.h>
#include "base/error.h"
#include "base/quantity.h"
#include "format/store.h"
#include "sample/proc_pid.h"
#include "sample/procfile.h"

enum { KERNEL_THREAD = 0x00200000 }; /* PF_KTHREAD among the flags of /proc/PID/stat */

static int pidfd_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* The numbers behind "Tgid:" and the like in /proc/PID/status: how many, and the last of them. */
static size_t status_numbers(pid_t pid, const char *field, uint64_t *last)
{
	char text[8192];
	size_t count = 0;
	*last = 0;
	if (!tc_procfile_slurp("/", text, sizeof text, "proc/%lu/status", (unsigned long)pid))
		return 0;
	const char *at = strstr(text, field);
	for (at = at ? at + strlen(field) : ""; *at == '\t' || *at == ' '; count++)
		*last = strtoull(at, (char **)&at, 10);
	return count;
}

static int not_there(pid_t pid)
{
	if (kill(pid, 0) == 0 || errno == EPERM)
		return tc_error(TACHO_EACCES,
			"process %d is there, but hidden from this user (/proc is mounted with hidepid): attach as its "
			"user or as root",
			pid);
	return tc_error(TACHO_ENOENT, "there is no process %d here (ps -e lists them)", pid);
}

static int check(const struct tc_target *target, const struct tc_proc_pid *stat, unsigned flags)
{
	uint64_t leader;
	if (flags & KERNEL_THREAD)
		return tc_error(TACHO_EINVAL,
			"process %d (%s) is a thread of the kernel, not a program: the series system.cpu has its time",
			target->pid, target->name);
	if (status_numbers(target->pid, "\nTgid:", &leader) && leader != (uint64_t)target->pid)
		return tc_error(TACHO_EINVAL, "%d is a thread of process %llu: attach to that one", target->pid,
			(unsigned long long)leader);
	if (stat->state == 'Z' || stat->state == 'X')
		return tc_error(TACHO_ENOENT, "process %d (%s) has ended already: its parent has not waited for it yet",
			target->pid, target->name);
	return 0;
}

static bool read_stat(pid_t pid, struct tc_proc_pid *stat, unsigned *flags)
{
	char text[1024];
	size_t bytes = tc_procfile_slurp("/", text, sizeof text, "proc/%lu/stat", (unsigned long)pid);
	const char *behind = strrchr(text, ')');
	*flags = 0;
	return bytes && tc_proc_pid_parse(text, bytes, stat) &&
	       (!behind || sscanf(behind + 1, " %*c %*d %*d %*d %*d %*d %u", flags) >= 0);
}

int tc_target_find(struct tc_target *target, const char *text)
{
	struct tc_proc_pid stat;
	uint64_t number;
	unsigned flags;
	*target = (struct tc_target){.pidfd = -1};
	if (!tc_parse_count(text, &number) || !number || number > INT_MAX)
		return tc_error(TACHO_EINVAL, "attach takes the number of a process, not \"%.40s\"", text);
	target->pid = (pid_t)number;
	if (target->pid == getpid())
		return tc_error(TACHO_EINVAL, "%d is this tacho itself: attach to another process", target->pid);
	target->pidfd = pidfd_of(target->pid);
	if (!read_stat(target->pid, &stat, &flags))
		return not_there(target->pid);
	snprintf(target->name, sizeof target->name, "%s", stat.name);
	target->start = stat.start;
	return check(target, &stat, flags);
}

bool tc_target_has_ended(const struct tc_target *target)
{
	struct tc_proc_pid stat;
	unsigned flags;
	return !read_stat(target->pid, &stat, &flags) || stat.start != target->start || stat.state == 'Z' ||
	       stat.state == 'X';
}

static void note(struct tc_target *target, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(struct tc_target *target, const char *format, ...)
{
	va_list list;
	if (target->notes == TC_TARGET_NOTES)
		return;
	va_start(list, format);
	vsnprintf(target->note[target->notes++], sizeof target->note[0], format, list);
	va_end(list);
}

/* It holds its part open while it records. */
static bool recorded_by_itself(const struct tc_target *target, char *session)
{
	char path[64], link[PATH_MAX];
	bool found = false;
	snprintf(path, sizeof path, "/proc/%d/fd", target->pid);
	DIR *files = opendir(path);
	for (const struct dirent *entry; files && !found && (entry = readdir(files));) {
		ssize_t bytes = readlinkat(dirfd(files), entry->d_name, link, sizeof link - 1);
		link[bytes > 0 ? bytes : 0] = '\0';
		found = tc_session_of_part(link, session);
	}
	if (files)
		closedir(files);
	return found;
}

/* It was started below `tacho run`, which has it in its process tree. */
static bool recorded_by_run(const struct tc_target *target, char *session)
{
	static const char key[] = TC_ENV_SESSION "=";
	size_t room = 1 << 20;
	char *text = malloc(room);
	bool found = false;
	size_t bytes = text ? tc_procfile_slurp("/", text, room, "proc/%lu/environ", (unsigned long)target->pid) : 0;
	for (size_t at = 0; at < bytes && !found; at += strlen(text + at) + 1)
		if (!strncmp(text + at, key, strlen(key)) && strlen(text + at) < PATH_MAX) {
			strcpy(session, text + at + strlen(key));
			found = tc_session_is_live(session);
		}
	free(text);
	return found;
}

static void note_permission(struct tc_target *target)
{
	char path[64];
	struct stat st;
	snprintf(path, sizeof path, "/proc/%d/io", target->pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char byte;
	bool allowed = fd >= 0 && read(fd, &byte, 1) == 1;
	if (fd >= 0)
		close(fd);
	snprintf(path, sizeof path, "/proc/%d", target->pid);
	if (allowed || stat(path, &st))
		return;
	note(target,
		"Process %d belongs to user %u: CPU time, resident memory, threads and children are read; what it "
		"reads and writes, its shared memory and its open files %s.",
		target->pid, (unsigned)st.st_uid,
		geteuid() ? "are for that user and for root" : "the kernel keeps even from root here (CAP_SYS_PTRACE)");
}

void tc_target_describe(struct tc_target *target)
{
	char session[PATH_MAX];
	uint64_t own, inside;
	note_permission(target);
	if (status_numbers(target->pid, "\nNSpid:", &inside) > status_numbers(getpid(), "\nNSpid:", &own))
		note(target,
			"Process %d is in a pid namespace of its own, such as a container's, where it has the number "
			"%llu.",
			target->pid, (unsigned long long)inside);
	if (recorded_by_itself(target, session) || recorded_by_run(target, session))
		note(target,
			"Process %d is recorded already: `tacho report %.4096s` shows its spans. This session has what "
			"is "
			"to be seen from outside.",
			target->pid, session);
}
