/* SPDX-License-Identifier: MIT */
#include "read/tail.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "read/clockmap.h"

enum { STEP_BYTES = 1 << 20 }; /* of the log at a step: some ms */

static bool grow(struct tc_tail *tail, void *items, size_t count, size_t *room, size_t size)
{
	void *old, *grown;
	memcpy(&old, items, sizeof old); /* items points to a pointer of whatever type */
	grown = tc_grow(old, count, room, size);
	tail->no_memory |= !grown;
	if (grown)
		memcpy(items, &grown, sizeof grown);
	return grown;
}

static const char *keep(struct tc_tail *tail, const char *text)
{
	return text ? tc_arena_text(&tail->arena, text, strlen(text)) : NULL;
}

static tc_instant instant_of(const struct tc_tail *tail, uint64_t at_ns)
{
	return tc_instant_between(tail->begin_ns, at_ns);
}

static void take_calibration(void *context, const struct tc_calibration *calibration)
{
	struct tc_tail *tail = context;
	if (grow(tail, &tail->calibration, tail->calibrations, &tail->calibration_room, sizeof *calibration))
		tail->calibration[tail->calibrations++] = *calibration;
}

static void take_series(void *context, const struct tc_series *series)
{
	struct tc_tail *tail = context;
	size_t room = tail->series_room;
	if (!grow(tail, &tail->value_room, tail->series, &room, sizeof *tail->value_room) ||
		!grow(tail, &tail->series_view, tail->series, &tail->series_room, sizeof *tail->series_view))
		return;
	tail->value_room[tail->series] = 0;
	tail->series_view[tail->series++] = (struct tc_series_view){
		.series = {keep(tail, series->name), keep(tail, series->unit), keep(tail, series->source),
			keep(tail, series->help), keep(tail, series->absent), keep(tail, series->resolution),
			keep(tail, series->total_unit)},
		.total = NAN};
}

/* When the time begins that a series' first reading stands for: at the row before it, but not before the window. */
static tc_instant since(const struct tc_tail *tail, tc_instant at)
{
	tc_instant before = tail->last_row < at ? tail->last_row : at;
	bool earlier = tail->options.has_window && before < tail->options.from;
	return earlier ? tail->options.from : before;
}

/* Of the row that ends behind the window, what began in it. */
static void take_next(struct tc_tail *tail, tc_instant at, const struct tc_sample *samples, size_t count)
{
	for (size_t i = 0; i < count && at >= tail->options.to; i++) {
		struct tc_series_view *view =
			samples[i].series < tail->series ? &tail->series_view[samples[i].series] : NULL;
		if (!view || view->next_at || isnan(samples[i].value))
			continue;
		view->next_at = at;
		view->next = samples[i].value;
		view->since = view->count ? view->since : since(tail, at);
	}
}

void tc_series_hold(struct tc_series_view *view, double value)
{
	view->has_held = !isnan(value);
	view->held = value;
}

static void take_held(struct tc_tail *tail, tc_instant at, const struct tc_sample *samples, size_t count)
{
	for (size_t i = 0; i < count && at < tail->options.from; i++)
		if (samples[i].series < tail->series)
			tc_series_hold(&tail->series_view[samples[i].series], samples[i].value);
}

static bool add_value(struct tc_tail *tail, const struct tc_sample *sample, tc_instant at, tc_instant first)
{
	struct tc_series_view *view = &tail->series_view[sample->series];
	size_t *room = &tail->value_room[sample->series], both = *room;
	if (!grow(tail, &view->at, view->count, &both, sizeof *view->at) ||
		!grow(tail, &view->value, view->count, room, sizeof *view->value))
		return false;
	if (!view->count)
		view->since = first;
	view->at[view->count] = at;
	view->value[view->count++] = sample->value;
	return true;
}

static void take_samples(void *context, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	struct tc_tail *tail = context;
	const struct tc_session_options *options = &tail->options;
	tc_instant at = instant_of(tail, at_ns), first = since(tail, at);
	bool in_window = !options->has_window || (at >= options->from && at < options->to);
	if (!in_window) {
		take_held(tail, at, samples, count);
		take_next(tail, at, samples, count);
	}
	tail->last_row = at;
	if (!in_window)
		return;
	tail->last_seen = at > tail->last_seen ? at : tail->last_seen;
	for (size_t i = 0; i < count; i++)
		if (samples[i].series < tail->series && !add_value(tail, &samples[i], at, first))
			return;
}

