/* SPDX-License-Identifier: MIT */
#include "format/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TEXTS = 7 };

/* The texts of a series; NULL stays NULL. */
static bool copy_texts(struct tc_series *to, const struct tc_series *from)
{
	const char *const texts[] = {
		from->name, from->unit, from->source, from->help, from->absent, from->resolution, from->total_unit};
	const char **const copies[] = {
		&to->name, &to->unit, &to->source, &to->help, &to->absent, &to->resolution, &to->total_unit};
	size_t bytes = 0;
	for (int i = 0; i < TEXTS; i++)
		bytes += texts[i] ? strlen(texts[i]) + 1 : 0;
	char *at = malloc(bytes + 1);
	*to = (struct tc_series){.name = at};
	if (!at)
		return false;
	*at = 0; /* the name begins the block, which is freed by it */
	for (int i = 0; i < TEXTS; i++) {
		if (!texts[i])
			continue;
		*copies[i] = at;
		at = stpcpy(at, texts[i]) + 1;
	}
	return true;
}

static bool make_room(struct tc_series_set *set)
{
	if (set->count < set->room)
		return true;
	size_t room = set->room ? 2 * set->room : 32;
	struct tc_series_one *one = realloc(set->one, room * sizeof *one);
	if (!one)
		return false;
	set->one = one;
	struct tc_sample *row = realloc(set->row, room * sizeof *row);
	if (!row)
		return false;
	set->row = row;
	set->room = room;
	return true;
}

uint32_t tc_series_add(struct tc_series_set *set, const struct tc_series *series)
{
	struct tc_series own;
	if (set->count >= TC_SERIES_MAX || !make_room(set) || !copy_texts(&own, series)) {
		set->refused++;
		return TC_NO_SERIES;
	}
	set->one[set->count] = (struct tc_series_one){
		.series = own, .extremes = {.max = NAN, .min = NAN}, .value = NAN, .total = NAN, .total_told = NAN};
	return (uint32_t)set->count++;
}

void tc_series_put(struct tc_series_set *set, uint32_t number, struct tc_reading reading)
{
	if (number >= set->count)
		return;
	set->one[number].asked = true;
	set->one[number].value = reading.value;
	if (!isnan(reading.total))
		set->one[number].total = reading.total;
}

static void note_extremes(struct tc_extremes *extremes, uint64_t now_ns, double value)
{
	if (isnan(value))
		return;
	if (isnan(extremes->max) || value > extremes->max) {
		extremes->max = value;
		extremes->max_at_ns = now_ns;
	}
	if (isnan(extremes->min) || value < extremes->min) {
		extremes->min = value;
		extremes->min_at_ns = now_ns;
	}
}

/* Numbers are given by order, so a definition that found no memory keeps those behind it waiting for the next row. */
static void define_new(struct tc_series_set *set, struct tc_log *log)
{
	while (set->defined < set->count && !tc_log_series(log, &set->one[set->defined].series))
		set->defined++;
}

void tc_series_write(struct tc_series_set *set, struct tc_log *log, uint64_t now_ns)
{
	size_t count = 0;
	define_new(set, log);
	for (uint32_t i = 0; i < set->count; i++) {
		struct tc_series_one *one = &set->one[i];
		if (i < set->defined && one->asked && !one->series.absent) {
			set->row[count++] = (struct tc_sample){i, one->value};
			note_extremes(&one->extremes, now_ns, one->value);
		}
		one->asked = false;
	}
	tc_log_samples(log, now_ns, set->row, count);
}

void tc_series_write_totals(struct tc_series_set *set, struct tc_log *log, uint64_t now_ns)
{
	size_t count = 0;
	for (uint32_t i = 0; i < set->defined; i++) {
		struct tc_series_one *one = &set->one[i];
		if (isnan(one->total) || one->total == one->total_told)
			continue;
		set->row[count++] = (struct tc_sample){i, one->total};
		one->total_told = one->total;
	}
	if (count)
		tc_log_totals(log, now_ns, set->row, count);
}

int tc_series_define(const struct tc_series_set *set, struct tc_log *log)
{
	int code = 0;
	for (size_t i = 0; i < set->count && !code; i++)
		code = tc_log_series(log, &set->one[i].series);
	return code;
}

void tc_series_release(struct tc_series_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		free((char *)(uintptr_t)set->one[i].series.name);
	free(set->one);
	free(set->row);
	*set = (struct tc_series_set){.count = 0};
}
