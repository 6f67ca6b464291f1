/* SPDX-License-Identifier: MIT
 *
 * cgroup.c - what the control group of the observed process takes, and how that compares to what it may take: in a container
 * these are the container's figures, where those of /proc are the host's.
 */
#include "sample/cgroup.h"
#include "sample/counter.h"
#include "sample/procfile.h"
#include "sample/psi.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	CPU,
	CPU_LIMIT,
	CPUS,
	THROTTLED,
	THROTTLED_PERIODS,
	THROTTLED_PERCENT,
	MEMORY,
	MEMORY_ANON,
	MEMORY_LIMIT,
	MEMORY_PERCENT,
	OOM_KILLS,
	CPU_PRESSURE,
	CPU_PRESSURE_FULL,
	MEMORY_PRESSURE,
	MEMORY_PRESSURE_FULL,
	IO_PRESSURE,
	IO_PRESSURE_FULL,
	SERIES
};

/* Limits rarely change, and the parts of memory are dear to sum up. */
static const uint64_t seldom_ns = 10000000000;

static const double period_seconds = 0.1; /* of quotas, mostly */

enum { PRESSURES = 3 };
enum { OF_USAGE, OF_THROTTLED, OF_MEMORY, OF_EVENTS, FILES };

struct cgroup {
	char root[PATH_MAX];
	struct tc_cgroups groups;
	const struct tc_cgroup *timed; /* the group whose CPU time is read */
	int fd[FILES];
	char path[FILES + PRESSURES][TC_CGROUP_FILE_BYTES]; /* below the root */
	struct tc_counter usage, throttled, periods, throttled_periods, oom_kills;
	double late_seconds; /* throttled, that found no room in the time they were read in */
	struct tc_psi psi[PRESSURES];
	uint64_t seldom_due_ns;
	double cpu_limit, cpus, memory_limit; /* as they were read last; NAN: none */
};

static const char *const pressure_files[PRESSURES] = {"cpu.pressure", "memory.pressure", "io.pressure"};

static bool is_v2(const struct cgroup *cgroup, enum tc_controller controller)
{
	return cgroup->groups.of[controller].version == 2;
}

/* ---- reading ---- */

static void read_usage(struct cgroup *cgroup, struct tc_moment *now, struct tc_reading *out)
{
	static const char *const key = "usage_usec ";
	bool v2 = cgroup->timed->version == 2;
	char text[1024];
	uint64_t used;
	tc_procfile_read_now(cgroup->fd[OF_USAGE], text, sizeof text, now);
	if (v2 ? tc_parse_keys(text, &key, &used, 1) : !!tc_parse_number(text, &used))
		tc_counter_take(&cgroup->usage, now, used, 64, v2 ? 1e-6 : 1e-9, out);
}

/* The kernel tells of a stand-still at its end: what is more than the time since the last reading belongs to readings
 * beside it, as far as a period goes; more than that is of several CPUs at once. */
static void spread(struct cgroup *cgroup, uint64_t since_ns, uint64_t now_ns, struct tc_reading *time)
{
	double seconds = (double)(now_ns - since_ns) / 1e9, share = time->value + cgroup->late_seconds / seconds;
	if (isnan(time->value))
		return;
	double left = share > 1 ? (share - 1) * seconds : 0;
	cgroup->late_seconds = left < period_seconds ? left : period_seconds;
	time->value = share < 1 ? 100 * share : 100;
}

/* How much time it stood still, and in how many of the quota's periods. */
static void read_throttled(struct cgroup *cgroup, struct tc_moment *now, struct tc_reading *readings)
{
	enum { KEY_PERIODS, KEY_THROTTLED, KEY_TIME, KEYS };
	bool v2 = is_v2(cgroup, TC_CGROUP_CPU);
	const char *const keys[KEYS] = {"nr_periods ", "nr_throttled ", v2 ? "throttled_usec " : "throttled_time "};
	uint64_t count[KEYS];
	struct tc_reading periods = {NAN, NAN}, *throttled = &readings[THROTTLED_PERIODS], *time = &readings[THROTTLED];
	char text[1024];
	tc_procfile_read_now(cgroup->fd[OF_THROTTLED], text, sizeof text, now);
	if (tc_parse_keys(text, keys, count, KEYS) != (1u << KEYS) - 1)
		return;
	uint64_t since_ns = cgroup->throttled.since_ns;
	tc_counter_take(&cgroup->throttled, now, count[KEY_TIME], 64, v2 ? 1e-6 : 1e-9, time);
	spread(cgroup, since_ns, tc_moment_middle(now), time);
	tc_counter_take(&cgroup->periods, now, count[KEY_PERIODS], 64, 1, &periods);
	tc_counter_take(&cgroup->throttled_periods, now, count[KEY_THROTTLED], 64, 1, throttled);
	if (periods.value > 0)
		readings[THROTTLED_PERCENT].value =
			throttled->value < periods.value ? 100 * throttled->value / periods.value : 100;
}

