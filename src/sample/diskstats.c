/* SPDX-License-Identifier: MIT
 *
 * diskstats.c - what the machine's disks do.  Whole disks alone count: partitions, dm, md, loop, zram and ram disks would
 * count the same bytes twice, or bytes of memory.  A whole disk stands in /sys/block and has hardware behind it.
 */
#include "sample/devices.h"
#include "sample/procfile.h"

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { READ, WRITTEN, BUSY, READS, WRITES, COUNTERS }; /* those with series of each disk come first */

enum { SECTOR_BYTES = 512, TEXT_BYTES = 32768 }; /* the kernel's sector, whatever that of the disk is */

struct diskstats {
	int fd;
	char root[PATH_MAX];
	struct tc_devices devices;
	char text[TEXT_BYTES];
};

/* A path of NVMe's multipath, "nvme0c1n1", is counted again as the disk "nvme0n1". */
static bool is_path_of_disk(const char *name)
{
	if (strncmp(name, "nvme", 4))
		return false;
	const char *behind = name + 4 + strspn(name + 4, "0123456789");
	return *behind == 'c';
}

static bool is_whole_disk(const struct diskstats *diskstats, const char *name)
{
	char path[PATH_MAX + 64], file[32];
	size_t i;
	for (i = 0; name[i]; i++)
		file[i] = name[i] == '/' ? '!' : name[i];
	file[i] = 0;
	snprintf(path, sizeof path, "%s/sys/block/%s/device", diskstats->root, file);
	return !is_path_of_disk(name) && !access(path, F_OK);
}

struct line { /* of /proc/diskstats */
	uint64_t reads, sectors_read, writes, sectors_written, busy_ms;
};

static bool parse_counts(const char *at, struct line *line)
{
	at = tc_parse_number(at, &line->reads);
	at = tc_parse_number(tc_parse_skip(at, 1), &line->sectors_read);
	at = tc_parse_number(tc_parse_skip(at, 1), &line->writes);
	at = tc_parse_number(tc_parse_skip(at, 1), &line->sectors_written);
	return tc_parse_number(tc_parse_skip(at, 2), &line->busy_ms); /* partitions of old kernels have less */
}

static void take_counts(struct tc_device *device, const struct tc_moment *now, const struct line *line)
{
	struct tc_reading *out = device->reading;
	tc_counter_take(&device->counter[READ], now, line->sectors_read, TC_DEVICE_BITS, SECTOR_BYTES, &out[READ]);
	tc_counter_take(
		&device->counter[WRITTEN], now, line->sectors_written, TC_DEVICE_BITS, SECTOR_BYTES, &out[WRITTEN]);
	tc_counter_take(&device->counter[READS], now, line->reads, TC_DEVICE_BITS, 1, &out[READS]);
	tc_counter_take(&device->counter[WRITES], now, line->writes, TC_DEVICE_BITS, 1, &out[WRITES]);
	tc_counter_take(&device->counter[BUSY], now, line->busy_ms, 32, 1e-3, &out[BUSY]); /* 32 bits everywhere */
	out[BUSY].value = out[BUSY].value > 1 ? 100 : out[BUSY].value * 100;
}

static void read_line(struct diskstats *diskstats, const struct tc_moment *now, const char *at)
{
	struct line line;
	bool fresh;
	const char *name = tc_parse_skip(at, 2);
	if (name)
		name += strspn(name, " \t");
	const char *end = tc_parse_skip(name, 1);
	if (!end || !parse_counts(end, &line))
		return;
	struct tc_device *device = tc_devices_find(&diskstats->devices, name, (size_t)(end - name), &fresh);
	if (device && fresh)
		device->counts = is_whole_disk(diskstats, device->name);
	if (device && device->counts)
		take_counts(device, now, &line);
}

/* Shares of time don't add up: of all disks the busiest one's. */
static void find_busiest(const struct tc_devices *devices, struct tc_reading *busy)
{
	*busy = (struct tc_reading){NAN, NAN};
	for (size_t i = 0; i < devices->count; i++) {
		double one = devices->device[i].counts ? devices->device[i].reading[BUSY].value : NAN;
		busy->value = isnan(busy->value) || one > busy->value ? one : busy->value;
	}
}

