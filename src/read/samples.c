/* SPDX-License-Identifier: MIT
 *
 * samples.c - what the observer wrote: series of readings, windows, processes of the tree, notes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "read/reader.h"

static const char *keep(struct tc_reader *reader, const char *text)
{
	return text ? tc_arena_text(reader->arena, text, strlen(text)) : NULL;
}

static tc_instant instant_of(const struct tc_reader *reader, uint64_t at_ns)
{
	return tc_instant_between(reader->begin_ns, at_ns);
}

static void take_calibration(void *context, const struct tc_calibration *calibration)
{
	struct tc_reader *reader = context;
	if (tc_reader_grow(
		    reader, &reader->calibration, reader->calibrations, &reader->calibration_room, sizeof *calibration))
		reader->calibration[reader->calibrations++] = *calibration;
}

static void take_series(void *context, const struct tc_series *series)
{
	struct tc_reader *reader = context;
	struct tc_session *session = reader->session;
	size_t room = reader->series_room;
	if (!tc_reader_grow(reader, &reader->series_room_of, session->series, &room, sizeof(size_t)) ||
		!tc_reader_grow(reader, &session->series_view, session->series, &reader->series_room,
			sizeof *session->series_view))
		return;
	reader->series_room_of[session->series] = 0;
	session->series_view[session->series++] = (struct tc_series_view){
		.series = {keep(reader, series->name), keep(reader, series->unit), keep(reader, series->source),
			keep(reader, series->help), keep(reader, series->absent), keep(reader, series->resolution),
			keep(reader, series->total_unit)},
		.total = NAN};
}

/* When the time begins that a series' first reading stands for: at the row before it, but not before the window. */
static tc_instant since(const struct tc_reader *reader, tc_instant at)
{
	tc_instant before = reader->last_row < at ? reader->last_row : at;
	bool earlier = reader->options.has_window && before < reader->options.from;
	return earlier ? reader->options.from : before;
}

/* Of the row that ends behind the window, what began in it. */
static void take_next(struct tc_reader *reader, tc_instant at, const struct tc_sample *samples, size_t count)
{
	for (size_t i = 0; i < count && at >= reader->options.to; i++) {
		struct tc_series_view *view = samples[i].series < reader->session->series
		                                      ? &reader->session->series_view[samples[i].series]
		                                      : NULL;
		if (!view || view->next_at || isnan(samples[i].value))
			continue;
		view->next_at = at;
		view->next = samples[i].value;
		view->since = view->count ? view->since : since(reader, at);
	}
}

static void set_held(struct tc_series_view *view, double value)
{
	view->has_held = !isnan(value);
	view->held = value;
}

static void take_held(struct tc_reader *reader, tc_instant at, const struct tc_sample *samples, size_t count)
{
	for (size_t i = 0; i < count && at < reader->options.from; i++)
		if (samples[i].series < reader->session->series)
			set_held(&reader->session->series_view[samples[i].series], samples[i].value);
}

static void take_samples(void *context, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	struct tc_reader *reader = context;
	tc_instant at = instant_of(reader, at_ns), first = since(reader, at);
	bool in_window = tc_reader_in_window(reader, at);
	if (!in_window) {
		take_held(reader, at, samples, count);
		take_next(reader, at, samples, count);
	}
	reader->last_row = at;
	if (!in_window)
		return;
	reader->last_seen = at > reader->last_seen ? at : reader->last_seen;
	for (size_t i = 0; i < count; i++) {
		if (samples[i].series >= reader->session->series)
			continue;
		struct tc_series_view *view = &reader->session->series_view[samples[i].series];
		size_t *room = &reader->series_room_of[samples[i].series], both = *room;
		if (!tc_reader_grow(reader, &view->at, view->count, &both, sizeof *view->at) ||
			!tc_reader_grow(reader, &view->value, view->count, room, sizeof *view->value))
			return;
		if (!view->count)
			view->since = first;
		view->at[view->count] = at;
		view->value[view->count++] = samples[i].value;
	}
}

/* Of the whole session; of a time window the rates tell, see session.c. */
static void take_totals(void *context, uint64_t at_ns, const struct tc_sample *totals, size_t count)
{
	struct tc_session *session = ((struct tc_reader *)context)->session;
	(void)at_ns;
	for (size_t i = 0; i < count; i++)
		if (totals[i].series < session->series && !isnan(totals[i].value))
			session->series_view[totals[i].series].total = totals[i].value;
}

static void take_name(void *context, const char *bytes, size_t count)
{
	struct tc_reader *reader = context;
	if (tc_reader_grow(
		    reader, &reader->log_name, reader->log_names, &reader->log_name_room, sizeof *reader->log_name))
		reader->log_name[reader->log_names++] = tc_reader_name(reader, bytes, count, INT64_MAX);
}

static const void *copy(struct tc_reader *reader, const void *from, size_t bytes)
{
	void *to = tc_arena_take(reader->arena, bytes);
	if (to && bytes)
		memcpy(to, from, bytes);
	return to;
}

static size_t take_entries(
	struct tc_reader *reader, struct tc_window_entry *out, const struct tc_window_entry *entries, size_t count)
{
	size_t taken = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t name = entries[i].name < reader->log_names ? reader->log_name[entries[i].name] : TC_LEFT_OUT;
		if (name == TC_LEFT_OUT)
			continue;
		struct tc_window_entry *entry = &out[taken++];
		*entry = entries[i];
		entry->name = name;
		entry->cell = copy(reader, entries[i].cell, entries[i].cells * sizeof *entry->cell);
		entry->grown = copy(reader, entries[i].grown, entries[i].cells * sizeof *entry->grown);
		if (!entry->cell || !entry->grown)
			entry->cells = 0;
	}
	return taken;
}

