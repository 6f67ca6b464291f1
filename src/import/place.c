/* SPDX-License-Identifier: MIT
 *
 * place.c - goes through all spans by their begins: what ended before one is written, then it begins.
 */
#include "import/place.h"

#include <stdlib.h>
#include <string.h>
#include "base/error.h"

enum { DEPTH = 4096 };

/* ---- ends ---- */

/* What is open when the trace ends stays so. */
static void write_end(struct tc_placing *p, const struct tc_open *open)
{
	bool ends = !(open->item->flags & TC_ITEM_OPEN);
	if (open->stacked && ends)
		open->lane->innermost = open->outer;
	const struct tc_writing_span span = {open->lane->block, open->node, open->top, open->parent, open->item};
	if (!p->writing->error && ends)
		tc_writing_end(p->writing, &span);
	else if (!p->writing->error)
		tc_writing_leave_open(p->writing, &span);
}

static void end(struct tc_placing *p, struct tc_open *open)
{
	if (!open->over)
		write_end(p, open);
	tc_open_free(open);
}

/* Ends what is over when a span begins.  One that has no duration may lie at the very end of another. */
static void end_until(struct tc_placing *p, const struct tc_item *item)
{
	while (p->opens.count) {
		const struct tc_open *first = p->opens.heap[0];
		if (first->item->flags & TC_ITEM_OPEN || first->end_ns > item->start_ns ||
			(first->end_ns == item->start_ns && !item->duration_ns && first->item->duration_ns))
			return;
		end(p, tc_opens_take(&p->opens));
	}
}

static void end_all(struct tc_placing *p)
{
	while (p->opens.count)
		end(p, tc_opens_take(&p->opens));
}

/* ---- begins ---- */

static void know_node(struct tc_lane *lane, uint32_t path, uint32_t node)
{
	lane->known[path % TC_LANE_NODES].path = path;
	lane->known[path % TC_LANE_NODES].node = node;
}

/* The node of a path in a thread; those above it are made with it. */
static uint32_t node_of(struct tc_placing *p, struct tc_lane *lane, uint32_t path, uint64_t at_ns)
{
	uint32_t step[DEPTH], steps = 0, node = 0;
	for (; path && steps < DEPTH && lane->known[path % TC_LANE_NODES].path != path;
		path = p->paths.path[path].parent)
		step[steps++] = path;
	if (path && steps < DEPTH)
		node = lane->known[path % TC_LANE_NODES].node;
	while (steps--) {
		const struct tc_call_path *at = &p->paths.path[step[steps]];
		const char *name = p->import->names.text[at->name].bytes;
		node = tc_foreign_node(lane->block, node, name, at->kind, at_ns);
		know_node(lane, step[steps], node);
	}
	return node;
}

static uint32_t path_below(struct tc_placing *p, uint32_t parent, uint32_t name, enum tacho_kind kind)
{
	uint32_t path = tc_call_paths_below(&p->paths, parent, name, kind);
	if (!path)
		p->writing->error = tc_error(TACHO_ENOMEM, "no memory for so many different call paths");
	return path;
}

/* Ids of spans that links lead to become what the session calls them. */
static void find_links(struct tc_placing *p, struct tc_item *item)
{
	char *at = (char *)(item + 1);
	for (size_t i = 0; i < item->attributes; i++) {
		struct tc_item_attribute *head = (void *)at;
		uint64_t id;
		struct tc_place place;
		at += tc_item_round(sizeof *head + head->key_bytes + head->value_bytes);
		if (head->type != TACHO_ATTR_LINK)
			continue;
		memcpy(&id, head + 1, sizeof id);
		tc_opens_find(&p->opens, id, &place);
		memcpy(head + 1, &place.identity, sizeof place.identity);
		if (!place.identity)
			tc_import_problem(p->import, TC_IMPORT_LINKS, 0);
	}
}

