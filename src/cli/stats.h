/* SPDX-License-Identifier: MIT
 *
 * stats.h - what `tacho stats` knows of a series, and how it shows one and compares two.
 */
#ifndef CLI_STATS_H
#define CLI_STATS_H

#include "base/json.h"
#include "cli/findings.h"
#include "cli/screen.h"
#include "cli/series_file.h"
#include "stats/compare.h"
#include "stats/summary.h"

struct tc_stats_series {    /* owns series and sorted */
	const char *name;   /* of the file */
	const char *column; /* NULL: it is no table */
	const char *unit;   /* NULL: none was given */
	struct tc_series_file series;
	double *sorted;
	struct tc_summary summary;
	struct tc_findings findings; /* all zero until tc_stats_find() */
};

/* Reads PATH, "-" being standard input, and summarizes it.  0, or a code with the sentence set. */
int tc_stats_open(
	struct tc_stats_series *out, const char *path, const char *unit, const struct tc_series_choice *choice);
/* What its order says.  0, or a code with the sentence set. */
int tc_stats_find(struct tc_stats_series *series, const struct tc_find_options *options);
void tc_stats_release(struct tc_stats_series *series);

enum { TC_STATS_MEDIAN, TC_STATS_TAIL, TC_STATS_COMPARISONS };

struct tc_stats_pair { /* does not own the series */
	const struct tc_stats_series *base, *other;
	struct tc_comparison comparison[TC_STATS_COMPARISONS];
	size_t block_values[TC_STATS_COMPARISONS]; /* of the shorter series; 0: no blocks */
};

int tc_stats_compare(
	struct tc_stats_pair *out, const struct tc_stats_series *base, const struct tc_stats_series *other);
extern const char *const tc_stats_statistic[TC_STATS_COMPARISONS]; /* "median", "p95" */

/* Its file and column; the pen stays behind them. */
void tc_render_series_name(struct tc_screen *screen, const struct tc_stats_series *series);
void tc_render_stats(struct tc_screen *screen, const struct tc_stats_series *series);
void tc_render_pair(struct tc_screen *screen, const struct tc_stats_pair *pair);
void tc_json_stats(struct tc_json *json, const struct tc_stats_series *series);
void tc_json_pair(struct tc_json *json, const struct tc_stats_pair *pair);

#endif
