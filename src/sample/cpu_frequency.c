/* SPDX-License-Identifier: MIT
 *
 * cpu_frequency.c - how fast the CPUs run.  Dear: the kernel may have to ask each of them.
 */
#include "sample/patient.h"
#include "sample/procfile.h"
#include "sample/sample.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { CPUS_MAX = 64 };

struct cpu_frequency {
	char root[PATH_MAX];
	bool has[CPUS_MAX]; /* a frequency; one that is offline now may have it again */
};

static bool read_khz(const struct cpu_frequency *cpu_frequency, unsigned cpu, uint64_t *khz)
{
	char text[64];
	return tc_patient_slurp(cpu_frequency->root, text, sizeof text,
		       "sys/devices/system/cpu/cpu%u/cpufreq/scaling_cur_freq", cpu) &&
	       tc_parse_number(text, khz) && *khz;
}

static bool exists(const struct cpu_frequency *cpu_frequency, unsigned cpu)
{
	char path[PATH_MAX + 64];
	snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%u", cpu_frequency->root, cpu);
	return !access(path, F_OK);
}

static void cpu_frequency_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct cpu_frequency *cpu_frequency = state;
	uint64_t khz;
	bool any = false;
	snprintf(cpu_frequency->root, sizeof cpu_frequency->root, "%s", place->root);
	for (unsigned i = 0; i < CPUS_MAX && exists(cpu_frequency, i); i++)
		any |= cpu_frequency->has[i] = read_khz(cpu_frequency, i, &khz);
	if (!any)
		series[0].absent =
			"the kernel tells no frequency of CPUs here: virtual machines rarely see it; on hardware "
			"it takes a cpufreq driver";
}

static void cpu_frequency_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct cpu_frequency *cpu_frequency = state;
	uint64_t khz, sum_khz = 0, cpus = 0;
	(void)now;
	for (unsigned i = 0; i < CPUS_MAX; i++)
		if (cpu_frequency->has[i] && read_khz(cpu_frequency, i, &khz)) {
			sum_khz += khz;
			cpus++;
		}
	if (cpus)
		readings[0].value = (double)sum_khz * 1000 / (double)cpus;
}

static void cpu_frequency_close(void *state, uint64_t now_ns)
{
	(void)state, (void)now_ns;
}

static const struct tc_series series_of_cpu_frequency[] = {
	{.name = "system.cpu_frequency",
		.unit = "Hz",
		.source = "/sys/devices/system/cpu/cpuN/cpufreq",
		.resolution = "1 kHz",
		.help = "Mean frequency of the first 64 CPUs that are online."},
};

const struct tc_sampler tc_sampler_cpu_frequency = {
	.name = "cpu_frequency",
	.group = TC_DEAR,
	.state_bytes = sizeof(struct cpu_frequency),
	.series = series_of_cpu_frequency,
	.series_count = 1,
	.open = cpu_frequency_open,
	.read = cpu_frequency_read,
	.close = cpu_frequency_close,
};
