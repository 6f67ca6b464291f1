/* SPDX-License-Identifier: MIT
 *
 * doctor_sources.c - opens each source alone, for this process, and reads it many times.
 */
#include "cli/doctor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/error.h>
#include <time.h>
#include <unistd.h>
#include "base/error.h"
#include "format/clock.h"
#include "sample/patient.h"

enum { READS_MOST = 201, READS_LEAST = 5 };
static const uint64_t enough_ns = 20000000; /* of CPU time on one source */
static const uint64_t step_ns = 10000000000;

static int ascending(const void *a, const void *b)
{
	uint64_t x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

/* Sources that would take too much leave out readings: for them time passes fast here. */
static void read_source(struct tc_doctor_source *source)
{
	source->now_ns += step_ns;
	tc_sampling_read(source->sampling, source->now_ns, 1u << source->sampler->group);
}

static void measure(struct tc_doctor_source *source)
{
	uint64_t cost_ns[READS_MOST], begin_ns = tc_worked_ns();
	source->reads = 0;
	while (source->reads < READS_MOST && (source->reads < READS_LEAST || tc_worked_ns() - begin_ns < enough_ns)) {
		uint64_t before_ns = tc_worked_ns();
		read_source(source);
		cost_ns[source->reads++] = tc_worked_ns() - before_ns;
	}
	qsort(cost_ns, source->reads, sizeof *cost_ns, ascending);
	source->cost_ns = (double)cost_ns[source->reads / 2];
}

static int look_at(struct tc_doctor_source *source)
{
	const struct tc_sample_place place = {.root = "/",
		.now_ns = tc_monotonic_ns(),
		.pid = getpid(),
		.series = &source->set,
		.samplers = &source->sampler,
		.sampler_count = 1};
	source->now_ns = place.now_ns;
	uint64_t late = tc_patient_counts().late;
	int code = tc_sampling_open(&source->sampling, &place);
	if (!code)
		measure(source);
	char path[TC_PATIENT_PATH_BYTES];
	if (tc_patient_late(&late, path))
		snprintf(source->late, sizeof source->late, "%s did not answer: the kernel made its reader wait", path);
	return code;
}

/* A series that has no readings for that. */
static void say_late(struct tc_doctor_source *source)
{
	for (size_t i = 0; *source->late && i < source->set.count; i++)
		if (tc_doctor_absent(&source->set.one[i]))
			source->set.one[i].series.absent = source->late;
}

/* The kernel counts the time of CPUs in ticks of 10 ms: after some of them each has a rate. */
static void read_once_more(struct tc_doctor *doctor)
{
	nanosleep(&(struct timespec){0, 250000000}, NULL);
	for (size_t i = 0; i < doctor->sources; i++) {
		struct tc_doctor_source *source = &doctor->source[i];
		read_source(source);
		say_late(source);
		tc_sampling_close(source->sampling, source->now_ns);
		source->sampling = NULL;
	}
}

const char *tc_doctor_absent(const struct tc_series_one *one)
{
	if (!isnan(one->value) || !isnan(one->total))
		return NULL;
	return one->series.absent ? one->series.absent : "nothing could be read just now";
}

int tc_doctor_sources(struct tc_doctor *doctor)
{
	const struct tc_sampler *const *samplers;
	size_t count = tc_samplers(&samplers);
	int code = 0;
	doctor->source = calloc(count, sizeof *doctor->source);
	if (!doctor->source)
		return tc_error(TACHO_ENOMEM, "out of memory");
	for (; doctor->sources < count && !code; doctor->sources++) {
		doctor->source[doctor->sources].sampler = samplers[doctor->sources];
		code = look_at(&doctor->source[doctor->sources]);
	}
	if (!code)
		read_once_more(doctor);
	return code;
}
