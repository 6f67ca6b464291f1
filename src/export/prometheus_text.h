/* SPDX-License-Identifier: MIT
 *
 * prometheus_text.h - the two text forms that Prometheus reads, 0.0.4 and OpenMetrics 1.0, which differ in little: families with their
 * help and type, and samples with labels.  Names of tacho's own begin with tacho_ or process_; users' names are mapped to legal
 * ones, and no two families get the same.
 */
#ifndef EXPORT_PROMETHEUS_TEXT_H
#define EXPORT_PROMETHEUS_TEXT_H

#include "export/out.h"

enum { TC_FAMILY_NAME = 256 };

enum tc_family_type { TC_FAMILY_COUNTER, TC_FAMILY_GAUGE, TC_FAMILY_HISTOGRAM, TC_FAMILY_SUMMARY, TC_FAMILY_INFO };

struct tc_family {
	char name[TC_FAMILY_NAME]; /* without _total */
	const char *unit;          /* that the name ends in; "": none */
	enum tc_family_type type;
};

struct tc_exposition {
	struct tc_out *out;
	bool is_open; /* OpenMetrics 1.0 */
	void *taken;  /* names of families, a tree of tsearch(3) */
	bool no_memory;
	struct tc_family family; /* of the samples that come now */
};

/* A unit as Prometheus has it, and by what values are to be multiplied: "percent" is "ratio", 0.01.  A unit it has no word for is made legal. */
struct tc_base_unit {
	char name[64];
	double factor;
};
struct tc_base_unit tc_base_unit(const char *unit);

/* Begins a family: its name is made from `prefix` and `text`, legal, ends in its unit, and no other has it: the second family that comes to a
 * name gets a number made from its text behind it. */
void tc_family_begin(struct tc_exposition *e, enum tc_family_type type, const char *prefix, const char *text,
	const char *unit, const char *help);

/* A sample: NAME SUFFIX {labels}.  labels: pairs of key and value, NULL at the end; values may hold any bytes. */
void tc_sample_begin(struct tc_exposition *e, const char *suffix, const char *const *labels);
void tc_sample_value(struct tc_exposition *e, double value);
void tc_sample_end(struct tc_exposition *e);

/* All three. */
void tc_sample(struct tc_exposition *e, const char *suffix, const char *const *labels, double value);

void tc_exposition_end(struct tc_exposition *e);

#endif