/* Of the whole session; of a time window the rates tell, see finish.c. */
static void take_totals(void *context, uint64_t at_ns, const struct tc_sample *totals, size_t count)
{
	struct tc_tail *tail = context;
	(void)at_ns;
	for (size_t i = 0; i < count; i++)
		if (totals[i].series < tail->series && !isnan(totals[i].value))
			tail->series_view[totals[i].series].total = totals[i].value;
}

static void take_name(void *context, const char *bytes, size_t count)
{
	struct tc_tail *tail = context;
	if (grow(tail, &tail->name, tail->names, &tail->name_room, sizeof *tail->name))
		tail->name[tail->names++] =
			(struct tc_tail_name){.bytes = tc_arena_text(&tail->arena, bytes, count), .count = count};
}

static const void *copy(struct tc_tail *tail, const void *from, size_t bytes)
{
	void *to = tc_arena_take(&tail->arena, bytes);
	if (to && bytes)
		memcpy(to, from, bytes);
	return to;
}

static void add_share(struct tc_tail *tail, const struct tc_window_entry *entry)
{
	struct tc_tail_name *name = &tail->name[entry->name];
	name->has_share = true;
	tc_share_add(&name->share, &entry->share);
}

static size_t take_entries(struct tc_tail *tail, struct tc_window_entry *out, const struct tc_window_entry *entries,
	size_t count, bool of_ladder)
{
	size_t taken = 0;
	for (size_t i = 0; i < count; i++) {
		if (entries[i].name >= tail->names)
			continue;
		struct tc_window_entry *entry = &out[taken++];
		*entry = entries[i];
		entry->cell = copy(tail, entries[i].cell, entries[i].cells * sizeof *entry->cell);
		entry->grown = copy(tail, entries[i].grown, entries[i].cells * sizeof *entry->grown);
		if (!entry->cell || !entry->grown)
			entry->cells = 0;
		if (of_ladder && entry->has_share)
			add_share(tail, entry);
	}
	return taken;
}

/* Seconds are of use only to a part of the time; a report of the whole does without them. */
static bool passes_over(void *context, int kind, uint64_t begin_ns, uint64_t end_ns)
{
	const struct tc_tail *tail = context;
	const struct tc_session_options *options = &tail->options;
	if (!options->has_window)
		return kind != 0 && !options->last;
	return instant_of(tail, begin_ns) >= options->to || instant_of(tail, end_ns) <= options->from;
}

static void take_window(void *context, int kind, uint64_t begin_ns, uint64_t end_ns,
	const struct tc_window_entry *entries, size_t count)
{
	struct tc_tail *tail = context;
	struct tc_tail_window window = {.kind = kind};
	struct tc_window_entry *own = tc_arena_take(&tail->arena, count * sizeof *own);
	if (!own || !grow(tail, &tail->window, tail->windows, &tail->window_room, sizeof *tail->window))
		return;
	window.view.begin = instant_of(tail, begin_ns);
	window.view.end = instant_of(tail, end_ns);
	window.view.entries = take_entries(tail, own, entries, count, kind == 0);
	window.view.entry = own;
	tail->window[tail->windows++] = window;
}

static void take_process(void *context, const struct tc_process_entry *process)
{
	struct tc_tail *tail = context;
	if (!grow(tail, &tail->process, tail->processes, &tail->process_room, sizeof *tail->process))
		return;
	struct tc_process_entry *entry = &tail->process[tail->processes++];
	*entry = *process;
	entry->command = keep(tail, process->command);
}

static void take_note(void *context, const char *sentence)
{
	struct tc_tail *tail = context;
	const char *own = keep(tail, sentence);
	if (own && grow(tail, &tail->note, tail->notes, &tail->note_room, sizeof *tail->note))
		tail->note[tail->notes++] = own;
}

static struct tc_tree_entry *highest(struct tc_tail *tail)
{
	struct tc_tree_entry *tree = tail->tree;
	for (size_t i = 1; i < tail->trees; i++)
		tree = tail->tree[i].key > tree->key ? &tail->tree[i] : tree;
	return tree;
}

