/* SPDX-License-Identifier: MIT
 *
 * diff_work.h - what the files of a comparison share while it is made.
 */
#ifndef ANALYZE_DIFF_WORK_H
#define ANALYZE_DIFF_WORK_H

#include "analyze/diff.h"

struct tc_diff_work { /* what a comparison needs besides its row */
	const struct tc_diff *diff;
	struct tc_evidence evidence[2];
	double *figure; /* room for one of each session of the larger side */
};

/* diff.c: the order of pointers to struct tc_name_view by the bytes of their names, for qsort(3). */
int tc_diff_by_name(const void *left, const void *right);

/* diff_row.c, diff_run.c: fill a row whose name is set (a total has its own), all but the verdicts; then these of all rows at once.  0 or TACHO_ENOMEM. */
int tc_diff_compare_name(struct tc_diff_row *row, struct tc_diff_work *work);
int tc_diff_compare_series(struct tc_diff_row *row, struct tc_diff_work *work);
int tc_diff_compare_total(struct tc_diff_row *row, struct tc_diff_work *work, enum tc_diff_total what);
int tc_diff_decide(struct tc_diff_row *row, size_t rows, struct tc_diff_work *work);

/* diff_rows.c: all rows, in their arrays.  0 or TACHO_ENOMEM. */
int tc_diff_names(struct tc_diff *diff, struct tc_diff_work *work);
int tc_diff_resources(struct tc_diff *diff, struct tc_diff_work *work);

#endif
