/* SPDX-License-Identifier: MIT
 *
 * trees.c - the random sample of whole trees that the observer wrote into its log (observe/trees.h), as spans of the session.
 */
#include <stdlib.h>
#include <string.h>
#include "format/identity.h"
#include "read/reader.h"

static bool lies_below(const struct tc_thread *thread, uint32_t node, uint32_t top)
{
	while (node > top)
		node = tc_part_node(thread->part->bytes, thread->block, node)->parent;
	return node == top;
}

static void add_span(struct tc_thread *thread, const struct tacho_record *record, uint32_t top)
{
	struct tc_reader *reader = thread->reader;
	struct tc_session *session = reader->session;
	struct tc_span_view view;
	if (tc_tag_kind(record->word) || tc_tag_node(record->word) >= thread->nodes ||
		!lies_below(thread, tc_tag_node(record->word), top) ||
		!tc_thread_view(thread, &view, record->word, record->start_ns) ||
		!tc_reader_grow(
			reader, &session->sampled_span, session->sampled_spans, &reader->sampled_room, sizeof view))
		return;
	view.duration_ns = tc_thread_duration(thread, record);
	view.end = tc_instant_of(thread->clock, record->start_ns + view.duration_ns);
	view.end = view.end > view.begin ? view.end : view.begin;
	view.ring = (uint32_t)session->rings - 1;
	session->sampled_span[session->sampled_spans++] = view;
	tc_thread_show(thread, &view);
}

static void add_tree(struct tc_thread *thread, const struct tc_tree_entry *tree)
{
	const struct tacho_record *root = &tree->record[tree->count - 1];
	uint32_t top = tc_tag_node(root->word);
	if (!top || top >= thread->nodes || thread->name[top] == TC_LEFT_OUT || !thread->merged[top] ||
		tc_tag_kind(root->word) ||
		!tc_reader_in_window(thread->reader,
			tc_instant_of(thread->clock, root->start_ns + tc_thread_duration(thread, root))))
		return;
	thread->merged[top]->view.sampled++;
	for (size_t i = 0; i < tree->count; i++)
		add_span(thread, &tree->record[i], top);
}

void tc_thread_trees(struct tc_thread *thread)
{
	struct tc_reader *reader = thread->reader;
	const struct tc_part_header *header = tc_part_copy_header(thread->part);
	uint64_t block = (uint64_t)((unsigned char *)thread->block - thread->part->bytes);
	for (size_t i = 0; i < reader->trees && !reader->error; i++) {
		struct tc_tree_entry *tree = &reader->tree[i];
		if (!tree->count || tree->part != header->id[0] || tree->block != block || tree->epoch != header->epoch)
			continue;
		add_tree(thread, tree);
		tree->count = 0; /* a part that says it is another's adds nothing */
	}
}

/* A path without spans of this thread leads below those of another, and what lies beside a stack may end anywhere. */
void tc_thread_elsewhere(struct tc_thread *thread)
{
	for (uint32_t id = 1; id < thread->nodes; id++)
		if (thread->merged[id] &&
			(tc_part_node(thread->part->bytes, thread->block, id)->kind != TACHO_KIND_SCOPE ||
				!tc_thread_runs(thread, id)))
			thread->merged[id]->view.elsewhere = true;
	if (thread->graft->parent)
		thread->graft->view.elsewhere = true;
}
