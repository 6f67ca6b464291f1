/* SPDX-License-Identifier: MIT */
#include "sample/sample.h"
#include "base/error.h"
#include "format/clock.h"
#include "sample/own_group.h"
#include "sample/patient.h"
#include "sample/tree.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

extern const struct tc_sampler tc_sampler_proc_stat, tc_sampler_cpu_frequency, tc_sampler_loadavg, tc_sampler_psi,
	tc_sampler_meminfo, tc_sampler_vmstat, tc_sampler_diskstats, tc_sampler_netdev, tc_sampler_hwmon,
	tc_sampler_cgroup, tc_sampler_proc_tree, tc_sampler_proc_io, tc_sampler_proc_threads, tc_sampler_proc_memory,
	tc_sampler_proc_files, tc_sampler_self;

/* Every source.  Its series are numbered in this order, so that a report lists them so. */
static const struct tc_sampler *const samplers[] = {
	&tc_sampler_proc_stat,
	&tc_sampler_cpu_frequency,
	&tc_sampler_loadavg,
	&tc_sampler_psi,
	&tc_sampler_meminfo,
	&tc_sampler_vmstat,
	&tc_sampler_diskstats,
	&tc_sampler_netdev,
	&tc_sampler_hwmon,
	&tc_sampler_cgroup,
	&tc_sampler_proc_tree,
	&tc_sampler_proc_io,
	&tc_sampler_proc_threads,
	&tc_sampler_proc_memory,
	&tc_sampler_proc_files,
	&tc_sampler_self,
};

enum { SAMPLERS = sizeof samplers / sizeof samplers[0] };

struct tc_sampling {
	struct tc_series_set *set;
	const struct tc_sampler *const *samplers;
	size_t sampler_count;
	struct tc_source {
		void *state;
		size_t first; /* of its values */
	} * source;
	struct tc_tree tree;
	bool has_tree;
	char tree_absent[256];
	size_t count;
	uint32_t *number; /* of values in the set; TC_NO_SERIES: none */
	struct tc_reading *readings;
};

/* The source's own series get their numbers; what it left without a name is dropped. */
static void define(struct tc_sampling *sampling, const struct tc_series *series, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sampling->number[sampling->count++] =
			series[i].name ? tc_series_add(sampling->set, &series[i]) : TC_NO_SERIES;
}

/* Sources take a file that cannot be opened for one that is not there.  errno is of the last that failed. */
static void name_want_of_descriptors(struct tc_series *series, size_t count)
{
	for (size_t i = 0; i < count && (errno == EMFILE || errno == ENFILE); i++)
		if (series[i].absent)
			series[i].absent = TC_NO_DESCRIPTOR;
}

static bool open_one(struct tc_sampling *sampling, size_t i, const struct tc_sample_place *place)
{
	const struct tc_sampler *sampler = sampling->samplers[i];
	struct tc_series *series = calloc(sampler->series_count + 1, sizeof *series);
	sampling->source[i].state = calloc(1, sampler->state_bytes);
	bool sound = series && sampling->source[i].state;
	if (sound) {
		for (size_t k = 0; sampler->series && k < sampler->series_count; k++)
			series[k] = sampler->series[k];
		errno = 0;
		sampler->open(sampling->source[i].state, place, series);
		name_want_of_descriptors(series, sampler->series_count);
		sampling->source[i].first = sampling->count;
		define(sampling, series, sampler->series_count);
	}
	free(series);
	return sound;
}

/* All that look at processes look at one tree. */
static void open_tree(struct tc_sampling *sampling, struct tc_sample_place *place)
{
	place->tree = &sampling->tree;
	sampling->has_tree = !tc_tree_open(&sampling->tree, place);
	if (sampling->has_tree)
		return;
	snprintf(sampling->tree_absent, sizeof sampling->tree_absent, "%s", tacho_last_error());
	place->tree = NULL;
	place->tree_absent = sampling->tree_absent;
}

