/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>
#include "format/occupant.h"
#include "read/reader.h"
#include "read/spool.h"
#include "read/stored.h"

enum { STORED_MOST = 1 << 24 }; /* stored spans of a thread that are gone through for exact quantiles */

static bool prepare(struct tc_thread *thread)
{
	thread->nodes = thread->block->nodes;
	thread->figures = calloc(thread->nodes + 1, sizeof *thread->figures);
	thread->merged = calloc(thread->nodes + 1, sizeof *thread->merged);
	thread->name = malloc((thread->nodes + 1) * sizeof *thread->name);
	thread->own_depth = calloc(thread->nodes + 1, sizeof *thread->own_depth);
	if (thread->figures && thread->merged && thread->name && thread->own_depth)
		return true;
	tc_reader_no_memory(thread->reader);
	return false;
}

static void forget(struct tc_thread *thread)
{
	for (uint32_t i = 0; thread->figures && i < thread->nodes; i++)
		tc_histogram_release(&thread->figures[i].histogram);
	free(thread->figures);
	free(thread->merged);
	free(thread->name);
	free(thread->own_depth);
	free(thread->attribute);
	thread->figures = NULL;
	thread->merged = NULL;
	thread->name = NULL;
	thread->own_depth = NULL;
	thread->attribute = NULL;
	thread->attributes = 0;
}

static void add_page(struct tc_thread *thread, struct tc_histogram *h, unsigned page, const uint32_t *cell)
{
	for (uint32_t i = 0; i < TACHO_PAGE_CELLS; i++)
		if (cell[i] && tc_histogram_add(h, page * TACHO_PAGE_CELLS + i, cell[i]))
			tc_reader_no_memory(thread->reader);
}

/* 2^32 more for each carry; its cell is given by where it lies. */
static void add_carry(struct tc_thread *thread, const struct tacho_carry *carry)
{
	for (uint32_t id = 0; id < thread->nodes; id++) {
		const struct tacho_node *node = tc_part_node(thread->part->bytes, thread->block, id);
		for (unsigned i = 0; i < TACHO_HISTOGRAM_PAGES; i++) {
			uint64_t page = (uint64_t)node->page[i] * TACHO_UNIT, place = (carry->cell - page) / 4;
			if (!page || carry->cell < page || place >= TACHO_PAGE_CELLS)
				continue;
			uint32_t cell = i * TACHO_PAGE_CELLS + (uint32_t)place;
			if (tc_histogram_add(&thread->figures[id].histogram, cell, carry->times << 32))
				tc_reader_no_memory(thread->reader);
			return;
		}
	}
}

bool tc_thread_runs(const struct tc_thread *thread, uint32_t id)
{
	const struct tacho_node *node = tc_part_node(thread->part->bytes, thread->block, id);
	if (node->count || node->kind != TACHO_KIND_SCOPE)
		return true;
	for (uint32_t depth = 1; depth <= thread->mended.open; depth++)
		if (tc_tag_node(thread->block->stack[depth].tag) == id)
			return true;
	return false;
}

/* What a node's spans did not spend in children of theirs on a stack; modulo 2^64, since children of a span that is still open come
 * off before its own time is added, in open.c. */
static void take_self(struct tc_thread *thread)
{
	for (uint32_t id = 1; id < thread->nodes; id++) {
		const struct tacho_node *node = tc_part_node(thread->part->bytes, thread->block, id);
		uint64_t ns = thread->figures[id].sum_ns.low;
		thread->figures[id].self_ns += ns;
		if (node->kind == TACHO_KIND_SCOPE && tc_thread_runs(thread, node->parent))
			thread->figures[node->parent].self_ns -= ns;
	}
}

static void take_figures(struct tc_thread *thread)
{
	for (uint32_t id = 0; id < thread->nodes; id++) {
		const struct tacho_node *node = tc_part_node(thread->part->bytes, thread->block, id);
		struct tc_figures *figures = &thread->figures[id];
		figures->count = node->count;
		figures->failed = node->failed;
		figures->sum_ns = tc_wide_load(&node->sum_ns);
		figures->squares_ns2 = tc_wide_load(&node->squares_ns2);
		figures->min_ns = node->min_ns;
		figures->max_ns = node->max_ns;
		for (unsigned i = 0; node->count && i < TACHO_HISTOGRAM_PAGES; i++) {
			const uint32_t *page = tc_part_page(thread->block, node, i);
			if (page)
				add_page(thread, &figures->histogram, i, page);
		}
	}
	for (int i = 0; i < TACHO_CARRIES; i++)
		if (thread->block->carry[i].times)
			add_carry(thread, &thread->block->carry[i]);
	for (size_t i = 0; i < thread->mended.lates; i++) {
		const struct tacho_record *record = thread->mended.late[i];
		if (tc_histogram_add(&thread->figures[tc_tag_node(record->word)].histogram,
			    tacho_cell(tc_thread_duration(thread, record)), 1))
			tc_reader_no_memory(thread->reader);
	}
	take_self(thread);
}

