/* SPDX-License-Identifier: MIT */
#include "sample/tree.h"
#include "base/error.h"
#include "sample/procfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Descriptors kept open; a program that records itself wants its own. */
enum { OPEN_FILES_MAX = 64 };

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts = {0};
	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static size_t slot_of(const struct tc_tree *tree, uint64_t pid)
{
	return (size_t)(pid * 0x9e3779b97f4a7c15u >> 32) & (tree->slots - 1);
}

static void enter(struct tc_tree *tree, size_t index)
{
	size_t slot = slot_of(tree, tree->process[index].pid);
	while (tree->slot[slot])
		slot = (slot + 1) & (tree->slots - 1);
	tree->slot[slot] = (uint32_t)index + 1;
}

static void enter_all(struct tc_tree *tree)
{
	memset(tree->slot, 0, tree->slots * sizeof *tree->slot);
	for (size_t i = 0; i < tree->count; i++)
		enter(tree, i);
}

struct tc_tree_process *tc_tree_process(const struct tc_tree *tree, uint64_t pid)
{
	if (!tree->slots)
		return NULL;
	for (size_t slot = slot_of(tree, pid); tree->slot[slot]; slot = (slot + 1) & (tree->slots - 1))
		if (tree->process[tree->slot[slot] - 1].pid == pid)
			return &tree->process[tree->slot[slot] - 1];
	return NULL;
}

static bool grow(struct tc_tree *tree)
{
	size_t room = tree->room ? tree->room * 2 : 8;
	struct tc_tree_process *process = realloc(tree->process, room * sizeof *process);
	if (!process)
		return false;
	tree->process = process;
	uint32_t *slot = realloc(tree->slot, room * 2 * sizeof *slot);
	if (!slot)
		return false;
	tree->slot = slot;
	tree->slots = room * 2;
	tree->room = room;
	enter_all(tree);
	return true;
}

static int keep_open(struct tc_tree *tree, int fd)
{
	if (fd >= 0)
		tree->open_files++;
	return fd;
}

struct tc_tree_process *tc_tree_add(struct tc_tree *tree, uint64_t pid)
{
	if (tree->count == tree->room && !grow(tree))
		return NULL;
	struct tc_tree_process *process = &tree->process[tree->count];
	*process = (struct tc_tree_process){.pid = pid, .stat_fd = -1, .children_fd = -1, .io_fd = -1};
	if (tree->open_files < OPEN_FILES_MAX) {
		process->stat_fd =
			keep_open(tree, tc_procfile_open(tree->place.root, "proc/%lu/stat", (unsigned long)pid));
		process->children_fd = keep_open(tree, tc_procfile_open(tree->place.root, "proc/%lu/task/%lu/children",
							       (unsigned long)pid, (unsigned long)pid));
		process->io_fd = keep_open(tree, tc_procfile_open(tree->place.root, "proc/%lu/io", (unsigned long)pid));
	}
	tc_tree_read(tree, process);
	if (process->vanished) {
		tc_tree_drop_files(tree, process);
		return NULL;
	}
	for (int i = 0; i < TC_ACCOUNTS; i++)
		process->account[i].waited_before = process->account[i].waited;
	process->begin_ns = process->start * tree->tick_ns;
	process->begin_ns = process->begin_ns > tree->boot_ns ? process->begin_ns - tree->boot_ns : 0;
	enter(tree, tree->count++);
	struct tc_tree_process *parent = tc_tree_process(tree, process->parent);
	if (parent && !parent->has_children) {
		parent->has_children = true;
		tc_tree_status(tree, parent);
	}
	return process;
}

static void drop_file(struct tc_tree *tree, int *fd)
{
	if (*fd < 0)
		return;
	close(*fd);
	*fd = -1;
	tree->open_files--;
}

void tc_tree_drop_files(struct tc_tree *tree, struct tc_tree_process *process)
{
	drop_file(tree, &process->stat_fd);
	drop_file(tree, &process->children_fd);
	drop_file(tree, &process->io_fd);
}