int tc_sampling_open(struct tc_sampling **out, const struct tc_sample_place *place)
{
	struct tc_sampling *sampling = calloc(1, sizeof *sampling);
	size_t most = 0;
	bool sound = sampling != NULL;
	*out = NULL;
	if (sound) {
		sampling->set = place->series;
		sampling->samplers = place->samplers ? place->samplers : samplers;
		sampling->sampler_count = place->samplers ? place->sampler_count : SAMPLERS;
		for (size_t i = 0; i < sampling->sampler_count; i++)
			most += sampling->samplers[i]->series_count;
		sampling->source = calloc(sampling->sampler_count, sizeof *sampling->source);
		sampling->number = malloc((most + 1) * sizeof *sampling->number);
		sampling->readings = malloc((most + 1) * sizeof *sampling->readings);
		sound = sampling->source && sampling->number && sampling->readings;
	}
	struct tc_sample_place own = *place;
	if (sound)
		open_tree(sampling, &own);
	for (size_t i = 0; sound && i < sampling->sampler_count; i++)
		sound = open_one(sampling, i, &own);
	if (!sound) {
		tc_sampling_close(sampling, 0);
		return tc_error(TACHO_ENOMEM, "no memory to sample the machine");
	}
	*out = sampling;
	return 0;
}

struct tc_moment tc_sample_moment(uint64_t now_ns)
{
	struct tc_moment moment = {.from_ns = now_ns, .to_ns = now_ns, .clock = now_ns ? NULL : tc_monotonic_ns};
	tc_moment_begin(&moment);
	return moment;
}

static void read_source(struct tc_sampling *sampling, size_t source, struct tc_moment now)
{
	size_t first = sampling->source[source].first, end = first + sampling->samplers[source]->series_count;
	for (size_t i = first; i < end; i++)
		sampling->readings[i] = (struct tc_reading){NAN, NAN};
	sampling->samplers[source]->read(sampling->source[source].state, &now, sampling->readings + first);
	for (size_t i = first; i < end; i++)
		tc_series_put(sampling->set, sampling->number[i], sampling->readings[i]);
}

void tc_sampling_read(struct tc_sampling *sampling, uint64_t now_ns, unsigned groups)
{
	for (size_t i = 0; i < sampling->sampler_count; i++) {
		struct tc_moment now = tc_sample_moment(now_ns);
		now.last = groups & TC_LAST;
		if (groups & 1u << sampling->samplers[i]->group)
			read_source(sampling, i, now);
	}
}

const char *tc_sampling_unwaited(const struct tc_sampling *sampling)
{
	const struct tc_tree *tree = &sampling->tree;
	uint64_t user_ns, system_ns;
	bool counted = tree->place.group && tc_own_group_cpu(tree->place.group, &user_ns, &system_ns);
	return sampling->has_tree && !counted && *tree->unwaited ? tree->unwaited : NULL;
}

size_t tc_samplers(const struct tc_sampler *const **out)
{
	*out = samplers;
	return SAMPLERS;
}

uint32_t tc_sample_each(struct tc_series_set *set, const struct tc_series *each, const char *device)
{
	char name[160];
	struct tc_series series = *each;
	snprintf(name, sizeof name, "%s.%s", each->name, device);
	series.name = name;
	return tc_series_add(set, &series);
}

void tc_sampling_close(struct tc_sampling *sampling, uint64_t now_ns)
{
	if (!sampling)
		return;
	for (size_t i = 0; sampling->source && i < sampling->sampler_count; i++) {
		if (sampling->source[i].state)
			sampling->samplers[i]->close(sampling->source[i].state, now_ns);
		free(sampling->source[i].state);
	}
	if (sampling->has_tree)
		tc_tree_close(&sampling->tree, now_ns);
	free(sampling->source);
	free(sampling->number);
	free(sampling->readings);
	free(sampling);
	tc_patient_end();
}