static void read_oom_kills(struct cgroup *cgroup, struct tc_moment *now, struct tc_reading *out)
{
	static const char *const key = "oom_kill ";
	char text[1024];
	uint64_t kills;
	tc_procfile_read_now(cgroup->fd[OF_EVENTS], text, sizeof text, now);
	if (tc_parse_keys(text, &key, &kills, 1))
		tc_counter_take(&cgroup->oom_kills, now, kills, 64, 1, out);
}

static void read_memory(struct cgroup *cgroup, struct tc_reading *readings)
{
	char text[64];
	uint64_t bytes;
	tc_procfile_read(cgroup->fd[OF_MEMORY], text, sizeof text);
	if (!tc_parse_number(text, &bytes))
		return;
	readings[MEMORY].value = (double)bytes;
	if (isfinite(cgroup->memory_limit) && cgroup->memory_limit > 0)
		readings[MEMORY_PERCENT].value = 100 * (double)bytes / cgroup->memory_limit;
}

static double known(double limit)
{
	return isfinite(limit) ? limit : NAN;
}

static void read_seldom(struct cgroup *cgroup, struct tc_reading *readings)
{
	const struct tc_cgroup *of = cgroup->groups.of;
	const char *const key = of[TC_CGROUP_MEMORY].version == 2 ? "anon " : "total_rss ";
	char text[8192];
	uint64_t anon;
	unsigned cpus = tc_cgroup_cpus(&of[TC_CGROUP_CPUSET], cgroup->root);
	cgroup->cpu_limit = known(tc_cgroup_cpu_limit(&of[TC_CGROUP_CPU], cgroup->root, NULL));
	cgroup->cpus = cpus ? (double)cpus : NAN;
	cgroup->memory_limit = known(tc_cgroup_memory_limit(&of[TC_CGROUP_MEMORY], cgroup->root, NULL));
	tc_cgroup_slurp(&of[TC_CGROUP_MEMORY], cgroup->root, "memory.stat", text, sizeof text);
	if (tc_parse_keys(text, &key, &anon, 1))
		readings[MEMORY_ANON].value = (double)anon;
}

static void cgroup_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct cgroup *cgroup = state;
	if (now->from_ns >= cgroup->seldom_due_ns) {
		read_seldom(cgroup, readings);
		cgroup->seldom_due_ns = now->from_ns + seldom_ns;
	}
	readings[CPU_LIMIT].value = cgroup->cpu_limit; /* what limits holds until it is read again */
	readings[CPUS].value = cgroup->cpus;
	readings[MEMORY_LIMIT].value = cgroup->memory_limit;
	read_usage(cgroup, now, &readings[CPU]);
	read_throttled(cgroup, now, readings);
	read_memory(cgroup, readings);
	read_oom_kills(cgroup, now, &readings[OOM_KILLS]);
	for (int i = 0; i < PRESSURES; i++)
		tc_psi_read(
			&cgroup->psi[i], now, &readings[CPU_PRESSURE + 2 * i], &readings[CPU_PRESSURE_FULL + 2 * i]);
}

/* ---- opening ---- */

static void open_files(struct cgroup *cgroup)
{
	const struct tc_cgroup *of = cgroup->groups.of;
	bool v2 = is_v2(cgroup, TC_CGROUP_MEMORY);
	struct tc_cgroup limiting =
		of[TC_CGROUP_CPU]; /* whose quota is the least: it is that one's periods that run out */
	if (!isfinite(tc_cgroup_cpu_limit(&of[TC_CGROUP_CPU], cgroup->root, &limiting)))
		limiting.absent = "";
	const struct {
		const struct tc_cgroup *group;
		const char *name;
	} files[FILES] = {
		[OF_USAGE] = {cgroup->timed, cgroup->timed->version == 2 ? "cpu.stat" : "cpuacct.usage"},
		[OF_THROTTLED] = {&limiting, "cpu.stat"},
		[OF_MEMORY] = {&of[TC_CGROUP_MEMORY], v2 ? "memory.current" : "memory.usage_in_bytes"},
		[OF_EVENTS] = {&of[TC_CGROUP_MEMORY], v2 ? "memory.events" : "memory.oom_control"},
	};
	for (int i = 0; i < FILES; i++)
		cgroup->fd[i] = tc_cgroup_open(files[i].group, cgroup->root, files[i].name, cgroup->path[i]);
	for (int i = 0; i < PRESSURES; i++)
		cgroup->psi[i].fd = tc_cgroup_open(
			&of[TC_CGROUP_UNIFIED], cgroup->root, pressure_files[i], cgroup->path[FILES + i]);
}

