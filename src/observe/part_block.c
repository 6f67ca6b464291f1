/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>

#include "observe/keep.h"
#include "observe/part_seen.h"
#include "observe/share.h"

enum {
	LAG = 3,                                          /* spans that a histogram is behind */
	COLD_BYTES = offsetof(struct tacho_block, carry), /* of a block, what is read at each tick */
	NODE_BYTES_MAX = 16 << 20, /* for what was seen of all nodes; honest programs need some KiB */
	LOOK_BACK = 16 << 10       /* bytes of attributes in which those of the newest spans are looked for */
};

static bool read_for_snapshot(void *context, uint64_t offset, void *to, size_t bytes)
{
	return tc_seen_pread(context, offset, to, bytes);
}

static bool make_room(struct tc_part_totals *totals, struct tc_block_seen *block, uint32_t nodes)
{
	uint32_t room = block->room ? block->room : 8;
	while (room < nodes)
		room *= 2;
	if (room != block->room) {
		size_t more = (room - block->room) * sizeof *block->node;
		if (totals->node_bytes + more > NODE_BYTES_MAX)
			return false;
		struct tc_node_seen *node = realloc(block->node, room * sizeof *node);
		if (!node)
			return false;
		memset(node + block->room, 0, (room - block->room) * sizeof *node);
		block->node = node;
		block->room = room;
		totals->node_bytes += more;
	}
	if (nodes > block->nodes)
		block->nodes = nodes;
	return true;
}

/* What ends below a node is no longer the node's own time; but a scope that a thread has as its context alone, by
 * tacho_context_set(), runs elsewhere and keeps its time. */
static void take_from_parent(
	struct tc_part_reading *reading, const struct tc_block_seen *block, const struct tc_node_seen *seen, int64_t ns)
{
	struct tc_node_seen *parent = &block->node[seen->parent];
	if (!seen->parent)
		return; /* of the thread itself, which has no name */
	if (!parent->count && !parent->beside) {
		parent->owed_ns += (uint64_t)ns;
		return;
	}
	const struct tc_window_entry entry = {
		.name = tc_seen_name(reading, block->node[seen->parent].site), .self_ns = -ns, .min_ns = UINT64_MAX};
	if (ns && entry.name != UINT32_MAX)
		reading->target->grew(reading->target->context, &entry);
}

/* A window's extremes: exact where the node's own moved or there is one span, else the bounds of the cells that grew. */
static void bound(struct tc_window_entry *entry, const struct tc_node_seen *seen, const struct tacho_node *node)
{
	entry->min_ns = node->min_ns;
	entry->max_ns = node->max_ns;
	if (entry->count == 1 && !entry->sum_ns.high) {
		entry->min_ns = entry->max_ns = entry->sum_ns.low;
	} else if (entry->cells) {
		uint64_t first = tc_cell_first_ns(entry->cell[0]),
			 last = tc_cell_last_ns(entry->cell[entry->cells - 1]);
		if (first > entry->min_ns && first <= entry->max_ns)
			entry->min_ns = first;
		if (node->max_ns == seen->max_ns && last < entry->max_ns && last >= entry->min_ns)
			entry->max_ns = last;
	}
}

static void grew(struct tc_part_reading *reading, struct tc_block_seen *block, struct tc_node_seen *seen,
	const struct tacho_node *node)
{
	struct tc_wide sum_ns = tc_wide_load(&node->sum_ns), squares_ns2 = tc_wide_load(&node->squares_ns2);
	struct tc_window_entry entry = {
		.name = tc_seen_name(reading, seen->site),
		.count = node->count - seen->count,
		.failed = node->failed - seen->failed,
		.sum_ns = tc_wide_subtract(sum_ns, seen->sum_ns),
		.squares_ns2 = tc_wide_subtract(squares_ns2, seen->squares_ns2),
	};
	if (entry.name == UINT32_MAX)
		return; /* no memory for its name; it comes with the next reading */
	entry.self_ns = (int64_t)(entry.sum_ns.low - (entry.count ? seen->owed_ns : 0));
	seen->owed_ns = entry.count ? 0 : seen->owed_ns;
	tc_seen_read_cells(reading, block, seen, node, &entry);
	bound(&entry, seen, node);
	block->counted += entry.count;
	seen->count = node->count;
	seen->failed = node->failed;
	seen->sum_ns = sum_ns;
	seen->squares_ns2 = squares_ns2;
	seen->max_ns = node->max_ns;
	reading->target->grew(reading->target->context, &entry);
	if (node->kind == TACHO_KIND_SCOPE)
		take_from_parent(reading, block, seen, (int64_t)entry.sum_ns.low);
}

