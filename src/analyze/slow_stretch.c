/* SPDX-License-Identifier: MIT */
#include "analyze/slow_stretch.h"

#include <math.h>

static const double slower = 1.25;

static double level(const struct tc_course_of_name *course, size_t i)
{
	return i ? course->points.at[i - 1].after : course->points.at[0].before;
}

static size_t length(const struct tc_course_of_name *course, size_t i)
{
	size_t begin = i ? course->points.at[i - 1].index : 0;
	return (i < course->points.count ? course->points.at[i].index : course->points.n) - begin;
}

static double time_of(const struct tc_course_of_name *course, size_t from, size_t to)
{
	double sum_ns = 0;
	for (size_t i = from; i < to; i++)
		sum_ns += level(course, i) * (double)length(course, i);
	return sum_ns;
}

static double p_of(const struct tc_course_of_name *course, size_t from, size_t to)
{
	double begin = from ? course->points.at[from - 1].p : 0, end = course->points.at[to - 1].p;
	return fmin(1, fmax(begin, end) * (double)course->points.n);
}

static struct tc_slow_stretch stretch_of(const struct tc_course_of_name *course, size_t from, size_t to)
{
	struct tc_slow_stretch stretch = {.from = from, .to = to, .usual_ns = level(course, course->points.count)};
	for (size_t i = from; i < to; i++)
		stretch.values += length(course, i);
	double time_ns = time_of(course, from, to), values = (double)stretch.values;
	if (!from && 2 * stretch.values > course->points.n)
		return (struct tc_slow_stretch){0};
	stretch.level_ns = time_ns / values;
	stretch.cost = (time_ns - values * stretch.usual_ns) / time_of(course, 0, course->points.count + 1);
	stretch.p = p_of(course, from, to);
	return stretch;
}

struct tc_slow_stretch tc_slow_stretch(const struct tc_course_of_name *course)
{
	struct tc_slow_stretch most = {0};
	size_t last = course->points.count;
	for (size_t from = 0, to; from < last; from = to + 1) {
		for (to = from; to < last && level(course, to) >= slower * level(course, last);)
			to++;
		struct tc_slow_stretch stretch = {0};
		if (to > from)
			stretch = stretch_of(course, from, to);
		if (stretch.cost > most.cost)
			most = stretch;
	}
	return most;
}
