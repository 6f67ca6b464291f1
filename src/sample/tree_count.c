/* SPDX-License-Identifier: MIT */
#include "sample/own_group.h"
#include "sample/patient.h"
#include "sample/procfile.h"
#include "sample/sched.h"
#include "sample/tree.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* So much CPU time is no error of ticks any more. */
static const uint64_t unwaited_most_ns = 100000000;

enum { PEAKS_AT_ONCE = 2, COMMAND_LOOKS = 4, BLOCK_BYTES = 512 /* of struct rusage, whatever the disk */ };
static const uint64_t slow_ns = 1000000000;

/* Its own CPU time: the clock's, if it is this very process's, which the ticks show. */
static uint64_t own_time(const struct tc_tree *tree, uint64_t clock_ns, const struct tc_proc_pid *stat)
{
	uint64_t ticks_ns = (stat->user + stat->system) * tree->tick_ns;
	bool near = clock_ns + 2 * tree->tick_ns >= ticks_ns && clock_ns <= ticks_ns + 3 * tree->tick_ns;
	return near ? clock_ns : ticks_ns;
}

/* What it took, and what its children did that it waited for. */
static void take_stat(struct tc_tree *tree, struct tc_tree_process *process, const struct tc_proc_pid *stat)
{
	struct tc_account *account = process->account;
	account[TC_CPU_NS].waited = (stat->waited_user + stat->waited_system) * tree->tick_ns;
	account[TC_MINOR_FAULTS].own = stat->minor_faults;
	account[TC_MINOR_FAULTS].waited = stat->waited_minor_faults;
	account[TC_MAJOR_FAULTS].own = stat->major_faults;
	account[TC_MAJOR_FAULTS].waited = stat->waited_major_faults;
}

/* Its reader waits for a process that is in the midst of an exec.  That is over at once, or the process itself waits in the
 * kernel: only then is it worth a thread. */
static size_t read_io(
	const struct tc_tree *tree, const struct tc_tree_process *process, char state, char *text, size_t room)
{
	unsigned long pid = (unsigned long)process->pid;
	if (state == 'D')
		return tc_patient_slurp(tree->place.root, text, room, "proc/%lu/io", pid);
	errno = 0;
	if (process->io_fd >= 0)
		return tc_procfile_read(process->io_fd, text, room);
	return tc_procfile_slurp(tree->place.root, text, room, "proc/%lu/io", pid);
}

/* The kernel adds what a child read and wrote to its parent's own when that waits for it. */
static void take_io(struct tc_tree *tree, struct tc_tree_process *process, char state)
{
	char text[512];
	uint64_t read, written;
	size_t bytes = read_io(tree, process, state, text, sizeof text);
	bool late = !bytes && errno == ETIMEDOUT;
	bool told = bytes && tc_parse_number(tc_parse_behind(text, "\nread_bytes:"), &read) &&
	            tc_parse_number(tc_parse_behind(text, "\nwrite_bytes:"), &written);
	if (process->pid == (uint64_t)tree->place.pid && !process->zombie && !late)
		tree->io_denied = !told;
	if (!told)
		return;
	process->account[TC_READ_BYTES].waited = read;
	process->account[TC_WRITTEN_BYTES].waited = written;
}

/* Of the reaper only what its children took counts.  The kernel tells it more of them than /proc does, which cuts user
 * and system time to ticks: a run of a few milliseconds would have taken nothing. */
