/* SPDX-License-Identifier: MIT
 *
 * diagnosis_course.c - whether a name takes ever longer, and since when.
 */
#include <math.h>
#include <stdlib.h>
#include "analyze/diagnosis_parts.h"
#include "analyze/name_series.h"
#include "base/error.h"
#include "stats/multiple.h"

/* A trend costs the square of its values: names that take least are looked at coarsely. */
enum { FINE_NAMES = 64, COARSE = 128 };
static const double min_effect = 0.01; /* of a level: less is no change */

static int find_times(struct tc_course_of_name *course, const struct tc_name_series *series)
{
	course->changed_at = calloc(course->points.count + 1, sizeof *course->changed_at);
	if (!course->changed_at)
		return tc_error(TACHO_ENOMEM, "no memory for %zu instants", course->points.count);
	for (size_t i = 0; i < course->points.count; i++)
		course->changed_at[i] = series->from[course->points.at[i].index];
	return 0;
}

static double spans_of_a_value(const struct tc_name_series *series)
{
	return series->count ? (double)series->all / (double)series->count : 1;
}

int tc_diagnose_name_course(
	struct tc_course_of_name *course, const struct tc_name_records *records, size_t name, size_t values)
{
	struct tc_name_series series;
	int code = tc_name_series(&series, records, name, values, 1);
	if (code)
		return code;
	course->basis = series.count ? series.basis : NULL;
	course->values = series.count;
	course->grouped = series.units == TC_NAME_GROUPS;
	code = tc_change_points(&course->points, series.value_ns, series.count, min_effect);
	if (!code)
		code = tc_trend(
			&course->trend, series.value_ns, series.count, spans_of_a_value(&series), &course->points);
	if (!code)
		code = find_times(course, &series);
	tc_name_series_release(&series);
	return code;
}

/* Of a hundred names that are the same all the time, one seems to get worse by chance. */
static int ask_all_at_once(struct tc_diagnosis *d)
{
	double *p = malloc((d->names + 1) * sizeof *p);
	if (!p)
		return tc_error(TACHO_ENOMEM, "no memory for %zu trends", d->names);
	for (size_t i = 0; i < d->names; i++)
		p[i] = d->name[i].course.trend.label_p;
	int code = tc_false_discovery(p, p, d->names);
	for (size_t i = 0; i < d->names && !code; i++)
		d->name[i].course.q = p[i];
	free(p);
	return code;
}

int tc_diagnose_course(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	if (piece == d->names)
		return ask_all_at_once(d);
	size_t name = d->by_time[piece], values = piece < FINE_NAMES ? TC_TREND_MAX : COARSE;
	int code = tc_diagnose_name_course(&d->name[name].course, &d->records, name, values);
	return code ? code : 1;
}
