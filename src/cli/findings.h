/* SPDX-License-Identifier: MIT
 *
 * findings.h - what `tacho stats` finds in the order of a series: its trend, its levels, values out of the ordinary, a leak.
 */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include "base/json.h"
#include "cli/screen.h"
#include "cli/series_file.h"
#include "stats/anomaly.h"
#include "stats/forecast.h"
#include "stats/leak.h"
#include "stats/trend.h"

struct tc_findings {                    /* all zero: nothing to release */
	size_t windows;                 /* whose medians the trend and the levels are of; 0: of the values themselves */
	struct tc_change_points points; /* index: of a value, not of a window */
	struct tc_trend trend;
	bool of_durations; /* else the anomalies are of samples */
	struct tc_anomalies anomalies;
	bool asked_for_leak;
	struct tc_leak leak;
	bool has_times; /* else there is no forecast */
	bool has_limit;
	struct tc_forecast forecast;
};

struct tc_find_options {
	bool leak;     /* the values are memory, and times are at hand */
	double limit;  /* that the values are not to reach; NAN: none */
	size_t period; /* after so many values things repeat themselves; 0: not known */
};

/* 0, or a code with the sentence set and nothing to release. */
int tc_find(struct tc_findings *out, const struct tc_series_file *series, const char *unit,
	const struct tc_find_options *options);
void tc_findings_release(struct tc_findings *findings);

void tc_render_findings(struct tc_screen *screen, const struct tc_findings *findings, const char *unit, int indent);
void tc_json_findings(struct tc_json *json, const struct tc_findings *findings, const struct tc_series_file *series);

#endif