static void take_children(const struct tc_tree *tree, struct tc_tree_process *process)
{
	struct rusage usage;
	struct tc_account *account = process->account;
	if (!tree->live || process->pid != (uint64_t)getpid() || getrusage(RUSAGE_CHILDREN, &usage))
		return;
	account[TC_CPU_NS].waited = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000u +
	                            (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000u;
	account[TC_READ_BYTES].waited = (uint64_t)usage.ru_inblock * BLOCK_BYTES;
	account[TC_WRITTEN_BYTES].waited = (uint64_t)usage.ru_oublock * BLOCK_BYTES;
}

void tc_tree_read(struct tc_tree *tree, struct tc_tree_process *process)
{
	char text[1024];
	struct tc_proc_pid stat;
	uint64_t own_ns = 0;
	size_t bytes;
	if (tree->live && !tc_process_clock(process->pid, &own_ns))
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
	if (own_ns > process->account[TC_CPU_NS].own)
		process->account[TC_CPU_NS].own = own_ns;
	process->parent = stat.parent;
	process->start = stat.start;
	process->threads = stat.threads;
	/* One that ends gives its memory back first, and is called a zombie only a moment later. */
	process->zombie = stat.state == 'Z' || (!stat.memory_bytes && !stat.rss_pages && process->peak_rss_bytes);
	take_stat(tree, process, &stat);
	if (process->outside)
		take_children(tree, process);
	else
		take_io(tree, process, stat.state);
	process->rss_bytes = stat.rss_pages * tree->page_bytes;
	if (process->rss_bytes > process->peak_rss_bytes)
		process->peak_rss_bytes = process->rss_bytes;
	bool changed = strcmp(process->name, stat.name) != 0; /* new, or it has exec'ed */
	if (!changed && !process->unnamed)
		return;
	strcpy(process->name, stat.name);
	bool found = tc_proc_pid_command(tree->place.root, process->pid, stat.name, process->command);
	if (!found && tree->place.arguments && process->pid == (uint64_t)tree->place.pid)
		tc_proc_pid_started(tree->place.arguments, stat.name, process->command);
	process->unnamed = found     ? 0
	                   : changed ? COMMAND_LOOKS
	                             : process->unnamed - 1; /* threads of the kernel have none */
}

static struct tc_tree_process *living_ancestor(const struct tc_tree *tree, uint64_t pid)
{
	struct tc_tree_process *process = tc_tree_process(tree, pid);
	for (size_t steps = 0; process && process->vanished; steps++)
		process = steps > tree->count ? NULL : tc_tree_process(tree, process->parent);
	return process;
}

/* Where what processes took goes when they end: into the waited account of the nearest ancestor that lives, or nowhere. */
static void settle_vanished(struct tc_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++) {
		const struct tc_tree_process *process = &tree->process[i];
		if (!process->vanished)
			continue;
		tree->ended_ns += process->outside ? 0 : process->account[TC_CPU_NS].own - process->before_ns;
		struct tc_tree_process *ancestor = living_ancestor(tree, process->parent);
		for (int k = 0; k < TC_ACCOUNTS; k++)
			*(ancestor ? &ancestor->account[k].expected : &tree->gone[k]) +=
				process->account[k].own + process->account[k].waited;
	}
}

/* A process that got less than was seen of its children did not wait for all of them.  It owes that only beyond the slack,
 * because the kernel cuts user and system time to whole ticks, and only from the next reading on: parents are read
 * before their children, so what a child's end moved may show one reading late.  (The other way round, a child that ends
 * between the two would for once be counted twice, with all that it ever took.) */
static void settle_account(struct tc_account *account, uint64_t *gone, int64_t slack)
{
	int64_t expected = (int64_t)account->expected, got = (int64_t)(account->waited - account->waited_before);
	int64_t balance = account->balance + (got > 0 ? got : 0) - expected;
	if (balance < -slack - expected) {
		*gone += (uint64_t)(-slack - expected - balance);
		balance = -slack - expected;
	}
	account->balance = balance > slack ? slack : balance;
	account->expected = 0;
	account->waited_before = account->waited;
}

static void name_unwaited(struct tc_tree *tree, const struct tc_tree_process *process)
{
	if (!*tree->unwaited)
		strcpy(tree->unwaited, process->name);
}

static void settle_accounts(struct tc_tree *tree, struct tc_tree_process *process)
{
	uint64_t before_ns = tree->gone[TC_CPU_NS];
	for (int i = 0; i < TC_ACCOUNTS; i++)
		settle_account(&process->account[i], &tree->gone[i], i == TC_CPU_NS ? 2 * (int64_t)tree->tick_ns : 0);
	if (tree->gone[TC_CPU_NS] == before_ns)
		return;
	tree->unwaited_ns += tree->gone[TC_CPU_NS] - before_ns;
	if (tree->unwaited_ns > unwaited_most_ns)
		name_unwaited(tree, process);
}

