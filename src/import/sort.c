/* SPDX-License-Identifier: MIT */
#include "import/sort.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"

enum { FIRST = 1 << 20, MOST = 1 << 25, PIECE = 1 << 16 };

struct run {              /* of the file */
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
	struct run *run;
	size_t runs, run_room;
	size_t *heap; /* runs by their first item */
	size_t in_heap;
	bool taken; /* the first item of the first run was given out */
};

struct tc_sort *tc_sort_new(const char *directory)
{
	struct tc_sort *sort = calloc(1, sizeof *sort);
	if (!sort)
		return NULL;
	sort->fd = -1;
	snprintf(sort->directory, sizeof sort->directory, "%s", directory);
	return sort;
}

void tc_sort_free(struct tc_sort *sort)
{
	if (!sort)
		return;
	if (sort->fd >= 0)
		close(sort->fd);
	for (size_t i = 0; i < sort->runs; i++)
		free(sort->run[i].piece);
	free(sort->run);
	free(sort->heap);
	free(sort->item);
	free(sort->bytes);
	free(sort);
}

static int by_key(const struct tc_item *a, const struct tc_item *b)
{
	if (a->start_ns != b->start_ns)
		return a->start_ns < b->start_ns ? -1 : 1;
	bool reads = a->flags & TC_ITEM_READING, others = b->flags & TC_ITEM_READING;
	if (reads || others)
		return reads - others;
	bool open = a->flags & TC_ITEM_OPEN, other = b->flags & TC_ITEM_OPEN;
	if (open != other)
		return other - open;
	if (a->duration_ns != b->duration_ns)
		return a->duration_ns > b->duration_ns ? -1 : 1;
	return (a->depth > b->depth) - (a->depth < b->depth);
}

static int by_key_and_place(const void *a, const void *b)
{
	const struct tc_item *const *x = a, *const *y = b;
	int order = by_key(*x, *y);
	return order ? order : (*x > *y) - (*x < *y);
}

/* ---- collecting ---- */

static int open_file(struct tc_sort *sort)
{
	char path[PATH_MAX + 16];
	sort->fd = open(sort->directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (sort->fd >= 0)
		return 0;
	snprintf(path, sizeof path, "%s/.sorting-XXXXXX", sort->directory);
	sort->fd = mkostemp(path, O_CLOEXEC);
	if (sort->fd < 0)
		return tc_error_errno(errno, "cannot make a file in %s to sort spans in", sort->directory);
	unlink(path);
	return 0;
}

static int write_all(struct tc_sort *sort, const char *bytes, size_t count)
{
	while (count) {
		ssize_t n = pwrite(sort->fd, bytes, count, (off_t)sort->written);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return tc_error_errno(n ? errno : ENOSPC,
				"cannot sort the spans in a file in %s: it needs room for all of them for a while",
				sort->directory);
		bytes += n;
		count -= (size_t)n;
		sort->written += (uint64_t)n;
	}
	return 0;
}

static void order(struct tc_sort *sort)
{
	const char *at = sort->bytes;
	for (size_t i = 0; i < sort->items; i++) {
		sort->item[i] = (const struct tc_item *)(const void *)at;
		at += sort->item[i]->bytes;
	}
	if (sort->items)
		qsort(sort->item, sort->items, sizeof *sort->item, by_key_and_place);
}

static int add_run(struct tc_sort *sort, uint64_t begin)
{
	if (sort->runs == sort->run_room) {
		size_t room = sort->run_room ? 2 * sort->run_room : 16;
		struct run *run = realloc(sort->run, room * sizeof *run);
		if (!run)
			return tc_error(TACHO_ENOMEM, "no memory to sort the spans");
		sort->run = run;
		sort->run_room = room;
	}
	sort->run[sort->runs++] = (struct run){.at = begin, .end = sort->written};
	return 0;
}

static int write_run(struct tc_sort *sort)
{
	uint64_t begin = sort->written;
	char *piece = malloc(PIECE);
	size_t used = 0;
	int code = piece ? 0 : tc_error(TACHO_ENOMEM, "no memory to sort the spans");
	if (!code && sort->fd < 0)
		code = open_file(sort);
	order(sort);
	for (size_t i = 0; !code && i < sort->items; i++) {
		const struct tc_item *item = sort->item[i];
		if (used && used + item->bytes > PIECE) {
			code = write_all(sort, piece, used);
			used = 0;
		}
		if (item->bytes > PIECE) {
			code = code ? code : write_all(sort, (const char *)item, item->bytes);
			continue;
		}
		memcpy(piece + used, item, item->bytes);
		used += item->bytes;
	}
	if (!code)
		code = write_all(sort, piece, used);
	free(piece);
	sort->used = sort->items = 0;
	return code ? code : add_run(sort, begin);
}

static bool make_room(struct tc_sort *sort, size_t bytes)
{
	while (sort->used + bytes > sort->room) {
		size_t room = sort->room ? 2 * sort->room : FIRST;
		char *more = realloc(sort->bytes, room);
		if (!more)
			return false;
		sort->bytes = more;
		sort->room = room;
	}
	if (sort->items < sort->item_room)
		return true;
	size_t room = sort->item_room ? 2 * sort->item_room : 4096;
	const struct tc_item **more = realloc(sort->item, room * sizeof *more);
	if (!more)
		return false;
	sort->item = more;
	sort->item_room = room;
	return true;
}

int tc_sort_add(struct tc_sort *sort, const struct tc_item *item)
{
	int code = sort->items && sort->used + item->bytes > MOST ? write_run(sort) : 0;
	if (code)
		return code;
	if (!make_room(sort, item->bytes))
		return tc_error(TACHO_ENOMEM, "no memory to sort the spans");
	memcpy(sort->bytes + sort->used, item, item->bytes);
	sort->used += item->bytes;
	sort->items++;
	return 0;
}

/* ---- merging ---- */

static const struct tc_item *first_of(const struct tc_sort *sort, size_t run)
{
	return (const struct tc_item *)(const void *)(sort->run[run].piece + sort->run[run].used);
}

/* Of runs whose items are equal the older one first. */
static bool is_before(const struct tc_sort *sort, size_t a, size_t b)
{
	int order = by_key(first_of(sort, a), first_of(sort, b));
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
static bool want(struct tc_sort *sort, struct run *run, size_t bytes)
{
	if (run->filled - run->used >= bytes)
		return true;
	if (run->used)
		memmove(run->piece, run->piece + run->used, run->filled - run->used);
	run->filled -= run->used;
	run->used = 0;
	if (bytes > run->room) {
		size_t room = bytes > PIECE ? bytes : PIECE;
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

static bool is_over(const struct run *run)
{
	return run->used == run->filled && run->at == run->end;
}

static bool load_first(struct tc_sort *sort, size_t number)
{
	struct run *run = &sort->run[number];
	return want(sort, run, sizeof(struct tc_item)) && want(sort, run, first_of(sort, number)->bytes);
}

int tc_sort_begin(struct tc_sort *sort)
{
	if (!sort->runs) {
		order(sort);
		return 0;
	}
	int code = sort->items ? write_run(sort) : 0;
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
	struct run *run = &sort->run[sort->heap[0]];
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
