/* SPDX-License-Identifier: MIT */
#include "cli/plot.h"

#include <math.h>

double tc_plot_mean(const struct tc_series_view *series, tc_instant from, tc_instant to)
{
	double sum = 0, weight = 0;
	for (size_t i = 0; i < series->count; i++) {
		tc_instant begin = i ? series->at[i - 1] : 0, end = series->at[i];
		if (i && begin >= to)
			break;
		begin = begin > from ? begin : from;
		end = end < to ? end : to;
		if (end <= begin || isnan(series->value[i]))
			continue;
		sum += series->value[i] * (double)(end - begin);
		weight += (double)(end - begin);
	}
	return weight > 0 ? sum / weight : NAN;
}

struct tc_course tc_plot_course(const struct tc_series_view *series, tc_instant from)
{
	struct tc_course course = {NAN, NAN, NAN, NAN};
	for (size_t i = 0; i < series->count; i++) {
		double value = series->value[i];
		if (isnan(value))
			continue;
		course.last = value;
		course.min = isnan(course.min) || value < course.min ? value : course.min;
		course.max = isnan(course.max) || value > course.max ? value : course.max;
	}
	if (series->count)
		course.average = tc_plot_mean(series, from, series->at[series->count - 1]);
	if (isnan(course.average))
		course.average = course.last;
	return course;
}

void tc_plot_line(struct tc_strbuf *out, const struct tc_series_view *series, tc_instant from, tc_instant to,
	double full, size_t columns)
{
	static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	double step = (double)(to - from) / (double)columns;
	for (size_t i = 0; i < columns; i++) {
		double mean = tc_plot_mean(
			series, from + (tc_instant)(step * (double)i), from + (tc_instant)(step * (double)(i + 1)));
		double level = full > 0 && mean > 0 ? mean / full * 8 : 0;
		tc_strbuf_puts(out, isnan(mean) ? " " : levels[level >= 7 ? 7 : (int)level]);
	}
}