/* The name of a node, first used at `first` as far as this process knows, but not before it began. */
static uint32_t name_of(struct tc_thread *thread, const struct tacho_node *node, tc_instant *first)
{
	struct tc_reader *reader = thread->reader;
	const unsigned char *bytes = thread->part->bytes;
	const struct tc_name *name = tc_part_name(bytes, node->site);
	tc_instant begin = reader->session->process[thread->process].begin;
	*first = name ? tc_instant_of(thread->clock, tc_part_ns(thread->clock, name->first_ticks)) : begin;
	*first = *first > begin ? *first : begin; /* a forked child has its parent's names */
	return name ? tc_reader_name(reader, (const char *)bytes + name->at, name->bytes, *first)
	            : tc_reader_name(reader, "(name lost)", 11, *first);
}

static bool is_wanted(const struct tc_reader *reader, uint32_t kind)
{
	const struct tc_session_options *options = &reader->options;
	return !options->source_glob && (!options->has_kinds || (kind < 32 && (options->span_kinds >> kind & 1)));
}

static void merge_node(struct tc_thread *thread, const struct tacho_node *node, tc_instant first)
{
	uint32_t id = node->id;
	struct tc_merged_node *parent = thread->merged[node->parent];
	struct tc_figures *figures = &thread->figures[id];
	if (!node->parent && thread->grafted && node->kind == TACHO_KIND_SCOPE)
		parent->grafted_ns = tc_wide_add(parent->grafted_ns, figures->sum_ns);
	thread->merged[id] = parent;
	thread->own_depth[id] = thread->own_depth[node->parent];
	if (thread->name[id] == TC_LEFT_OUT || !parent)
		return;
	struct tc_merged_node *merged = tc_reader_child(thread->reader, parent, thread->name[id], node->kind, first);
	thread->merged[id] = merged;
	if (!merged)
		return;
	if (!node->parent || !tc_thread_runs(thread, node->parent))
		thread->own_depth[id] = merged->view.depth;
	if (!tc_figures_add(&merged->view.figures, figures))
		tc_reader_no_memory(thread->reader);
	if (tc_part_copy_header(thread->part)->waits)
		merged->waits_self_ns += figures->self_ns;
}

/* Each node to its place in the session's tree.  Numbers follow the order in which a thread first came by, so a node was
 * not seen before those of lower number; its name may have been, elsewhere. */
static void merge_nodes(struct tc_thread *thread)
{
	struct tc_reader *reader = thread->reader;
	tc_instant first = INT64_MIN, name_first;
	if (thread->nodes) {
		thread->merged[0] = thread->graft;
		thread->name[0] = TC_LEFT_OUT;
	}
	for (uint32_t id = 1; id < thread->nodes; id++) {
		const struct tacho_node *node = tc_part_node(thread->part->bytes, thread->block, id);
		thread->name[id] = name_of(thread, node, &name_first);
		if (!is_wanted(reader, node->kind)) {
			thread->name[id] = TC_LEFT_OUT;
			reader->kinds_left_out = true;
		}
		first = name_first > first ? name_first : first;
		merge_node(thread, node, first);
	}
}

const struct tacho_occupant *tc_thread_occupant(const struct tacho_block *block, uint64_t record)
{
	return tc_occupant_of(block, record);
}

/* A record has 40 bits for it; the whole of a longer one lies with the attributes. */
uint64_t tc_thread_duration(const struct tc_thread *thread, const struct tacho_record *record)
{
	uint64_t ns = record->word & TACHO_DURATION_LONG;
	if (ns < TACHO_DURATION_LONG)
		return ns;
	size_t count;
	const struct tc_attribute_entry *entry =
		tc_thread_find_attributes(thread, record->start_ns, tc_tag_node(record->word), &count);
	for (size_t i = 0; i < count; i++) {
		const struct tacho_attribute *attribute = tc_thread_attribute(thread, &entry[i]);
		if (attribute->type == TACHO_ATTR_DURATION && attribute->value_bytes == sizeof ns)
			memcpy(&ns, (const char *)(attribute + 1) + attribute->key_bytes, sizeof ns);
	}
	return ns;
}

void tc_reader_add_value(struct tc_reader *reader, struct tc_merged_name *name, uint64_t ns)
{
	if (name->values == TC_EXACT_MAX) {
		name->many = true;
		return;
	}
	if (tc_reader_grow(reader, &name->value, name->values, &name->value_room, sizeof *name->value))
		name->value[name->values++] = ns;
}

/* Whether a name may still turn out to have so few spans that its quantiles are exact, and not all of those here lie in the
 * ring. */
static bool wants_stored(const struct tc_thread *thread)
{
	const struct tc_reader *reader = thread->reader;
	if (!thread->stored || thread->mended.first > STORED_MOST || thread->stored->lost)
		return false;
	for (uint32_t id = 1; id < thread->nodes; id++)
		if (thread->name[id] != TC_LEFT_OUT && !reader->name[thread->name[id]].many)
			return true;
	return false;
}