/* A count that fell or sums that shrank are of a file that somebody else writes to: not even a reset explains them. */
static bool believable(const struct tc_node_seen *seen, const struct tacho_node *node)
{
	struct tc_wide sum_ns = tc_wide_load(&node->sum_ns);
	return node->count >= seen->count && !tc_wide_less(sum_ns, seen->sum_ns) &&
	       tc_wide_bounded(tc_wide_subtract(sum_ns, seen->sum_ns)) <= INT64_MAX && node->failed >= seen->failed;
}

/* Two copies, taken one after the other: when they are alike and whole they are the truth.  Else the node is looked at
 * alone, as it is at the last reading for the newest span, and an end that was stopped half-way is completed. */
static void read_node(struct tc_part_reading *reading, struct tc_block_seen *block, uint32_t id, uint64_t at,
	const struct tacho_node *copy, const struct tacho_node *again, bool alone)
{
	const struct tc_snapshot_source source = {reading, read_for_snapshot};
	struct tc_node_seen *seen = &block->node[id];
	struct tacho_node node = *again;
	if (copy->id != id || again->id != id)
		return;
	seen->site = copy->site;
	seen->beside = copy->kind != TACHO_KIND_SCOPE;
	seen->parent = copy->parent < id ? copy->parent : 0; /* parents come before their children */
	bool behind =
		reading->last && seen->binned < seen->count; /* of what was seen, not all was in the histogram yet */
	if (again->count == seen->count && again->begun == again->count && again->failed == seen->failed && !alone &&
		!behind)
		return;
	if (memcmp(copy, again, sizeof *copy) || !tc_node_agrees(again) || alone) {
		enum tc_snapshot kind = tc_snapshot_node(&source, block->at, at, &node);
		reading->totals->close += kind == TC_SNAPSHOT_CLOSE;
		if (kind == TC_SNAPSHOT_LOST || node.id != id) {
			reading->totals->lost++;
			return;
		}
	}
	if (!believable(seen, &node))
		reading->totals->lost++;
	else if (node.count != seen->count || node.failed != seen->failed || behind)
		grew(reading, block, seen, &node);
}

static struct tacho_record record_of(struct tc_part_reading *reading, const struct tc_block_seen *block,
	const struct tacho_block *head, uint64_t index)
{
	struct tacho_record record;
	uint64_t at = tc_word_at(block->at, head, index) - offsetof(struct tacho_record, word);
	return tc_seen_pread(reading, at, &record, sizeof record) ? record : (struct tacho_record){0};
}

/* Of the span that may have been stopped half-way. */
static uint32_t newest_node(
	struct tc_part_reading *reading, const struct tc_block_seen *block, const struct tacho_block *head)
{
	return (uint16_t)(record_of(reading, block, head, head->undo_index).word >> TACHO_TAG_NODE_SHIFT);
}

static void read_nodes(struct tc_part_reading *reading, struct tc_block_seen *block, const struct tacho_block *head)
{
	struct tacho_node *copies = reading->scratch->nodes, *again = reading->scratch->again;
	uint32_t id = 0, newest = newest_node(reading, block, head);
	/* a chunk read as none is newer than the number of nodes beside it */
	for (uint32_t chunk = 0; chunk < TACHO_NODE_CHUNKS && head->node_chunk[chunk] && id < head->nodes; chunk++) {
		uint32_t first = id, end = first + ((uint32_t)TACHO_FIRST_CHUNK << chunk);
		end = end < head->nodes ? end : head->nodes;
		while (id < end) {
			uint64_t at = head->node_chunk[chunk] + (uint64_t)(id - first) * sizeof *copies;
			uint32_t count = end - id < TC_NODES_AT_ONCE ? end - id : TC_NODES_AT_ONCE;
			if (!tc_seen_pread(reading, at, copies, count * sizeof *copies) ||
				!tc_seen_pread(reading, at, again, count * sizeof *again))
				return;
			if (!make_room(reading->totals, block, id + count)) {
				reading->totals->cells_lost = true;
				return;
			}
			for (uint32_t i = 0; i < count; i++)
				read_node(reading, block, id + i, at + i * sizeof *copies, &copies[i], &again[i],
					reading->last && id + i == newest);
			id += count;
		}
	}
}

