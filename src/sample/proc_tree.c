/* SPDX-License-Identifier: MIT
 *
 * proc_tree.c - what the observed process and everything below it take.
 */
#include "base/error.h"
#include "sample/sample.h"
#include "sample/tree.h"

#include <stdio.h>

enum { CPU, MEMORY, COUNT, THREADS, SERIES };

struct proc_tree {
	struct tc_tree tree;
	uint64_t first_cpu_ns, last_cpu_ns, last_ns;
	char absent[256];
};

/* From when on what is counted: a child of the reaper's had taken nothing when it was started, whatever it has by now. */
static void begin_counting(struct proc_tree *proc_tree, const struct tc_sample_place *place)
{
	proc_tree->last_cpu_ns = proc_tree->tree.cpu_ns;
	proc_tree->last_ns = place->now_ns;
	if (!place->started_ns || place->started_ns > place->now_ns)
		return;
	const struct tc_tree_process *reaper = tc_tree_process(&proc_tree->tree, (uint64_t)place->reaper);
	proc_tree->last_cpu_ns = reaper ? reaper->waited_ns : 0;
	proc_tree->last_ns = place->started_ns;
}

static void proc_tree_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct proc_tree *proc_tree = state;
	if (!tc_tree_open(&proc_tree->tree, place)) {
		begin_counting(proc_tree, place);
		proc_tree->first_cpu_ns = proc_tree->last_cpu_ns;
		return;
	}
	snprintf(proc_tree->absent, sizeof proc_tree->absent, "%s", tacho_last_error());
	for (int i = 0; i < SERIES; i++)
		series[i].absent = proc_tree->absent;
}

static void proc_tree_read(void *state, uint64_t now_ns, struct tc_reading *readings)
{
	struct proc_tree *proc_tree = state;
	struct tc_tree *tree = &proc_tree->tree;
	uint64_t rss_bytes = 0, processes = 0, threads = 0;
	if (proc_tree->absent[0])
		return;
	tc_tree_count(tree, now_ns);
	for (size_t i = 0; i < tree->count; i++) {
		const struct tc_tree_process *process = &tree->process[i];
		if (process->outside || process->zombie)
			continue;
		rss_bytes += process->rss_bytes;
		threads += process->threads;
		processes++;
	}
	if (now_ns > proc_tree->last_ns)
		readings[CPU].value =
			(double)(tree->cpu_ns - proc_tree->last_cpu_ns) / (double)(now_ns - proc_tree->last_ns);
	if (processes) { /* when all have ended there is no memory to speak of, not 0 bytes of it */
		readings[MEMORY].value = (double)rss_bytes;
		readings[COUNT].value = (double)processes;
		readings[THREADS].value = (double)threads;
	}
	readings[CPU].total = (double)(tree->cpu_ns - proc_tree->first_cpu_ns) / 1e9;
	proc_tree->last_cpu_ns = tree->cpu_ns;
	proc_tree->last_ns = now_ns;
}

static void proc_tree_close(void *state, uint64_t now_ns)
{
	struct proc_tree *proc_tree = state;
	if (!proc_tree->absent[0])
		tc_tree_close(&proc_tree->tree, now_ns);
}

static const struct tc_series series_of_proc_tree[] = {
	[CPU] = {.name = "process.cpu",
		.unit = "cores",
		.total_unit = "seconds",
		.source = "/proc/PID/stat",
		.resolution = "1 ns while a process lives, 10 ms of those that ended",
		.help = "CPU time that the observed process and all below it took per second; children that ended "
			"between "
			"two readings are in it."},
	[MEMORY] = {.name = "process.memory",
		.unit = "bytes",
		.source = "/proc/PID/stat",
		.resolution = "1 page",
		.help = "Resident memory of all these processes; a page that two of them share counts twice."},
	[COUNT] = {.name = "process.count",
		.unit = "processes",
		.source = "/proc/PID/stat",
		.help = "How many of them there are."},
	[THREADS] = {.name = "process.threads",
		.unit = "threads",
		.source = "/proc/PID/stat",
		.help = "Their threads."},
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
