/* SPDX-License-Identifier: MIT */
#include "observe/metrics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(struct tc_metrics *metrics)
{
	if (metrics->count < metrics->room)
		return true;
	size_t room = metrics->room ? 2 * metrics->room : 16;
	struct tc_metrics_one *one = realloc(metrics->one, room * sizeof *one);
	if (!one)
		return false;
	metrics->one = one;
	metrics->room = room;
	return true;
}

static void release_one(struct tc_metrics_one *one)
{
	free(one->name);
	free(one->unit);
	free(one->help);
}

static uint32_t add(struct tc_metrics *metrics, const struct tc_metrics_one *like, const char *name, const char *unit,
	const char *help)
{
	if (metrics->count == TC_METRIC_SERIES_MAX || !make_room(metrics)) {
		metrics->left_out = true;
		return TC_NO_METRIC;
	}
	struct tc_metrics_one *one = &metrics->one[metrics->count];
	*one = *like;
	one->name = strdup(name);
	one->unit = strdup(tc_metric_unit(like->kind, unit));
	one->help = strdup(help);
	if (one->name && one->unit && one->help)
		return (uint32_t)metrics->count++;
	release_one(one);
	metrics->left_out = true;
	return TC_NO_METRIC;
}

uint32_t tc_metrics_find(struct tc_metrics *metrics, enum tacho_metric_kind kind, const char *name, const char *unit,
	const char *help, const char *source)
{
	struct tc_metrics_one like = {.kind = kind, .series = TC_NO_SERIES, .level = NAN};
	tc_metric_source_text(like.source, kind, source);
	for (uint32_t i = 0; i < metrics->count; i++)
		if (!strcmp(metrics->one[i].name, name) && !strcmp(metrics->one[i].source, like.source))
			return i;
	return add(metrics, &like, name, unit, help);
}

void tc_metrics_forget(struct tc_metrics *metrics, uint64_t part)
{
	for (size_t i = 0; i < metrics->count; i++)
		if (metrics->one[i].setter == part)
			metrics->one[i].setter = 0;
}

/* How the series' value is to be read, and the same in its unit; "%s": the metric's own. */
static void meaning(const struct tc_metrics_one *one, const char **unit, const char **help)
{
	*unit = "%s";
	*help = "Mean of the values since the reading before.";
	if (one->kind == TACHO_METRIC_COUNTER) {
		*unit = "per second";
		*help = "Rate over the time since the reading before.";
	} else if (one->kind == TACHO_METRIC_WAIT) {
		*unit = "percent";
		*help = "Share of the time since the reading before; more than 100 where several threads wait.";
	} else if (one->kind == TACHO_METRIC_EVENT) {
		*unit = "per minute";
		*help = "Rate over the time since the reading before.";
	} else if (one->kind == TACHO_METRIC_GAUGE) {
		*help = "Level at the reading.";
	}
}

static void add_series(struct tc_metrics_one *one, struct tc_series_set *set)
{
	const char *unit, *meant;
	char help[TC_METRIC_TEXT_MAX + 128];
	meaning(one, &unit, &meant);
	snprintf(help, sizeof help, "%s%s%s", one->help, *one->help ? ". " : "", meant);
	const struct tc_series series = {
		.name = one->name, .unit = strcmp(unit, "%s") ? unit : one->unit, .source = one->source, .help = help};
	one->series = tc_series_add(set, &series);
}

static double value_of(const struct tc_metrics_one *one, double seconds)
{
	double value;
	if (one->kind == TACHO_METRIC_GAUGE)
		value = one->level;
	else if (one->kind == TACHO_METRIC_WAIT)
		value = 100 * one->moved / 1e9 / seconds;
	else if (one->kind == TACHO_METRIC_EVENT)
		value = 60 * one->moved / seconds;
	else if (one->kind == TACHO_METRIC_COUNTER)
		value = one->moved / seconds;
	else
		value = one->sum / one->moved;
	return isfinite(value) ? value : NAN;
}

void tc_metrics_put(struct tc_metrics *metrics, struct tc_series_set *set, uint64_t now_ns)
{
	double seconds = (double)(now_ns - metrics->row_ns) / 1e9;
	for (size_t i = 0; i < metrics->count; i++) {
		struct tc_metrics_one *one = &metrics->one[i];
		if (one->series == TC_NO_SERIES && one->moved > 0)
			add_series(one, set);
		tc_series_put(set, one->series, (struct tc_reading){.value = value_of(one, seconds), .total = NAN});
		one->moved = one->sum = 0;
		one->level = one->setter ? one->level : NAN;
	}
	metrics->row_ns = now_ns;
}

void tc_metrics_release(struct tc_metrics *metrics)
{
	for (size_t i = 0; i < metrics->count; i++)
		release_one(&metrics->one[i]);
	free(metrics->one);
	*metrics = (struct tc_metrics){.count = 0};
}
