/* SPDX-License-Identifier: MIT
 *
 * proc_tree.c - what the observed process and everything below it take.  It counts the tree: sources that show more of it
 * come behind this one.
 */
#include "sample/counter.h"
#include "sample/own_group.h"
#include "sample/sample.h"
#include "sample/tree.h"

#include <math.h>
#include <unistd.h>

enum { CPU, MEMORY, COUNT, THREADS, MINOR_FAULTS, MAJOR_FAULTS, SERIES };

struct proc_tree {
	struct tc_tree *tree;
	struct tc_counter cpu, minor_faults, major_faults;
	long cpus;           /* that there may be; asking costs as much as a reading of /proc/PID/stat */
	double late_seconds; /* of CPU time, that found no room in the time they were read in */
};

/* Of processes that ended the kernel tells in ticks, so that a short time may seem to hold more than all CPUs can give.
 * What is beyond that is of the time before and stands with the next reading; the total has it at once. */
static void bound(struct proc_tree *proc_tree, uint64_t since_ns, uint64_t now_ns, struct tc_reading *cpu)
{
	double seconds = (double)(now_ns - since_ns) / 1e9, cores;
	if (!proc_tree->tree->live || proc_tree->cpus < 1 || isnan(cpu->value) || now_ns <= since_ns)
		return;
	cores = cpu->value + proc_tree->late_seconds / seconds;
	cpu->value = cores < (double)proc_tree->cpus ? cores : (double)proc_tree->cpus;
	proc_tree->late_seconds = (cores - cpu->value) * seconds;
}

/* Of the two that the descriptor names, the one that CPU time is read from here. */
static void name_source(const struct tc_sample_place *place, struct tc_series *cpu)
{
	uint64_t user_ns, system_ns;
	bool group = place->group && tc_own_group_cpu(place->group, &user_ns, &system_ns);
	cpu->source = group ? "cgroup cpu.stat" : "/proc/PID/stat";
	cpu->resolution = group ? "1 µs" : "1 ns while a process lives, 10 ms of those that ended";
}

static void proc_tree_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct proc_tree *proc_tree = state;
	proc_tree->tree = place->tree;
	proc_tree->cpus = sysconf(_SC_NPROCESSORS_CONF);
	for (int i = 0; i < SERIES; i++)
		series[i].absent = place->tree_absent;
	if (place->tree_absent)
		return;
	name_source(place, &series[CPU]);
	tc_tree_begin(place->tree, TC_CPU_NS, &proc_tree->cpu);
	tc_tree_begin(place->tree, TC_MINOR_FAULTS, &proc_tree->minor_faults);
	tc_tree_begin(place->tree, TC_MAJOR_FAULTS, &proc_tree->major_faults);
}

static void proc_tree_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct proc_tree *proc_tree = state;
	struct tc_tree *tree = proc_tree->tree;
	uint64_t rss_bytes = 0, processes = 0, threads = 0;
	if (!tree)
		return;
	tc_tree_count(tree, now->from_ns);
	tc_moment_end(now);
	tree->counted = *now;
	for (size_t i = 0; i < tree->count; i++) {
		const struct tc_tree_process *process = &tree->process[i];
		if (process->outside || process->zombie)
			continue;
		rss_bytes += process->rss_bytes;
		threads += process->threads;
		processes++;
	}
	uint64_t since_ns = proc_tree->cpu.since_ns;
	tc_counter_take(&proc_tree->cpu, now, tree->sum[TC_CPU_NS], 64, 1e-9, &readings[CPU]);
	bound(proc_tree, since_ns, tc_moment_middle(now), &readings[CPU]);
	tc_counter_take(&proc_tree->minor_faults, now, tree->sum[TC_MINOR_FAULTS], 64, 1, &readings[MINOR_FAULTS]);
	tc_counter_take(&proc_tree->major_faults, now, tree->sum[TC_MAJOR_FAULTS], 64, 1, &readings[MAJOR_FAULTS]);
	if (!processes)
		return; /* when all have ended there is no memory to speak of, not 0 bytes of it */
	readings[MEMORY].value = (double)rss_bytes;
	readings[COUNT].value = (double)processes;
	readings[THREADS].value = (double)threads;
}

static void proc_tree_close(void *state, uint64_t now_ns)
{
	(void)state, (void)now_ns; /* the tree is the sampling's */
}

static const struct tc_series series_of_proc_tree[] = {
	[CPU] = {.name = "process.cpu",
		.unit = "cores",
		.total_unit = "seconds",
		.source = "cgroup cpu.stat or /proc/PID/stat",
		.resolution = "1 µs of a run with a control group; else 1 ns while a process lives, 10 ms of those "
			      "that ended",
		.help = "CPU time that the observed process and all below it took per second; children that ended "
			"between "
			"two readings are in it. Those that nobody waits for (SIGCHLD ignored) are in no sum of the "
			"kernel's "
			"but that of a control group: where the run has none of its own, and /proc is the source, they "
			"count "
			"as far as they were seen, and a note says so."},
	[MEMORY] = {.name = "process.memory",
		.unit = "bytes",
		.source = "/proc/PID/stat",
		.resolution = "1 page",
		.help = "Resident memory of all these processes; a page that two of them share counts twice."},
	[COUNT] = {.name = "process.count",
		.unit = "processes",
		.source = "/proc/PID/stat",
		.resolution = "1 process",
		.help = "How many of them there are."},
	[THREADS] = {.name = "process.threads",
		.unit = "threads",
		.source = "/proc/PID/stat",
		.resolution = "1 thread",
		.help = "Their threads."},
	[MINOR_FAULTS] = {.name = "process.faults_minor",
		.unit = "faults/s",
		.total_unit = "faults",
		.source = "/proc/PID/stat",
		.resolution = "1 fault",
		.help = "Pages that they touched and the kernel had at hand or made."},
	[MAJOR_FAULTS] = {.name = "process.faults_major",
		.unit = "faults/s",
		.total_unit = "faults",
		.source = "/proc/PID/stat",
		.resolution = "1 fault",
		.help = "Pages that had to come from a disk first."},
};

const struct tc_sampler tc_sampler_proc_tree = {
	.name = "proc_tree",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct proc_tree),
	.series = series_of_proc_tree,
	.series_count = SERIES,
	.open = proc_tree_open,
	.read = proc_tree_read,
	.close = proc_tree_close,
};
