/* SPDX-License-Identifier: MIT */
#include "observe/trees.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>
#include "format/identity.h"
#include "observe/part_seen.h"

enum { RECORDS = 8192 }; /* of a ring that are looked at: the newest */

struct place { /* of a tree among the records that were read */
	uint32_t first, count;
};

struct tc_trees_scratch {
	struct tacho_record record[RECORDS];
	struct place place[RECORDS];
};

static uint64_t next_random(uint64_t *chance) /* xorshift64* (S. Vigna, 2016) */
{
	*chance ^= *chance >> 12;
	*chance ^= *chance << 25;
	*chance ^= *chance >> 27;
	return *chance * UINT64_C(0x2545f4914f6cdd1d);
}

static double next_uniform(uint64_t *chance)
{
	return (double)(next_random(chance) >> 11) * 0x1p-53;
}

double tc_trees_exponential(uint64_t *chance)
{
	for (double whole = 0;; whole++) {
		double first = next_uniform(chance), before = first, next;
		bool odd = true;
		for (; (next = next_uniform(chance)) < before; before = next)
			odd = !odd;
		if (odd)
			return whole + first;
	}
}

/* ---- the sample ---- */

double tc_trees_limit(const struct tc_trees *trees)
{
	return trees->count < TC_TREES_MOST ? DBL_MAX : trees->key[0];
}

static void sift_up(struct tc_trees *trees, double key)
{
	size_t at = trees->count++;
	for (; at && trees->key[(at - 1) / 2] < key; at = (at - 1) / 2)
		trees->key[at] = trees->key[(at - 1) / 2];
	trees->key[at] = key;
}

/* In place of the highest. */
static void sift_down(struct tc_trees *trees, double key)
{
	size_t at = 0;
	for (size_t next; (next = 2 * at + 1) < trees->count; at = next) {
		next += next + 1 < trees->count && trees->key[next + 1] > trees->key[next];
		if (trees->key[next] <= key)
			break;
		trees->key[at] = trees->key[next];
	}
	trees->key[at] = key;
}

static void keep(struct tc_trees *trees, double key)
{
	if (trees->count < TC_TREES_MOST)
		sift_up(trees, key);
	else
		sift_down(trees, key);
}

void tc_trees_release(struct tc_trees *trees)
{
	free(trees->scratch);
	trees->scratch = NULL;
}

/* ---- roots ---- */

/* The innermost of the spans that stay open: its node; 0: the thread itself. */
static uint32_t stays_open(
	const struct tc_part_reading *reading, struct tc_block_seen *block, const struct tacho_block *head)
{
	struct tacho_open open[TC_TREES_OPEN];
	uint32_t depth = (uint32_t)head->top, top = 0, i = 0;
	depth = depth < TC_TREES_OPEN ? depth : TC_TREES_OPEN;
	if (depth && !tc_seen_pread(reading, block->at + offsetof(struct tacho_block, stack) + sizeof *open, open,
			     depth * sizeof *open))
		depth = 0;
	for (; i < depth; i++) {
		uint32_t node = (uint32_t)(open[i].tag >> TACHO_TAG_NODE_SHIFT) & 0xffff;
		if (node >= block->nodes || (open[i].start != block->trees.start[i] && block->node[node].count))
			break;
		top = node;
	}
	for (i = 0; i < TC_TREES_OPEN; i++)
		block->trees.start[i] = i < depth ? open[i].start : 0;
	return top;
}

static bool is_root(const struct tc_block_seen *block, uint32_t node, uint32_t top)
{
	return node && node < block->nodes && block->node[node].parent == top && !block->node[node].beside;
}

void tc_trees_before(const struct tc_part_reading *reading, struct tc_block_seen *block)
{
	for (uint32_t i = 0; reading->trees && i < block->nodes; i++)
		block->node[i].before = block->node[i].count;
}

static double roots_since(const struct tc_block_seen *block, uint32_t top)
{
	uint64_t roots = 0;
	for (uint32_t i = 1; i < block->nodes; i++)
		roots += is_root(block, i, top) ? block->node[i].count - block->node[i].before : 0;
	return (double)roots;
}

static uint64_t end_of(const struct tacho_record *record)
{
	return record->start_ns + (record->word & TACHO_DURATION_LONG);
}

