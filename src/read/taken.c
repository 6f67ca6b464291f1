/* SPDX-License-Identifier: MIT */
#include "read/taken.h"

#include <math.h>
#include <string.h>

/* Of a number and NAN the number. */
static double larger(double a, double b)
{
	return a > b || isnan(b) ? a : b;
}

/* In ns; NAN: there is no such series. */
static double seen_cpu(const struct tc_session *session)
{
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, "process.cpu"))
			return 1e9 * session->series_view[i].total;
	return NAN;
}

static double seen_peak(const struct tc_session *session)
{
	uint64_t most = 0;
	for (size_t i = 0; i < session->tree_processes; i++)
		if (session->tree_process[i].peak_rss_bytes > most)
			most = session->tree_process[i].peak_rss_bytes;
	return most ? (double)most : NAN;
}

struct tc_taken tc_session_taken(const struct tc_session *session)
{
	const struct tc_manifest *m = &session->manifest;
	double told = m->has_usage ? (double)m->user_ns + (double)m->system_ns : NAN, seen = seen_cpu(session);
	double peak = m->has_usage ? (double)m->peak_rss_bytes : NAN;
	return (struct tc_taken){
		.cpu_ns = larger(told, seen),
		.peak_rss_bytes = larger(peak, seen_peak(session)),
		.by_usage = m->has_usage && !(seen > told),
	};
}