/* Later ones with a lower key take the place of others: that is how the sample stays one of all. */
static void take_tree(void *context, const struct tc_tree_entry *tree)
{
	struct tc_tail *tail = context;
	struct tc_tree_entry *place = &tail->tree[tail->trees % TC_TREES_MOST];
	if (tail->options.no_spans || tail->options.last || !tree->count || tree->count > TC_TREE_RECORDS)
		return;
	if (tail->trees == TC_TREES_MOST && (place = highest(tail))->key <= tree->key)
		return;
	struct tacho_record *own = malloc(tree->count * sizeof *own);
	if (!own) {
		tail->no_memory = true;
		return;
	}
	memcpy(own, tree->record, tree->count * sizeof *own);
	if (tail->trees == TC_TREES_MOST)
		free((void *)place->record);
	else
		tail->trees++;
	*place = *tree;
	place->record = own;
}

static struct tc_log_visitor visitor_of(struct tc_tail *tail)
{
	return (struct tc_log_visitor){tail, take_calibration, take_series, take_samples, take_totals, take_name,
		take_window, take_process, take_note, take_tree, passes_over};
}

struct tc_tail *tc_tail_new(const struct tc_session_options *options, uint64_t begin_ns)
{
	struct tc_tail *tail = calloc(1, sizeof *tail);
	if (!tail)
		return NULL;
	*tail = (struct tc_tail){.holders = 1, .options = *options, .begin_ns = begin_ns, .fd = -1};
	tail->options.name_glob = tail->options.metric_glob = tail->options.source_glob =
		NULL; /* of the caller, for a while */
	return tail;
}

struct tc_tail *tc_tail_hold(struct tc_tail *tail)
{
	if (tail)
		tail->holders++;
	return tail;
}

void tc_tail_release(struct tc_tail *tail)
{
	if (!tail || --tail->holders)
		return;
	for (size_t i = 0; i < tail->series; i++) {
		free(tail->series_view[i].at);
		free(tail->series_view[i].value);
	}
	for (size_t i = 0; i < tail->trees; i++)
		free((void *)tail->tree[i].record);
	if (tail->fd >= 0)
		close(tail->fd);
	free(tail->calibration);
	free(tail->series_view);
	free(tail->value_room);
	free(tail->name);
	free(tail->window);
	free(tail->process);
	free(tail->note);
	tc_arena_release(&tail->arena);
	free(tail);
}

bool tc_tail_serves(const struct tc_tail *tail, const struct tc_session_options *options, uint64_t begin_ns)
{
	const struct tc_session_options *own = &tail->options;
	return tail->begin_ns == begin_ns && !own->has_window && !options->has_window && !own->last == !options->last &&
	       own->no_spans == options->no_spans && !tail->no_memory && !tail->arena.failed;
}

bool tc_tail_takes(struct tc_tail *tail, int fd)
{
	struct stat st;
	bool known = !fstat(fd, &st),
	     same = known && (uint64_t)st.st_dev == tail->device && (uint64_t)st.st_ino == tail->inode && tail->fd >= 0;
	if (tail->fd >= 0 && (!same || (uint64_t)st.st_size < tail->offset)) {
		close(fd);
		return false;
	}
	if (tail->fd >= 0)
		close(tail->fd);
	tail->fd = fd;
	tail->device = known ? (uint64_t)st.st_dev : 0;
	tail->inode = known ? (uint64_t)st.st_ino : 0;
	tail->bytes = known ? (uint64_t)st.st_size : 0;
	return true;
}

/* Codes other than for want of memory are the log's own trouble. */
static int code_of(struct tc_tail *tail, int code)
{
	tail->trouble[0] = 0;
	if (tail->no_memory || tail->arena.failed || code == TACHO_ENOMEM)
		return TACHO_ENOMEM;
	if (code < 0)
		snprintf(tail->trouble, sizeof tail->trouble, "%s", tacho_last_error());
	return code > 0;
}

int tc_tail_step(struct tc_tail *tail)
{
	const struct tc_log_visitor visitor = visitor_of(tail);
	return code_of(tail, tc_log_read_on(tail->fd, &visitor, &tail->offset, STEP_BYTES));
}

int tc_tail_memory(struct tc_tail *tail, const void *bytes, size_t count)
{
	const struct tc_log_visitor visitor = visitor_of(tail);
	size_t sound = 0;
	int code = tc_log_read(bytes, count, &visitor, &sound);
	tail->offset = sound;
	tail->bytes = count;
	return code_of(tail, code);
}
