/* SPDX-License-Identifier: MIT
 *
 * sort_runs.h - items as they are collected and, where they are more than are kept in memory, in runs of a file that are sorted.
 */
#ifndef IMPORT_SORT_RUNS_H
#define IMPORT_SORT_RUNS_H

#include <limits.h>
#include "import/sort.h"

enum { TC_SORT_PIECE = 1 << 16 };

struct tc_sort_run {      /* of the file */
	uint64_t at, end; /* what is not read yet */
	char *piece;      /* read, from `used` on to `filled` */
	size_t used, filled, room;
};

struct tc_sort {
	char directory[PATH_MAX];
	char *bytes; /* items that are collected, and, sorted, where they begin */
	size_t used, room;
	const struct tc_item **item;
	size_t items, item_room, next;
	int fd;
	uint64_t written;
	struct tc_sort_run *run;
	size_t runs, run_room;
	size_t *heap; /* runs by their first item */
	size_t in_heap;
	bool taken; /* the first item of the first run was given out */
};

int tc_sort_order(const struct tc_item *a, const struct tc_item *b); /* as qsort() wants it */

/* sort.c: those that were collected, in order; and the same as a run of the file, with none collected then.  0 or a negative code */
void tc_sort_items(struct tc_sort *sort);
int tc_sort_write_run(struct tc_sort *sort);

#endif
