/* SPDX-License-Identifier: MIT
 *
 * meminfo.c - how much of the machine's memory is taken: what is not available to new programs without swapping.  Not
 * total less free, for free leaves out the caches that give way.
 */
#include "sample/procfile.h"
#include "sample/sample.h"

#include <unistd.h>

enum { MEMORY, MEMORY_PERCENT, MEMORY_TOTAL, MEMORY_AVAILABLE, MEMORY_CACHED, SWAP, SWAP_TOTAL, SERIES };
enum { TOTAL, AVAILABLE, CACHED, TOTAL_SWAP, FREE_SWAP, FIELDS };
static const char *const keys[FIELDS] = {"MemTotal:", "MemAvailable:", "Cached:", "SwapTotal:", "SwapFree:"};
enum { MEMORY_FIELDS = 1u << TOTAL | 1u << AVAILABLE, SWAP_FIELDS = 1u << TOTAL_SWAP | 1u << FREE_SWAP };

struct meminfo {
	int fd;
};

/* In bytes; which of them were there. */
static unsigned read_fields(const struct meminfo *meminfo, uint64_t bytes[FIELDS])
{
	char text[4096];
	tc_procfile_read(meminfo->fd, text, sizeof text);
	unsigned found = tc_parse_keys(text, keys, bytes, FIELDS);
	for (int i = 0; i < FIELDS; i++)
		bytes[i] *= 1024;
	return bytes[TOTAL] ? found : 0;
}

static void meminfo_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct meminfo *meminfo = state;
	uint64_t bytes[FIELDS];
	meminfo->fd = tc_procfile_open(place->root, "proc/meminfo");
	unsigned found = read_fields(meminfo, bytes);
	if (!found)
		for (int i = 0; i < SERIES; i++)
			series[i].absent = "/proc/meminfo cannot be read: mount /proc, or allow its files";
	else if (~found & MEMORY_FIELDS)
		series[MEMORY].absent = series[MEMORY_PERCENT].absent = series[MEMORY_AVAILABLE].absent =
			"/proc/meminfo has no MemAvailable: it takes Linux 3.14 or newer";
	if (found && (~found & SWAP_FIELDS || !bytes[TOTAL_SWAP]))
		series[SWAP].absent = series[SWAP_TOTAL].absent = "this machine has no swap; swapon(8) gives it some";
}

static uint64_t less(uint64_t all, uint64_t part)
{
	return part < all ? all - part : 0;
}

static void meminfo_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	uint64_t bytes[FIELDS];
	unsigned found = read_fields(state, bytes);
	(void)now;
	if (!found)
		return;
	readings[MEMORY_TOTAL].value = (double)bytes[TOTAL];
	if (found & 1u << CACHED)
		readings[MEMORY_CACHED].value = (double)bytes[CACHED];
	if (!(~found & MEMORY_FIELDS)) {
		double used = (double)less(bytes[TOTAL], bytes[AVAILABLE]);
		readings[MEMORY].value = used;
		readings[MEMORY_PERCENT].value = 100.0 * used / (double)bytes[TOTAL];
		readings[MEMORY_AVAILABLE].value = (double)bytes[AVAILABLE];
	}
	if (!(~found & SWAP_FIELDS)) {
		readings[SWAP].value = (double)less(bytes[TOTAL_SWAP], bytes[FREE_SWAP]);
		readings[SWAP_TOTAL].value = (double)bytes[TOTAL_SWAP];
	}
}

static void meminfo_close(void *state, uint64_t now_ns)
{
	struct meminfo *meminfo = state;
	(void)now_ns;
	if (meminfo->fd >= 0)
		close(meminfo->fd);
}

#define OF_MEMINFO .source = "/proc/meminfo", .resolution = "1 KiB"

static const struct tc_series series_of_meminfo[] = {
	[MEMORY] = {.name = "system.memory",
		.unit = "bytes",
		OF_MEMINFO,
		.help = "Memory of the machine that is in use and could not be had without swapping: MemTotal - "
			"MemAvailable."},
	[MEMORY_PERCENT] = {.name = "system.memory_percent",
		.unit = "percent",
		OF_MEMINFO,
		.help = "The same as a share of the machine's memory."},
	[MEMORY_TOTAL] = {.name = "system.memory_total",
		.unit = "bytes",
		OF_MEMINFO,
		.help = "Memory that the machine has; it moves where memory is plugged or a host takes it away."},
	[MEMORY_AVAILABLE] = {.name = "system.memory_available",
		.unit = "bytes",
		OF_MEMINFO,
		.help = "What new programs could have without swapping, as the kernel reckons."},
	[MEMORY_CACHED] = {.name = "system.memory_cached",
		.unit = "bytes",
		OF_MEMINFO,
		.help = "Contents of files that are kept in memory; most of it gives way, shared memory in it does "
			"not."},
	[SWAP] = {.name = "system.swap", .unit = "bytes", OF_MEMINFO, .help = "Swap space that is taken."},
	[SWAP_TOTAL] = {.name = "system.swap_total", .unit = "bytes", OF_MEMINFO, .help = "Swap space that there is."},
};

const struct tc_sampler tc_sampler_meminfo = {
	.name = "meminfo",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct meminfo),
	.series = series_of_meminfo,
	.series_count = SERIES,
	.open = meminfo_open,
	.read = meminfo_read,
	.close = meminfo_close,
};
