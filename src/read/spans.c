/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include "format/identity.h"
#include "read/reader.h"
#include "read/stored.h"

bool tc_thread_view(struct tc_thread *thread, struct tc_span_view *view, uint64_t tag, uint64_t start_ns)
{
	uint32_t node = tc_tag_node(tag);
	if (node >= thread->nodes || thread->name[node] == TC_LEFT_OUT || !thread->merged[node])
		return false;
	*view = (struct tc_span_view){
		.name = thread->name[node],
		.process = thread->process,
		.depth = thread->merged[node]->view.depth,
		.own_depth = thread->own_depth[node],
		.node = &thread->merged[node]->view,
		.begin = tc_instant_of(thread->clock, start_ns),
		.kind = tc_tag_kind(tag),
		.id = tc_span_identity(tc_part_copy_header(thread->part)->id[0],
			(uint64_t)((unsigned char *)thread->block - thread->part->bytes),
			tc_part_node(thread->part->bytes, thread->block, node)->site, tc_tag_kind(tag), start_ns),
		.failed = tag & TACHO_TAG_FAILED,
	};
	return true;
}

void tc_thread_show(struct tc_thread *thread, const struct tc_span_view *view)
{
	struct tc_merged_node *node = (struct tc_merged_node *)view->node;
	thread->reader->name[view->name].seen = true;
	node->used = true; /* also where a torn node counts none */
}

static void join_attributes(struct tc_thread *thread, struct tc_span_view *view, const struct tacho_record *record)
{
	tc_thread_join_attributes(thread, view, record->start_ns, tc_tag_node(record->word));
	thread->reader->session->process[thread->process].spans_that_lost_attributes += view->attributes_lost;
}

struct showing {
	struct tc_thread *thread;
	struct tc_self_times times;
};

/* false: it is not to be shown. */
static bool view_span(
	struct showing *showing, struct tc_span_view *view, uint64_t start_ns, uint64_t ns, uint64_t word, uint32_t tid)
{
	struct tc_thread *thread = showing->thread;
	if (tc_tag_node(word) >= thread->nodes)
		return false;
	uint64_t self_ns = tc_self_next(&showing->times, word, ns);
	if (!tc_thread_view(thread, view, word, start_ns))
		return false;
	view->duration_ns = ns;
	view->self_ns = self_ns;
	view->end = tc_instant_of(thread->clock, start_ns + ns);
	view->end = view->end > view->begin ? view->end : view->begin;
	view->ring = (uint32_t)thread->reader->session->rings - 1;
	view->thread = tid;
	view->begun_by = tc_tag_begun_by(word, tid);
	return tc_reader_in_window(thread->reader, view->end);
}

static void add_span(struct tc_thread *thread, const struct tc_span_view *view)
{
	struct tc_reader *reader = thread->reader;
	struct tc_session *session = reader->session;
	if (tc_reader_grow(reader, &session->span, session->spans, &reader->span_room, sizeof *session->span))
		session->span[session->spans++] = *view;
	tc_thread_show(thread, view);
}

static void take_span(struct showing *showing, const struct tacho_record *record, uint64_t at)
{
	struct tc_thread *thread = showing->thread;
	struct tc_span_view view;
	if (!view_span(showing, &view, record->start_ns, tc_thread_duration(thread, record), record->word,
		    tc_thread_occupant(thread->block, at)->tid))
		return;
	if (record->word & TACHO_TAG_ATTRIBUTES)
		join_attributes(thread, &view, record);
	add_span(thread, &view);
}

static bool take_stored(void *context, uint64_t index, const struct tc_stored_span *span, uint32_t tid)
{
	struct showing *showing = context;
	struct tc_thread *thread = showing->thread;
	struct tc_span_view view;
	(void)index;
	if (!view_span(showing, &view, span->start_ns, span->duration_ns, span->tag, tid))
		return true;
	view.attributes_lost = span->attributes_cut; /* counted with its block */
	if (span->attribute_bytes)
		tc_attributes_take(thread->reader->arena, &view, span->attributes, span->attribute_bytes);
	add_span(thread, &view);
	return true;
}

void tc_thread_spans(struct tc_thread *thread)
{
	struct tc_reader *reader = thread->reader;
	const struct tacho_record *ring = tc_part_ring(thread->block);
	uint64_t mask = thread->block->ring_records - 1;
	struct showing showing = {.thread = thread};
	if (!tc_self_begin(&showing.times, thread))
		tc_reader_no_memory(reader);
	if (thread->stored && !reader->error && thread->stored->shown < thread->stored->before)
		tc_thread_each_stored(thread, thread->stored->shown, take_stored, &showing);
	for (uint64_t i = thread->mended.first; i < thread->mended.written && !reader->error; i++)
		take_span(&showing, &ring[i & mask], i);
	tc_self_end(&showing.times);
}

struct place {
	tc_instant begin;
	uint64_t duration_ns;
	uint32_t depth;
	size_t index;
};

/* An outer span before what it holds, else as they were ended. */
static int by_begin(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	if (x->duration_ns != y->duration_ns)
		return x->duration_ns > y->duration_ns ? -1 : 1;
	if (x->depth != y->depth)
		return x->depth < y->depth ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* Each to where it belongs, round after round: without room for all of them once more. */
static void arrange(struct tc_span_view *span, struct place *place, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct tc_span_view first = span[i];
		size_t to = i;
		for (size_t from; (from = place[to].index) != i; to = from) {
			span[to] = span[from];
			place[to].index = to;
		}
		span[to] = first;
		place[to].index = to;
	}
}

/* Spans are large, so their places are sorted and then each is moved once. */
static void sort(struct tc_reader *reader, struct tc_span_view *span, size_t count)
{
	struct place *place = malloc((count + 1) * sizeof *place);
	if (!place) {
		tc_reader_no_memory(reader);
		return;
	}
	for (size_t i = 0; i < count; i++)
		place[i] = (struct place){span[i].begin, span[i].duration_ns, span[i].depth, i};
	if (count)
		qsort(place, count, sizeof *place, by_begin);
	arrange(span, place, count);
	free(place);
}

void tc_reader_sort_spans(struct tc_reader *reader)
{
	sort(reader, reader->session->span, reader->session->spans);
	sort(reader, reader->session->sampled_span, reader->session->sampled_spans);
}
