/* SPDX-License-Identifier: MIT
 *
 * loadavg.c - how many tasks run or want to, as the kernel averages it.
 */
#include "sample/procfile.h"
#include "sample/sample.h"

#include <unistd.h>

enum { LOADS = 3 };

struct loadavg {
	int fd;
};

static bool read_loads(const struct loadavg *loadavg, double loads[LOADS])
{
	char text[128];
	const char *at = text;
	tc_procfile_read(loadavg->fd, text, sizeof text);
	for (int i = 0; i < LOADS; i++)
		at = tc_parse_decimal(at, &loads[i]);
	return at;
}

static void loadavg_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct loadavg *loadavg = state;
	double loads[LOADS];
	loadavg->fd = tc_procfile_open(place->root, "proc/loadavg");
	bool sound = read_loads(loadavg, loads);
	for (int i = 0; i < LOADS && !sound; i++)
		series[i].absent = "/proc/loadavg cannot be read: mount /proc, or allow its files";
}

static void loadavg_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	double loads[LOADS];
	(void)now;
	if (!read_loads(state, loads))
		return;
	for (int i = 0; i < LOADS; i++)
		readings[i].value = loads[i];
}

static void loadavg_close(void *state, uint64_t now_ns)
{
	struct loadavg *loadavg = state;
	(void)now_ns;
	if (loadavg->fd >= 0)
		close(loadavg->fd);
}

#define OF_LOADAVG .unit = "tasks", .source = "/proc/loadavg", .resolution = "0.01, anew each 5 s"

static const struct tc_series series_of_loadavg[LOADS] = {
	{.name = "system.load_1m",
		OF_LOADAVG,
		.help = "Tasks of the whole machine that run, wait for a CPU or wait for a disk, averaged over a "
			"minute."},
	{.name = "system.load_5m", OF_LOADAVG, .help = "The same over 5 minutes."},
	{.name = "system.load_15m", OF_LOADAVG, .help = "The same over 15 minutes."},
};

const struct tc_sampler tc_sampler_loadavg = {
	.name = "loadavg",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct loadavg),
	.series = series_of_loadavg,
	.series_count = LOADS,
	.open = loadavg_open,
	.read = loadavg_read,
	.close = loadavg_close,
};
