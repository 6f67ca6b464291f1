/* SPDX-License-Identifier: MIT */
#include "sample/procfile.h"
#include "sample/tree.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { PEAKS_AT_ONCE = 2 };
static const uint64_t slow_ns = 1000000000;

/* The kernel's own clock of a process: in ns where /proc has ticks of 10 ms, and a tenth of the price. */
static bool process_clock(uint64_t pid, uint64_t *ns)
{
	struct timespec ts;
	clockid_t clock = (clockid_t)(~(unsigned)pid << 3 | 2u); /* CPUCLOCK_SCHED, see clock_getcpuclockid(3) */
	if (clock_gettime(clock, &ts))
		return false;
	*ns = (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
	return true;
}

/* Its own CPU time: the clock's, if it is this very process's, which the ticks show. */
static uint64_t own_time(const struct tc_tree *tree, uint64_t clock_ns, const struct tc_proc_pid *stat)
{
	uint64_t ticks_ns = (stat->user + stat->system) * tree->tick_ns;
	bool near = clock_ns + 2 * tree->tick_ns >= ticks_ns && clock_ns <= ticks_ns + 3 * tree->tick_ns;
	return near ? clock_ns : ticks_ns;
}

/* What it waited for.  Of its own children the kernel tells the reaper more than /proc does, which cuts user and system time
 * to ticks: a run of a few milliseconds would have taken nothing. */
static uint64_t waited_time(
	const struct tc_tree *tree, const struct tc_tree_process *process, const struct tc_proc_pid *stat)
{
	struct rusage usage;
	if (!process->outside || !tree->live || process->pid != (uint64_t)getpid() ||
		getrusage(RUSAGE_CHILDREN, &usage))
		return (stat->waited_user + stat->waited_system) * tree->tick_ns;
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000u +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000u;
}

void tc_tree_read(struct tc_tree *tree, struct tc_tree_process *process)
{
	char text[1024];
	struct tc_proc_pid stat;
	uint64_t own_ns = 0;
	size_t bytes;
	if (tree->live && !process_clock(process->pid, &own_ns))
		own_ns = 0;
	if (process->stat_fd >= 0) /* stays with the process even when its pid goes to another */
		bytes = tc_procfile_read(process->stat_fd, text, sizeof text);
	else
		bytes = tc_procfile_slurp(
			tree->place.root, text, sizeof text, "proc/%lu/stat", (unsigned long)process->pid);
	if (!tc_proc_pid_parse(text, bytes, &stat) || stat.state == 'X' ||
		(process->start && stat.start != process->start)) {
		process->vanished = true;
		return;
	}
	own_ns = own_time(tree, own_ns, &stat);
	if (own_ns > process->own_ns)
		process->own_ns = own_ns;
	process->waited_ns = waited_time(tree, process, &stat);
	process->parent = stat.parent;
	process->start = stat.start;
	process->threads = stat.threads;
	process->zombie = stat.state == 'Z';
	process->rss_bytes = stat.rss_pages * tree->page_bytes;
	if (process->rss_bytes > process->peak_rss_bytes)
		process->peak_rss_bytes = process->rss_bytes;
	if (strcmp(process->name, stat.name)) { /* new, or it has exec'ed */
		strcpy(process->name, stat.name);
		tc_proc_pid_command(tree->place.root, process->pid, stat.name, process->command);
	}
}

static struct tc_tree_process *living_ancestor(const struct tc_tree *tree, uint64_t pid)
{
	struct tc_tree_process *process = tc_tree_process(tree, pid);
	for (size_t steps = 0; process && process->vanished; steps++)
		process = steps > tree->count ? NULL : tc_tree_process(tree, process->parent);
	return process;
}

/* Where the time of processes that ended has gone: into the waited time of the nearest ancestor that lives, or nowhere. */
static void settle_vanished(struct tc_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++) {
		const struct tc_tree_process *process = &tree->process[i];
		if (!process->vanished)
			continue;
		struct tc_tree_process *ancestor = living_ancestor(tree, process->parent);
		if (ancestor)
			ancestor->expected_ns += process->own_ns + process->waited_ns;
		else
			tree->gone_ns += process->own_ns + process->waited_ns;
	}
}

/* A process that got less than was seen of its children did not wait for all of them.  It owes that only beyond two ticks,
 * because the kernel cuts user and system time to whole ones, and only from the next reading on: parents are read before
 * their children, so what a child's end moved may show one reading late.  (The other way round, a child that ends between
 * the two would for once be counted twice, with all that it ever took.) */
static void settle_account(struct tc_tree *tree, struct tc_tree_process *process)
{
	int64_t slack = 2 * (int64_t)tree->tick_ns, expected = (int64_t)process->expected_ns;
	int64_t got = (int64_t)(process->waited_ns - process->waited_before_ns);
	int64_t balance = process->balance_ns + (got > 0 ? got : 0) - expected;
	if (balance < -slack - expected) {
		tree->gone_ns += (uint64_t)(-slack - expected - balance);
		balance = -slack - expected;
	}
	process->balance_ns = balance > slack ? slack : balance;
	process->expected_ns = 0;
	process->waited_before_ns = process->waited_ns;
}

/* Once a second: tells of processes that have lived so long, and asks for the peak of two, in turn, for that is dear. */
static void look_closely(struct tc_tree *tree, uint64_t now_ns)
{
	if (now_ns < tree->slow_again_ns)
		return;
	tree->slow_again_ns = now_ns + slow_ns;
	for (size_t i = 0; i < PEAKS_AT_ONCE && i < tree->count; i++) {
		struct tc_tree_process *process = &tree->process[tree->peak_next++ % tree->count];
		uint64_t peak = process->outside ? 0 : tc_proc_pid_peak_bytes(tree->place.root, process->pid);
		if (peak > process->peak_rss_bytes)
			process->peak_rss_bytes = peak;
	}
	for (size_t i = 0; i < tree->count; i++)
		if (!tree->process[i].told && tree->process[i].begin_ns + slow_ns < now_ns)
			tc_tree_tell(tree, &tree->process[i], 0);
}

void tc_tree_count(struct tc_tree *tree, uint64_t now_ns)
{
	uint64_t cpu_ns;
	for (size_t i = 0; i < tree->count; i++)
		tc_tree_read(tree, &tree->process[i]);
	settle_vanished(tree);
	for (size_t i = 0; i < tree->count; i++)
		if (!tree->process[i].vanished)
			settle_account(tree, &tree->process[i]);
	tc_tree_drop_vanished(tree, now_ns);
	tc_tree_find(tree, now_ns);
	cpu_ns = tree->gone_ns;
	for (size_t i = 0; i < tree->count; i++)
		cpu_ns += tree->process[i].waited_ns + (tree->process[i].outside ? 0 : tree->process[i].own_ns);
	if (cpu_ns > tree->cpu_ns)
		tree->cpu_ns = cpu_ns;
	look_closely(tree, now_ns);
}
