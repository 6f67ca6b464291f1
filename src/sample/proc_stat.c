/* SPDX-License-Identifier: MIT
 *
 * proc_stat.c - how busy the machine's CPUs are, all and each.  The rules that others get wrong: time of guests is inside
 * user, waiting for a disk is idle, a field that fell (iowait does) counts 0 instead of wrapping, and a CPU that is taken
 * offline has no line until it comes back.
 */
#include "sample/procfile.h"
#include "sample/sample.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, GUEST, GUEST_NICE, FIELDS };

/* The kernel counts in ticks of 10 ms per CPU: readings closer than this would be mostly rounding. */
enum { TICKS_MIN = 20 };

enum { CORES_MAX = 64, TEXT_BYTES = 16384 };

enum { CPU, CPU_USER, CPU_SYSTEM, CPU_GUEST, CPU_STEAL, CPU_IDLE, CPU_IOWAIT, SERIES };

struct times {
	uint64_t last[FIELDS];
	bool begun;
};

struct proc_stat {
	int fd;
	struct tc_series_set *set;
	struct times all;
	struct core {
		struct times times;
		uint32_t number; /* of its series */
		bool added, online;
	} core[CORES_MAX];
	char text[TEXT_BYTES];
};

static const struct tc_series each_core[1];

/* What passed since the last reading, in ticks; 0: too little, or nothing is known. */
static double take(struct times *times, const char *at, double passed[FIELDS])
{
	uint64_t now[FIELDS] = {0};
	double total = 0;
	int found = 0;
	while (found < FIELDS && (at = tc_parse_number(at, &now[found])))
		found++;
	if (found <= IDLE) /* kernels before 2.6.11 have no more */
		return 0;
	for (int i = 0; i < FIELDS; i++) {
		passed[i] = times->begun && now[i] > times->last[i] ? (double)(now[i] - times->last[i]) : 0;
		total += i < GUEST ? passed[i] : 0;
	}
	if (times->begun && total < TICKS_MIN)
		return 0;
	memcpy(times->last, now, sizeof now);
	times->begun = true;
	return total;
}

static double busy_percent(const double passed[FIELDS], double total)
{
	return 100 * (total - passed[IDLE] - passed[IOWAIT]) / total;
}

static void read_all(struct proc_stat *stat, const char *at, struct tc_reading *readings)
{
	double passed[FIELDS], total = take(&stat->all, at, passed);
	if (total <= 0)
		return;
	double user = passed[USER] + passed[NICE], guest = passed[GUEST] + passed[GUEST_NICE];
	guest = guest < user ? guest : user;
	readings[CPU].value = busy_percent(passed, total);
	readings[CPU_USER].value = 100 * (user - guest) / total;
	readings[CPU_SYSTEM].value = 100 * (passed[SYSTEM] + passed[IRQ] + passed[SOFTIRQ]) / total;
	readings[CPU_GUEST].value = 100 * guest / total;
	readings[CPU_STEAL].value = 100 * passed[STEAL] / total;
	readings[CPU_IDLE].value = 100 * (passed[IDLE] + passed[IOWAIT]) / total;
	readings[CPU_IOWAIT].value = 100 * passed[IOWAIT] / total;
}

static void add_core(struct proc_stat *stat, struct core *core)
{
	char device[16];
	snprintf(device, sizeof device, "%u", (unsigned)(core - stat->core));
	core->number = tc_sample_each(stat->set, each_core, device);
	core->added = true;
}

static void read_core(struct proc_stat *stat, const char *at)
{
	double passed[FIELDS], total;
	uint64_t which;
	at = tc_parse_number(at, &which);
	if (!at || which >= CORES_MAX)
		return;
	struct core *core = &stat->core[which];
	core->online = true;
	if (!core->added)
		add_core(stat, core);
	if ((total = take(&core->times, at, passed)) > 0)
		tc_series_put(stat->set, core->number, (struct tc_reading){busy_percent(passed, total), NAN});
}

static bool read_text(struct proc_stat *stat)
{
	return tc_procfile_lines(stat->fd, stat->text, sizeof stat->text) && !strncmp(stat->text, "cpu ", 4);
}

static void proc_stat_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct proc_stat *stat = state;
	(void)now;
	if (!read_text(stat))
		return;
	read_all(stat, stat->text + 3, readings);
	for (int i = 0; i < CORES_MAX; i++)
		stat->core[i].online = false;
	for (const char *at = tc_parse_line(stat->text); at && !strncmp(at, "cpu", 3); at = tc_parse_line(at))
		read_core(stat, at + 3);
	for (int i = 0; i < CORES_MAX; i++)
		stat->core[i].times.begun &= stat->core[i].online;
}

static void proc_stat_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct proc_stat *stat = state;
	double passed[FIELDS];
	stat->set = place->series;
	stat->fd = tc_procfile_open(place->root, "proc/stat");
	if (read_text(stat))
		take(&stat->all, stat->text + 3, passed);
	for (int i = 0; i < SERIES && !stat->all.begun; i++)
		series[i].absent = "/proc/stat cannot be read: mount /proc, or allow its files";
}

static void proc_stat_close(void *state, uint64_t now_ns)
{
	struct proc_stat *stat = state;
	(void)now_ns;
	if (stat->fd >= 0)
		close(stat->fd);
}

#define OF_PROC_STAT .unit = "percent", .source = "/proc/stat", .resolution = "10 ms of each CPU"

static const struct tc_series series_of_proc_stat[] = {
	[CPU] = {.name = "system.cpu",
		OF_PROC_STAT,
		.help = "Time in which the machine's CPUs did work, of all processes; 100 is all CPUs busy. Waiting "
			"for a "
			"disk is idle."},
	[CPU_USER] = {.name = "system.cpu_user",
		OF_PROC_STAT,
		.help = "Of that the part in programs, nice ones too, without virtual machines."},
	[CPU_SYSTEM] = {.name = "system.cpu_system",
		OF_PROC_STAT,
		.help = "The part in the kernel, with its interrupts."},
	[CPU_GUEST] = {.name = "system.cpu_guest",
		OF_PROC_STAT,
		.help = "The part in virtual machines that this machine is the host of."},
	[CPU_STEAL] = {.name = "system.cpu_steal",
		OF_PROC_STAT,
		.help = "The part that the host of this virtual machine gave to others while a program here wanted "
			"it."},
	[CPU_IDLE] = {.name = "system.cpu_idle", OF_PROC_STAT, .help = "The rest to 100: no CPU time was wanted."},
	[CPU_IOWAIT] = {.name = "system.cpu_iowait",
		OF_PROC_STAT,
		.help = "Of the idle part, what passed while some program waited for a disk. A hint only: the kernel "
			"counts it "
			"on the CPU that the program last ran on; system.io_pressure is exact."},
};

static const struct tc_series each_core[1] = {
	{.name = "system.cpu",
		OF_PROC_STAT,
		.help = "The same of one CPU; of the first 64. While it is offline it has no readings."},
};

const struct tc_sampler tc_sampler_proc_stat = {
	.name = "proc_stat",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct proc_stat),
	.series = series_of_proc_stat,
	.series_count = SERIES,
	.each = each_core,
	.each_count = 1,
	.open = proc_stat_open,
	.read = proc_stat_read,
	.close = proc_stat_close,
};