static const char no_quota[] = "nothing limits the CPU time of this group: no quota is set in it or above it";
static const char no_pressure[] = "the group tells no pressure: it takes cgroup version 2 and PSI on (boot with psi=1)";

static const struct {
	enum tc_controller of;
	int file;        /* that it is read from; -1: see the descriptor */
	const char *why; /* there is a group but no figure */
} details[SERIES] = {
	[CPU] = {TC_CGROUP_CPUACCT, OF_USAGE, "the group does not tell its CPU time"},
	[CPU_LIMIT] = {TC_CGROUP_CPU, -1, no_quota},
	[CPUS] = {TC_CGROUP_CPUSET, -1, "the controller cpuset is not on for this group or above it"},
	[THROTTLED] = {TC_CGROUP_CPU, OF_THROTTLED, no_quota},
	[THROTTLED_PERIODS] = {TC_CGROUP_CPU, OF_THROTTLED, no_quota},
	[THROTTLED_PERCENT] = {TC_CGROUP_CPU, OF_THROTTLED, no_quota},
	[MEMORY] = {TC_CGROUP_MEMORY, OF_MEMORY, "the controller memory is not on for this group or above it"},
	[MEMORY_ANON] = {TC_CGROUP_MEMORY, -1, "the controller memory is not on for this group or above it"},
	[MEMORY_LIMIT] = {TC_CGROUP_MEMORY, -1, "nothing limits the memory of this group, nor of those above it"},
	[MEMORY_PERCENT] = {TC_CGROUP_MEMORY, OF_MEMORY,
		"nothing limits the memory of this group, nor of those above it"},
	[OOM_KILLS] = {TC_CGROUP_MEMORY, OF_EVENTS, "the group does not count them: it takes Linux 4.13 or newer"},
	[CPU_PRESSURE] = {TC_CGROUP_UNIFIED, FILES, no_pressure},
	[CPU_PRESSURE_FULL] = {TC_CGROUP_UNIFIED, FILES, no_pressure},
	[MEMORY_PRESSURE] = {TC_CGROUP_UNIFIED, FILES + 1, no_pressure},
	[MEMORY_PRESSURE_FULL] = {TC_CGROUP_UNIFIED, FILES + 1, no_pressure},
	[IO_PRESSURE] = {TC_CGROUP_UNIFIED, FILES + 2, no_pressure},
	[IO_PRESSURE_FULL] = {TC_CGROUP_UNIFIED, FILES + 2, no_pressure},
};

/* What a first reading does not have will not come. */
static void say_what_is_absent(struct cgroup *cgroup, struct tc_moment *now, struct tc_series *series)
{
	struct tc_reading readings[SERIES];
	for (int i = 0; i < SERIES; i++)
		readings[i] = (struct tc_reading){NAN, NAN};
	cgroup_read(cgroup, now, readings);
	cgroup->seldom_due_ns = 0;
	for (int i = 0; i < SERIES; i++) {
		const struct tc_cgroup *group = &cgroup->groups.of[details[i].of];
		bool known = !isnan(readings[i].value) || !isnan(readings[i].total) ||
		             (i == THROTTLED_PERCENT && cgroup->periods.begun);
		if (!known)
			series[i].absent = group->absent ? group->absent : details[i].why;
		else if (details[i].file >= 0)
			series[i].source = cgroup->path[details[i].file];
	}
}

static void cgroup_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct cgroup *cgroup = state;
	snprintf(cgroup->root, sizeof cgroup->root, "%s", place->root);
	tc_cgroups_find(&cgroup->groups, place->root, place->pid);
	const struct tc_cgroup *of = cgroup->groups.of; /* version 2 tells CPU time without any controller */
	cgroup->timed = &of[of[TC_CGROUP_CPUACCT].absent ? TC_CGROUP_UNIFIED : TC_CGROUP_CPUACCT];
	open_files(cgroup);
	struct tc_moment now = tc_sample_moment(place->now_ns);
	say_what_is_absent(cgroup, &now, series);
}

static void cgroup_close(void *state, uint64_t now_ns)
{
	struct cgroup *cgroup = state;
	(void)now_ns;
	for (int i = 0; i < FILES; i++)
		if (cgroup->fd[i] >= 0)
			close(cgroup->fd[i]);
	for (int i = 0; i < PRESSURES; i++)
		tc_psi_close(&cgroup->psi[i]);
}

