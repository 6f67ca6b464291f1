/* SPDX-License-Identifier: MIT
 *
 * kept.c - the slowest spans of a name and its first and last failed ones, whatever the rings have overwritten since.
 */
#include <stdlib.h>
#include "format/identity.h"
#include "read/reader.h"

/* Where a duration belongs among the slowest of a name; TACHO_KEPT_SLOWEST: nowhere. */
static size_t rank_of(const struct tc_name_view *name, uint64_t duration_ns)
{
	size_t rank = 0;
	while (rank < name->slowest_count && name->slowest[rank].duration_ns >= duration_ns)
		rank++;
	return rank;
}

static bool view_of(struct tc_thread *thread, struct tc_span_view *view, const struct tacho_kept_span *kept)
{
	if (!kept->stamp || !tc_thread_view(thread, view, kept->word, kept->start_ns))
		return false;
	view->duration_ns = kept->duration_ns;
	view->thread = tc_thread_occupant(thread->block, kept->stamp - 1)->tid;
	view->begun_by = tc_tag_begun_by(kept->word, view->thread);
	return tc_reader_in_window(thread->reader, tc_instant_after(view->begin, view->duration_ns));
}

/* In a time window one that was kept for good may lie in the ring too. */
static bool has(const struct tc_span_view *spans, size_t count, const struct tc_span_view *view)
{
	for (size_t i = 0; i < count; i++)
		if (spans[i].id == view->id && spans[i].begin == view->begin && spans[i].process == view->process)
			return true;
	return false;
}

static void take_slow(struct tc_thread *thread, const struct tacho_kept_span *kept)
{
	struct tc_span_view view;
	if (!view_of(thread, &view, kept))
		return;
	struct tc_name_view *name = &thread->reader->name[view.name].view;
	size_t rank = rank_of(name, view.duration_ns);
	if (rank >= TACHO_KEPT_SLOWEST || has(name->slowest, name->slowest_count, &view))
		return;
	if (!name->slowest)
		name->slowest = tc_arena_take(thread->reader->arena, TACHO_KEPT_SLOWEST * sizeof *name->slowest);
	if (!name->slowest)
		return;
	tc_thread_kept_attributes(thread, &view, kept);
	tc_thread_show(thread, &view);
	name->slowest_count += name->slowest_count < TACHO_KEPT_SLOWEST;
	for (size_t i = name->slowest_count - 1; i > rank; i--)
		name->slowest[i] = name->slowest[i - 1];
	name->slowest[rank] = view;
}

static void take_failed(struct tc_thread *thread, const struct tacho_kept_span *kept)
{
	struct tc_span_view view;
	if (!view_of(thread, &view, kept))
		return;
	struct tc_reader *reader = thread->reader;
	struct tc_merged_name *name = &reader->name[view.name];
	if (has(name->view.failed_kept, name->view.failed_kept_count, &view))
		return;
	tc_thread_kept_attributes(thread, &view, kept);
	tc_thread_show(thread, &view);
	if (tc_reader_grow(
		    reader, &name->view.failed_kept, name->view.failed_kept_count, &name->failed_room, sizeof view))
		name->view.failed_kept[name->view.failed_kept_count++] = view;
}

void tc_thread_take_kept(struct tc_thread *thread, const struct tacho_kept_span *kept, bool failed)
{
	if (failed)
		take_failed(thread, kept);
	else
		take_slow(thread, kept);
}

void tc_thread_kept(struct tc_thread *thread)
{
	for (uint32_t id = 1; id < thread->nodes; id++) {
		const struct tacho_kept *kept =
			tc_part_kept(thread->block, tc_part_node(thread->part->bytes, thread->block, id));
		for (int i = 0; kept && i < TACHO_KEPT_SLOTS; i++)
			tc_thread_take_kept(thread, &kept->span[i], i >= TACHO_KEPT_FIRST_FAILED);
	}
	if (thread->reader->options.has_window)
		tc_thread_kept_in_window(thread);
}

static int by_begin(const void *a, const void *b)
{
	const struct tc_span_view *x = a, *y = b;
	return (x->begin > y->begin) - (x->begin < y->begin);
}

void tc_reader_sort_kept(struct tc_reader *reader)
{
	for (size_t i = 0; i < reader->names; i++) {
		struct tc_name_view *name = &reader->name[i].view;
		if (name->failed_kept_count > 1)
			qsort(name->failed_kept, name->failed_kept_count, sizeof *name->failed_kept, by_begin);
	}
}
