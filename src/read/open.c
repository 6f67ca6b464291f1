/* SPDX-License-Identifier: MIT
 *
 * open.c - what a thread was in the midst of: now, or when its process was killed or left.
 */
#include "format/identity.h"
#include "read/reader.h"

static void take(struct tc_thread *thread, const struct tacho_open *open)
{
	struct tc_reader *reader = thread->reader;
	struct tc_session *session = reader->session;
	struct tacho_block *block = thread->block;
	struct tc_process_view *process = &session->process[thread->process];
	uint64_t start_ns = tc_part_ns(thread->clock, open->start);
	struct tc_span_view view;
	if (!tc_thread_view(thread, &view, open->tag, start_ns))
		return;
	view.open = true;
	view.ring = (uint32_t)session->rings - 1;
	view.thread = tc_thread_occupant(block, UINT64_MAX)->tid;
	view.begun_by = tc_tag_begun_by(open->tag, view.thread);
	process->end = view.begin > process->end ? view.begin : process->end;
	if (reader->options.has_window && view.begin >= reader->options.to)
		return;
	tc_thread_join_attributes(thread, &view, start_ns, tc_tag_node(open->tag));
	view.attributes_lost = false; /* none is the usual case, and nothing says whether there were any */
	thread->merged[tc_tag_node(open->tag)]->view.open++;
	tc_thread_show(thread, &view);
	if (tc_reader_grow(reader, &session->open_span, session->open_spans, &reader->open_room, sizeof view))
		session->open_span[session->open_spans++] = view;
}

/* Those of a stack are nobody's once its thread has ended; async ones may still be ended by others. */
void tc_thread_open(struct tc_thread *thread)
{
	struct tacho_block *block = thread->block;
	for (uint32_t depth = 1; !block->retired && depth <= thread->mended.open; depth++)
		take(thread, &block->stack[depth]);
	const struct tacho_beside *beside = tc_part_beside(thread->part->bytes, block);
	for (int i = 0; beside && i < TACHO_BESIDE_OPEN; i++)
		if (beside->open[i].tag)
			take(thread, &beside->open[i]);
}

/* Until when a process was alive: one that was killed beside the observer has no end of its own. */
static tc_instant alive_until(const struct tc_session *session, const struct tc_process_view *process)
{
	for (size_t i = 0; process->state == TC_PROCESS_ENDED && i < session->tree_processes; i++)
		if (session->tree_process[i].pid == process->pid && !session->tree_process[i].end_ns)
			return session->end > process->end ? session->end : process->end;
	return process->end;
}

/* The time of an open span is its own, and no more that of the span around it. */
static void account(
	struct tc_session *session, const struct tc_span_view *view, const struct tc_span_view *before, uint64_t ns)
{
	struct tc_merged_node *node = (struct tc_merged_node *)(uintptr_t)view->node, *parent = node->parent;
	bool waits = session->process[view->process].waits;
	node->view.open_ns += ns;
	node->view.figures.self_ns += ns;
	node->waits_self_ns += waits ? ns : 0;
	if (view->kind)
		return; /* beside the stack */
	if (before && before->process == view->process && before->thread == view->thread &&
		before->node == &parent->view)
		parent->view.figures.self_ns -= ns;
	else
		parent->grafted_ns = tc_wide_add(parent->grafted_ns, tc_wide_of(ns));
}

/* Spans that began before a time window, and open ones whose children did. */
static void bound_self(struct tc_reader *reader)
{
	for (size_t i = 0; i < reader->nodes; i++) {
		struct tc_figures *figures = &reader->node[i]->view.figures;
		if ((int64_t)figures->self_ns < 0)
			figures->self_ns = 0;
	}
}

/* They have lasted until their process ended, or until now; of a time window they have what lies in it.  What the ladder knows of a window,
 * and the last spans of a name, say nothing of open ones. */
void tc_reader_finish_open(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	bool windowed = reader->options.has_window, told = !windowed || (!session->basis && !reader->options.last);
	for (size_t i = 0; i < session->open_spans; i++) {
		struct tc_span_view *view = &session->open_span[i];
		tc_instant end = alive_until(session, &session->process[view->process]);
		view->duration_ns = end > view->begin ? (uint64_t)end - (uint64_t)view->begin : 0;
		if (windowed && end > session->end)
			end = session->end; /* it was seen to end a little before its process was */
		if (view->node && told)
			account(session, view, i ? view - 1 : NULL, tc_reader_within(reader, view->begin, end));
	}
	if (windowed && told)
		bound_self(reader);
}
