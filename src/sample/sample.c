/* SPDX-License-Identifier: MIT */
#include "sample/sample.h"
#include "base/error.h"

#include <math.h>
#include <stdlib.h>

extern const struct tc_sampler tc_sampler_proc_stat, tc_sampler_meminfo, tc_sampler_proc_tree;

/* Every source.  Its series are numbered in this order, so that a report lists them so. */
static const struct tc_sampler *const samplers[] = {
	&tc_sampler_proc_stat,
	&tc_sampler_meminfo,
	&tc_sampler_proc_tree,
};

enum { SAMPLERS = sizeof samplers / sizeof samplers[0] };

struct tc_sampling {
	void *state[SAMPLERS];
	size_t first[SAMPLERS], count[SAMPLERS]; /* of its series */
	size_t series_count;
	struct tc_series *series;
	double *values;
	struct tc_sample *samples;
};

/* Drops the series that the source left without a name; they are at the end of its own. */
static size_t named(const struct tc_series *series, size_t count)
{
	size_t used = 0;
	while (used < count && series[used].name)
		used++;
	return used;
}

int tc_sampling_open(struct tc_sampling **out, const struct tc_sample_place *place)
{
	struct tc_sampling *sampling = calloc(1, sizeof *sampling);
	size_t most = 0;
	for (size_t i = 0; i < SAMPLERS; i++)
		most += samplers[i]->series_count;
	*out = sampling;
	if (!sampling)
		goto no_memory;
	sampling->series = calloc(most, sizeof *sampling->series);
	sampling->values = calloc(most, sizeof *sampling->values);
	sampling->samples = calloc(most, sizeof *sampling->samples);
	if (!sampling->series || !sampling->values || !sampling->samples)
		goto no_memory;
	for (size_t i = 0; i < SAMPLERS; i++) {
		const struct tc_sampler *sampler = samplers[i];
		struct tc_series *series = sampling->series + sampling->series_count;
		void *state = calloc(1, sampler->state_bytes);
		if (!state)
			goto no_memory;
		sampling->state[i] = state;
		for (size_t k = 0; sampler->series && k < sampler->series_count; k++)
			series[k] = sampler->series[k];
		sampler->open(state, place, series);
		sampling->first[i] = sampling->series_count;
		sampling->count[i] = named(series, sampler->series_count);
		sampling->series_count += sampling->count[i];
	}
	return 0;
no_memory:
	tc_sampling_close(sampling, 0);
	*out = NULL;
	return tc_error(TACHO_ENOMEM, "no memory to sample the machine");
}

size_t tc_sampling_series(const struct tc_sampling *sampling, const struct tc_series **series)
{
	*series = sampling->series;
	return sampling->series_count;
}

size_t tc_sampling_read(struct tc_sampling *sampling, uint64_t now_ns, const struct tc_sample **samples)
{
	size_t count = 0;
	for (size_t i = 0; i < sampling->series_count; i++)
		sampling->values[i] = NAN;
	for (size_t i = 0; i < SAMPLERS; i++)
		samplers[i]->read(sampling->state[i], now_ns, sampling->values + sampling->first[i]);
	for (size_t i = 0; i < sampling->series_count; i++)
		if (!sampling->series[i].absent)
			sampling->samples[count++] = (struct tc_sample){(uint32_t)i, sampling->values[i]};
	*samples = sampling->samples;
	return count;
}

void tc_sampling_close(struct tc_sampling *sampling, uint64_t now_ns)
{
	if (!sampling)
		return;
	for (size_t i = 0; i < SAMPLERS; i++) {
		if (sampling->state[i])
			samplers[i]->close(sampling->state[i], now_ns);
		free(sampling->state[i]);
	}
	free(sampling->series);
	free(sampling->values);
	free(sampling->samples);
	free(sampling);
}
