/* SPDX-License-Identifier: MIT
 *
 * diagnosis_parts.h - the pieces of a diagnosis; for diagnosis.c alone.  Each fills its part of every name.  No piece takes longer than some
 * ms, whatever was recorded for however long, so that they can be spread over time: those of a stage are numbered, and each returns 1 where
 * the stage has another, 0 after its last, or TACHO_ENOMEM with the sentence set.
 */
#ifndef ANALYZE_DIAGNOSIS_PARTS_H
#define ANALYZE_DIAGNOSIS_PARTS_H

#include "analyze/advisor.h"
#include "analyze/diagnosis.h"
#include "analyze/load_judge.h"

struct tc_time_blocks {                  /* of all names in stretches of time */
	size_t count, names, busy, seen; /* windows with something in them, and how many of them were taken */
	size_t window;                   /* whose turn it is */
	double *time_ns;                 /* [block * names + name] */
	double *all_ns;                  /* of a block */
};

struct tc_diagnosing { /* a diagnosis with what it is made with */
	struct tc_diagnosis diagnosis;
	struct tc_load_limits levels;
	const struct tc_what_if *asked; /* of each answer */
	struct tc_advisor advisor;      /* and the memory of its texts */
	struct tc_load_judge judge;
	struct tc_time_blocks blocks;
	size_t stage, piece; /* whose turn it is */
};

int tc_diagnose_time(struct tc_diagnosing *making, size_t piece); /* use, pool: diagnosis_time.c */
int tc_diagnose_blocks(
	struct tc_diagnosing *making, size_t piece); /* confidence; after the above: diagnosis_blocks.c */
int tc_diagnose_saving(struct tc_diagnosing *making, size_t piece);   /* savings; after the above: the same */
int tc_diagnose_what_ifs(struct tc_diagnosing *making, size_t piece); /* answers; after paths: diagnosis_what_if.c */
int tc_diagnose_course(struct tc_diagnosing *making, size_t piece);   /* course: diagnosis_course.c */

/* The course of one name, of at most so many values; q is left out. */
int tc_diagnose_name_course(
	struct tc_course_of_name *course, const struct tc_name_records *records, size_t name, size_t values);

#endif