static void note_twin(struct tc_placing *p, const struct tc_item *item)
{
	struct tc_place other = {0};
	if (item->id && !(item->flags & TC_ITEM_NAMED))
		tc_opens_find(&p->opens, item->id, &other);
	if (other.path)
		tc_import_problem(p->import, TC_IMPORT_TWINS, 0);
}

static void begin(struct tc_placing *p, struct tc_open *open, const struct tc_choice *choice)
{
	enum tacho_kind kind = choice->async ? TACHO_KIND_ASYNC : TACHO_KIND_SCOPE;
	struct tc_item *item = open->item;
	struct tacho_block *block = choice->lane->block;
	uint64_t at_ns = tc_writing_instant(p->writing, item->start_ns);
	open->lane = choice->lane;
	open->place.path = path_below(p, choice->parent.path, item->name, kind);
	const struct tc_open *below = choice->below;
	if (below)
		know_node(open->lane, choice->parent.path, below->node);
	open->parent = below && !(below->item->flags & TC_ITEM_ASYNC) ? 0 : choice->parent.identity;
	open->node = node_of(p, open->lane, open->place.path, at_ns);
	open->place.identity = tc_foreign_identity(block, open->node, at_ns);
	note_twin(p, item);
	find_links(p, item);
	if (choice->async)
		item->flags |= TC_ITEM_ASYNC;
	else
		open->top = tc_foreign_begin(block, open->node, at_ns);
	open->stacked = choice->stacked;
	if (!open->stacked)
		return;
	open->outer = choice->lane->innermost;
	choice->lane->innermost = open;
}

static int out_of_memory(void)
{
	return tc_error(TACHO_ENOMEM, "no memory for so many open spans");
}

static struct tc_open *innermost_of(const struct tc_placing *p, const struct tc_item *item)
{
	struct tc_lane *lane = p->lane[item->thread];
	bool in_stack = lane && !p->import->thread[item->thread].any && !(item->flags & (TC_ITEM_ASYNC | TC_ITEM_OPEN));
	struct tc_open *open = in_stack ? lane->innermost : NULL;
	return open && open->item->flags & TC_ITEM_OPEN ? NULL : open;
}

/* What overlaps by no more than rounding does not: the one before ends where this one begins, or this one with what it lies in. */
static void round_ends(struct tc_placing *p, struct tc_item *item)
{
	const int64_t rounding_ns = p->import->rounding_ns, end_ns = item->start_ns + (int64_t)item->duration_ns;
	struct tc_open *open;
	while ((open = innermost_of(p, item)) && rounding_ns && end_ns > open->end_ns &&
		open->end_ns - item->start_ns <= rounding_ns && !(item->parent && item->parent == open->item->id)) {
		open->item->duration_ns = (uint64_t)(item->start_ns - open->item->start_ns);
		write_end(p, open);
		open->over = true;
	}
	if (open && end_ns > open->end_ns && end_ns - open->end_ns <= rounding_ns)
		item->duration_ns = (uint64_t)(open->end_ns - item->start_ns);
}

/* The item is this function's. */
static int begin_span(struct tc_placing *p, struct tc_item *item)
{
	round_ends(p, item);
	int64_t end_ns = item->start_ns + (int64_t)item->duration_ns;
	const struct tc_choice choice = tc_place_choose(p, item, end_ns);
	struct tc_open *open = choice.lane ? calloc(1, sizeof *open) : NULL;
	if (!open) {
		free(item);
		return choice.lane ? out_of_memory() : p->writing->error;
	}
	open->item = item;
	open->end_ns = item->flags & TC_ITEM_OPEN ? INT64_MAX : end_ns;
	begin(p, open, &choice);
	if (tc_opens_add(&p->opens, open))
		return p->writing->error;
	tc_open_free(open);
	return out_of_memory();
}

/* Of a process without threads the first one has them. */
static void take_event(struct tc_placing *p, const struct tc_item *item)
{
	const struct tc_lane *lane = p->lane[item->thread];
	lane = lane ? lane : tc_place_lane(p, item, NULL);
	if (lane)
		tc_writing_event(p->writing, lane->block, item);
}

