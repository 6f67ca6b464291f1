/* SPDX-License-Identifier: MIT
 *
 * proc_stat.c - how busy the machine's CPUs are.  The rules that others get wrong: time of guests is inside user, waiting
 * for a disk is idle, and a field that fell (iowait does) counts 0 instead of wrapping.
 */
#include "sample/procfile.h"
#include "sample/sample.h"

#include <string.h>
#include <unistd.h>

enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, FIELDS }; /* guest and guest_nice are in user and nice */

/* The kernel counts in ticks of 10 ms per CPU: readings closer than this would be mostly rounding. */
enum { TICKS_MIN = 20 };

struct proc_stat {
	int fd;
	uint64_t last[FIELDS];
};

static bool read_fields(const struct proc_stat *stat, uint64_t *fields)
{
	char text[512];
	const char *at = text + 3;
	int found = 0;
	memset(fields, 0, sizeof(uint64_t) * FIELDS);
	if (!tc_procfile_read(stat->fd, text, sizeof text) || strncmp(text, "cpu ", 4))
		return false;
	while (found < FIELDS && (at = tc_parse_number(at, &fields[found])))
		found++;
	return found > IDLE; /* kernels before 2.6.11 have no more */
}

static void proc_stat_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct proc_stat *stat = state;
	stat->fd = tc_procfile_open(place->root, "proc/stat");
	if (!read_fields(stat, stat->last))
		series[0].absent = "/proc/stat cannot be read";
}

static void proc_stat_read(void *state, uint64_t now_ns, struct tc_reading *readings)
{
	struct proc_stat *stat = state;
	uint64_t now[FIELDS], total = 0, idle = 0;
	(void)now_ns;
	if (!read_fields(stat, now))
		return;
	for (int i = 0; i < FIELDS; i++) {
		uint64_t passed = now[i] > stat->last[i] ? now[i] - stat->last[i] : 0;
		total += passed;
		idle += i == IDLE || i == IOWAIT ? passed : 0;
	}
	if (total < TICKS_MIN)
		return;
	memcpy(stat->last, now, sizeof now);
	readings[0].value = 100.0 * (double)(total - idle) / (double)total;
}

static void proc_stat_close(void *state, uint64_t now_ns)
{
	struct proc_stat *stat = state;
	(void)now_ns;
	if (stat->fd >= 0)
		close(stat->fd);
}

static const struct tc_series series_of_proc_stat[] = {
	{.name = "system.cpu",
		.unit = "percent",
		.source = "/proc/stat",
		.resolution = "10 ms of each CPU",
		.help = "Time in which the machine's CPUs did work, of all processes; 100 is all CPUs busy. Waiting "
			"for a "
			"disk is idle."},
};

const struct tc_sampler tc_sampler_proc_stat = {
	.name = "proc_stat",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct proc_stat),
	.series = series_of_proc_stat,
	.series_count = 1,
	.open = proc_stat_open,
	.read = proc_stat_read,
	.close = proc_stat_close,
};
