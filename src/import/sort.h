/* SPDX-License-Identifier: MIT
 *
 * sort.h - items in the order of their begins; of those that begin together the longest first, then as they came.  What is more than
 * 32 MiB goes to a file without a name, in sorted runs that are merged: memory is that, and 64 KiB for each run of 32 MiB.
 */
#ifndef IMPORT_SORT_H
#define IMPORT_SORT_H

#include "import/item.h"

struct tc_sort;

/* Its file lies in the directory when there is need of one.  NULL: out of memory. */
struct tc_sort *tc_sort_new(const char *directory);
void tc_sort_free(struct tc_sort *sort);

/* Of its file; sort may be NULL. */
uint64_t tc_sort_bytes(const struct tc_sort *sort);

/* 0 or a negative code with the sentence set. */
int tc_sort_add(struct tc_sort *sort, const struct tc_item *item);

/* No more will be added. */
int tc_sort_begin(struct tc_sort *sort);

/* The next item, in *out until the next call; NULL: there is none.  0 or a negative code. */
int tc_sort_next(struct tc_sort *sort, const struct tc_item **out);

#endif
