/* SPDX-License-Identifier: MIT
 *
 * proc_threads.c - how long threads of the observed processes stood ready and had no CPU, and how often one got one.  The
 * kernel counts it per thread, and what a thread had is gone with it: of one that ended between two readings the time
 * since the first of them is missing.
 *
 * It costs a file per thread, so it is done as seldom as keeps it below 1/200 of the time.
 */
#include "sample/counter.h"
#include "sample/patient.h"
#include "sample/procfile.h"
#include "sample/sample.h"
#include "sample/sched.h"
#include "sample/tree.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAITING, SWITCHES, SERIES };
enum { REST_FACTOR = 200, THREADS_MAX = 16384 };

struct thread {
	uint64_t tid, waited_ns, switches;
};

struct table {
	size_t count, room;
	struct thread *thread; /* ascending by tid once it is complete */
};

struct proc_threads {
	struct tc_tree *tree; /* NULL: nothing to be had */
	struct table now, before;
	uint64_t waited_ns, switches; /* of all threads, as far as it was seen */
	uint64_t told_ns, last_ns;    /* of waited_ns, what was handed on; when */
	uint64_t again_ns;
	struct tc_counter waiting, switching;
};

static struct thread *add_thread(struct table *table)
{
	if (table->count == table->room) {
		size_t room = table->room ? table->room * 2 : 16;
		struct thread *more = room > THREADS_MAX ? NULL : realloc(table->thread, room * sizeof *more);
		if (!more)
			return NULL;
		table->thread = more;
		table->room = room;
	}
	return &table->thread[table->count++];
}

static bool read_thread(const char *root, uint64_t pid, uint64_t tid, struct thread *out)
{
	char text[128];
	struct tc_sched sched;
	tc_procfile_slurp(
		root, text, sizeof text, "proc/%lu/task/%lu/schedstat", (unsigned long)pid, (unsigned long)tid);
	bool sound = tc_sched_parse(text, &sched);
	*out = (struct thread){tid, sched.wait_ns, sched.slices};
	return sound;
}

static void add_process(struct table *table, const char *root, uint64_t pid)
{
	int fd = tc_procfile_open(root, "proc/%lu/task", (unsigned long)pid);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
	if (!directory && fd >= 0)
		close(fd);
	for (const struct dirent *entry; directory && (entry = readdir(directory));) {
		struct thread thread, *place;
		uint64_t tid;
		if (tc_parse_number(entry->d_name, &tid) && read_thread(root, pid, tid, &thread) &&
			(place = add_thread(table)))
			*place = thread;
	}
	if (directory)
		closedir(directory);
}

static int by_tid(const void *a, const void *b)
{
	const struct thread *one = a, *other = b;
	return (one->tid > other->tid) - (one->tid < other->tid);
}

static void read_all(struct proc_threads *threads)
{
	const struct tc_tree *tree = threads->tree;
	threads->now.count = 0;
	for (size_t i = 0; i < tree->count; i++)
		if (!tree->process[i].outside && !tree->process[i].zombie)
			add_process(&threads->now, tree->place.root, tree->process[i].pid);
	if (threads->now.count) /* when all have ended there is no table perhaps */
		qsort(threads->now.thread, threads->now.count, sizeof *threads->now.thread, by_tid);
}

/* What grew since the reading before; all of a thread that is new, unless this is the first reading. */
static void add_growth(struct proc_threads *threads, bool first)
{
	for (size_t i = 0, k = 0; i < threads->now.count; i++) {
		const struct thread *now = &threads->now.thread[i], none = {now->tid, 0, 0}, *before = &none;
		while (k < threads->before.count && threads->before.thread[k].tid < now->tid)
			k++;
		if (k < threads->before.count && threads->before.thread[k].tid == now->tid)
			before = &threads->before.thread[k];
		if (before->waited_ns > now->waited_ns || before->switches > now->switches)
			before = &none; /* another thread has its number by now */
		threads->waited_ns += first ? 0 : now->waited_ns - before->waited_ns;
		threads->switches += first ? 0 : now->switches - before->switches;
	}
	struct table swapped = threads->before;
	threads->before = threads->now;
	threads->now = swapped;
}