/* Of a span of 18 minutes and more its record does not know it: it lies among the attributes, near the newest. */
static uint64_t long_duration(struct tc_part_reading *reading, const struct tacho_block *head,
	const struct tacho_record *record, const struct tc_node_seen *seen)
{
	struct {
		struct tacho_attribute entry;
		uint64_t ns;
	} found;
	uint64_t size = head->attributes_size, end = head->attributes_written & ~UINT64_C(7);
	for (uint64_t back = sizeof found; back <= LOOK_BACK && back <= size && back <= end; back += 8) {
		uint64_t at = end - back, place = at & (size - 1);
		if (tc_seen_pread(reading, head->attributes_at + place, &found, sizeof found) &&
			found.entry.stamp == (uint32_t)(at / 8) && found.entry.type == TACHO_ATTR_DURATION &&
			found.entry.value_bytes == sizeof found.ns && !found.entry.key_bytes &&
			found.entry.node == (uint16_t)(record->word >> TACHO_TAG_NODE_SHIFT) &&
			tacho_ticks_to_ns(found.entry.start, head->mult) == record->start_ns)
			return found.ns;
	}
	return seen->max_ns; /* it found no room there: not longer than this */
}

/* The histogram lags behind by up to three spans, the newest ones. */
static void complete_cells(struct tc_part_reading *reading, struct tc_block_seen *block, const struct tacho_block *head)
{
	uint64_t binned = block->binned + head->lost_cells + ((uint64_t)head->lost_cells_high << 32);
	uint64_t missing = block->counted - binned;
	if (block->counted < binned || missing > LAG)
		return;
	for (uint64_t i = block->counted - missing; i < block->counted; i++) {
		const struct tacho_record record = record_of(reading, block, head, i);
		uint64_t ns = record.word & TACHO_DURATION_LONG;
		uint16_t id = (uint16_t)(record.word >> TACHO_TAG_NODE_SHIFT);
		if (id >= block->nodes)
			continue;
		if (ns == TACHO_DURATION_LONG)
			ns = long_duration(reading, head, &record, &block->node[id]);
		uint32_t cell = tacho_cell(ns), one = 1;
		if (cell >= TC_CELLS)
			continue;
		const struct tc_window_entry entry = {.name = tc_seen_name(reading, block->node[id].site),
			.min_ns = UINT64_MAX,
			.cells = 1,
			.cell = &cell,
			.grown = &one};
		if (entry.name != UINT32_MAX)
			reading->target->grew(reading->target->context, &entry);
		block->binned++;
	}
}

/* After a tacho_reset() the thread began anew from nothing. */
static void forget(struct tc_block_seen *block, uint64_t epoch)
{
	for (uint32_t i = 0; i < block->nodes; i++) {
		struct tc_node_seen *node = &block->node[i];
		node->count = node->failed = node->max_ns = node->binned = node->owed_ns = 0;
		node->sum_ns = node->squares_ns2 = tc_wide_of(0);
		node->cells = 0;
	}
	block->finished = block->counted = block->binned = 0;
	block->trees.next = 0;
	block->epoch = epoch;
}

/* What of it grew. */
static void read_growth(struct tc_part_reading *reading, struct tc_block_seen *block)
{
	struct tacho_block head;
	uint64_t epoch;
	if (!tc_seen_pread(reading, block->at + offsetof(struct tacho_block, epoch), &epoch, sizeof epoch) ||
		!tc_seen_pread(reading, block->at, &head, COLD_BYTES) || epoch == UINT64_MAX)
		return;
	if (epoch != block->epoch)
		forget(block, epoch);
	if (head.finished == block->finished && head.nodes <= block->nodes && !reading->last)
		return;
	block->finished = head.finished;
	tc_trees_before(reading, block);
	read_nodes(reading, block, &head);
	tc_trees_after(reading, block, &head);
	if (reading->last)
		complete_cells(reading, block, &head);
}

void tc_seen_read_block(struct tc_part_reading *reading, struct tc_block_seen *block)
{
	bool share = reading->shares && tc_share_before(reading, block);
	read_growth(reading, block);
	if (share)
		tc_share_thread(reading, block);
}

void tc_seen_release_block(struct tc_block_seen *block, struct tc_part_totals *totals)
{
	totals->node_bytes -= block->room * sizeof *block->node;
	for (uint32_t i = 0; i < block->room; i++) {
		totals->cell_bytes -= block->node[i].room * (sizeof(uint16_t) + sizeof(uint32_t));
		free(block->node[i].seen);
	}
	free(block->node);
	tc_keep_release(block->keep);
	*block = (struct tc_block_seen){.node = NULL};
}
