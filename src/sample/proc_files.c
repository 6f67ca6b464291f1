/* SPDX-License-Identifier: MIT
 *
 * proc_files.c - how many files the observed processes have open.
 */
#include "sample/procfile.h"
#include "sample/sample.h"
#include "sample/tree.h"

#include <dirent.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

struct proc_files {
	struct tc_tree *tree; /* NULL: nothing to be had */
};

/* Since Linux 6.2 the directory's size is their number. */
static uint64_t told_size(int fd)
{
	struct statfs system;
	struct stat stat;
	bool told = !fstatfs(fd, &system) && system.f_type == PROC_SUPER_MAGIC && !fstat(fd, &stat);
	return told && stat.st_size > 0 ? (uint64_t)stat.st_size : 0;
}

/* Where its size says nothing, the entries are counted. */
static bool count_files(const char *root, uint64_t pid, uint64_t *files)
{
	int fd = tc_procfile_open(root, "proc/%lu/fd", (unsigned long)pid);
	if (fd < 0)
		return false;
	*files = told_size(fd);
	DIR *directory = *files ? NULL : fdopendir(fd);
	if (!directory) {
		close(fd);
		return *files;
	}
	for (const struct dirent *entry; (entry = readdir(directory));)
		*files += entry->d_name[0] != '.';
	closedir(directory);
	return true;
}

static void proc_files_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct proc_files *proc_files = state;
	uint64_t files;
	series[0].absent = place->tree_absent;
	if (!place->tree_absent && !count_files(place->root, (uint64_t)place->pid, &files))
		series[0].absent = "/proc/PID/fd is for the user of the process and for root";
	proc_files->tree = series[0].absent ? NULL : place->tree;
}

static void proc_files_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	const struct proc_files *proc_files = state;
	const struct tc_tree *tree = proc_files->tree;
	uint64_t sum = 0, files;
	bool any = false;
	(void)now;
	for (size_t i = 0; tree && i < tree->count; i++) {
		const struct tc_tree_process *process = &tree->process[i];
		if (process->outside || process->zombie || !count_files(tree->place.root, process->pid, &files))
			continue;
		sum += files;
		any = true;
	}
	if (any)
		readings[0].value = (double)sum;
}

static void proc_files_close(void *state, uint64_t now_ns)
{
	(void)state, (void)now_ns; /* the tree is the sampling's */
}

static const struct tc_series series_of_proc_files[] = {
	{.name = "process.files",
		.unit = "files",
		.source = "/proc/PID/fd",
		.resolution = "1 file",
		.help = "File descriptors that the observed processes have open; one that two of them share counts "
			"twice."},
};

const struct tc_sampler tc_sampler_proc_files = {
	.name = "proc_files",
	.group = TC_DEAR,
	.state_bytes = sizeof(struct proc_files),
	.series = series_of_proc_files,
	.series_count = 1,
	.open = proc_files_open,
	.read = proc_files_read,
	.close = proc_files_close,
};