/* The kernel books a wait when it ends, and a reading may stand for less time than that: no more is handed on than all
 * threads could have waited since the last one, the rest with those that come. */
static uint64_t waited_until(struct proc_threads *threads, uint64_t now_ns)
{
	uint64_t left_ns = threads->waited_ns - threads->told_ns;
	uint64_t most_ns = now_ns > threads->last_ns ? (now_ns - threads->last_ns) * threads->before.count : 0;
	threads->told_ns += left_ns < most_ns ? left_ns : most_ns;
	threads->last_ns = now_ns;
	return threads->told_ns;
}

static void proc_threads_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct proc_threads *threads = state;
	struct thread thread;
	const char *absent = place->tree_absent;
	if (!absent && !read_thread(place->root, (uint64_t)place->pid, (uint64_t)place->pid, &thread))
		absent = "there is no /proc/PID/task/TID/schedstat (it needs a kernel with CONFIG_SCHED_INFO)";
	for (int i = 0; i < SERIES; i++)
		series[i].absent = absent;
	if (absent)
		return;
	threads->tree = place->tree;
	bool all = place->started_ns; /* what it did before we looked is ours too */
	struct tc_moment begin = tc_sample_moment(all ? place->started_ns : place->now_ns);
	if (!all) {
		read_all(threads);
		tc_moment_end(&begin);
		add_growth(threads, true);
	}
	threads->last_ns = tc_moment_middle(&begin);
	tc_counter_begin(&threads->waiting, &begin, 0);
	tc_counter_begin(&threads->switching, &begin, 0);
}

static void proc_threads_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct proc_threads *threads = state;
	bool untold = now->last && !threads->waiting.told; /* the only rate there can be is over all the time */
	if (!threads->tree || (now->from_ns < threads->again_ns && !untold))
		return;
	uint64_t begin_ns = tc_worked_ns();
	read_all(threads);
	tc_moment_end(now);
	if (!threads->now.count && !untold)
		return; /* all have ended */
	if (threads->now.count)
		add_growth(threads, false);
	tc_counter_take(
		&threads->waiting, now, waited_until(threads, tc_moment_middle(now)), 64, 1e-9, &readings[WAITING]);
	tc_counter_take(&threads->switching, now, threads->switches, 64, 1, &readings[SWITCHES]);
	threads->again_ns = now->from_ns + (tc_worked_ns() - begin_ns) * REST_FACTOR;
}

static void proc_threads_close(void *state, uint64_t now_ns)
{
	struct proc_threads *threads = state;
	(void)now_ns;
	free(threads->now.thread);
	free(threads->before.thread);
}

static const struct tc_series series_of_proc_threads[] = {
	[WAITING] = {.name = "process.waiting",
		.unit = "cores",
		.total_unit = "seconds",
		.source = "/proc/PID/task/TID/schedstat",
		.resolution = "1 ns",
		.help = "CPU time that threads of the observed processes could have used and did not get, per second: "
			"others had it, or a quota held them back. What a thread waited since the last reading is lost "
			"when it ends."},
	[SWITCHES] = {.name = "process.switches",
		.unit = "switches/s",
		.total_unit = "switches",
		.source = "/proc/PID/task/TID/schedstat",
		.resolution = "1 switch",
		.help = "How often one of their threads was put on a CPU: context switches to them."},
};

const struct tc_sampler tc_sampler_proc_threads = {
	.name = "proc_threads",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct proc_threads),
	.series = series_of_proc_threads,
	.series_count = SERIES,
	.open = proc_threads_open,
	.read = proc_threads_read,
	.close = proc_threads_close,
};
