/* SPDX-License-Identifier: MIT
 *
 * self.c - what observing itself takes.
 */
#include "sample/counter.h"
#include "sample/patient.h"
#include "sample/sample.h"

#include <unistd.h>

struct self {
	struct tc_counter cpu;
	pid_t thread; /* whose clock it is; 0: not read yet */
};

static void self_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	(void)state, (void)place, (void)series; /* the thread that reads may be another */
}

/* The last reading may be that of a thread which had nothing to do with the others. */
static void self_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct self *self = state;
	if (!self->thread)
		self->thread = gettid();
	if (self->thread != gettid())
		return;
	uint64_t worked_ns = tc_worked_ns();
	tc_moment_end(now);
	tc_counter_take(&self->cpu, now, worked_ns, 64, 1e-9, readings);
	readings->value *= 100;
}

static void self_close(void *state, uint64_t now_ns)
{
	(void)state, (void)now_ns;
}

static const struct tc_series series_of_self[] = {
	{.name = "tacho.observer",
		.unit = "percent",
		.total_unit = "seconds",
		.source = "CLOCK_THREAD_CPUTIME_ID",
		.resolution = "1 ns",
		.help = "What observing took, of one core: CPU time of the threads that read all this.  Where the "
			"program observes "
			"itself, process.cpu has it too."},
};

const struct tc_sampler tc_sampler_self = {
	.name = "self",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct self),
	.series = series_of_self,
	.series_count = 1,
	.open = self_open,
	.read = self_read,
	.close = self_close,
};
