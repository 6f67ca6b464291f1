/* SPDX-License-Identifier: MIT */
#include "stats/sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "format/grid.h"

enum { SCHEMA_OF_HISTOGRAMS = 7 };

static int no_memory(int64_t buckets)
{
	return tc_error(TACHO_ENOMEM, "no memory for a histogram of %lld buckets", (long long)buckets);
}

/* ceil(index / 2^steps) */
static int32_t coarser(int32_t index, int steps)
{
	int64_t width = INT64_C(1) << steps;
	return (int32_t)((index + width - 1) >> steps);
}

/* An empty window that holds the buckets first to last. */
static int open_window(struct tc_sketch *out, int schema, uint64_t zero, int64_t first, int64_t last)
{
	*out = (struct tc_sketch){.schema = schema, .zero = zero};
	if (last < first)
		return 0;
	out->first = (int32_t)first;
	out->buckets = (uint32_t)(last - first + 1);
	out->count = calloc(out->buckets, sizeof *out->count);
	return out->count ? 0 : no_memory(out->buckets);
}

static int32_t last_of(const struct tc_sketch *sketch)
{
	return sketch->first + (int32_t)sketch->buckets - 1;
}

/* What is not finer than `into` is added to it; its window holds all of that. */
static void add(struct tc_sketch *into, const struct tc_sketch *from)
{
	for (uint32_t i = 0; i < from->buckets; i++)
		into->count[coarser(from->first + (int32_t)i, from->schema - into->schema) - into->first] +=
			from->count[i];
}

int tc_sketch_of(struct tc_sketch *out, const struct tc_histogram *durations)
{
	uint32_t from = durations->first ? 0 : 1, end = durations->cells; /* cell 0 is the zero bucket */
	while (from < end && !durations->count[from])
		from++;
	while (end > from && !durations->count[end - 1])
		end--;
	uint64_t zero = durations->cells && !durations->first ? durations->count[0] : 0;
	int64_t first = (int64_t)durations->first + TC_PROMETHEUS_OFFSET;
	int code = open_window(out, SCHEMA_OF_HISTOGRAMS, zero, first + from, first + end - 1);
	if (!code && out->buckets)
		memcpy(out->count, durations->count + from, out->buckets * sizeof *out->count);
	return code;
}

void tc_sketch_release(struct tc_sketch *sketch)
{
	free(sketch->count);
	*sketch = (struct tc_sketch){0};
}

int tc_sketch_downscale(struct tc_sketch *sketch, int schema)
{
	struct tc_sketch coarse;
	int steps = sketch->schema - schema;
	if (steps < 0 || schema < TC_SKETCH_SCHEMA_LEAST)
		return tc_error(TACHO_EINVAL, "a histogram of schema %d cannot become one of schema %d", sketch->schema,
			schema);
	if (!steps)
		return 0;
	int code = sketch->buckets ? open_window(&coarse, schema, sketch->zero, coarser(sketch->first, steps),
					     coarser(last_of(sketch), steps))
	                           : open_window(&coarse, schema, sketch->zero, 0, -1);
	if (code)
		return code;
	add(&coarse, sketch);
	free(sketch->count);
	*sketch = coarse;
	return 0;
}

int tc_sketch_merge(struct tc_sketch *into, const struct tc_sketch *other)
{
	struct tc_sketch both;
	int code = other->schema < into->schema ? tc_sketch_downscale(into, other->schema) : 0;
	int steps = other->schema - into->schema;
	if (code)
		return code;
	into->zero += other->zero;
	if (!other->buckets)
		return 0;
	int32_t first = coarser(other->first, steps), last = coarser(last_of(other), steps);
	if (into->buckets) {
		first = first < into->first ? first : into->first;
		last = last > last_of(into) ? last : last_of(into);
	}
	if ((code = open_window(&both, into->schema, into->zero, first, last))) {
		into->zero -= other->zero;
		return code;
	}
	add(&both, into);
	add(&both, other);
	free(into->count);
	*into = both;
	return 0;
}

int tc_sketch_fit(struct tc_sketch *sketch, uint32_t buckets)
{
	int schema = sketch->schema;
	while (schema > TC_SKETCH_SCHEMA_LEAST && sketch->buckets &&
		(uint32_t)(coarser(last_of(sketch), sketch->schema - schema) -
			   coarser(sketch->first, sketch->schema - schema)) >= buckets)
		schema--;
	return tc_sketch_downscale(sketch, schema);
}

uint64_t tc_sketch_total(const struct tc_sketch *sketch)
{
	uint64_t total = sketch->zero;
	for (uint32_t i = 0; i < sketch->buckets; i++)
		total += sketch->count[i];
	return total;
}

/* Whole octaves go through ldexp, which is exact. */
double tc_sketch_bound(int schema, int32_t index)
{
	if (schema <= 0)
		return ldexp(1, index * (1 << -schema));
	int32_t octave = index >> schema, rest = index - octave * (1 << schema);
	return ldexp((double)exp2l(ldexpl(rest, -schema)), octave);
}
