/* SPDX-License-Identifier: MIT
 *
 * diagnosis_parts.h - the steps of a diagnosis; for diagnosis.c alone.  Each fills its part of every name and returns 0 or TACHO_ENOMEM.
 */
#ifndef ANALYZE_DIAGNOSIS_PARTS_H
#define ANALYZE_DIAGNOSIS_PARTS_H

#include "analyze/diagnosis.h"

int tc_diagnose_time(struct tc_diagnosis *diagnosis);   /* use, pool: diagnosis_time.c */
int tc_diagnose_blocks(struct tc_diagnosis *diagnosis); /* confidence, savings; after the above: diagnosis_blocks.c */
int tc_diagnose_course(struct tc_diagnosis *diagnosis); /* course: diagnosis_course.c */

enum {
	TC_COURSE_COARSE = 128
}; /* values of the course of a name that is not among the weightiest, or of a running session */

/* The same of one name, of at most so many values; q is left out.  For follow.c too, with records made by hand. */
int tc_diagnose_name_course(
	struct tc_course_of_name *course, const struct tc_name_records *records, size_t name, size_t values);

#endif
