/* SPDX-License-Identifier: MIT
 *
 * looked.h - for tests: one source that reads a recorded root, and what it said.
 */
#ifndef SAMPLE_LOOKED_H
#define SAMPLE_LOOKED_H

#include "sample/recorded_root.h"
#include "sample/sample.h"

#include <math.h>

static pid_t looked_pid = 100;

enum { LOOKED_SERIES = 32 };

struct looked {
	const struct tc_sampler *sampler;
	void *state;
	struct tc_series_set set; /* of devices */
	struct tc_series series[LOOKED_SERIES];
	struct tc_reading reading[LOOKED_SERIES];
};

static inline void look_open(struct looked *looked, const struct tc_sampler *sampler, uint64_t now_ns)
{
	*looked = (struct looked){.sampler = sampler, .state = calloc(1, sampler->state_bytes)};
	const struct tc_sample_place place = {
		.root = root, .now_ns = now_ns, .pid = looked_pid, .series = &looked->set};
	assert_true(looked->state && sampler->series_count <= LOOKED_SERIES);
	for (size_t i = 0; i < sampler->series_count; i++)
		looked->series[i] = sampler->series[i];
	sampler->open(looked->state, &place, looked->series);
}

static inline void look_when(struct looked *looked, struct tc_moment now)
{
	for (size_t i = 0; i < LOOKED_SERIES; i++)
		looked->reading[i] = (struct tc_reading){NAN, NAN};
	for (uint32_t i = 0; i < looked->set.count; i++)
		looked->set.one[i].value = NAN;
	looked->sampler->read(looked->state, &now, looked->reading);
}

static inline void look(struct looked *looked, uint64_t now_ns)
{
	look_when(looked, tc_sample_moment(now_ns));
}

static inline void look_close(struct looked *looked)
{
	looked->sampler->close(looked->state, 0);
	tc_series_release(&looked->set);
	free(looked->state);
}

static inline size_t look_up(const struct looked *looked, const char *name)
{
	for (size_t i = 0; i < looked->sampler->series_count; i++)
		if (!strcmp(looked->series[i].name, name))
			return i;
	fail_msg("no series %s", name);
	return 0;
}

static inline const char *absent_of(const struct looked *looked, const char *name)
{
	return looked->series[look_up(looked, name)].absent;
}

static inline double value_of(const struct looked *looked, const char *name)
{
	for (size_t i = 0; i < looked->set.count; i++)
		if (!strcmp(looked->set.one[i].series.name, name))
			return looked->set.one[i].value;
	assert_null(absent_of(looked, name));
	return looked->reading[look_up(looked, name)].value;
}

static inline double total_of(const struct looked *looked, const char *name)
{
	for (size_t i = 0; i < looked->set.count; i++)
		if (!strcmp(looked->set.one[i].series.name, name))
			return looked->set.one[i].total;
	return looked->reading[look_up(looked, name)].total;
}

#endif
