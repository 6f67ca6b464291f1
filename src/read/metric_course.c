/* SPDX-License-Identifier: MIT
 *
 * metric_course.c - what the observer's readings tell of a metric: the levels of a gauge, and the figures of everything for
 * a part of the session, for which no thread keeps any.
 */
#include <math.h>
#include <stdlib.h>
#include "read/course.h"
#include "read/reader.h"

static const tc_instant minute_ns = INT64_C(60000000000);

static void gauge_figures(struct tc_metric_view *view, struct tc_weighted *level, size_t count)
{
	view->mean = tc_weighted_mean(level, count);
	view->sd = tc_weighted_sd(level, count);
	view->median = tc_weighted_quantile(level, count, 0.5);
	view->p90 = tc_weighted_quantile(level, count, 0.9);
	view->p95 = tc_weighted_quantile(level, count, 0.95);
	view->p99 = tc_weighted_quantile(level, count, 0.99);
	view->quantile_error = 0;
}

/* Between two settings a gauge stands where it stood, which no cell has: what the observer saw at its ticks must do. */
void tc_metric_finish_gauge(struct tc_reader *reader, struct tc_merged_metric *metric)
{
	struct tc_metric_view *view = &metric->view;
	const struct tc_series_view *series = view->series;
	struct tc_weighted *level = series ? malloc((series->count + 1) * sizeof *level) : NULL;
	size_t count = level ? tc_series_levels(series, 0, INT64_MAX, level) : 0;
	view->basis = "extremes of all settings; no readings";
	if (series && !level)
		tc_reader_no_memory(reader);
	if (count) {
		if (metric->setters > 1)
			view->last = level[count - 1].value; /* the observer saw which thread set it last */
		gauge_figures(view, level, count);
		view->basis = "extremes of all settings; the rest from readings, each weighing the time it stands for";
	}
	free(level);
}

/* ---- a part of the session ---- */

static uint64_t whole(double value)
{
	return value > 0 ? value < 0x1p63 ? (uint64_t)(value + 0.5) : INT64_MAX : 0;
}

static void forget_all(struct tc_metric_view *view)
{
	view->last = view->sum = view->mean = view->sd = view->min = view->max = NAN;
	view->median = view->p90 = view->p95 = view->p99 = view->quantile_error = NAN;
	view->count = view->zero = view->negative = view->invalid = view->last_minute = 0;
	view->part = TC_METRIC_UNKNOWN;
	view->basis = "nothing is known of this time: there are no readings of it";
}

static void part_of_rate(struct tc_metric_view *view, tc_instant from, tc_instant to)
{
	/* what the series' unit comes to in one second */
	double unit = view->kind == TACHO_METRIC_WAIT ? 1e7 : view->kind == TACHO_METRIC_EVENT ? 1 / 60.0 : 1;
	view->sum = tc_series_integral(view->series, from, to) * unit;
	view->count = whole(view->sum);
	tc_instant since = to - from > minute_ns ? to - minute_ns : from;
	view->last_minute = whole(tc_series_integral(view->series, since, to) * unit);
	view->minute_ns = (double)(to - since);
	view->part = TC_METRIC_READINGS;
	view->basis = "rates at the readings in this time, about";
}

static void part_of_gauge(struct tc_reader *reader, struct tc_metric_view *view)
{
	const struct tc_session_options *options = &reader->options;
	struct tc_weighted *all = malloc((view->series->count + 1) * sizeof *all), *level = all;
	size_t count =
		all ? tc_series_levels(view->series, options->has_window ? options->from : 0, INT64_MAX, all) : 0;
	if (!all)
		tc_reader_no_memory(reader);
	if (options->last && count > options->last) {
		level += count - options->last;
		count = options->last;
	}
	if (count) {
		view->last = level[count - 1].value;
		gauge_figures(view, level, count); /* sorts */
		view->min = level[0].value;
		view->max = level[count - 1].value;
		view->part = TC_METRIC_READINGS;
		view->basis = options->last ? "the last readings, each weighing the time it stands for"
		                            : "readings in this time, each weighing the time it stands for";
	}
	free(all);
}