static int place_item(struct tc_placing *p, struct tc_item *item)
{
	end_until(p, item);
	if (!(item->flags & TC_ITEM_NO_SPAN))
		return begin_span(p, item);
	if (item->flags & TC_ITEM_EVENT)
		take_event(p, item);
	else
		tc_writing_reading(p->writing, item);
	free(item);
	return p->writing->error;
}

/* It begins, and with it what waited for it. */
static int place_tree(struct tc_placing *p, struct tc_awaited *list)
{
	int code = 0;
	while (list) {
		struct tc_awaited *one = list;
		if (code)
			free(one->item);
		else
			code = place_item(p, one->item);
		list = tc_ahead_free(&p->ahead, one, one->next);
	}
	return code;
}

static bool lacks_parent(const struct tc_placing *p, const struct tc_item *item)
{
	struct tc_place place;
	if (!item->parent)
		return false;
	tc_opens_find(&p->opens, item->parent, &place);
	return !place.path;
}

/* The next of those ahead: now, or with its parent.  Its thread is there from its begin on. */
static int place_next(struct tc_placing *p)
{
	struct tc_awaited *one = tc_ahead_take(&p->ahead);
	if (lacks_parent(p, one->item) && tc_ahead_is_ring(&p->ahead, one)) {
		one->item->parent = 0;
		tc_import_problem(p->import, TC_IMPORT_RINGS, 0);
	}
	if (!lacks_parent(p, one->item) || !tc_ahead_wait(&p->ahead, one))
		return place_tree(p, one);
	return tc_place_lane(p, one->item, NULL) ? 0 : p->writing->error;
}

/* ---- all ---- */

static bool prepare(struct tc_placing *p, struct tc_import *import)
{
	p->import = import;
	p->writing = calloc(1, sizeof *p->writing);
	p->lane = calloc(import->thread_keys.count + 1, sizeof(struct tc_lane *));
	bool paths = tc_call_paths_init(&p->paths), opens = tc_opens_init(&p->opens);
	return p->writing && p->lane && paths && opens;
}

static void release(struct tc_placing *p)
{
	tc_place_free_lanes(p);
	tc_ahead_release(&p->ahead);
	tc_call_paths_release(&p->paths);
	tc_opens_release(&p->opens);
	free(p->writing);
}

static int take(struct tc_placing *p, const struct tc_item *item)
{
	if (!tc_ahead_add(&p->ahead, item))
		return out_of_memory();
	return tc_ahead_is_full(&p->ahead) ? place_next(p) : 0;
}

static void place_all(struct tc_placing *p, const struct tc_item *item)
{
	const struct tc_import_options *options = p->import->options;
	uint64_t all = p->import->spans + p->import->others, done = 0;
	int code = 0;
	for (; !code && item; done++) {
		code = take(p, item);
		if (!code)
			code = tc_sort_next(p->import->sort, &item);
		if (!code && options->progress && done % 4096 == 0 &&
			!options->progress(options->context, true, done, all))
			code = tc_error(TACHO_EBUSY, "the import was stopped: nothing is left of it");
	}
	while (!code && p->ahead.count)
		code = place_next(p);
	p->writing->error = p->writing->error ? p->writing->error : code;
	end_all(p);
}

int tc_import_place(struct tc_import *import, struct tc_calibration *begin, struct tc_calibration *end)
{
	struct tc_placing *p = calloc(1, sizeof *p);
	const struct tc_item *item = NULL;
	int code = p && prepare(p, import) ? tc_sort_begin(import->sort) : tc_error(TACHO_ENOMEM, "out of memory");
	if (!code)
		code = tc_sort_next(import->sort, &item);
	if (!code && item) {
		p->writing->error = tc_writing_open(p->writing, import, item->start_ns);
		*begin = p->writing->begin;
		if (!p->writing->error)
			place_all(p, item);
		code = tc_writing_close(p->writing, end);
	}
	if (p)
		release(p);
	free(p);
	return code;
}
