/* SPDX-License-Identifier: MIT */
#include "analyze/outlook.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/load_window.h"
#include "base/error.h"

static const tc_instant least_step_ns = 500000000;

/* What is looked at besides gauges, and what it runs into. */
static const struct watched {
	const char *series;
	bool of_memory;
	enum { NO_LIMIT, OF_GROUP, OF_MACHINE, OF_SWAP } limit;
} watched[] = {
	{"process.memory", true, OF_GROUP},
	{"process.memory_unique", true, OF_GROUP},
	{"cgroup.memory", false, OF_GROUP}, /* with what neighbours take, and with what the kernel keeps of files */
	{"system.memory", false, OF_MACHINE},
	{"system.swap", false, OF_SWAP},
	{"process.threads", false, NO_LIMIT},
	{"process.files", false, NO_LIMIT},
};

static const struct tc_series_view *find(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, name))
			return &session->series_view[i];
	return NULL;
}

static void find_limit(struct tc_outlook_row *row, const struct tc_session *session, int kind)
{
	double machine = (double)session->manifest.memory_total_bytes,
	       group = (double)session->manifest.memory_limit_bytes;
	const struct tc_series_view *swap = find(session, "system.swap_total");
	row->limit = NAN;
	if (kind == OF_GROUP && group > 0) {
		row->limit = group;
		row->limit_of = "the memory that its control group may have";
	} else if ((kind == OF_GROUP || kind == OF_MACHINE) && machine > 0) {
		row->limit = machine;
		row->limit_of = "the machine's memory";
	} else if (kind == OF_SWAP && swap && swap->course.last > 0) {
		row->limit = swap->course.last;
		row->limit_of = "the machine's swap space";
	}
}

struct grid { /* of a series, evenly apart */
	struct tc_load_window *window;
	double *seconds, *value;
	size_t count;
};

static size_t readings(const struct tc_series_view *series, tc_instant from, tc_instant to)
{
	size_t count = 0;
	for (size_t i = 0; i < series->count; i++)
		count += series->at[i] >= from && series->at[i] < to && isfinite(series->value[i]);
	return count;
}

static size_t samples_of(const struct tc_series_view *series, tc_instant from, tc_instant to)
{
	size_t most = (size_t)((to - from) / least_step_ns), count = readings(series, from, to);
	count = count < most ? count : most;
	return count < TC_OUTLOOK_SAMPLES ? count : TC_OUTLOOK_SAMPLES;
}

static int make_grid(struct grid *out, size_t count)
{
	*out = (struct grid){.window = calloc(count + 1, sizeof *out->window),
		.seconds = calloc(count + 1, sizeof *out->seconds),
		.value = calloc(count + 1, sizeof *out->value),
		.count = count};
	return out->window && out->seconds && out->value ? 0 : TACHO_ENOMEM;
}

static void release_grid(struct grid *grid)
{
	free(grid->window);
	free(grid->seconds);
	free(grid->value);
}

/* A stretch that no reading stands for is as the one before; the first ones are left out. */
static void fill(struct grid *grid, const struct tc_series_view *series, tc_instant from, tc_instant to)
{
	size_t kept = 0;
	for (size_t i = 0; i < grid->count; i++) {
		grid->window[i].begin = from + (to - from) / (tc_instant)grid->count * (tc_instant)i;
		grid->window[i].end = from + (to - from) / (tc_instant)grid->count * (tc_instant)(i + 1);
	}
	tc_load_means(grid->value, series, grid->window, grid->count);
	for (size_t i = 0; i < grid->count; i++) {
		if (isnan(grid->value[i]) && !kept)
			continue;
		grid->value[kept] = isnan(grid->value[i]) ? grid->value[kept - 1] : grid->value[i];
		grid->seconds[kept++] = (double)grid->window[i].end / 1e9;
	}
	grid->count = kept;
}

static int judge(struct tc_outlook_row *row, tc_instant from, tc_instant to)
{
	struct grid grid;
	int code = make_grid(&grid, samples_of(row->series, from, to));
	if (!code) {
		fill(&grid, row->series, from, to);
		row->samples = grid.count;
		row->step_seconds = grid.count > 1 ? grid.seconds[1] - grid.seconds[0] : 0;
		code = tc_forecast(&row->forecast, grid.seconds, grid.value, grid.count, INFINITY, row->limit);
		if (!row->gauge || !strcmp(row->series->series.unit, "bytes"))
			tc_forecast_bound(&row->forecast, 0);
		const struct tc_forecast *f = &row->forecast;
		row->near =
			!code && grid.count && f->seconds_to_limit <= grid.seconds[grid.count - 1] - f->since_seconds;
	}
	if (!code && row->of_memory)
		code = tc_leak(&row->leak, grid.seconds, grid.value, grid.count, TC_LEAK_LEAST_BYTES, row->limit);
	if (!code)
		code = tc_sample_anomalies(&row->anomalies, grid.value, grid.count, 0);
	release_grid(&grid);
	return code;
}

static int add(struct tc_outlook *out, const struct tc_series_view *series, const struct watched *how)
{
	struct tc_outlook_row *row = &out->row[out->count];
	if (!series || !readings(series, out->from, out->to))
		return 0;
	*row = (struct tc_outlook_row){.series = series, .gauge = !how, .of_memory = how && how->of_memory};
	find_limit(row, out->session, how ? how->limit : NO_LIMIT);
	int code = judge(row, out->from, out->to);
	out->count += !code;
	return code;
}

enum { WATCHED = sizeof watched / sizeof *watched };

int tc_outlook_begin(struct tc_outlook *out, const struct tc_session *session, tc_instant from, tc_instant to)
{
	*out = (struct tc_outlook){.session = session, .from = from, .to = to};
	out->row = calloc(WATCHED + session->metrics, sizeof *out->row);
	return out->row ? 0 : tc_error(TACHO_ENOMEM, "not enough memory to look ahead");
}

int tc_outlook_step(struct tc_outlook *out)
{
	const struct tc_session *session = out->session;
	size_t at = out->tried++;
	int code = 0;
	if (at < WATCHED) {
		code = add(out, find(session, watched[at].series), &watched[at]);
	} else if (at < WATCHED + session->metrics) {
		const struct tc_metric_view *metric = &session->metric[at - WATCHED];
		code = add(out, metric->kind == TACHO_METRIC_GAUGE ? metric->series : NULL, NULL);
	}
	if (code)
		return tc_error(code, "not enough memory to look ahead");
	return out->tried < WATCHED + session->metrics;
}

void tc_outlook_release(struct tc_outlook *outlook)
{
	for (size_t i = 0; i < outlook->count; i++)
		tc_anomalies_release(&outlook->row[i].anomalies);
	free(outlook->row);
	*outlook = (struct tc_outlook){0};
}
