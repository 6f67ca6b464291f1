/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>

#include "observe/part_seen.h"

/* Most names of a program of a thousand have spans of a few durations only. */
enum { CELLS_STEP = 4, LINE_CELLS = 16, CELL_BYTES_MAX = 1 << 20, CELL_BYTES = sizeof(uint16_t) + sizeof(uint32_t) };

/* By bisection: cells ascend with ns. */
uint64_t tc_cell_first_ns(uint32_t cell)
{
	uint64_t low = 0, high = UINT64_MAX;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (tacho_cell(middle) >= cell)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

uint64_t tc_cell_last_ns(uint32_t cell)
{
	uint64_t next = tc_cell_first_ns(cell + 1);
	return next ? next - 1 : 0;
}

/* Of many names there are few cells of each: one piece of memory is half of two. */
static uint16_t *cells_of(const struct tc_node_seen *seen)
{
	return seen->seen ? (uint16_t *)(void *)(seen->seen + seen->room) : NULL; /* ascending */
}

struct merge {
	const struct tc_node_seen *seen;
	const uint16_t *cell; /* of seen */
	struct tc_part_scratch *scratch;
	uint32_t before, merged, grown; /* how far in what was seen, in what will be, in what grew */
};

static void put_merged(struct merge *merge, uint32_t cell, uint32_t value)
{
	merge->scratch->merged_cell[merge->merged] = (uint16_t)cell;
	merge->scratch->merged_seen[merge->merged++] = value;
}

/* One cell, in ascending order, with what the file holds now. */
static void merge_cell(struct merge *merge, uint32_t cell, uint32_t now)
{
	const struct tc_node_seen *seen = merge->seen;
	uint32_t before = 0;
	for (; merge->before < seen->cells && merge->cell[merge->before] < cell; merge->before++)
		put_merged(merge, merge->cell[merge->before], seen->seen[merge->before]);
	bool known = merge->before < seen->cells && merge->cell[merge->before] == cell;
	if (known)
		before = seen->seen[merge->before++];
	if (now != before) {
		merge->scratch->cell[merge->grown] = cell;
		merge->scratch->grown[merge->grown++] = now - before; /* also past 2^32 */
	}
	if (known || now != before)
		put_merged(merge, cell, now);
}

/* A line of the cache at a time: most are empty. */
static void merge_page(struct merge *merge, uint32_t page)
{
	for (uint32_t line = 0; line < TACHO_PAGE_CELLS / LINE_CELLS; line++) {
		const uint32_t *cells = merge->scratch->page + line * LINE_CELLS;
		uint32_t any = 0;
		for (uint32_t i = 0; i < LINE_CELLS; i++)
			any |= cells[i];
		for (uint32_t i = 0; any && i < LINE_CELLS; i++)
			if (cells[i])
				merge_cell(merge, page * TACHO_PAGE_CELLS + line * LINE_CELLS + i, cells[i]);
	}
}

static bool keep_merged(struct tc_part_totals *totals, struct tc_node_seen *seen, const struct merge *merge)
{
	if (!merge->merged)
		return true;
	if (merge->merged > seen->room) {
		uint32_t room = (merge->merged + CELLS_STEP - 1) / CELLS_STEP * CELLS_STEP;
		if (totals->cell_bytes + (room - seen->room) * (size_t)CELL_BYTES > CELL_BYTES_MAX)
			return false;
		uint32_t *values = realloc(seen->seen, room * (size_t)CELL_BYTES);
		if (!values)
			return false;
		seen->seen = values;
		totals->cell_bytes += (room - seen->room) * (size_t)CELL_BYTES;
		seen->room = (uint16_t)room;
	}
	memcpy(cells_of(seen), merge->scratch->merged_cell, merge->merged * sizeof(uint16_t));
	memcpy(seen->seen, merge->scratch->merged_seen, merge->merged * sizeof *seen->seen);
	seen->cells = (uint16_t)merge->merged;
	return true;
}

void tc_seen_read_cells(struct tc_part_reading *reading, struct tc_block_seen *block, struct tc_node_seen *seen,
	const struct tacho_node *node, struct tc_window_entry *entry)
{
	struct merge merge = {.seen = seen, .cell = cells_of(seen), .scratch = reading->scratch};
	for (uint32_t page = 0; page < TACHO_HISTOGRAM_PAGES; page++) {
		uint64_t at = block->at + (uint64_t)node->page[page] * TACHO_UNIT;
		if (node->page[page] &&
			tc_seen_pread(reading, at, reading->scratch->page, sizeof reading->scratch->page))
			merge_page(&merge, page);
	}
	for (; merge.before < seen->cells; merge.before++)
		put_merged(&merge, merge.cell[merge.before], seen->seen[merge.before]);
	if (!keep_merged(reading->totals, seen, &merge)) {
		reading->totals->cells_lost = true;
		return;
	}
	entry->cell = reading->scratch->cell;
	entry->grown = reading->scratch->grown;
	entry->cells = merge.grown;
	for (uint32_t i = 0; i < merge.grown; i++) {
		block->binned += merge.scratch->grown[i];
		seen->binned += merge.scratch->grown[i];
	}
}