static bool read_lines(struct diskstats *diskstats, struct tc_moment *now)
{
	if (!tc_procfile_lines(diskstats->fd, diskstats->text, sizeof diskstats->text))
		return false;
	tc_moment_end(now);
	for (const char *at = diskstats->text; at; at = tc_parse_line(at))
		read_line(diskstats, now, at);
	return true;
}

static void diskstats_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct diskstats *diskstats = state;
	if (!read_lines(diskstats, now))
		return;
	tc_devices_sum(&diskstats->devices, readings);
	find_busiest(&diskstats->devices, &readings[BUSY]);
}

static const struct tc_series each_disk[READS];

static const char *why_absent(const struct diskstats *diskstats)
{
	char path[PATH_MAX + 64];
	snprintf(path, sizeof path, "%s/sys/block", diskstats->root);
	if (diskstats->fd < 0)
		return "/proc/diskstats cannot be read: mount /proc, or allow its files";
	if (access(path, R_OK))
		return "/sys/block cannot be read, which tells whole disks from their partitions: mount /sys";
	return "no disk that is not made of others, or of memory, is to be seen here";
}

static void diskstats_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct diskstats *diskstats = state;
	bool any = false;
	struct tc_moment now = tc_sample_moment(place->now_ns);
	snprintf(diskstats->root, sizeof diskstats->root, "%s", place->root);
	diskstats->devices.set = place->series;
	diskstats->devices.each = each_disk;
	diskstats->devices.each_count = READS;
	diskstats->devices.counters = COUNTERS;
	diskstats->fd = tc_procfile_open(place->root, "proc/diskstats");
	read_lines(diskstats, &now);
	for (size_t i = 0; i < diskstats->devices.count; i++)
		any |= diskstats->devices.device[i].counts;
	for (int i = 0; i < COUNTERS && !any; i++)
		series[i].absent = why_absent(diskstats);
}

static void diskstats_close(void *state, uint64_t now_ns)
{
	struct diskstats *diskstats = state;
	(void)now_ns;
	if (diskstats->fd >= 0)
		close(diskstats->fd);
}

#define OF_DISKSTATS .source = "/proc/diskstats"
#define BYTES .unit = "bytes/s", .total_unit = "bytes", .resolution = "512 bytes"
#define OPERATIONS .unit = "operations/s", .total_unit = "operations", .resolution = "1 operation"
#define BUSY_TIME .unit = "percent", .resolution = "1 ms"

static const struct tc_series series_of_diskstats[] = {
	[READ] = {.name = "system.disk_read",
		BYTES,
		OF_DISKSTATS,
		.help = "Read from all whole disks of the machine, by all processes; what the page cache had is not in "
			"it."},
	[WRITTEN] = {.name = "system.disk_written",
		BYTES,
		OF_DISKSTATS,
		.help = "Written to them; what programs wrote comes here when it leaves the page cache."},
	[BUSY] = {.name = "system.disk_busy",
		BUSY_TIME,
		OF_DISKSTATS,
		.help = "Time in which the busiest disk had something to do; one that does many things at once may be "
			"far from "
			"its limit at 100."},
	[READS] = {.name = "system.disk_reads",
		OPERATIONS,
		OF_DISKSTATS,
		.help = "Reads that these disks did, neighbouring ones merged."},
	[WRITES] = {.name = "system.disk_writes",
		OPERATIONS,
		OF_DISKSTATS,
		.help = "Writes that these disks did, neighbouring ones merged."},
};

static const struct tc_series each_disk[READS] = {
	[READ] = {.name = "system.disk_read", BYTES, OF_DISKSTATS, .help = "Read from one disk; of the first 16."},
	[WRITTEN] = {.name = "system.disk_written", BYTES, OF_DISKSTATS, .help = "Written to one disk."},
	[BUSY] = {.name = "system.disk_busy",
		BUSY_TIME,
		.total_unit = "seconds",
		OF_DISKSTATS,
		.help = "Time in which one disk had something to do."},
};

const struct tc_sampler tc_sampler_diskstats = {
	.name = "diskstats",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct diskstats),
	.series = series_of_diskstats,
	.series_count = COUNTERS,
	.each = each_disk,
	.each_count = READS,
	.open = diskstats_open,
	.read = diskstats_read,
	.close = diskstats_close,
};
