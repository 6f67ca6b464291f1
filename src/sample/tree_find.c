/* SPDX-License-Identifier: MIT
 *
 * Who is of the tree.  /proc/PID/task/TID/children lists children at a third of a microsecond a thread; where the kernel
 * has none, the parents of all processes are looked up.  Neither is done while the newest pid of the system (the last
 * field of /proc/loadavg) stays the same, for then no process and no thread was made.
 */
#include "sample/procfile.h"
#include "sample/tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { REST_FACTOR = 50 }; /* a search may take 2 % of the time */

static uint64_t clock_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static uint64_t newest_pid(const struct tc_tree *tree)
{
	char text[128];
	uint64_t pid = 0;
	if (tc_procfile_read(tree->loadavg_fd, text, sizeof text))
		tc_parse_number(tc_parse_skip(text, 4), &pid);
	return pid;
}

static void add_unknown(struct tc_tree *tree, uint64_t pid)
{
	if (!tc_tree_process(tree, pid))
		tc_tree_add(tree, pid);
}

/* Adds the pids of a children file, which is as long as it likes. */
static void add_children(struct tc_tree *tree, int fd)
{
	char text[4096];
	off_t offset = 0;
	ssize_t got;
	uint64_t pid = 0;
	while ((got = pread(fd, text, sizeof text, offset)) > 0) {
		offset += got;
		for (ssize_t i = 0; i < got; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				pid = pid * 10 + (uint64_t)(text[i] - '0');
			} else if (pid) {
				add_unknown(tree, pid);
				pid = 0;
			}
		}
	}
	if (pid)
		add_unknown(tree, pid);
}

static DIR *open_directory(const char *root, const char *format, unsigned long pid)
{
	int fd = tc_procfile_open(root, format, pid);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
	if (!directory && fd >= 0)
		close(fd);
	return directory;
}

/* Children may be of any thread: a process with one has one file, kept open. */
static void add_children_of_threads(struct tc_tree *tree, uint64_t pid)
{
	DIR *directory = open_directory(tree->place.root, "proc/%lu/task", (unsigned long)pid);
	const struct dirent *entry;
	while (directory && (entry = readdir(directory))) {
		uint64_t tid;
		if (!tc_parse_number(entry->d_name, &tid))
			continue;
		int fd = tc_procfile_open(
			tree->place.root, "proc/%lu/task/%lu/children", (unsigned long)pid, (unsigned long)tid);
		if (fd < 0)
			continue;
		add_children(tree, fd);
		close(fd);
	}
	if (directory)
		closedir(directory);
}

static void follow_children(struct tc_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++) { /* the table grows on the way, and with it the search */
		const struct tc_tree_process *process = &tree->process[i];
		if (process->vanished || process->zombie)
			continue;
		if (process->threads <= 1 && process->children_fd >= 0)
			add_children(tree, process->children_fd);
		else
			add_children_of_threads(tree, process->pid);
	}
}

struct pair {
	uint64_t pid, parent;
};

static size_t list_parents(const struct tc_tree *tree, struct pair **pairs)
{
	DIR *directory = open_directory(tree->place.root, "proc%.0lu", 0);
	const struct dirent *entry;
	size_t count = 0, room = 0;
	*pairs = NULL;
	while (directory && (entry = readdir(directory))) {
		char text[1024];
		struct tc_proc_pid stat;
		uint64_t pid;
		if (!tc_parse_number(entry->d_name, &pid) || tc_tree_process(tree, pid))
			continue;
		size_t bytes =
			tc_procfile_slurp(tree->place.root, text, sizeof text, "proc/%lu/stat", (unsigned long)pid);
		if (!tc_proc_pid_parse(text, bytes, &stat))
			continue;
		if (count == room) {
			room = room ? room * 2 : 64;
			struct pair *more = realloc(*pairs, room * sizeof *more);
			if (!more)
				break;
			*pairs = more;
		}
		(*pairs)[count++] = (struct pair){pid, stat.parent};
	}
	if (directory)
		closedir(directory);
	return count;
}

/* Adds whoever has a parent in the table, until nobody is added any more. */
static void follow_parents(struct tc_tree *tree)
{
	struct pair *pairs;
	size_t count = list_parents(tree, &pairs), before;
	do {
		before = tree->count;
		for (size_t i = 0; i < count; i++)
			if (tc_tree_process(tree, pairs[i].parent))
				add_unknown(tree, pairs[i].pid);
	} while (tree->count != before);
	free(pairs);
}

void tc_tree_find(struct tc_tree *tree, uint64_t now_ns)
{
	uint64_t newest = newest_pid(tree), begin_ns;
	tree->search |= !newest || newest != tree->last_pid;
	if (!tree->search || now_ns < tree->find_again_ns)
		return;
	begin_ns = clock_ns();
	tree->search = false;
	if (!tree->last_pid) {
		int fd = tc_procfile_open(
			tree->place.root, "proc/%ld/task/%ld/children", (long)tree->place.pid, (long)tree->place.pid);
		tree->no_children_files = fd < 0;
		if (fd >= 0)
			close(fd);
	}
	if (tree->no_children_files)
		follow_parents(tree);
	else
		follow_children(tree);
	tree->last_pid = newest;
	tree->find_again_ns = now_ns + (clock_ns() - begin_ns) * REST_FACTOR;
}