static const struct tc_series series_of_cgroup[] = {
	[CPU] = {.name = "cgroup.cpu",
		.unit = "cores",
		.total_unit = "seconds",
		.source = "cgroup cpu.stat or cpuacct.usage",
		.resolution = "1 µs",
		.help = "CPU time per second of all processes in the control group that the observed process is in."},
	[CPU_LIMIT] = {.name = "cgroup.cpu_limit",
		.unit = "cores",
		.source = "cgroup cpu.max or cpu.cfs_quota_us",
		.resolution = "read each 10 s",
		.help = "CPU time per second that the group may take: the least quota of it and of the groups above "
			"it."},
	[CPUS] = {.name = "cgroup.cpus",
		.unit = "CPUs",
		.source = "cgroup cpuset",
		.resolution = "read each 10 s",
		.help = "CPUs that the group may run on."},
	[THROTTLED] = {.name = "cgroup.throttled",
		.unit = "percent",
		.total_unit = "seconds",
		.source = "cgroup cpu.stat",
		.resolution = "a period of the quota, mostly 100 ms",
		.help = "Time in which the group had work but stood still, for the quota of the period was used up; of "
			"the "
			"group with the least quota. Where several CPUs stood still at once it is their sum, cut at "
			"100 %; the "
			"total is not cut."},
	[THROTTLED_PERIODS] = {.name = "cgroup.throttled_periods",
		.unit = "periods/s",
		.total_unit = "periods",
		.source = "cgroup cpu.stat",
		.resolution = "1 period",
		.help = "Periods of the quota in which it stood still (nr_throttled)."},
	[THROTTLED_PERCENT] = {.name = "cgroup.throttled_percent",
		.unit = "percent",
		.source = "cgroup cpu.stat",
		.resolution = "1 period",
		.help = "Of the periods in which the group had work, those in which it stood still."},
	[MEMORY] = {.name = "cgroup.memory",
		.unit = "bytes",
		.source = "cgroup memory.current or memory.usage_in_bytes",
		.resolution = "some pages of each CPU",
		.help = "Memory that is charged to the group: of its processes, and of files that it read and wrote, "
			"which gives way "
			"before the limit kills."},
	[MEMORY_ANON] = {.name = "cgroup.memory_anon",
		.unit = "bytes",
		.source = "cgroup memory.stat",
		.resolution = "read each 10 s",
		.help = "The part of it that no file is behind and that cannot give way without swap."},
	[MEMORY_LIMIT] = {.name = "cgroup.memory_limit",
		.unit = "bytes",
		.source = "cgroup memory.max or memory.limit_in_bytes",
		.resolution = "read each 10 s",
		.help = "Memory that the group may take: the least of its own limit and those of the groups above it."},
	[MEMORY_PERCENT] = {.name = "cgroup.memory_percent",
		.unit = "percent",
		.source = "cgroup memory.current or memory.usage_in_bytes",
		.resolution = "some pages of each CPU",
		.help = "cgroup.memory as a share of the limit."},
	[OOM_KILLS] = {.name = "cgroup.oom_kills",
		.unit = "processes/s",
		.total_unit = "processes",
		.source = "cgroup memory.events or memory.oom_control",
		.resolution = "1 process",
		.help = "Processes of the group that the kernel killed for want of memory."},
	[CPU_PRESSURE] = {.name = "cgroup.cpu_pressure",
		TC_PSI_UNITS,
		.source = "cgroup cpu.pressure",
		.help = "Time in which some task of the group wanted a CPU and had none; a quota that ran out counts."},
	[CPU_PRESSURE_FULL] = {.name = "cgroup.cpu_pressure_full",
		TC_PSI_UNITS,
		.source = "cgroup cpu.pressure",
		.help = "Time in which no task of the group that had work had a CPU."},
	[MEMORY_PRESSURE] = {.name = "cgroup.memory_pressure",
		TC_PSI_UNITS,
		.source = "cgroup memory.pressure",
		.help = "Time in which some task of the group waited for memory."},
	[MEMORY_PRESSURE_FULL] = {.name = "cgroup.memory_pressure_full",
		TC_PSI_UNITS,
		.source = "cgroup memory.pressure",
		.help = "Time in which all tasks of the group that had work waited for memory."},
	[IO_PRESSURE] = {.name = "cgroup.io_pressure",
		TC_PSI_UNITS,
		.source = "cgroup io.pressure",
		.help = "Time in which some task of the group waited for a disk."},
	[IO_PRESSURE_FULL] = {.name = "cgroup.io_pressure_full",
		TC_PSI_UNITS,
		.source = "cgroup io.pressure",
		.help = "Time in which all tasks of the group that had work waited for a disk."},
};

const struct tc_sampler tc_sampler_cgroup = {
	.name = "cgroup",
	.group = TC_CHEAP,
	.state_bytes = sizeof(struct cgroup),
	.series = series_of_cgroup,
	.series_count = SERIES,
	.open = cgroup_open,
	.read = cgroup_read,
	.close = cgroup_close,
};
