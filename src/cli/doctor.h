/* SPDX-License-Identifier: MIT
 *
 * doctor.h - what `tacho doctor` finds out: doctor_checks.c about the place, doctor_sources.c about what can be sampled;
 * render_doctor.c and json_doctor.c show it.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>
#include "format/manifest.h"
#include "format/series.h"
#include "sample/sample.h"

struct tc_doctor_check {
	const char *name;
	bool fine;
	char text[512];   /* how it is here */
	char remedy[256]; /* "": none is needed */
};

struct tc_doctor_source {
	const struct tc_sampler *sampler;
	struct tc_sampling *sampling; /* while it is looked at */
	struct tc_series_set set;     /* its series, with the newest readings */
	size_t reads;
	uint64_t now_ns; /* that the source is told */
	double cost_ns;  /* CPU time of a reading, the median */
	char late[192];  /* which of its files did not answer; "": they all did */
};

struct tc_doctor {
	struct tc_manifest machine;
	uint64_t interval_ns[TC_SAMPLE_GROUPS]; /* as they are set */
	size_t checks, sources;
	struct tc_doctor_check *check;
	struct tc_doctor_source *source;
};

/* 0, or a negative code with the sentence set: only for want of memory. */
int tc_doctor_look(struct tc_doctor *doctor);
void tc_doctor_release(struct tc_doctor *doctor);

int tc_doctor_checks(struct tc_doctor *doctor);
int tc_doctor_sources(struct tc_doctor *doctor);

/* Why a series has no readings here; NULL: it has. */
const char *tc_doctor_absent(const struct tc_series_one *one);

int tc_render_doctor(const struct tc_doctor *doctor, FILE *out); /* 0, or a negative code */
void tc_json_doctor(const struct tc_doctor *doctor, FILE *out);

#endif
