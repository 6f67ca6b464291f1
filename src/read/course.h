/* SPDX-License-Identifier: MIT
 *
 * course.h - figures of a series of readings.  A reading stands for the time since the one before, so readings that come
 * faster at the beginning of a run weigh no more than their time.
 */
#ifndef READ_COURSE_H
#define READ_COURSE_H

#include "read/session.h"
#include "stats/weighted.h"

/* When the time begins that reading i stands for, as far as it lies in the session.  A rate or a share
 * of time that is missing because the tick came too fast is covered by the next reading. */
tc_instant tc_series_from(const struct tc_series_view *series, size_t i);

/* The readings that have a value, each with the ns of [from, to) that it stands for: how many.  out: room for series->count. */
size_t tc_series_levels(const struct tc_series_view *series, tc_instant from, tc_instant to, struct tc_weighted *out);

/* Mean over [from, to); NAN: no reading stands for any of it. */
double tc_series_mean(const struct tc_series_view *series, tc_instant from, tc_instant to);

/* Share of [from, to), of what readings stand for, in which the value was at least `least`; NAN: of none. */
double tc_series_share(const struct tc_series_view *series, tc_instant from, tc_instant to, double least);

/* What a rate per second came to in [from, to): a reading stands for the time since the one before that had a value. */
double tc_series_integral(const struct tc_series_view *series, tc_instant from, tc_instant to);

/* Why a series has no value in the time that is considered; NULL: it has. */
const char *tc_series_missing(const struct tc_series_view *series);

/* The figures from `from` on, a last rate or share of less than a quarter of the time of the one before together with that; of a level without a reading in that time, what it was before.  0, or TACHO_ENOMEM, where all of them are NAN. */
int tc_series_course(struct tc_course *out, const struct tc_series_view *series, tc_instant from);

#endif