/* The kernel's clocks of processes are exact: what they showed was taken, whether or not anybody waits for it. */
static uint64_t seen_ns(const struct tc_tree *tree)
{
	uint64_t seen = tree->base_ns + tree->ended_ns;
	for (size_t i = 0; i < tree->count; i++)
		if (!tree->process[i].outside)
			seen += tree->process[i].account[TC_CPU_NS].own - tree->process[i].before_ns;
	return seen;
}

static void add_up(struct tc_tree *tree)
{
	for (int i = 0; i < TC_ACCOUNTS; i++) {
		uint64_t sum = tree->gone[i];
		for (size_t k = 0; k < tree->count; k++) {
			const struct tc_tree_process *process = &tree->process[k];
			sum += process->account[i].waited + (process->outside ? 0 : process->account[i].own);
		}
		if (sum > tree->sum[i])
			tree->sum[i] = sum;
	}
	uint64_t seen = seen_ns(tree);
	if (seen > tree->sum[TC_CPU_NS])
		tree->sum[TC_CPU_NS] = seen;
	uint64_t user_ns, system_ns;
	if (!tree->place.group || !tc_own_group_cpu(tree->place.group, &user_ns, &system_ns))
		return;
	uint64_t all_ns = tree->group_base_ns + user_ns + system_ns;
	if (all_ns > tree->sum[TC_CPU_NS])
		tree->sum[TC_CPU_NS] = all_ns;
}

void tc_tree_status(struct tc_tree *tree, struct tc_tree_process *process)
{
	if (process->outside)
		return;
	struct tc_proc_status status = tc_proc_pid_status(tree->place.root, process->pid);
	if (status.peak_rss_bytes > process->peak_rss_bytes)
		process->peak_rss_bytes = status.peak_rss_bytes;
	if (status.ignores_children && process->has_children)
		name_unwaited(tree, process);
}

/* Once a second: tells of processes that have lived so long, and asks for the status of two, in turn, for that is dear. */
static void look_closely(struct tc_tree *tree, uint64_t now_ns)
{
	if (now_ns < tree->slow_again_ns)
		return;
	tree->slow_again_ns = now_ns + slow_ns;
	for (size_t i = 0; i < PEAKS_AT_ONCE && i < tree->count; i++)
		tc_tree_status(tree, &tree->process[tree->peak_next++ % tree->count]);
	for (size_t i = 0; i < tree->count; i++)
		if (!tree->process[i].told && tree->process[i].begin_ns + slow_ns < now_ns)
			tc_tree_tell(tree, &tree->process[i], 0);
}

void tc_tree_count(struct tc_tree *tree, uint64_t now_ns)
{
	tree->counted = (struct tc_moment){.from_ns = now_ns, .to_ns = now_ns};
	for (size_t i = 0; i < tree->count; i++)
		tc_tree_read(tree, &tree->process[i]);
	settle_vanished(tree);
	for (size_t i = 0; i < tree->count; i++)
		if (!tree->process[i].vanished)
			settle_accounts(tree, &tree->process[i]);
	tc_tree_drop_vanished(tree, now_ns);
	tc_tree_find(tree, now_ns);
	add_up(tree);
	look_closely(tree, now_ns);
}

void tc_tree_begin(const struct tc_tree *tree, enum tc_account_id id, struct tc_counter *counter)
{
	const struct tc_sample_place *place = &tree->place;
	const struct tc_tree_process *reaper = tc_tree_process(tree, (uint64_t)place->reaper);
	const struct tc_moment started = {.from_ns = place->started_ns, .to_ns = place->started_ns};
	if (place->started_ns && place->started_ns <= tree->counted.from_ns)
		tc_counter_begin(counter, &started, reaper ? reaper->account[id].waited : 0);
	else
		tc_counter_begin(counter, &tree->counted, tree->sum[id]);
}
