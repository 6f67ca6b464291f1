/* SPDX-License-Identifier: MIT
 *
 * plot.h - a series over time in one line.
 */
#ifndef CLI_PLOT_H
#define CLI_PLOT_H

#include "base/strbuf.h"
#include "read/session.h"

/* Appends `columns` characters of ▁ to █ for [from, to), `full` at the top; a space where there is no reading. */
void tc_plot_line(struct tc_strbuf *out, const struct tc_series_view *series, tc_instant from, tc_instant to,
	double full, size_t columns);

#endif
