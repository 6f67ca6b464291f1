/* SPDX-License-Identifier: MIT
 *
 * proc_io.c - what the observed processes had read from disks and written to them, by the kernel's own account.
 */
#include "sample/counter.h"
#include "sample/sample.h"
#include "sample/tree.h"

enum { READ, WRITTEN, SERIES };

struct proc_io {
	struct tc_tree *tree; /* NULL: nothing to be had */
	struct tc_counter read, written;
};

static void proc_io_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct proc_io *io = state;
	const char *absent = place->tree_absent;
	if (!absent && place->tree->io_denied)
		absent = "/proc/PID/io cannot be read: it is for the user of the process and for root, and needs a "
			 "kernel "
			 "with CONFIG_TASK_IO_ACCOUNTING";
	series[READ].absent = series[WRITTEN].absent = absent;
	if (absent)
		return;
	io->tree = place->tree;
	tc_tree_begin(place->tree, TC_READ_BYTES, &io->read);
	tc_tree_begin(place->tree, TC_WRITTEN_BYTES, &io->written);
}

static void proc_io_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct proc_io *io = state;
	const struct tc_moment *counted;
	if (!io->tree)
		return;
	counted = &io->tree->counted; /* by proc_tree */
	(void)now;
	tc_counter_take(&io->read, counted, io->tree->sum[TC_READ_BYTES], 64, 1, &readings[READ]);
	tc_counter_take(&io->written, counted, io->tree->sum[TC_WRITTEN_BYTES], 64, 1, &readings[WRITTEN]);
}

static void proc_io_close(void *state, uint64_t now_ns)
{
	(void)state, (void)now_ns; /* the tree is the sampling's */
}

static const struct tc_series series_of_proc_io[] = {
	[READ] = {.name = "process.read",
		.unit = "bytes/s",
		.total_unit = "bytes",
		.source = "/proc/PID/io",
		.resolution = "1 page",
		.help = "Bytes that the observed processes had fetched from disks; what was in memory already is not "
			"in it."},
	[WRITTEN] = {.name = "process.written",
		.unit = "bytes/s",
		.total_unit = "bytes",
		.source = "/proc/PID/io",
		.resolution = "1 page",
		.help = "Bytes of files that they changed and that go to disks, now or later; files on a tmpfs are not "
			"in it."},
};

const struct tc_sampler tc_sampler_proc_io = {
	.name = "proc_io",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct proc_io),
	.series = series_of_proc_io,
	.series_count = SERIES,
	.open = proc_io_open,
	.read = proc_io_read,
	.close = proc_io_close,
};