/* Seconds are of use only to a part of the time; a report of the whole does without them. */
static void take_window(void *context, int kind, uint64_t begin_ns, uint64_t end_ns,
	const struct tc_window_entry *entries, size_t count)
{
	struct tc_reader *reader = context;
	struct tc_ladder_window window = {.kind = kind};
	window.view.begin = instant_of(reader, begin_ns);
	window.view.end = instant_of(reader, end_ns);
	const struct tc_session_options *options = &reader->options;
	if (options->has_window ? window.view.begin >= options->to || window.view.end <= options->from
				: kind != 0 && !options->last)
		return;
	struct tc_window_entry *own = tc_arena_take(reader->arena, count * sizeof *own);
	if (!own ||
		!tc_reader_grow(reader, &reader->window, reader->windows, &reader->window_room, sizeof *reader->window))
		return;
	window.view.entries = take_entries(reader, own, entries, count);
	window.view.entry = own;
	reader->window[reader->windows++] = window;
}

static void take_process(void *context, const struct tc_process_entry *process)
{
	struct tc_reader *reader = context;
	struct tc_session *session = reader->session;
	if (!tc_reader_grow(reader, &session->tree_process, session->tree_processes, &reader->tree_room,
		    sizeof *session->tree_process))
		return;
	struct tc_process_entry *entry = &session->tree_process[session->tree_processes++];
	*entry = *process;
	entry->command = keep(reader, process->command);
}

static void take_note(void *context, const char *sentence)
{
	tc_reader_note(context, "%s", sentence);
}

static int by_process(const void *a, const void *b)
{
	const struct tc_process_entry *x = *(const struct tc_process_entry *const *)a,
				      *y = *(const struct tc_process_entry *const *)b;
	if (x->begin_ns != y->begin_ns)
		return x->begin_ns < y->begin_ns ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x > y) - (x < y);
}

/* A process is written again whenever more is known of it: the last entry counts.  In order of their begins. */
static void unite_processes(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	size_t count = session->tree_processes, kept = 0;
	const struct tc_process_entry **order = malloc((count + 1) * sizeof *order);
	struct tc_process_entry *united = malloc((count + 1) * sizeof *united);
	if (!order || !united) {
		tc_reader_no_memory(reader);
		goto out;
	}
	for (size_t i = 0; i < count; i++)
		order[i] = &session->tree_process[i];
	qsort(order, count, sizeof *order, by_process);
	for (size_t i = 0; i < count; i++)
		if (i + 1 == count || order[i]->pid != order[i + 1]->pid ||
			order[i]->begin_ns != order[i + 1]->begin_ns)
			united[kept++] = *order[i];
	free(session->tree_process);
	session->tree_process = united;
	session->tree_processes = kept;
	united = NULL;
out:
	free(order);
	free(united);
}

static int by_ticks(const void *a, const void *b)
{
	const struct tc_calibration *x = a, *y = b;
	return (x->ticks > y->ticks) - (x->ticks < y->ticks);
}

void tc_reader_log(struct tc_reader *reader, const void *bytes, size_t count)
{
	const struct tc_log_visitor visitor = {reader, take_calibration, take_series, take_samples, take_totals,
		take_name, take_window, take_process, take_note, tc_reader_tree};
	size_t sound = 0;
	int code = tc_log_read(bytes, count, &visitor, &sound);
	if (code)
		tc_reader_damage(reader, "no readings of the machine: %s", tacho_last_error());
	else if (sound < count && !reader->session->live)
		tc_reader_damage(reader, "the observer's log is torn: its last %zu of %zu bytes are not sound",
			count - sound, count);
	if (reader->calibrations)
		qsort(reader->calibration, reader->calibrations, sizeof *reader->calibration, by_ticks);
	unite_processes(reader);
}

/* The ladder to the session, after its names have their final numbers. */
static bool lies_in(const struct tc_reader *reader, const struct tc_window_view *view)
{
	return view->begin < reader->observed.to && view->end > reader->observed.from;
}

void tc_reader_finish_log(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	session->windows_mixed = reader->options.has_kinds || reader->options.last;
	session->window = calloc(reader->windows + 1, sizeof *session->window);
	if (!session->window) {
		tc_reader_no_memory(reader);
		return;
	}
	for (size_t i = 0; i < reader->windows; i++)
		if (!reader->window[i].kind && lies_in(reader, &reader->window[i].view))
			session->window[session->windows++] = reader->window[i].view;
}

/* Readings from before the time that is considered go; of the first that stays, what it stands for before that. */
static void cut_series(struct tc_series_view *view, tc_instant from)
{
	size_t before = 0;
	while (before < view->count && view->at[before] < from)
		before++;
	view->count -= before;
	view->since = view->since > from ? view->since : from;
	if (!before)
		return;
	set_held(view, view->value[before - 1]);
	memmove(view->at, view->at + before, view->count * sizeof *view->at);
	memmove(view->value, view->value + before, view->count * sizeof *view->value);
}

void tc_reader_cut_series(struct tc_reader *reader)
{
	for (size_t i = 0; i < reader->session->series && reader->session->last_since; i++)
		cut_series(&reader->session->series_view[i], reader->observed.from);
}
