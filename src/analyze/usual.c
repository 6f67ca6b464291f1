/* SPDX-License-Identifier: MIT */
#include "analyze/usual.h"

#include <string.h>

const struct tc_usual tc_usual[] = {
	{"system.cpu", "CPU", "machine", 100, 0, 0},
	{"process.cpu", "CPU", "process tree", 0, 0.05, 0},
	{"process.waiting", "CPU", "had to wait", 0, 0.05, 0.1},
	{"cgroup.throttled", "CPU", "throttled", 100, 0, 0.1},
	{"system.memory", "Memory", "machine", -1, 0, 0},
	{"process.memory", "Memory", "process tree", 0, 0, 0},
	{"process.memory_proportional", "Memory", "shared once", 0, 0, 1},
	{"cgroup.memory_percent", "Memory", "of its limit", 100, 0, 5},
	{"system.swap_out", "Memory", "swapped out", 0, 0, 1 << 20},
	{"process.read", "Disk", "read", 0, 0, 1 << 20},
	{"process.written", "Disk", "written", 0, 0, 1 << 20},
	{"system.io_pressure", "Disk", "stalls", 100, 0, 5},
	{"system.net_received", "Network", "received", 0, 0, 1 << 20},
	{"system.net_sent", "Network", "sent", 0, 0, 1 << 20},
	{0},
};

const struct tc_series_view *tc_series_find(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, name))
			return &session->series_view[i];
	return NULL;
}

/* Memory with shared pages counted once says something new only where processes share much. */
static bool is_told_already(const struct tc_session *session, const struct tc_series_view *series)
{
	const struct tc_series_view *resident = tc_series_find(session, "process.memory");
	return !strcmp(series->series.name, "process.memory_proportional") && resident &&
	       (series->count < 3 || !(series->course.max < 0.8 * resident->course.max));
}

const struct tc_series_view *tc_usual_series(const struct tc_session *session, const struct tc_usual *row)
{
	const struct tc_series_view *series = tc_series_find(session, row->series);
	if (!series || !row->notice)
		return series;
	bool adds_up = series->series.total_unit && !strcmp(series->series.total_unit, "bytes");
	bool much = (adds_up ? series->total : series->course.max) >= row->notice;
	return much && !is_told_already(session, series) ? series : NULL;
}

double tc_usual_top(const struct tc_session *session, const struct tc_usual *row, const struct tc_series_view *series)
{
	double memory = (double)session->manifest.memory_total_bytes;
	if (row->full)
		return row->full > 0 ? row->full : memory;
	double max = series->course.max;
	return max > row->least ? max : row->least;
}
