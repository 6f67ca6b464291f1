/* SPDX-License-Identifier: MIT
 *
 * vmstat.c - what moves between memory and swap.  Dear: the kernel writes some 180 lines for these three.
 */
#include "sample/counter.h"
#include "sample/procfile.h"
#include "sample/sample.h"

#include <unistd.h>

enum { SWAP_IN, SWAP_OUT, OOM_KILLS, SERIES };
static const char *const keys[SERIES] = {"pswpin ", "pswpout ", "oom_kill "};

struct vmstat {
	int fd;
	double scale[SERIES];
	struct tc_counter counter[SERIES];
};

static void vmstat_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct vmstat *vmstat = state;
	char text[16384];
	uint64_t count[SERIES];
	tc_procfile_lines(vmstat->fd, text, sizeof text);
	tc_moment_end(now);
	unsigned found = tc_parse_keys(text, keys, count, SERIES);
	for (int i = 0; i < SERIES; i++)
		if (found & 1u << i)
			tc_counter_take(&vmstat->counter[i], now, count[i], 64, vmstat->scale[i], &readings[i]);
}

static void vmstat_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct vmstat *vmstat = state;
	struct tc_reading readings[SERIES];
	struct tc_moment now = tc_sample_moment(place->now_ns);
	vmstat->scale[SWAP_IN] = vmstat->scale[SWAP_OUT] = (double)sysconf(_SC_PAGESIZE);
	vmstat->scale[OOM_KILLS] = 1;
	vmstat->fd = tc_procfile_open(place->root, "proc/vmstat");
	vmstat_read(vmstat, &now, readings);
	for (int i = 0; i < SERIES; i++)
		if (!vmstat->counter[i].begun)
			series[i].absent = i == OOM_KILLS ? "/proc/vmstat does not tell: it takes Linux 4.13 or newer"
			                                  : "/proc/vmstat does not tell: the kernel is without swap";
}

static void vmstat_close(void *state, uint64_t now_ns)
{
	struct vmstat *vmstat = state;
	(void)now_ns;
	if (vmstat->fd >= 0)
		close(vmstat->fd);
}

#define OF_SWAPPING .unit = "bytes/s", .total_unit = "bytes", .source = "/proc/vmstat", .resolution = "1 page"

static const struct tc_series series_of_vmstat[] = {
	[SWAP_IN] = {.name = "system.swap_in",
		OF_SWAPPING,
		.help = "Memory of the whole machine that was brought back from swap: programs waited for it."},
	[SWAP_OUT] = {.name = "system.swap_out",
		OF_SWAPPING,
		.help = "Memory of the whole machine that was moved to swap."},
	[OOM_KILLS] = {.name = "system.oom_kills",
		.unit = "processes/s",
		.total_unit = "processes",
		.source = "/proc/vmstat",
		.resolution = "1 process",
		.help = "Processes of the whole machine that the kernel killed for want of memory."},
};

const struct tc_sampler tc_sampler_vmstat = {
	.name = "vmstat",
	.group = TC_DEAR,
	.state_bytes = sizeof(struct vmstat),
	.series = series_of_vmstat,
	.series_count = SERIES,
	.open = vmstat_open,
	.read = vmstat_read,
	.close = vmstat_close,
};
