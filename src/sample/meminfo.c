/* SPDX-License-Identifier: MIT
 *
 * meminfo.c - how much of the machine's memory is taken: what is not available to new programs without swapping.  Not
 * total less free, for free leaves out the caches that give way.
 */
#include "sample/procfile.h"
#include "sample/sample.h"

#include <string.h>
#include <unistd.h>

struct meminfo {
	int fd;
};

/* The field's value in bytes; false: no such field. */
static bool field(const char *text, const char *name, uint64_t *bytes)
{
	const char *at = strstr(text, name);
	if (!at || !tc_parse_number(at + strlen(name), bytes))
		return false;
	*bytes *= 1024;
	return true;
}

static bool read_memory(const struct meminfo *meminfo, uint64_t *total, uint64_t *available)
{
	char text[512]; /* both are among the first three lines */
	tc_procfile_read(meminfo->fd, text, sizeof text);
	return field(text, "MemTotal:", total) && field(text, "MemAvailable:", available) && *total;
}

static void meminfo_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct meminfo *meminfo = state;
	uint64_t total, available;
	meminfo->fd = tc_procfile_open(place->root, "proc/meminfo");
	if (!read_memory(meminfo, &total, &available))
		series[0].absent = series[1].absent = meminfo->fd < 0
		                                              ? "/proc/meminfo cannot be read"
		                                              : "/proc/meminfo has no MemAvailable (Linux before 3.14)";
}

static void meminfo_read(void *state, uint64_t now_ns, struct tc_reading *readings)
{
	const struct meminfo *meminfo = state;
	uint64_t total, available;
	(void)now_ns;
	if (!read_memory(meminfo, &total, &available))
		return;
	uint64_t used = available < total ? total - available : 0;
	readings[0].value = (double)used;
	readings[1].value = 100.0 * (double)used / (double)total;
}

static void meminfo_close(void *state, uint64_t now_ns)
{
	struct meminfo *meminfo = state;
	(void)now_ns;
	if (meminfo->fd >= 0)
		close(meminfo->fd);
}

static const struct tc_series series_of_meminfo[] = {
	{.name = "system.memory",
		.unit = "bytes",
		.source = "/proc/meminfo",
		.resolution = "1 KiB",
		.help = "Memory of the machine that is in use and could not be had without swapping: MemTotal - "
			"MemAvailable."},
	{.name = "system.memory_percent",
		.unit = "percent",
		.source = "/proc/meminfo",
		.help = "The same as a share of the machine's memory."},
};

const struct tc_sampler tc_sampler_meminfo = {
	.name = "meminfo",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct meminfo),
	.series = series_of_meminfo,
	.series_count = 2,
	.open = meminfo_open,
	.read = meminfo_read,
	.close = meminfo_close,
};
