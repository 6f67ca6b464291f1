/* SPDX-License-Identifier: MIT
 *
 * sort_merge.c - runs of items that are sorted as one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"
#include "import/sort_runs.h"

static const struct tc_item *first_of(const struct tc_sort *sort, size_t run)
{
	return (const struct tc_item *)(const void *)(sort->run[run].piece + sort->run[run].used);
}

/* Of runs whose items are equal the older one first. */
static bool is_before(const struct tc_sort *sort, size_t a, size_t b)
{
	int order = tc_sort_order(first_of(sort, a), first_of(sort, b));
	return order ? order < 0 : a < b;
}

static void sift_down(struct tc_sort *sort, size_t at)
{
	size_t moved = sort->heap[at];
	for (size_t child; (child = 2 * at + 1) < sort->in_heap; at = child) {
		if (child + 1 < sort->in_heap && is_before(sort, sort->heap[child + 1], sort->heap[child]))
			child++;
		if (!is_before(sort, sort->heap[child], moved))
			break;
		sort->heap[at] = sort->heap[child];
	}
	sort->heap[at] = moved;
}

/* So many bytes of the run at `used`; false: with the sentence set. */
static bool want(struct tc_sort *sort, struct tc_sort_run *run, size_t bytes)
{
	if (run->filled - run->used >= bytes)
		return true;
	if (run->used)
		memmove(run->piece, run->piece + run->used, run->filled - run->used);
	run->filled -= run->used;
	run->used = 0;
	if (bytes > run->room) {
		size_t room = bytes > TC_SORT_PIECE ? bytes : TC_SORT_PIECE;
		char *piece = realloc(run->piece, room);
		if (!piece) {
			tc_error(TACHO_ENOMEM, "no memory to sort the spans");
			return false;
		}
		run->piece = piece;
		run->room = room;
	}
	while (run->filled < run->room && run->at < run->end) {
		size_t room = run->room - run->filled, left = (size_t)(run->end - run->at);
		ssize_t n = pread(sort->fd, run->piece + run->filled, room < left ? room : left, (off_t)run->at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			tc_error_errno(n ? errno : EIO, "cannot read the spans that are sorted in %s", sort->directory);
			return false;
		}
		run->filled += (size_t)n;
		run->at += (uint64_t)n;
	}
	return run->filled >= bytes;
}

static bool is_over(const struct tc_sort_run *run)
{
	return run->used == run->filled && run->at == run->end;
}

static bool load_first(struct tc_sort *sort, size_t number)
{
	struct tc_sort_run *run = &sort->run[number];
	return want(sort, run, sizeof(struct tc_item)) && want(sort, run, first_of(sort, number)->bytes);
}

int tc_sort_begin(struct tc_sort *sort)
{
	if (!sort->runs) {
		tc_sort_items(sort);
		return 0;
	}
	int code = sort->items ? tc_sort_write_run(sort) : 0;
	free(sort->bytes);
	free(sort->item);
	sort->bytes = NULL;
	sort->item = NULL;
	if (code)
		return code;
	sort->heap = malloc(sort->runs * sizeof *sort->heap);
	if (!sort->heap)
		return tc_error(TACHO_ENOMEM, "no memory to sort the spans");
	for (size_t i = 0; i < sort->runs; i++) {
		if (!load_first(sort, i))
			return TACHO_EIO;
		sort->heap[sort->in_heap++] = i;
	}
	for (size_t i = sort->in_heap / 2; i--;)
		sift_down(sort, i);
	return 0;
}

/* The one that was given out before goes. */
static int drop_first(struct tc_sort *sort)
{
	struct tc_sort_run *run = &sort->run[sort->heap[0]];
	run->used += first_of(sort, sort->heap[0])->bytes;
	if (is_over(run)) {
		free(run->piece);
		run->piece = NULL;
		sort->heap[0] = sort->heap[--sort->in_heap];
	} else if (!load_first(sort, sort->heap[0])) {
		return TACHO_EIO;
	}
	if (sort->in_heap)
		sift_down(sort, 0);
	return 0;
}

int tc_sort_next(struct tc_sort *sort, const struct tc_item **out)
{
	*out = NULL;
	if (!sort->runs) {
		if (sort->next < sort->items)
			*out = sort->item[sort->next++];
		return 0;
	}
	int code = sort->taken && sort->in_heap ? drop_first(sort) : 0;
	sort->taken = true;
	if (!code && sort->in_heap)
		*out = first_of(sort, sort->heap[0]);
	return code;
}
