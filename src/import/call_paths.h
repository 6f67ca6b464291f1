/* SPDX-License-Identifier: MIT
 *
 * call_paths.h - call paths: the names of spans from the outermost on, each path with a number.
 */
#ifndef IMPORT_CALL_PATHS_H
#define IMPORT_CALL_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tacho/layout.h>

struct tc_call_path {
	uint32_t parent, name; /* 0: no span at all is around it */
	enum tacho_kind kind;
	uint32_t next; /* with the same hash + 1 */
};

struct tc_call_paths {
	struct tc_call_path *path; /* from 1 on */
	size_t count, room;
	uint32_t *slot;
};

bool tc_call_paths_init(struct tc_call_paths *paths); /* false: out of memory */
void tc_call_paths_release(struct tc_call_paths *paths);

/* The path of this name below another, 0: below none; 0: out of memory. */
uint32_t tc_call_paths_below(struct tc_call_paths *paths, uint32_t parent, uint32_t name, enum tacho_kind kind);

/* Of how many names it is. */
uint32_t tc_call_paths_depth(const struct tc_call_paths *paths, uint32_t path);

#endif
