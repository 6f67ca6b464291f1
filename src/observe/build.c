/* SPDX-License-Identifier: MIT */
#include "observe/build.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS_FIRST = 4, CELL_BYTES_MAX = 1 << 20, CELL_BYTES = sizeof(uint16_t) + sizeof(uint64_t) };

static struct tc_build_name *find(struct tc_build *build, uint32_t number)
{
	if (number >= build->places) {
		size_t places = build->places ? build->places : 64;
		while (places <= number)
			places *= 2;
		uint32_t *place = realloc(build->place, places * sizeof *place);
		if (!place)
			return NULL;
		memset(place + build->places, 0, (places - build->places) * sizeof *place);
		build->place = place;
		build->places = places;
	}
	if (build->place[number])
		return &build->name[build->place[number] - 1];
	if (build->count == build->room) {
		size_t room = build->room ? build->room * 2 : 16;
		struct tc_build_name *name = realloc(build->name, room * sizeof *name);
		if (!name)
			return NULL;
		build->name = name;
		build->room = room;
	}
	struct tc_build_name *name = &build->name[build->count++];
	if (build->count > build->kept) {
		*name = (struct tc_build_name){.room = 0};
		build->kept = build->count;
	}
	name->entry = (struct tc_window_entry){.name = number, .min_ns = UINT64_MAX};
	name->cells = 0;
	build->place[number] = (uint32_t)build->count;
	return name;
}

static uint16_t *cells_of(const struct tc_build_name *name)
{
	return name->grown ? (uint16_t *)(void *)(name->grown + name->room) : NULL; /* ascending */
}

/* Where an entry's cells are laid out for the log: room for those of any name. */
static bool make_row(struct tc_build *build, uint32_t cells)
{
	if (cells <= build->row)
		return true;
	uint32_t *cell = realloc(build->cell, cells * sizeof *cell);
	if (!cell)
		return false;
	build->cell = cell;
	uint32_t *grown = realloc(build->grown, cells * sizeof *grown);
	if (!grown)
		return false;
	build->grown = grown;
	build->row = cells;
	return true;
}

static bool make_room(struct tc_build *build, struct tc_build_name *name, uint32_t cells)
{
	uint32_t room = name->room ? name->room : CELLS_FIRST;
	while (room < cells)
		room *= 2;
	if (room == name->room)
		return true;
	if (!make_row(build, room))
		return false;
	if (build->cell_bytes + (room - name->room) * (size_t)CELL_BYTES > CELL_BYTES_MAX)
		return false;
	uint64_t *grown = realloc(name->grown, room * (size_t)CELL_BYTES);
	if (!grown)
		return false;
	name->grown = grown;
	memmove(grown + room, cells_of(name), name->cells * sizeof(uint16_t));
	build->cell_bytes += (room - name->room) * (size_t)CELL_BYTES;
	name->room = room;
	return true;
}

/* How many cells there will be: those of both, and those in both once. */
static uint32_t united(const struct tc_build_name *name, const struct tc_window_entry *entry)
{
	const uint16_t *cell = cells_of(name);
	uint32_t both = 0;
	for (uint32_t i = 0, k = 0; i < name->cells && k < entry->cells;) {
		uint32_t mine = cell[i], its = entry->cell[k];
		both += mine == its;
		i += mine <= its;
		k += its <= mine;
	}
	return name->cells + entry->cells - both;
}

/* Merges from the end, so that nothing is overwritten before it was moved. */
static void merge_cells(struct tc_build *build, struct tc_build_name *name, const struct tc_window_entry *entry)
{
	uint32_t to = united(name, entry), i = name->cells, k = entry->cells;
	if (!make_room(build, name, to)) {
		build->cells_lost = true;
		return;
	}
	uint16_t *cells = cells_of(name);
	name->cells = to;
	while (k) {
		bool mine = i && cells[i - 1] >= entry->cell[k - 1];
		bool its = !i || entry->cell[k - 1] >= cells[i - 1];
		uint16_t cell = mine ? cells[i - 1] : (uint16_t)entry->cell[k - 1];
		uint64_t grown = (mine ? name->grown[i - 1] : 0) + (its ? entry->grown[k - 1] : 0);
		i -= mine;
		k -= its;
		to--;
		cells[to] = cell;
		name->grown[to] = grown;
	}
}

