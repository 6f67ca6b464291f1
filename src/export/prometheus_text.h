/* SPDX-License-Identifier: MIT
 *
 * prometheus_text.h - the two text forms that Prometheus reads, 0.0.4 and OpenMetrics 1.0, which differ in little: families with their
 * help and type, and samples with labels.  prometheus_names.h says what families are called.
 */
#ifndef EXPORT_PROMETHEUS_TEXT_H
#define EXPORT_PROMETHEUS_TEXT_H

#include "export/out.h"
#include "export/prometheus_names.h"

struct tc_exposition {
	struct tc_out *out;
	const void *context; /* of who writes */
	bool is_open;        /* OpenMetrics 1.0 */
	bool names_only;     /* the first time through, families are told and nothing is written */
	struct tc_family_names names;
	size_t at; /* families that were begun */
	bool no_memory;
	/* of the family that was begun: */
	enum tc_family_type type;
	const char *name, *help;
	double factor; /* by which values come to be in its unit */
};

/* A unit as Prometheus has it, and by what values are to be multiplied: "percent" is "ratio", 0.01.  A unit it has no word for is made legal. */
struct tc_base_unit {
	char name[64];
	double factor;
};
struct tc_base_unit tc_base_unit(const char *unit);

/* The samples until the next one are of this family.  help: any bytes; NULL or "": there is none. */
void tc_family_begin(struct tc_exposition *e, const struct tc_family *family, const char *help);

/* Of a signed family: the samples until the next one have this suffix, in OpenMetrics a family of their own. */
void tc_family_part(struct tc_exposition *e, const char *suffix);

/* A sample, of which the value is to be written: NAME SUFFIX {labels}.  labels: pairs of key and value, NULL at the end; values may hold any
 * bytes.  Not when names_only. */
void tc_sample_begin(struct tc_exposition *e, const char *suffix, const char *const *labels);
void tc_sample_end(struct tc_exposition *e);

/* All of it. */
void tc_sample(struct tc_exposition *e, const char *suffix, const char *const *labels, double value);
void tc_sample_count(struct tc_exposition *e, const char *suffix, const char *const *labels, uint64_t count);

/* Has `write` begin all families, twice, in the same order: names hang on all that there are.  0, or TACHO_ENOMEM with the sentence set. */
int tc_exposition_write(struct tc_exposition *e, void (*write)(struct tc_exposition *e));

#endif
