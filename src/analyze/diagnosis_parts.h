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

#endif
