/* SPDX-License-Identifier: MIT
 *
 * plot.h - a series over time in one line.  A reading stands for the time since the one before, so readings that come
 * faster at the beginning weigh no more than their time.
 */
#ifndef CLI_PLOT_H
#define CLI_PLOT_H

#include "base/strbuf.h"
#include "read/session.h"

struct tc_course { /* NAN: no reading */
	double last, average, min, max;
};

/* Of what was read after `from`, where the time begins that is looked at. */
struct tc_course tc_plot_course(const struct tc_series_view *series, tc_instant from);

/* Mean of the readings that stand for [from, to); NAN: none. */
double tc_plot_mean(const struct tc_series_view *series, tc_instant from, tc_instant to);

/* Appends `columns` characters of ▁ to █ for [from, to), `full` at the top; a space where there is no reading. */
void tc_plot_line(struct tc_strbuf *out, const struct tc_series_view *series, tc_instant from, tc_instant to,
	double full, size_t columns);

#endif
