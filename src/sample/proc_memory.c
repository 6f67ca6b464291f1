/* SPDX-License-Identifier: MIT
 *
 * proc_memory.c - the memory that the observed processes really have together.  Resident sizes count a page once for each
 * process that maps it: eight workers that share 200 MiB would have 1.6 GiB.  The kernel must walk page tables for this.
 */
#include "sample/patient.h"
#include "sample/procfile.h"
#include "sample/sample.h"
#include "sample/tree.h"

#include <errno.h>

enum { PROPORTIONAL, UNIQUE, SERIES };

struct proc_memory {
	struct tc_tree *tree; /* NULL: nothing to be had */
};

struct memory {
	uint64_t proportional, unique;
};

/* Adds one process's, in KiB.  0, or errno: of a process that has ended it is ESRCH, of one that does not answer ETIMEDOUT. */
static int add_process(const char *root, uint64_t pid, struct memory *memory)
{
	char text[2048];
	uint64_t proportional, clean, dirty;
	if (!tc_patient_slurp(root, text, sizeof text, "proc/%lu/smaps_rollup", (unsigned long)pid))
		return errno ? errno : ESRCH;
	if (!tc_parse_number(tc_parse_behind(text, "\nPss:"), &proportional) ||
		!tc_parse_number(tc_parse_behind(text, "\nPrivate_Clean:"), &clean) ||
		!tc_parse_number(tc_parse_behind(text, "\nPrivate_Dirty:"), &dirty))
		return EINVAL;
	memory->proportional += proportional;
	memory->unique += clean + dirty;
	return 0;
}

/* false: there is a process whose pages nobody shows us, and a sum without it would be too low. */
static bool add_all(const struct tc_tree *tree, struct memory *memory)
{
	bool any = false;
	for (size_t i = 0; i < tree->count; i++) {
		const struct tc_tree_process *process = &tree->process[i];
		if (process->outside || process->zombie)
			continue;
		int error = add_process(tree->place.root, process->pid, memory);
		if (error && error != ESRCH && error != ENOENT)
			return false;
		any |= !error;
	}
	return any;
}

static void proc_memory_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct proc_memory *proc_memory = state;
	struct memory memory = {0};
	const char *absent = place->tree_absent;
	int error = absent ? 0 : add_process(place->root, (uint64_t)place->pid, &memory);
	if (error == EACCES || error == EPERM)
		absent = "/proc/PID/smaps_rollup is for the user of the process and for root";
	else if (error == ENOENT)
		absent = "there is no /proc/PID/smaps_rollup (Linux before 4.14)";
	bool late = error == ETIMEDOUT; /* it has readings as soon as it answers */
	series[PROPORTIONAL].absent = series[UNIQUE].absent = late ? TC_PATIENT_REASON : absent;
	proc_memory->tree = absent ? NULL : place->tree;
}

static void proc_memory_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	const struct proc_memory *proc_memory = state;
	struct memory memory = {0};
	(void)now;
	if (!proc_memory->tree || !add_all(proc_memory->tree, &memory))
		return;
	readings[PROPORTIONAL].value = (double)memory.proportional * 1024;
	readings[UNIQUE].value = (double)memory.unique * 1024;
}

static void proc_memory_close(void *state, uint64_t now_ns)
{
	(void)state, (void)now_ns; /* the tree is the sampling's */
}

static const struct tc_series series_of_proc_memory[] = {
	[PROPORTIONAL] = {.name = "process.memory_proportional",
		.unit = "bytes",
		.source = "/proc/PID/smaps_rollup",
		.resolution = "1 KiB",
		.help = "Resident memory of the observed processes, a shared page divided among those that share it "
			"(the sum "
			"of their PSS): what they have together."},
	[UNIQUE] = {.name = "process.memory_unique",
		.unit = "bytes",
		.source = "/proc/PID/smaps_rollup",
		.resolution = "1 KiB",
		.help = "Of this what no other process has (the sum of their USS): what would be free without them."},
};

const struct tc_sampler tc_sampler_proc_memory = {
	.name = "proc_memory",
	.group = TC_DEAR,
	.state_bytes = sizeof(struct proc_memory),
	.series = series_of_proc_memory,
	.series_count = SERIES,
	.open = proc_memory_open,
	.read = proc_memory_read,
	.close = proc_memory_close,
};
