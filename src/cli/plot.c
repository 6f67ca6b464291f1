/* SPDX-License-Identifier: MIT */
#include "cli/plot.h"

#include <math.h>
#include "read/course.h"

void tc_plot_line(struct tc_strbuf *out, const struct tc_series_view *series, tc_instant from, tc_instant to,
	double full, size_t columns)
{
	static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	double step = (double)(to - from) / (double)columns;
	for (size_t i = 0; i < columns; i++) {
		double mean = tc_series_mean(
			series, from + (tc_instant)(step * (double)i), from + (tc_instant)(step * (double)(i + 1)));
		double level = full > 0 && mean > 0 ? mean / full * 8 : 0;
		tc_strbuf_puts(out, isnan(mean) ? " " : levels[level >= 7 ? 7 : (int)level]);
	}
}
