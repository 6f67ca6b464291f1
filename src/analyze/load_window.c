/* SPDX-License-Identifier: MIT */
#include "analyze/load_window.h"

#include <math.h>
#include "read/course.h"

size_t tc_load_windows(struct tc_load_window *out, const struct tc_session *session)
{
	size_t count = 0;
	for (size_t i = 0; i < session->windows; i++) {
		const struct tc_window_view *view = &session->window[i];
		if (!count || out[count - 1].end - out[count - 1].begin >= TC_LOAD_WINDOW_NS)
			out[count++] = (struct tc_load_window){.begin = view->begin, .first = i};
		out[count - 1].end = view->end;
		out[count - 1].behind = i + 1;
	}
	if (count > 1 && out[count - 1].end - out[count - 1].begin < TC_LOAD_WINDOW_NS) {
		out[count - 2].end = out[count - 1].end;
		out[count - 2].behind = out[count - 1].behind;
		count--;
	}
	return count;
}

/* The readings from `first` on that stand for time before `end`. */
static struct tc_series_view readings(const struct tc_series_view *series, size_t first, tc_instant end)
{
	struct tc_series_view view = *series;
	size_t behind = first;
	if (!series->count)
		return view;
	while (behind < series->count && (behind == first || series->at[behind - 1] < end))
		behind++;
	view.at += first;
	view.value += first;
	view.count = behind - first;
	view.since = first < series->count ? tc_series_from(series, first) : series->since;
	return view;
}

void tc_load_means(double *out, const struct tc_series_view *series, const struct tc_load_window *window, size_t count)
{
	size_t first = 0;
	for (size_t i = 0; i < count; i++) {
		while (first < series->count && series->at[first] <= window[i].begin)
			first++;
		const struct tc_series_view view = readings(series, first, window[i].end);
		out[i] = tc_series_mean(&view, window[i].begin, window[i].end);
	}
}

void tc_load_peaks(double *out, const struct tc_series_view *series, const struct tc_load_window *window, size_t count)
{
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		for (out[i] = NAN; at < series->count && series->at[at] <= window[i].end; at++)
			out[i] = fmax(out[i], series->value[at]);
	}
}

/* What the nth reading of memory together is of the resident sizes read with it, or around it; 1: there are none.  at: a cursor into those. */
static double ratio_of(
	const struct tc_series_view *together, size_t n, const struct tc_series_view *resident, size_t *at)
{
	double most = 0;
	if (n >= together->count)
		return 1;
	while (*at < resident->count && resident->at[*at] <= together->at[n])
		++*at;
	if (*at > 0)
		most = resident->value[*at - 1];
	if (*at < resident->count && (!*at || resident->at[*at - 1] < together->at[n]))
		most = fmax(most, resident->value[*at]);
	double ratio = together->value[n] / most;
	return ratio > 0 && ratio < 1 ? ratio : 1;
}

/* On the straight line between the readings around an instant, `behind` the number of those before it; beyond the ends, level. */
static double between(const struct tc_series_view *together, size_t behind, tc_instant at)
{
	if (!behind || behind == together->count)
		return together->value[behind ? behind - 1 : 0];
	tc_instant from = together->at[behind - 1], to = together->at[behind];
	double part = ((double)at - (double)from) / ((double)to - (double)from);
	return together->value[behind - 1] + part * (together->value[behind] - together->value[behind - 1]);
}

void tc_load_share_once(double *resident, const struct tc_series_view *together, const struct tc_series_view *readings)
{
	size_t next = 0, at = 0;
	double before = 1, after = ratio_of(together, 0, readings, &at);
	for (size_t i = 0; i < readings->count; i++) {
		while (next < together->count && together->at[next] <= readings->at[i]) {
			before = after;
			after = ratio_of(together, ++next, readings, &at);
		}
		double low = readings->value[i] * fmin(before, after), high = readings->value[i] * fmax(before, after);
		resident[i] = fmin(fmax(between(together, next, readings->at[i]), low), high);
	}
}
