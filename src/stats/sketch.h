/* SPDX-License-Identifier: MIT
 *
 * sketch.h - a base-2 exponential histogram of any schema (docs/STATISTICS.md section 2), as it is handed on to others: bucket
 * i holds values in (g^(i-1), g^i] with g = 2^(2^-schema), i being Prometheus' index; OpenTelemetry's is i - 1.  One half as
 * fine has exactly the bounds of every second bucket, so that nothing but fineness is lost.
 */
#ifndef STATS_SKETCH_H
#define STATS_SKETCH_H

#include <stdint.h>
#include "stats/histogram.h"

enum { TC_SKETCH_SCHEMA_LEAST = -4, TC_SKETCH_SCHEMA_MOST = 8 };

struct tc_sketch { /* a dense window of buckets, no bucket: empty.  Owns count. */
	int schema;
	uint64_t zero; /* values that are exactly 0 */
	int32_t first; /* index of count[0] */
	uint32_t buckets;
	uint64_t *count;
};

/* Of durations, in seconds; schema 7. */
int tc_sketch_of(struct tc_sketch *out, const struct tc_histogram *durations); /* 0 or TACHO_ENOMEM */
void tc_sketch_release(struct tc_sketch *sketch);

/* Adds other, at the schema of the coarser of the two.  0 or TACHO_ENOMEM, and then `into` is as it was or coarser. */
int tc_sketch_merge(struct tc_sketch *into, const struct tc_sketch *other);

/* To a schema that is not finer; TACHO_EINVAL where it is. */
int tc_sketch_downscale(struct tc_sketch *sketch, int schema);

/* As coarse as it takes for the window to have at most so many buckets, within the schemas that there are. */
int tc_sketch_fit(struct tc_sketch *sketch, uint32_t buckets);

uint64_t tc_sketch_total(const struct tc_sketch *sketch);

/* g^index: the upper bound of a bucket, and the lower one of the next. */
double tc_sketch_bound(int schema, int32_t index);

#endif
