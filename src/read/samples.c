/* SPDX-License-Identifier: MIT
 *
 * samples.c - what the observer wrote, as the tail has it, becomes a session's: series of readings, windows, processes of the tree, notes.
 */
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "read/reader.h"

static void *copy(struct tc_reader *reader, const void *from, size_t count, size_t size)
{
	void *to = malloc(count * size + 1);
	if (to && count)
		memcpy(to, from, count * size);
	if (!to)
		tc_reader_no_memory(reader);
	return to;
}

/* The tail's own grow later on. */
static void take_series(struct tc_reader *reader, const struct tc_tail *tail)
{
	struct tc_session *session = reader->session;
	session->series_view = copy(reader, tail->series_view, tail->series, sizeof *tail->series_view);
	for (size_t i = 0; session->series_view && i < tail->series; i++) {
		struct tc_series_view *view = &session->series_view[session->series++];
		const struct tc_series_view *from = &tail->series_view[i];
		view->at = copy(reader, from->at, from->count, sizeof *from->at);
		view->value = copy(reader, from->value, from->count, sizeof *from->value);
	}
}

static void take_names(struct tc_reader *reader, const struct tc_tail *tail)
{
	reader->log_name = malloc((tail->names + 1) * sizeof *reader->log_name);
	if (!reader->log_name)
		tc_reader_no_memory(reader);
	for (size_t i = 0; reader->log_name && i < tail->names; i++)
		reader->log_name[reader->log_names++] =
			tc_reader_name(reader, tail->name[i].bytes, tail->name[i].count, INT64_MAX);
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
static void unite_processes(struct tc_reader *reader, const struct tc_tail *tail)
{
	struct tc_session *session = reader->session;
	size_t count = tail->processes, kept = 0;
	const struct tc_process_entry **order = malloc((count + 1) * sizeof *order);
	struct tc_process_entry *united = malloc((count + 1) * sizeof *united);
	if (!order || !united) {
		tc_reader_no_memory(reader);
		goto out;
	}
	for (size_t i = 0; i < count; i++)
		order[i] = &tail->process[i];
	qsort(order, count, sizeof *order, by_process);
	for (size_t i = 0; i < count; i++)
		if (i + 1 == count || order[i]->pid != order[i + 1]->pid ||
			order[i]->begin_ns != order[i + 1]->begin_ns)
			united[kept++] = *order[i];
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

void tc_reader_log(struct tc_reader *reader)
{
	const struct tc_tail *tail = reader->tail;
	if (tail->trouble[0])
		tc_reader_damage(reader, "no readings of the machine: %s", tail->trouble);
	reader->calibration = copy(reader, tail->calibration, tail->calibrations, sizeof *tail->calibration);
	reader->calibrations = reader->calibration ? tail->calibrations : 0;
	reader->last_seen = tail->last_seen;
	take_series(reader, tail);
	take_names(reader, tail);
	for (size_t i = 0; i < tail->notes; i++)
		tc_reader_note(reader, "%s", tail->note[i]);
	reader->trees = tail->trees;
	memcpy(reader->tree, tail->tree, tail->trees * sizeof *tail->tree);
	if (!tail->trouble[0] && tail->offset < tail->bytes && !reader->session->live)
		tc_reader_damage(reader, "the observer's log is torn: its last %llu of %llu bytes are not sound",
			(unsigned long long)(tail->bytes - tail->offset), (unsigned long long)tail->bytes);
	if (reader->calibrations)
		qsort(reader->calibration, reader->calibrations, sizeof *reader->calibration, by_ticks);
	unite_processes(reader, tail);
}

/* The ladder to the session. */
static bool lies_in(const struct tc_reader *reader, const struct tc_window_view *view)
{
	return view->begin < reader->observed.to && view->end > reader->observed.from;
}

void tc_reader_finish_log(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	session->windows_mixed = reader->kinds_left_out || reader->options.last;
	session->window = calloc(reader->tail->windows + 1, sizeof *session->window);
	if (!session->window) {
		tc_reader_no_memory(reader);
		return;
	}
	for (size_t i = 0; i < reader->tail->windows; i++)
		if (!reader->tail->window[i].kind && lies_in(reader, &reader->tail->window[i].view))
			session->window[session->windows++] = reader->tail->window[i].view;
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
	tc_series_hold(view, view->value[before - 1]);
	memmove(view->at, view->at + before, view->count * sizeof *view->at);
	memmove(view->value, view->value + before, view->count * sizeof *view->value);
}

/* The observer reads once more when the run is over: that is how it stood at its end. */
static void end_series(struct tc_series_view *view, tc_instant end)
{
	while (view->count > 1 && view->at[view->count - 2] >= end)
		view->count--;
	if (view->count && view->at[view->count - 1] > end)
		view->at[view->count - 1] = end;
}

void tc_reader_cut_series(struct tc_reader *reader)
{
	for (size_t i = 0; i < reader->session->series && !reader->session->live; i++)
		end_series(&reader->session->series_view[i], reader->session->end);
	for (size_t i = 0; i < reader->session->series && reader->session->last_since; i++)
		cut_series(&reader->session->series_view[i], reader->observed.from);
}
