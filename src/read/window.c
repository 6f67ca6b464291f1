/* SPDX-License-Identifier: MIT
 *
 * window.c - figures of a part of the session.  From single spans where the rings still hold every one that ended then; else
 * from the windows that the observer wrote, which know names but no call paths; else from what the rings hold.
 */
#include <stdlib.h>
#include <tacho/hot.h>
#include "format/identity.h"
#include "read/reader.h"
#include "read/stored.h"

static bool take_end(void *context, uint64_t index, const struct tc_stored_span *span, uint32_t tid)
{
	(void)index;
	(void)tid;
	*(uint64_t *)context = span->start_ns + span->duration_ns;
	return false;
}

/* On the part's clock, the end of record number `first`, which the ring has or the file of stored spans. */
static uint64_t end_of(struct tc_thread *thread, uint64_t first)
{
	uint64_t end_ns = UINT64_MAX;
	if (first < thread->mended.first) {
		tc_thread_each_stored(thread, first, take_end, &end_ns);
		return end_ns;
	}
	const struct tacho_record *record = &tc_part_ring(thread->block)[first & (thread->block->ring_records - 1)];
	return record->start_ns + tc_thread_duration(thread, record);
}

/* Whether spans that ended in the window may be missing. */
static bool lacks_some(struct tc_thread *thread)
{
	const struct tc_mended *mended = &thread->mended;
	uint64_t first = thread->stored ? thread->stored->sound : mended->first;
	if (mended->written - first >= thread->mended.finished)
		return false;
	if (thread->block->threshold_ns || mended->written == first)
		return true;
	return tc_instant_of(thread->clock, end_of(thread, first)) >= thread->reader->options.from;
}

struct counting {
	struct tc_thread *thread;
	struct tc_self_times times;
};

uint64_t tc_reader_within(const struct tc_reader *reader, tc_instant begin, tc_instant end)
{
	if (reader->options.has_window) {
		begin = begin > reader->options.from ? begin : reader->options.from;
		end = end < reader->options.to ? end : reader->options.to;
	}
	return end > begin ? (uint64_t)end - (uint64_t)begin : 0;
}

/* What is open around it has that much less to itself; modulo 2^64: its own time is added in open.c. */
static void take_from_open(struct tc_thread *thread, uint32_t id, uint64_t start_ns, uint64_t ns)
{
	const struct tacho_node *node = tc_part_node(thread->part->bytes, thread->block, id);
	const struct tacho_open *stack = thread->block->stack;
	for (uint32_t depth = 1; node->kind == TACHO_KIND_SCOPE && depth <= thread->mended.open; depth++)
		if (tc_tag_node(stack[depth].tag) == node->parent &&
			tc_part_ns(thread->clock, stack[depth].start) <= start_ns)
			thread->figures[node->parent].self_ns -= tc_reader_within(thread->reader,
				tc_instant_of(thread->clock, start_ns), tc_instant_of(thread->clock, start_ns + ns));
}

static void count_record(struct counting *counting, uint64_t start_ns, uint64_t ns, uint64_t word)
{
	struct tc_thread *thread = counting->thread;
	uint32_t id = tc_tag_node(word);
	if (id >= thread->nodes)
		return;
	uint64_t self_ns = tc_self_next(&counting->times, word, ns);
	if (!tc_reader_in_window(thread->reader, tc_instant_of(thread->clock, start_ns + ns)))
		return;
	if (!tc_figures_count(&thread->figures[id], ns, self_ns, word & TACHO_TAG_FAILED))
		tc_reader_no_memory(thread->reader);
	if (thread->mended.open && !thread->block->retired)
		take_from_open(thread, id, start_ns, ns);
}

static bool count_stored(void *context, uint64_t index, const struct tc_stored_span *span, uint32_t tid)
{
	(void)index;
	(void)tid;
	count_record(context, span->start_ns, span->duration_ns, span->tag);
	return true;
}

static void count_records(struct counting *counting)
{
	struct tc_thread *thread = counting->thread;
	const struct tacho_record *ring = tc_part_ring(thread->block);
	uint64_t mask = thread->block->ring_records - 1;
	tc_thread_each_stored(thread, 0, count_stored, counting);
	for (uint64_t i = thread->mended.first; i < thread->mended.written; i++) {
		const struct tacho_record *record = &ring[i & mask];
		count_record(counting, record->start_ns, tc_thread_duration(thread, record), record->word);
	}
}

void tc_thread_window(struct tc_thread *thread)
{
	struct counting counting = {.thread = thread};
	if (tc_self_begin(&counting.times, thread)) {
		count_records(&counting);
		thread->reader->incomplete |= lacks_some(thread);
	} else {
		tc_reader_no_memory(thread->reader);
	}
	tc_self_end(&counting.times);
}

bool tc_reader_overlaps(const struct tc_reader *reader, const struct tc_tail_window *window, int kind)
{
	return window->kind == kind && window->view.begin < reader->observed.to &&
	       window->view.end > reader->observed.from;
}

