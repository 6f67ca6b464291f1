/* SPDX-License-Identifier: MIT */
#include "analyze/name_series.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "stats/blocks.h"

enum { GROUPS_LEAST = 20 }; /* of windows, where there are as many */

/* A hostile log may count beyond 64 bits. */
static uint64_t add(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

static int make_room(struct tc_name_series *out, size_t count)
{
	out->count = count;
	out->value_ns = calloc(count + 1, sizeof *out->value_ns);
	out->p95_ns = calloc(count + 1, sizeof *out->p95_ns);
	out->self_ns = calloc(count + 1, sizeof *out->self_ns);
	out->from = calloc(count + 1, sizeof *out->from);
	out->spans = calloc(count + 1, sizeof *out->spans);
	if (out->value_ns && out->p95_ns && out->self_ns && out->from && out->spans)
		return 0;
	tc_name_series_release(out);
	return tc_error(TACHO_ENOMEM, "no memory for a series of %zu values", count);
}

/* How many groups, when each is to have so many spans. */
static size_t groups_of(uint64_t spans, size_t most, uint64_t least_spans)
{
	uint64_t enough = spans / (least_spans ? least_spans : 1);
	return enough < most ? (enough ? (size_t)enough : 1) : most;
}

static void single_spans(struct tc_name_series *out, const struct tc_span_view *const *span)
{
	out->units = TC_NAME_SPANS;
	for (size_t i = 0; i < out->count; i++) {
		out->value_ns[i] = (double)span[i]->duration_ns;
		out->p95_ns[i] = out->self_ns[i] = NAN;
		out->from[i] = span[i]->begin;
		out->spans[i] = 1;
	}
}

static int groups_of_spans(struct tc_name_series *out, const struct tc_span_view *const *span, size_t spans)
{
	double *duration = malloc(spans * sizeof *duration);
	if (!duration)
		return tc_error(TACHO_ENOMEM, "no memory for %zu durations", spans);
	out->units = TC_NAME_GROUPS;
	for (size_t i = 0; i < spans; i++)
		duration[i] = (double)span[i]->duration_ns;
	int code = tc_blocks(out->value_ns, out->count, duration, spans, 0.5);
	if (!code)
		code = tc_blocks(out->p95_ns, out->count, duration, spans, 0.95);
	for (size_t i = 0; !code && i < out->count; i++) {
		size_t begin = tc_block_begin(i, out->count, spans);
		out->from[i] = span[begin]->begin;
		out->spans[i] = tc_block_begin(i + 1, out->count, spans) - begin;
		out->self_ns[i] = NAN;
		if (out->spans[i] < TC_SERIES_P95_LEAST)
			out->p95_ns[i] = NAN;
	}
	free(duration);
	return code;
}

static int from_spans(struct tc_name_series *out, const struct tc_name_records *records, size_t name, size_t most,
	uint64_t least_spans)
{
	const struct tc_span_view *const *span = &records->span[records->span_from[name]];
	size_t spans = tc_name_spans(records, name);
	bool single = spans <= most;
	int code = make_room(out, single ? spans : groups_of(spans, most, least_spans));
	if (code)
		return code;
	out->all = spans;
	if (single)
		single_spans(out, span);
	else
		code = groups_of_spans(out, span, spans);
	if (out->covers)
		out->basis = single ? "every span" : "medians of groups of spans, all of them at hand";
	else
		out->basis = single ? "the newest spans, which the rings still hold"
		                    : "medians of groups of the newest spans, which the rings still hold";
	return code;
}

struct group { /* windows under way to be one value */
	struct tc_histogram histogram;
	uint64_t spans, min_ns, max_ns;
	double self_ns;
	tc_instant from;
};

/* A part of the spans of a window, as even a sample of their histogram as there is: spans `first` up to `past` of those that it counts. */
static int add_part(struct group *group, const struct tc_window_place *place, uint64_t first, uint64_t past)
{
	const struct tc_window_entry *entry = place->entry;
	double part = (double)(past - first) / (double)entry->count, cells = 0;
	uint64_t taken = 0;
	if (!group->spans) {
		double length = (double)(place->window->end - place->window->begin);
		group->from = place->window->begin + (tc_instant)(length * ((double)first / (double)entry->count));
		group->min_ns = UINT64_MAX;
	}
	group->spans = add(group->spans, past - first);
	group->self_ns += (double)entry->self_ns * (double)(past - first) / (double)entry->count;
	group->min_ns = entry->min_ns < group->min_ns ? entry->min_ns : group->min_ns;
	group->max_ns = entry->max_ns > group->max_ns ? entry->max_ns : group->max_ns;
	for (uint32_t i = 0; i < entry->cells; i++) {
		cells += entry->grown[i];
		uint64_t up_to = (uint64_t)(cells * part + 0.5);
		if (entry->cell[i] < TC_HISTOGRAM_CELLS && up_to > taken) {
			int code = tc_histogram_add(&group->histogram, entry->cell[i], up_to - taken);
			if (code)
				return code;
		}
		taken = up_to;
	}
	return 0;
}

static void finish_group(struct tc_name_series *out, struct group *group)
{
	static const double q[] = {0.5, 0.95};
	size_t i = out->count++;
	double value[2];
	tc_histogram_quantiles(&group->histogram, q, value, 2, group->min_ns, group->max_ns);
	if (isnan(value[0])) /* of a record without cells */
		value[0] = value[1] = (double)group->min_ns;
	out->value_ns[i] = value[0];
	out->p95_ns[i] = group->spans < TC_SERIES_P95_LEAST ? NAN : value[1];
	out->self_ns[i] = group->self_ns;
	out->from[i] = group->from;
	out->spans[i] = group->spans;
	tc_histogram_clear(&group->histogram);
	*group = (struct group){.histogram = group->histogram};
}

/* Groups of as many spans as the largest window has, so that each is of spans that no other but its neighbours knows of; of windows that
 * differ much that would be few groups, and some windows then make several, which are alike. */
static size_t groups_of_windows(
	const struct tc_window_place *place, size_t places, uint64_t all, size_t most, uint64_t least_spans)
{
	uint64_t largest = 1;
	size_t used = 0, groups = groups_of(all, most, least_spans);
	for (size_t i = 0; i < places; i++) {
		largest = place[i].entry->count > largest ? place[i].entry->count : largest;
		used += place[i].entry->count > 0;
	}
	uint64_t apart = all / largest > GROUPS_LEAST ? all / largest : GROUPS_LEAST;
	apart = apart < used ? apart : used;
	return apart < groups ? (size_t)apart : groups;
}

/* The spans of a window, to the groups that they belong to by their number in the order of time. */
static int share_out(struct tc_name_series *out, struct group *group, const struct tc_window_place *place,
	uint64_t seen, size_t groups)
{
	uint64_t count = place->entry->count, first = 0;
	if (count > out->all - seen)
		count = out->all - seen; /* of a hostile log */
	while (first < count) {
		uint64_t k = out->count + 1, end = out->all / groups * k + out->all % groups * k / groups - seen;
		uint64_t past = end < count ? end : count;
		int code = add_part(group, place, first, past);
		if (code)
			return code;
		if (past == end)
			finish_group(out, group);
		first = past;
	}
	return 0;
}

static int from_windows(struct tc_name_series *out, const struct tc_name_records *records, size_t name, size_t most,
	uint64_t least_spans)
{
	const struct tc_window_place *place = &records->entry[records->entry_from[name]];
	size_t places = tc_name_span_entries(records, name);
	size_t groups = groups_of_windows(place, places, out->all, most, least_spans);
	int code = make_room(out, groups);
	struct group group = {0};
	uint64_t seen = 0;
	if (code)
		return code;
	out->count = 0;
	out->units = TC_NAME_GROUPS;
	out->basis = "medians of groups of the observer's windows";
	for (size_t i = 0; i < places && !code; i++) {
		code = share_out(out, &group, &place[i], seen, groups);
		seen = add(seen, place[i].entry->count);
	}
	tc_histogram_release(&group.histogram);
	return code;
}

/* Their cells are wanted next. */
static uint64_t spans_in_windows(const struct tc_name_records *records, size_t name)
{
	uint64_t spans = 0;
	const struct tc_window_place *place = &records->entry[records->entry_from[name]];
	size_t places = tc_name_span_entries(records, name);
	for (size_t i = 0; i < places; i++) {
		tc_entry_soon(place, i, places);
		__builtin_prefetch(place[i].entry->cell);
		__builtin_prefetch(place[i].entry->grown);
		spans = add(spans, place[i].entry->count);
	}
	return spans;
}

int tc_name_series(struct tc_name_series *out, const struct tc_name_records *records, size_t name, size_t most,
	uint64_t least_spans)
{
	uint64_t finished = records->session->name[name].figures.count, kept = tc_name_spans(records, name);
	uint64_t windowed = spans_in_windows(records, name);
	*out = (struct tc_name_series){.covers = kept >= finished};
	int code;
	if (out->covers || windowed <= kept) {
		code = from_spans(out, records, name, most, least_spans);
	} else {
		out->all = windowed;
		out->covers = windowed >= finished;
		code = from_windows(out, records, name, most, least_spans);
	}
	if (code)
		tc_name_series_release(out);
	return code;
}

void tc_name_series_release(struct tc_name_series *series)
{
	free(series->value_ns);
	free(series->p95_ns);
	free(series->self_ns);
	free(series->from);
	free(series->spans);
	*series = (struct tc_name_series){0};
}