/* More than so many are not sought after: else a look at a long session takes long. */
static void give_up_on_many(struct tc_thread *thread)
{
	for (uint32_t id = 1; id < thread->nodes; id++)
		if (thread->name[id] != TC_LEFT_OUT && thread->figures[id].count > TC_EXACT_MAX)
			thread->reader->name[thread->name[id]].many = true;
}

static void take_value(struct tc_thread *thread, uint64_t start_ns, uint64_t ns, uint64_t tag)
{
	struct tc_reader *reader = thread->reader;
	uint32_t node = tc_tag_node(tag);
	if (node >= thread->nodes || thread->name[node] == TC_LEFT_OUT)
		return;
	struct tc_merged_name *name = &reader->name[thread->name[node]];
	if (!name->many && (!reader->options.has_window ||
				   tc_reader_in_window(reader, tc_instant_of(thread->clock, start_ns + ns))))
		tc_reader_add_value(reader, name, ns);
}

static bool take_stored_value(void *context, uint64_t index, const struct tc_stored_span *span, uint32_t tid)
{
	(void)index;
	(void)tid;
	take_value(context, span->start_ns, span->duration_ns, span->tag);
	return true;
}

/* Durations of single spans: while they are all there is of a name, its quantiles are exact. */
static void take_values(struct tc_thread *thread)
{
	const struct tacho_record *ring = tc_part_ring(thread->block);
	uint64_t mask = thread->block->ring_records - 1;
	give_up_on_many(thread);
	if (wants_stored(thread))
		tc_thread_each_stored(thread, 0, take_stored_value, thread);
	for (uint64_t i = thread->mended.first; i < thread->mended.written; i++) {
		const struct tacho_record *record = &ring[i & mask];
		take_value(thread, record->start_ns, tc_thread_duration(thread, record), record->word);
	}
}

static void take_names(struct tc_thread *thread)
{
	struct tc_session *session = thread->reader->session;
	uint64_t count = thread->block->occupants < TACHO_OCCUPANTS ? thread->block->occupants : TACHO_OCCUPANTS;
	for (uint64_t i = 0; i < count; i++) {
		const struct tacho_occupant *of = &thread->block->occupant[i];
		struct tc_thread_name name = {.process = thread->process, .tid = of->tid};
		memcpy(name.name, of->name, sizeof name.name - 1);
		if (tc_reader_grow(thread->reader, &session->thread_name, session->thread_names,
			    &thread->reader->thread_name_room, sizeof name))
			session->thread_name[session->thread_names++] = name;
	}
}

static void describe(struct tc_thread *thread)
{
	struct tc_process_view *process = &thread->reader->session->process[thread->process];
	const struct tacho_block *block = thread->block;
	const struct tc_mended *mended = &thread->mended;
	process->threads += block->occupants;
	take_names(thread);
	process->finished += mended->finished;
	process->kept += mended->written - mended->first;
	process->signal_lost += block->turned_away;
	process->mended += mended->completed;
	if (mended->written && block->ring_records) {
		const struct tacho_record *last =
			&tc_part_ring(thread->block)[(mended->written - 1) & (block->ring_records - 1)];
		tc_instant end = tc_instant_of(thread->clock, last->start_ns + tc_thread_duration(thread, last));
		process->end = end > process->end ? end : process->end;
	}
	if (block->node_lost)
		tc_reader_note(thread->reader,
			"%llu spans of %s (pid %llu) found no room in the tree and lie under \"(other)\"",
			(unsigned long long)block->node_lost, process->program, (unsigned long long)process->pid);
	if (mended->missing)
		tc_reader_note(thread->reader,
			"%llu spans of a thread of %s (pid %llu) are in no histogram: its quantiles leave them out",
			(unsigned long long)mended->missing, process->program, (unsigned long long)process->pid);
}

void tc_reader_thread(struct tc_thread *thread)
{
	struct tc_reader *reader = thread->reader;
	if (thread->block->epoch != tc_part_copy_header(thread->part)->epoch)
		tc_block_forget(thread->part->bytes, thread->block);
	tc_block_mend(thread->part->bytes, thread->block, tc_part_is_settled(thread->block), &thread->mended);
	if (!prepare(thread))
		goto out;
	tc_thread_index_attributes(thread);
	tc_thread_spool(thread);
	tc_thread_find_stored(thread);
	if (reader->options.has_window)
		tc_thread_window(thread);
	else
		take_figures(thread);
	merge_nodes(thread);
	tc_thread_ring(thread);
	tc_thread_name_stored(thread);
	tc_thread_elsewhere(thread);
	describe(thread);
	if (reader->error)
		goto out;
	take_values(thread);
	tc_thread_open(thread);
	tc_thread_kept(thread);
	if (!reader->options.no_spans) {
		tc_thread_spans(thread);
		tc_thread_trees(thread);
	}
out:
	forget(thread);
}