void tc_build_add(struct tc_build *build, const struct tc_window_entry *entry)
{
	struct tc_build_name *name = find(build, entry->name);
	if (!name) {
		build->cells_lost = true;
		return;
	}
	name->entry.count += entry->count;
	name->entry.failed += entry->failed;
	name->entry.self_ns = (int64_t)((uint64_t)name->entry.self_ns + (uint64_t)entry->self_ns);
	name->entry.sum_ns = tc_wide_add(name->entry.sum_ns, entry->sum_ns);
	name->entry.squares_ns2 = tc_wide_add(name->entry.squares_ns2, entry->squares_ns2);
	if (entry->count && entry->min_ns < name->entry.min_ns)
		name->entry.min_ns = entry->min_ns;
	if (entry->count && entry->max_ns > name->entry.max_ns)
		name->entry.max_ns = entry->max_ns;
	if (entry->has_share) {
		name->entry.has_share = true;
		tc_share_add(&name->entry.share, &entry->share);
	}
	merge_cells(build, name, entry);
}

/* Takes what fits an entry's 32 bits out of the cells; the rest, of windows of hours, goes into one more entry. */
static uint32_t take_cells(struct tc_build_name *name, uint32_t *cell, uint32_t *grown)
{
	const uint16_t *cells = cells_of(name);
	uint32_t count = 0;
	for (uint32_t i = 0; i < name->cells; i++) {
		if (!name->grown[i])
			continue;
		cell[count] = cells[i];
		grown[count] = name->grown[i] > UINT32_MAX ? UINT32_MAX : (uint32_t)name->grown[i];
		name->grown[i] -= grown[count++];
	}
	return count;
}

/* How many entries the name takes: one, but where a cell grew by more than 32 bits tell. */
static size_t entries_of(const struct tc_build_name *name)
{
	uint64_t most = 0;
	for (uint32_t i = 0; i < name->cells; i++)
		most = name->grown[i] > most ? name->grown[i] : most;
	return 1 + most / ((uint64_t)UINT32_MAX + 1);
}

static void empty(struct tc_build *build)
{
	for (size_t i = 0; i < build->count; i++)
		build->place[build->name[i].entry.name] = 0;
	build->count = 0;
}

void tc_build_write(struct tc_build *build, struct tc_log *log, int kind, uint64_t begin_ns, uint64_t end_ns)
{
	size_t count = 0;
	for (size_t i = 0; i < build->count; i++)
		count += entries_of(&build->name[i]);
	tc_log_window_begin(log, kind, begin_ns, end_ns, count);
	for (size_t i = 0; i < build->count; i++) {
		struct tc_build_name *name = &build->name[i];
		struct tc_window_entry entry = name->entry;
		entry.min_ns = entry.count ? entry.min_ns : 0;
		for (size_t k = entries_of(name); k; k--) {
			entry.cell = build->cell;
			entry.grown = build->grown;
			entry.cells = take_cells(name, build->cell, build->grown);
			tc_log_window_entry(log, &entry);
			entry = (struct tc_window_entry){.name = entry.name}; /* the next has the rest of the cells */
		}
	}
	tc_log_window_end(log);
	empty(build);
}

void tc_build_release(struct tc_build *build)
{
	for (size_t i = 0; i < build->kept; i++)
		free(build->name[i].grown);
	free(build->name);
	free(build->place);
	free(build->cell);
	free(build->grown);
	*build = (struct tc_build){.count = 0};
}