/* Seconds of the last hour are finer than the ladder of a long session, but don't reach back as far. */
int tc_reader_window_kind(const struct tc_reader *reader)
{
	bool ladder = false, seconds = false, reaches = false;
	if (!reader->observed.part)
		return 0;
	for (size_t i = 0; i < reader->tail->windows; i++) {
		ladder |= tc_reader_overlaps(reader, &reader->tail->window[i], 0);
		seconds |= tc_reader_overlaps(reader, &reader->tail->window[i], 1);
		reaches |= reader->tail->window[i].kind == 1 &&
		           reader->tail->window[i].view.begin <= reader->observed.from;
	}
	return seconds && (reaches || !ladder) ? 1 : ladder ? 0 : -1;
}

void tc_reader_forget_figures(struct tc_reader *reader)
{
	for (size_t i = 0; i < reader->nodes; i++) {
		struct tc_merged_node *node = reader->node[i];
		tc_histogram_release(&node->view.figures.histogram);
		node->view.figures = (struct tc_figures){.min_ns = UINT64_MAX};
		node->waits_self_ns = 0;
		node->used = false;
	}
	for (size_t i = 0; i < reader->names; i++)
		reader->name[i].many = true;
}

static void add_entry(struct tc_reader *reader, const struct tc_window_entry *entry)
{
	uint32_t name = reader->log_name[entry->name];
	if (name == TC_LEFT_OUT)
		return;
	struct tc_figures figures = {
		.count = entry->count,
		.failed = entry->failed,
		.self_ns = (uint64_t)entry->self_ns, /* modulo 2^64: the sum over all windows is what counts */
		.sum_ns = entry->sum_ns,
		.squares_ns2 = entry->squares_ns2,
		.min_ns = entry->min_ns,
		.max_ns = entry->max_ns,
	};
	struct tc_merged_node *node =
		tc_reader_child(reader, reader->root, name, TACHO_KIND_SCOPE, reader->name[name].view.first);
	for (uint32_t i = 0; i < entry->cells; i++)
		if (entry->cell[i] < TC_HISTOGRAM_CELLS &&
			tc_histogram_add(&figures.histogram, entry->cell[i], entry->grown[i]))
			tc_reader_no_memory(reader);
	if (node && !tc_figures_add(&node->view.figures, &figures))
		tc_reader_no_memory(reader);
	tc_histogram_release(&figures.histogram);
}

/* A span that is open over the window's edge leaves less than nothing to its name. */
static void bound_self(struct tc_reader *reader)
{
	for (size_t i = 0; i < reader->nodes; i++) {
		struct tc_figures *figures = &reader->node[i]->view.figures;
		if ((int64_t)figures->self_ns < 0)
			figures->self_ns = 0;
		uint64_t sum_ns = tc_wide_bounded(figures->sum_ns);
		if (figures->self_ns > sum_ns)
			figures->self_ns = sum_ns;
	}
}

static double seconds(tc_instant instant)
{
	return (double)instant / 1e9;
}

void tc_reader_ladder(struct tc_reader *reader)
{
	const struct tc_session_options *options = &reader->options;
	bool knows = !reader->kinds_left_out && !options->last; /* its entries tell no kinds and no single spans */
	int kind = reader->incomplete && knows ? tc_reader_window_kind(reader) : -1;
	if (kind < 0)
		return;
	tc_instant begin = INT64_MAX, end = INT64_MIN;
	tc_reader_forget_figures(reader);
	for (size_t i = 0; i < reader->tail->windows && !reader->error; i++) {
		const struct tc_window_view *view = &reader->tail->window[i].view;
		if (!tc_reader_overlaps(reader, &reader->tail->window[i], kind))
			continue;
		begin = view->begin < begin ? view->begin : begin;
		end = view->end > end ? view->end : end;
		for (size_t k = 0; k < view->entries; k++)
			add_entry(reader, &view->entry[k]);
	}
	bound_self(reader);
	reader->session->basis = tc_arena_printf(reader->arena,
		"the observer's windows from %.3f s to %.3f s, which know no call paths; the rings no longer hold "
		"every span of "
		"that time",
		seconds(begin), seconds(end));
}

void tc_reader_basis(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	if (session->basis)
		return;
	if (reader->options.last) {
		session->basis = tc_arena_printf(reader->arena, "the last %zu spans of each name%s, from the rings%s",
			reader->options.last, reader->options.has_window ? " that ended in that time" : "",
			reader->lacks_last ? ", which no longer hold so many of every name" : "");
		return;
	}
	if (!reader->options.has_window)
		session->basis = "all spans of the session";
	else if (!reader->incomplete && session->stored && !session->stored->of_rings)
		session->basis = "every span that ended in that time, all of which were stored";
	else if (!reader->incomplete)
		session->basis = "every span that ended in that time, from the rings";
	else
		session->basis = "spans that the rings still hold; earlier ones of that time were overwritten";
}
