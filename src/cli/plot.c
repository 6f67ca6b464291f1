/* SPDX-License-Identifier: MIT */
#include "cli/plot.h"

#include <math.h>

/* Ticks that come too fast have no reading; the next one covers them, as far as this. */
#define COVERED_NS INT64_C(2500000000)

/* When the time begins that reading i stands for. */
static tc_instant covers_from(const struct tc_series_view *series, size_t i)
{
	size_t k = i;
	while (k > 0 && isnan(series->value[k - 1]) &&
		series->at[i] - (k > 1 ? series->at[k - 2] : series->since) <= COVERED_NS)
		k--;
	return k ? series->at[k - 1] : series->since;
}

double tc_plot_mean(const struct tc_series_view *series, tc_instant from, tc_instant to)
{
	double sum = 0, weight = 0;
	for (size_t i = 0; i < series->count; i++) {
		if (isnan(series->value[i]))
			continue;
		tc_instant begin = covers_from(series, i), end = series->at[i];
		if (begin >= to)
			break;
		begin = begin > from ? begin : from;
		end = end < to ? end : to;
		if (end <= begin)
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
