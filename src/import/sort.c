/* SPDX-License-Identifier: MIT */
#include "import/sort_runs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"

enum { FIRST = 1 << 20, MOST = 1 << 25 };

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

uint64_t tc_sort_bytes(const struct tc_sort *sort)
{
	return sort ? sort->written : 0;
}

int tc_sort_order(const struct tc_item *a, const struct tc_item *b)
{
	if (a->start_ns != b->start_ns)
		return a->start_ns < b->start_ns ? -1 : 1;
	bool spans = !(a->flags & TC_ITEM_NO_SPAN), others = !(b->flags & TC_ITEM_NO_SPAN);
	if (!spans || !others)
		return others - spans;
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
	int order = tc_sort_order(*x, *y);
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

void tc_sort_items(struct tc_sort *sort)
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
		struct tc_sort_run *run = realloc(sort->run, room * sizeof *run);
		if (!run)
			return tc_error(TACHO_ENOMEM, "no memory to sort the spans");
		sort->run = run;
		sort->run_room = room;
	}
	sort->run[sort->runs++] = (struct tc_sort_run){.at = begin, .end = sort->written};
	return 0;
}

int tc_sort_write_run(struct tc_sort *sort)
{
	uint64_t begin = sort->written;
	char *piece = malloc(TC_SORT_PIECE);
	size_t used = 0;
	int code = piece ? 0 : tc_error(TACHO_ENOMEM, "no memory to sort the spans");
	if (!code && sort->fd < 0)
		code = open_file(sort);
	tc_sort_items(sort);
	for (size_t i = 0; !code && i < sort->items; i++) {
		const struct tc_item *item = sort->item[i];
		if (used && used + item->bytes > TC_SORT_PIECE) {
			code = write_all(sort, piece, used);
			used = 0;
		}
		if (item->bytes > TC_SORT_PIECE) {
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
	int code = sort->items && sort->used + item->bytes > MOST ? tc_sort_write_run(sort) : 0;
	if (code)
		return code;
	if (!make_room(sort, item->bytes))
		return tc_error(TACHO_ENOMEM, "no memory to sort the spans");
	memcpy(sort->bytes + sort->used, item, item->bytes);
	sort->used += item->bytes;
	sort->items++;
	return 0;
}