/* All that were recorded then are among the newest values of their threads. */
static void part_of_values(
	struct tc_reader *reader, struct tc_metric_view *view, struct tc_recent_view *all, size_t count)
{
	struct tc_values values = {.of_time = view->kind == TACHO_METRIC_TIME};
	double *sorted = malloc((count + 1) * sizeof *sorted);
	size_t n = 0;
	for (size_t i = 0; i < count && sorted; i++) {
		double value = sorted[n++] = all[i].value;
		tc_values_add_moments(&values, 1, value, 0, 0, value, value);
		view->zero += value >= 0 && value < 0x1p-64;
		view->negative += value < 0;
		view->last = value;
	}
	if (!sorted)
		tc_reader_no_memory(reader);
	view->count = n;
	view->part = TC_METRIC_VALUES;
	view->basis = "all values of this time: exact";
	if (n) {
		view->sum = (double)values.sum;
		view->mean = (double)values.mean;
		view->sd = tc_values_sd(&values);
		view->min = values.min;
		view->max = values.max;
		view->median = tc_values_exact(sorted, n, 0.5);
		view->p90 = tc_values_exact(sorted, n, 0.9);
		view->p95 = tc_values_exact(sorted, n, 0.95);
		view->p99 = tc_values_exact(sorted, n, 0.99);
		view->quantile_error = 0;
	}
	free(sorted);
}

static void part_of_means(struct tc_metric_view *view, tc_instant from)
{
	double mean = tc_series_mean(view->series, from, INT64_MAX);
	if (isnan(mean))
		return;
	view->mean = mean;
	view->part = TC_METRIC_READINGS;
	view->basis = "the mean of the readings' means in this time, each weighing the time it stands for";
}

/* recent: of all threads, by instant, before it was cut to the newest. */
void tc_metric_part(struct tc_reader *reader, struct tc_merged_metric *metric)
{
	struct tc_metric_view *view = &metric->view;
	tc_instant from = reader->options.from, to = reader->options.to;
	size_t first = 0, end = view->recent;
	while (first < view->recent && view->recent_value[first].at < from)
		first++;
	while (end > first && view->recent_value[end - 1].at >= to)
		end--;
	to = to < reader->session->end ? to : reader->session->end;
	forget_all(view);
	if (view->kind >= TACHO_METRIC_TIME && metric->recent_from < from)
		part_of_values(reader, view, view->recent_value + first, end - first);
	else if (!view->series || (!view->series->count && !view->series->next_at))
		return;
	else if (view->kind >= TACHO_METRIC_TIME)
		part_of_means(view, from);
	else if (view->kind == TACHO_METRIC_GAUGE)
		part_of_gauge(reader, view);
	else
		part_of_rate(view, from > 0 ? from : 0, to);
}

/* Readings stand for levels: of a gauge its last readings, of distributions the values themselves; what only adds up keeps no single
 * ones. */
void tc_metric_last(struct tc_reader *reader, struct tc_merged_metric *metric)
{
	struct tc_metric_view *view = &metric->view;
	const struct tc_session_options *options = &reader->options;
	size_t last = options->last;
	tc_metric_cut_recent(reader, view);
	bool all = options->has_window ? metric->recent_from < options->from : view->recent >= metric->values.count;
	forget_all(view);
	view->basis = "what only adds up keeps no single values, so that the last ones are not known";
	if (view->kind >= TACHO_METRIC_TIME) {
		size_t skipped = view->recent > last ? view->recent - last : 0;
		part_of_values(reader, view, view->recent_value + skipped, view->recent - skipped);
		view->basis = all || view->recent >= last
		                      ? "the last values: exact"
		                      : "the newest values, of which fewer are kept than were asked for: exact";
		for (size_t i = 0; skipped && i + skipped < view->recent; i++)
			view->recent_value[i] = view->recent_value[i + skipped];
		view->recent -= skipped;
	} else if (view->kind == TACHO_METRIC_GAUGE && view->series) {
		part_of_gauge(reader, view);
	}
}

/* The newest values of this time alone. */
void tc_metric_cut_recent(const struct tc_reader *reader, struct tc_metric_view *view)
{
	size_t kept = 0;
	for (size_t i = 0; i < view->recent; i++)
		if (tc_reader_in_window(reader, view->recent_value[i].at))
			view->recent_value[kept++] = view->recent_value[i];
	size_t extra = kept > TC_RECENT_MAX ? kept - TC_RECENT_MAX : 0;
	for (size_t i = 0; i + extra < kept && extra; i++)
		view->recent_value[i] = view->recent_value[i + extra];
	view->recent = kept - extra;
}
