/* SPDX-License-Identifier: MIT */
#include "import/call_paths.h"

#include <stdlib.h>

static uint32_t hash_of(uint32_t parent, uint32_t name, enum tacho_kind kind)
{
	uint64_t hash = ((uint64_t)parent << 32 | name) * 0x9e3779b97f4a7c15u + (uint64_t)kind;
	return (uint32_t)(hash >> 32 ^ hash);
}

static uint32_t *slot_of(const struct tc_call_paths *paths, uint32_t parent, uint32_t name, enum tacho_kind kind)
{
	return &paths->slot[hash_of(parent, name, kind) & (paths->room - 1)];
}

static bool grow(struct tc_call_paths *paths)
{
	size_t room = paths->room ? 2 * paths->room : 256;
	struct tc_call_path *path = realloc(paths->path, room * sizeof *path);
	if (!path)
		return false;
	paths->path = path;
	uint32_t *slot = calloc(room, sizeof *slot);
	if (!slot)
		return false;
	free(paths->slot);
	paths->slot = slot;
	paths->room = room;
	for (size_t i = 1; i < paths->count; i++) {
		uint32_t *first = slot_of(paths, path[i].parent, path[i].name, path[i].kind);
		path[i].next = *first;
		*first = (uint32_t)i + 1;
	}
	return true;
}

bool tc_call_paths_init(struct tc_call_paths *paths)
{
	*paths = (struct tc_call_paths){.count = 1};
	return grow(paths);
}

void tc_call_paths_release(struct tc_call_paths *paths)
{
	free(paths->path);
	free(paths->slot);
}

uint32_t tc_call_paths_below(struct tc_call_paths *paths, uint32_t parent, uint32_t name, enum tacho_kind kind)
{
	const struct tc_call_path *path = paths->path;
	for (uint32_t at = *slot_of(paths, parent, name, kind); at; at = path[at - 1].next)
		if (path[at - 1].parent == parent && path[at - 1].name == name && path[at - 1].kind == kind)
			return at - 1;
	if (paths->count == paths->room && !grow(paths))
		return 0;
	uint32_t *first = slot_of(paths, parent, name, kind);
	paths->path[paths->count] = (struct tc_call_path){parent, name, kind, *first};
	*first = (uint32_t)paths->count + 1;
	return (uint32_t)paths->count++;
}

uint32_t tc_call_paths_depth(const struct tc_call_paths *paths, uint32_t path)
{
	uint32_t depth = 0;
	for (; path; path = paths->path[path].parent)
		depth++;
	return depth;
}
