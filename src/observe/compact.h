/* SPDX-License-Identifier: MIT
 *
 * compact.h - writes the log anew so that it stays bounded: windows merged pairwise, 1 s windows older than an hour left
 * out, rows of samples and calibrations thinned.  Streams from the old file to the new one, so that its memory is that of
 * two windows, and renames at the end: a reader finds the one or the other.
 */
#ifndef OBSERVE_COMPACT_H
#define OBSERVE_COMPACT_H

#include "format/series.h"
#include "observe/names.h"
#include "observe/windows.h"

struct tc_compaction {
	const char *path;
	uint64_t now_ns;
	size_t samples_rows, calibrations; /* in the old log; set to those in the new one */
	struct tc_series_set *series;
	/* Numbers are given by order, and some may have found no room in the old log: all are written anew. */
	const struct tc_names *names;
	double trees_limit; /* trees with higher keys are left out */
};

enum { TC_ROWS_MAX = 8192 }; /* of samples, of calibrations: at this many every two become one */

/* Replaces *log, and merges the ladder if it is full.  Negative: the old log goes on as it was. */
int tc_compact(struct tc_log **log, struct tc_windows *windows, struct tc_compaction *compaction);

#endif
