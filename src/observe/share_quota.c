/* SPDX-License-Identifier: MIT
 *
 * share_quota.c - how much of what threads waited for a CPU was because a quota was used up.  The kernel tells that of a control
 * group (cpu.stat), not of its processes: one account of it is kept for all of them, and divided among the names by how long
 * each of them waited meanwhile.  So together they have no more than the group, and none more than it waited.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe/share.h"
#include "sample/cgroup.h"
#include "sample/procfile.h"

#define FORGET_NS UINT64_C(500000000)

static struct tc_quota *quota_of(struct tc_shares *shares, int fd, const struct stat *st)
{
	for (struct tc_quota *quota = shares->quota; quota; quota = quota->next)
		if (quota->device == st->st_dev && quota->inode == st->st_ino) {
			close(fd);
			return quota;
		}
	struct tc_quota *quota = calloc(1, sizeof *quota);
	if (!quota) {
		shares->no_memory = true;
		close(fd);
		return NULL;
	}
	*quota = (struct tc_quota){.next = shares->quota, .fd = fd, .device = st->st_dev, .inode = st->st_ino};
	shares->quota = quota;
	return quota;
}

/* Of the group that limits the process's CPU time; none where nothing does. */
void tc_quota_find(struct tc_shares *shares, struct tc_process_share *process)
{
	struct tc_cgroups groups;
	struct tc_cgroup at;
	struct stat st;
	tc_cgroups_find(&groups, "/", (pid_t)process->pid);
	const struct tc_cgroup *cpu = &groups.of[TC_CGROUP_CPU];
	if (cpu->absent || __builtin_isinf(tc_cgroup_cpu_limit(cpu, "/", &at)))
		return;
	int fd = tc_cgroup_open(&at, "/", "cpu.stat", NULL);
	if (fd >= 0 && !fstat(fd, &st))
		process->quota = quota_of(shares, fd, &st);
	else if (fd >= 0)
		close(fd);
}

void tc_quotas_release(struct tc_shares *shares)
{
	while (shares->quota) {
		struct tc_quota *quota = shares->quota;
		shares->quota = quota->next;
		close(quota->fd);
		tc_piece_release(&quota->waited);
		free(quota);
	}
}

void tc_quota_waited(struct tc_part_reading *reading, uint32_t name, int64_t waiting_ns)
{
	struct tc_quota *quota = reading->part && reading->part->process ? reading->part->process->quota : NULL;
	if (!quota || waiting_ns <= 0)
		return;
	tc_piece_begin(reading->shares, &quota->waited);
	tc_piece_put(reading->shares, &quota->waited, name, (double)waiting_ns);
	tc_piece_end(reading->shares, &quota->waited);
}

/* A wait is told when it ends, and periods of a quota as they end: what is left waits for that, but not for long. */
static void forget(struct tc_quota *quota, uint64_t now_ns)
{
	if (now_ns - quota->forgot_ns < FORGET_NS)
		return;
	quota->left_ns = quota->left_ns < quota->recent_ns ? quota->left_ns : quota->recent_ns;
	quota->recent_ns = 0;
	quota->forgot_ns = now_ns;
}

void tc_quota_divide(struct tc_part_reading *reading, struct tc_quota *quota, uint64_t throttled_ns, uint64_t now_ns)
{
	double waited = 0, before = quota->left_ns, given = 0;
	if (quota->known && throttled_ns > quota->throttled_ns) {
		quota->left_ns += (double)(throttled_ns - quota->throttled_ns);
		quota->recent_ns += quota->left_ns - before;
	}
	quota->known = true;
	quota->throttled_ns = throttled_ns;
	for (size_t i = 0; i < quota->waited.count; i++)
		waited += quota->waited.name[i].wall_ns;
	double part = waited > 0 ? (quota->left_ns < waited ? quota->left_ns / waited : 1) : 0;
	for (size_t i = 0; i < quota->waited.count; i++) {
		const struct tc_piece_name *name = &quota->waited.name[i];
		const struct tc_share share = {.throttled_ns = (int64_t)(part * name->wall_ns)};
		given += (double)share.throttled_ns;
		if (share.throttled_ns)
			tc_share_tell(reading, name->name, &share);
	}
	quota->left_ns -= given;
	tc_piece_empty(&quota->waited);
	forget(quota, now_ns);
}

static void read_quota(struct tc_part_reading *reading, struct tc_quota *quota)
{
	char text[512];
	uint64_t ns = 0, us = 0;
	if (!tc_procfile_read(quota->fd, text, sizeof text))
		return;
	if (tc_parse_number(tc_parse_behind(text, "throttled_usec "), &us))
		ns = us * 1000;
	else
		tc_parse_number(tc_parse_behind(text, "throttled_time "), &ns);
	quota->read_ns = reading->part->process->pass_ns;
	tc_quota_divide(reading, quota, ns, quota->read_ns);
}

/* By the first of its processes that is looked at again: then all have told what they waited since. */
void tc_quota_begin(struct tc_part_reading *reading)
{
	struct tc_process_share *process = reading->part->process;
	if (process->quota && process->quota->read_ns <= process->at_ns)
		read_quota(reading, process->quota);
}

void tc_quota_end(struct tc_part_reading *reading)
{
	if (reading->part->process->quota)
		read_quota(reading, reading->part->process->quota);
}