void tc_tree_tell(struct tc_tree *tree, struct tc_tree_process *process, uint64_t end_ns)
{
	const struct tc_process_entry entry = {
		.pid = process->pid,
		.parent_pid = process->parent,
		.begin_ns = process->begin_ns,
		.end_ns = end_ns,
		.cpu_seconds = (double)(process->account[TC_CPU_NS].own - process->before_ns) / 1e9,
		.peak_rss_bytes = process->peak_rss_bytes,
		.command = process->command,
	};
	process->told = true;
	if (tree->place.process && !process->outside)
		tree->place.process(tree->place.context, &entry);
}

void tc_tree_drop_vanished(struct tc_tree *tree, uint64_t now_ns)
{
	size_t kept = 0;
	for (size_t i = 0; i < tree->count; i++) {
		if (!tree->process[i].vanished) {
			if (kept != i)
				tree->process[kept] = tree->process[i];
			kept++;
			continue;
		}
		tc_tree_tell(tree, &tree->process[i], now_ns);
		tc_tree_drop_files(tree, &tree->process[i]);
	}
	if (kept == tree->count)
		return;
	tree->count = kept;
	tree->search = true; /* a children file may leave some out while others of them end */
	enter_all(tree);
}

int tc_tree_open(struct tc_tree *tree, const struct tc_sample_place *place)
{
	uint64_t boot_ns = clock_ns(CLOCK_BOOTTIME), monotonic_ns = clock_ns(CLOCK_MONOTONIC);
	long ticks = sysconf(_SC_CLK_TCK), page = sysconf(_SC_PAGESIZE);
	*tree = (struct tc_tree){.place = *place, .live = !strcmp(place->root, "/")};
	tree->tick_ns = 1000000000u / (uint64_t)(ticks > 0 ? ticks : 100);
	tree->page_bytes = (uint64_t)(page > 0 ? page : 4096);
	tree->boot_ns = boot_ns > monotonic_ns ? boot_ns - monotonic_ns : 0;
	tree->loadavg_fd = tc_procfile_open(place->root, "proc/loadavg");
	struct tc_tree_process *reaper =
		place->reaper > 0 && place->reaper != place->pid ? tc_tree_add(tree, (uint64_t)place->reaper) : NULL;
	if (reaper) {
		reaper->outside = true;
		tree->group_base_ns = reaper->account[TC_CPU_NS].waited;
	}
	errno = 0;
	if (place->pid <= 0 || !tc_tree_add(tree, (uint64_t)place->pid)) {
		bool want = errno == EMFILE || errno == ENFILE;
		tc_tree_close(tree, 0);
		if (want)
			return tc_error(TACHO_ENOENT, TC_NO_DESCRIPTOR);
		return tc_error(TACHO_ENOENT, "there is no process %ld to observe", (long)place->pid);
	}
	struct tc_moment now = tc_sample_moment(place->now_ns);
	tree->search = true;
	tc_tree_count(tree, now.from_ns);
	tc_moment_end(&now);
	tree->counted = now;
	tree->base_ns = tree->group_base_ns;
	if (place->started_ns)
		return 0;
	for (size_t i = 0; i < tree->count; i++)
		tree->process[i].before_ns = tree->process[i].account[TC_CPU_NS].own;
	tree->base_ns = tree->sum[TC_CPU_NS];
	tree->ended_ns = 0;
	return 0;
}

void tc_tree_close(struct tc_tree *tree, uint64_t now_ns)
{
	for (size_t i = 0; i < tree->count; i++) {
		tc_tree_tell(tree, &tree->process[i], tree->process[i].zombie ? now_ns : 0);
		tc_tree_drop_files(tree, &tree->process[i]);
	}
	if (tree->loadavg_fd >= 0)
		close(tree->loadavg_fd);
	free(tree->process);
	free(tree->slot);
	*tree = (struct tc_tree){.loadavg_fd = -1};
}