/* A span that was measured elsewhere began and ended whenever its program says. */
static bool lies_in(const struct tacho_record *record, const struct tacho_record *root)
{
	return tc_tag_kind(record->word) == TACHO_KIND_MEASURED || end_of(record) > root->start_ns;
}

/* Of the records in the scratch, whole trees whose roots are among those from `since` on; the newest first. */
static size_t list_trees(
	struct tc_trees_scratch *scratch, size_t since, size_t count, const struct tc_block_seen *block, uint32_t top)
{
	const struct tacho_record *record = scratch->record;
	size_t trees = 0;
	for (size_t end = count; end > since;) {
		const struct tacho_record *root = &record[end - 1];
		uint32_t node = (uint32_t)(root->word >> TACHO_TAG_NODE_SHIFT) & 0xffff;
		size_t first = end - 1;
		if (tc_tag_kind(root->word) || !is_root(block, node, top) ||
			(root->word & TACHO_DURATION_LONG) == TACHO_DURATION_LONG) {
			end--;
			continue;
		}
		while (first && lies_in(&record[first - 1], root))
			first--;
		if (first && end - first <= TC_TREE_RECORDS) /* at the oldest record nobody knows */
			scratch->place[trees++] = (struct place){(uint32_t)first, (uint32_t)(end - first)};
		end = first;
	}
	return trees;
}

/* The newest records before number `written`, as far as they have not been overwritten; how many. */
static size_t read_records(const struct tc_part_reading *reading, const struct tc_block_seen *block,
	const struct tacho_block *head, uint64_t written, struct tacho_record *out)
{
	uint64_t ring = head->ring_records, most = ring < RECORDS ? ring : RECORDS, finished, lost;
	uint64_t first = written > most ? written - most : 0;
	if (!ring || ring & (ring - 1))
		return 0;
	uint64_t at = first & (ring - 1), before = ring - at < written - first ? ring - at : written - first;
	uint64_t begin = block->at + sizeof *head;
	if (!tc_seen_pread(reading, begin + at * sizeof *out, out, before * sizeof *out) ||
		!tc_seen_pread(reading, begin, out + before, (written - first - before) * sizeof *out) ||
		!tc_seen_pread(reading, block->at + offsetof(struct tacho_block, finished), &finished, sizeof finished))
		return 0;
	lost = finished - head->skipped + 1 > ring ? finished - head->skipped + 1 - ring : 0; /* one may be under way */
	if (lost >= written)
		return 0;
	lost = lost > first ? lost - first : 0;
	memmove(out, out + lost, (written - first - lost) * sizeof *out);
	return written - first - lost;
}

static void take(struct tc_trees *trees, const struct tc_part_reading *reading, const struct tc_block_seen *block,
	double key, const struct place *place)
{
	const struct tc_tree_entry entry = {.key = key,
		.part = reading->part->id,
		.block = block->at,
		.epoch = block->epoch,
		.count = place->count,
		.record = trees->scratch->record + place->first};
	tc_log_tree(reading->target->log, &entry);
	keep(trees, key);
}

static bool has_room(struct tc_trees *trees)
{
	if (!trees->scratch)
		trees->scratch = malloc(sizeof *trees->scratch);
	return trees->scratch;
}

void tc_trees_after(const struct tc_part_reading *reading, struct tc_block_seen *block, const struct tacho_block *head)
{
	struct tc_trees *trees = reading->trees;
	uint64_t written = head->finished > head->skipped ? head->finished - head->skipped : 0,
		 first = block->trees.next;
	if (!trees)
		return;
	written -= written && !reading->last; /* it may be under way, or too short to be kept */
	block->trees.next = written;
	uint32_t top = stays_open(reading, block, head);
	double roots = roots_since(block, top);
	if (roots <= 0 || first >= written)
		return;
	double key = tc_trees_exponential(&trees->chance) / roots;
	if (key >= tc_trees_limit(trees) || !has_room(trees))
		return;
	size_t records = read_records(reading, block, head, written, trees->scratch->record);
	size_t fresh = written - first < records ? (size_t)(written - first) : records;
	size_t found = list_trees(trees->scratch, records - fresh, records, block, top);
	while (found && key < tc_trees_limit(trees)) {
		size_t one = next_random(&trees->chance) % found;
		take(trees, reading, block, key, &trees->scratch->place[one]);
		trees->scratch->place[one] = trees->scratch->place[--found];
		key += tc_trees_exponential(&trees->chance) / roots;
	}
}
