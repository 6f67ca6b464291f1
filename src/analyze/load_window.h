/* SPDX-License-Identifier: MIT
 *
 * load_window.h - the windows that loads are samples of; for the files beside this one.
 */
#ifndef ANALYZE_LOAD_WINDOW_H
#define ANALYZE_LOAD_WINDOW_H

#include "read/session.h"

#define TC_LOAD_WINDOW_NS \
	INT64_C(1000000000) /* CPU time of less than that is too coarse where the kernel counts by ticks */

struct tc_load_window { /* windows first .. end - 1 of the ladder */
	tc_instant begin, end;
	size_t first, behind;
};

/* Neighbours of the ladder as one, each of TC_LOAD_WINDOW_NS at least; what is left at the end goes to the last.  out: room for
 * session->windows.  How many. */
size_t tc_load_windows(struct tc_load_window *out, const struct tc_session *session);

/* A series' mean, and the highest of its readings, in each window; NAN where no reading stands for any of it.  Linear in both. */
void tc_load_means(double *out, const struct tc_series_view *series, const struct tc_load_window *window, size_t count);
void tc_load_peaks(double *out, const struct tc_series_view *series, const struct tc_load_window *window, size_t count);

/* What processes have together, at each reading of their resident sizes, which count a shared page in each.  It is read itself, but
 * seldom: taken is what lies on the line between its readings before and after, within the resident sizes at the ratios that
 * the two had there.  So neither a fork, which shares all at once, nor memory that comes and goes between them is missed.
 * together: one reading at least; resident: room for all of readings.  Linear in both. */
void tc_load_share_once(double *resident, const struct tc_series_view *together, const struct tc_series_view *readings);

#endif
