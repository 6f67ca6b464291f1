/* SPDX-License-Identifier: MIT
 *
 * place.c - where a span belongs.  Items come by their begins, so that all a span can lie in has begun before it: what is open then is
 * all that is kept in mind, and where the ids of spans that ended last have their place, for children that begin when their parent is over.
 *
 * - A parent that is named holds.  Where it is not what the span's thread is in, as when it is of another thread or process, the span is a
 *   job that was handed over: an async one below the same path, of which it is recorded whose child it is.
 * - Else a span lies in the innermost of its thread that is open and ends no earlier.
 * - Spans of one thread nest.  One that overlaps what is open in its thread without lying in it is an async span.
 * - Where the source has no threads a span goes to the thread of its parent if it fits there, else to one in which nothing is open.
 *
 * A parent that begins after its child, or is not there, is none: so parents cannot form a ring.
 */
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "import/write.h"

enum { DEPTH = 4096, WAITING = 64, RECENT = 1 << 18, ANY_MOST = 256 /* threads of a process whose source has none */ };

struct path { /* names from the outermost span on */
	uint32_t parent, name;
	enum tacho_kind kind;
	uint32_t next; /* with the same hash + 1 */
};

struct place { /* of a span, for what lies in it */
	uint32_t path;
	uint64_t identity;
};

struct lane { /* a thread */
	struct tacho_block *block;
	struct open *innermost;
	struct lane *next; /* of the same process, where the source has no threads */
};

struct open {
	struct tc_item *item; /* a copy */
	int64_t end_ns;
	uint64_t number; /* in order of begins */
	struct lane *lane;
	struct open *outer;     /* what its thread was in when it began */
	bool stacked;           /* its thread is in it */
	struct open *same_slot; /* in the table of ids */
	struct place place;
	uint32_t node;
	uint64_t top;
	uint64_t parent; /* identity of the span that it lies in, if that is not `outer` */
};

struct placing {
	struct tc_import *import;
	struct tc_writing *writing;
	struct lane **lane; /* by thread; the first one where it stands for many */
	struct open **heap; /* by end */
	size_t open, open_room;
	uint64_t number;
	struct path *path; /* 0: no span at all */
	size_t paths, path_room;
	uint32_t *path_slot;
	struct tc_item *wait[WAITING]; /* spans whose parent may come with the same times */
	size_t waiting;
	struct open **by_id; /* hash table of those open */
	size_t id_slots;
	struct {
		uint64_t id;
		struct place place;
	} * recent;
};

/* ---- paths ---- */

static uint32_t path_hash(uint32_t parent, uint32_t name, enum tacho_kind kind)
{
	uint64_t hash = ((uint64_t)parent << 32 | name) * 0x9e3779b97f4a7c15u + (uint64_t)kind;
	return (uint32_t)(hash >> 32 ^ hash);
}

static bool grow_paths(struct placing *p)
{
	size_t room = p->path_room ? 2 * p->path_room : 256;
	struct path *path = realloc(p->path, room * sizeof *path);
	if (!path)
		return false;
	p->path = path;
	uint32_t *slot = calloc(room, sizeof *slot);
	if (!slot)
		return false;
	free(p->path_slot);
	p->path_slot = slot;
	p->path_room = room;
	for (size_t i = 1; i < p->paths; i++) {
		uint32_t *first = &slot[path_hash(path[i].parent, path[i].name, path[i].kind) & (room - 1)];
		path[i].next = *first;
		*first = (uint32_t)i + 1;
	}
	return true;
}

/* 0: out of memory, with the error set. */
static uint32_t path_below(struct placing *p, uint32_t parent, uint32_t name, enum tacho_kind kind)
{
	uint32_t hash = path_hash(parent, name, kind);
	for (uint32_t at = p->path_slot[hash & (p->path_room - 1)]; at; at = p->path[at - 1].next)
		if (p->path[at - 1].parent == parent && p->path[at - 1].name == name && p->path[at - 1].kind == kind)
			return at - 1;
	if (p->paths == p->path_room && !grow_paths(p)) {
		p->writing->error = tc_error(TACHO_ENOMEM, "no memory for so many different call paths");
		return 0;
	}
	uint32_t *first = &p->path_slot[hash & (p->path_room - 1)];
	p->path[p->paths] = (struct path){parent, name, kind, *first};
	*first = (uint32_t)p->paths + 1;
	return (uint32_t)p->paths++;
}

/* The node of a path in a thread; those above it are made with it. */
static uint32_t node_of(struct placing *p, struct tacho_block *block, uint32_t path, uint64_t at_ns)
{
	uint32_t step[DEPTH], steps = 0, node = 0;
	for (; path && steps < DEPTH; path = p->path[path].parent)
		step[steps++] = path;
	while (steps--) {
		const struct path *at = &p->path[step[steps]];
		node = tc_foreign_node(block, node, p->import->names.text[at->name].bytes, at->kind, at_ns);
	}
	return node;
}

/* ---- who is open ---- */

static bool ends_before(const struct open *a, const struct open *b)
{
	return a->end_ns != b->end_ns ? a->end_ns < b->end_ns : a->number > b->number;
}

static bool add_open(struct placing *p, struct open *open)
{
	if (p->open == p->open_room) {
		size_t room = p->open_room ? 2 * p->open_room : 256;
		struct open **heap = realloc(p->heap, room * sizeof *heap);
		if (!heap)
			return false;
		p->heap = heap;
		p->open_room = room;
	}
	size_t at = p->open++;
	for (; at && ends_before(open, p->heap[(at - 1) / 2]); at = (at - 1) / 2)
		p->heap[at] = p->heap[(at - 1) / 2];
	p->heap[at] = open;
	return true;
}

static struct open *take_first(struct placing *p)
{
	struct open *first = p->heap[0], *moved = p->heap[--p->open];
	size_t at = 0;
	for (size_t child; (child = 2 * at + 1) < p->open; at = child) {
		if (child + 1 < p->open && ends_before(p->heap[child + 1], p->heap[child]))
			child++;
		if (!ends_before(p->heap[child], moved))
			break;
		p->heap[at] = p->heap[child];
	}
	p->heap[at] = moved;
	return first;
}

static bool grow_ids(struct placing *p)
{
	size_t slots = p->id_slots ? 2 * p->id_slots : 1024;
	struct open **by_id = calloc(slots, sizeof(struct open *));
	if (!by_id)
		return false;
	free(p->by_id);
	p->by_id = by_id;
	p->id_slots = slots;
	for (size_t i = 0; i < p->open; i++) {
		struct open **slot = &by_id[p->heap[i]->item->id & (slots - 1)];
		p->heap[i]->same_slot = *slot;
		*slot = p->heap[i];
	}
	return true;
}

static void note_id(struct placing *p, struct open *open)
{
	if (p->open >= p->id_slots)
		grow_ids(p); /* without memory chains are longer */
	struct open **slot = &p->by_id[open->item->id & (p->id_slots - 1)];
	open->same_slot = *slot;
	*slot = open;
}

static void forget_id(struct placing *p, const struct open *open)
{
	struct open **at = &p->by_id[open->item->id & (p->id_slots - 1)];
	while (*at != open)
		at = &(*at)->same_slot;
	*at = open->same_slot;
	p->recent[open->item->id % RECENT].id = open->item->id;
	p->recent[open->item->id % RECENT].place = open->place;
}

/* The newest span of this id that is open; else the place of one that was. */
static struct open *find_id(const struct placing *p, uint64_t id, struct place *place)
{
	struct open *found = NULL;
	for (struct open *open = p->by_id[id & (p->id_slots - 1)]; open; open = open->same_slot)
		if (open->item->id == id && (!found || open->number > found->number))
			found = open;
	if (found)
		*place = found->place;
	else
		*place = p->recent[id % RECENT].id == id ? p->recent[id % RECENT].place : (struct place){0};
	return found;
}

/* ---- ends ---- */

static void release_open(struct open *open)
{
	free(open->item);
	free(open);
}

static void end(struct placing *p, struct open *open)
{
	if (open->item->id)
		forget_id(p, open);
	if (open->stacked)
		open->lane->innermost = open->outer;
	const struct tc_writing_span span = {open->lane->block, open->node, open->top, open->parent, open->item};
	if (!p->writing->error)
		tc_writing_end(p->writing, &span);
	release_open(open);
}

/* Ends what is over when a span begins.  One that has no duration may lie at the very end of another. */
static void end_until(struct placing *p, const struct tc_item *item)
{
	while (p->open) {
		const struct open *first = p->heap[0];
		if (first->item->flags & TC_ITEM_OPEN || first->end_ns > item->start_ns ||
			(first->end_ns == item->start_ns && !item->duration_ns && first->item->duration_ns))
			return;
		end(p, take_first(p));
	}
}

/* ---- begins ---- */

struct choice { /* where a span goes */
	struct lane *lane;
	struct open *below; /* which it lies in, if its thread is in that; else NULL */
	struct place parent;
	bool stacked; /* what begins in its thread lies in it */
	bool async;   /* recorded beside the stack */
};

static bool fits(const struct tc_item *item, int64_t end_ns, const struct open *in)
{
	return in->item->flags & TC_ITEM_OPEN || (!(item->flags & TC_ITEM_OPEN) && end_ns <= in->end_ns);
}

static struct lane *new_lane(struct placing *p, const struct tc_item *item)
{
	const struct tc_import_thread_entry *thread = &p->import->thread[item->thread];
	uint32_t tid = thread->numbered ? thread->tid : ++p->import->process[thread->process].highest;
	struct lane *lane = calloc(1, sizeof *lane);
	if (!lane) {
		p->writing->error = tc_error(TACHO_ENOMEM, "no memory for so many threads");
		return NULL;
	}
	lane->block = tc_writing_thread(p->writing, thread->process, tid, thread->name, item->start_ns);
	if (lane->block)
		return lane;
	free(lane);
	return NULL;
}

/* Of those that stand for a process: one in which nothing is open; else a new one, as long as there are few. */
static struct lane *idle_lane(struct placing *p, const struct tc_item *item)
{
	struct lane **at = &p->lane[item->thread];
	uint32_t count = 0;
	for (; *at; at = &(*at)->next, count++)
		if (!(*at)->innermost)
			return *at;
	if (count < ANY_MOST)
		return *at = new_lane(p, item);
	return p->lane[item->thread];
}

static struct lane *lane_of(struct placing *p, const struct tc_item *item, const struct open *parent)
{
	const struct tc_import_thread_entry *thread = &p->import->thread[item->thread];
	if (!thread->any) {
		if (!p->lane[item->thread])
			p->lane[item->thread] = new_lane(p, item);
		return p->lane[item->thread];
	}
	bool near = parent && parent->item->thread == item->thread && parent->lane->innermost == parent &&
	            !(item->flags & TC_ITEM_FOLLOWS);
	return near && fits(item, item->start_ns + (int64_t)item->duration_ns, parent) ? parent->lane
	                                                                               : idle_lane(p, item);
}

/* The innermost span of the thread in which this one can lie by its times. */
static struct open *around(const struct tc_item *item, int64_t end_ns, struct open *innermost)
{
	while (innermost && !fits(item, end_ns, innermost))
		innermost = innermost->outer;
	return innermost && innermost->item->group == item->group ? innermost : NULL;
}

static uint32_t depth_of(const struct placing *p, uint32_t path)
{
	uint32_t depth = 0;
	for (; path; path = p->path[path].parent)
		depth++;
	return depth;
}

/* An async span of which only is told how many it lies in: of its thread the one at that depth. */
static struct open *outer_of(const struct placing *p, const struct tc_item *item, struct open *innermost)
{
	while (innermost && depth_of(p, innermost->place.path) > item->depth)
		innermost = innermost->outer;
	return innermost && depth_of(p, innermost->place.path) == item->depth ? innermost : NULL;
}

static struct choice choose(struct placing *p, const struct tc_item *item, int64_t end_ns)
{
	struct choice choice = {.async = item->flags & TC_ITEM_ASYNC};
	struct open *parent = NULL;
	bool told = item->flags & TC_ITEM_TOLD || p->import->thread[item->thread].any;
	if (item->parent) {
		parent = find_id(p, item->parent, &choice.parent);
		told |= choice.parent.path != 0;
		if (!choice.parent.path)
			tc_import_problem(p->import, TC_IMPORT_NO_PARENT, 0);
	}
	choice.lane = lane_of(p, item, parent);
	if (!choice.lane)
		return choice;
	struct open *innermost = choice.lane->innermost;
	if (choice.async) {
		parent = told || !item->depth ? NULL : outer_of(p, item, innermost);
		choice.parent = parent ? parent->place : choice.parent;
		return choice;
	}
	if (!told) {
		parent = around(item, end_ns, innermost);
		choice.parent = parent ? parent->place : (struct place){0};
	}
	choice.stacked = !innermost || fits(item, end_ns, innermost);
	if (!choice.stacked)
		tc_import_problem(p->import, TC_IMPORT_OUTSIDE, 0);
	bool beside = parent && parent->lane == choice.lane && !parent->stacked;
	if (choice.stacked && (beside || (parent == innermost && (parent || !choice.parent.path))))
		choice.below = parent;
	else /* an open one that is first in its thread can be told from its stack alone */
		choice.async = innermost || !(item->flags & TC_ITEM_OPEN);
	return choice;
}

static void begin(struct placing *p, struct open *open, const struct choice *choice)
{
	enum tacho_kind kind = choice->async ? TACHO_KIND_ASYNC : TACHO_KIND_SCOPE;
	struct tc_item *item = open->item;
	uint64_t at_ns = tc_writing_instant(p->writing, item->start_ns);
	open->lane = choice->lane;
	open->place.path = path_below(p, choice->parent.path, item->name, kind);
	const struct open *below = choice->below;
	uint32_t parent = below ? below->node : node_of(p, choice->lane->block, choice->parent.path, at_ns);
	open->parent = below && !(below->item->flags & TC_ITEM_ASYNC) ? 0 : choice->parent.identity;
	open->node = tc_foreign_node(choice->lane->block, parent, p->import->names.text[item->name].bytes, kind, at_ns);
	open->place.identity = tc_foreign_identity(choice->lane->block, open->node, at_ns);
	if (choice->async)
		item->flags |= TC_ITEM_ASYNC;
	else
		open->top = tc_foreign_begin(choice->lane->block, open->node, at_ns);
	open->stacked = choice->stacked;
	if (!open->stacked)
		return;
	open->outer = choice->lane->innermost;
	choice->lane->innermost = open;
}

static struct open *copy_of(const struct tc_item *item)
{
	struct open *open = calloc(1, sizeof *open);
	struct tc_item *copy = malloc(item->bytes);
	if (open && copy) {
		memcpy(copy, item, item->bytes);
		open->item = copy;
		return open;
	}
	free(open);
	free(copy);
	return NULL;
}

static int place(struct placing *p, const struct tc_item *item)
{
	end_until(p, item);
	if (item->flags & TC_ITEM_READING) {
		tc_writing_reading(p->writing, item);
		return p->writing->error;
	}
	int64_t end_ns = item->start_ns + (int64_t)item->duration_ns;
	const struct choice choice = choose(p, item, end_ns);
	if (!choice.lane)
		return p->writing->error;
	if (choice.async && item->flags & TC_ITEM_OPEN) {
		tc_import_problem(p->import, TC_IMPORT_UNENDED, 0);
		return 0;
	}
	struct open *open = copy_of(item);
	if (!open)
		return tc_error(TACHO_ENOMEM, "no memory for so many open spans");
	open->end_ns = item->flags & TC_ITEM_OPEN ? INT64_MAX : end_ns;
	open->number = ++p->number;
	begin(p, open, &choice);
	if (!add_open(p, open)) {
		release_open(open);
		return tc_error(TACHO_ENOMEM, "no memory for so many open spans");
	}
	if (item->id)
		note_id(p, open);
	return p->writing->error;
}

/* What is open stays so: the trace ended before it. */
static void end_all(struct placing *p)
{
	while (p->open) {
		struct open *open = take_first(p);
		if (!(open->item->flags & TC_ITEM_OPEN)) {
			end(p, open);
			continue;
		}
		if (open->item->id)
			forget_id(p, open);
		release_open(open);
	}
}

static bool prepare(struct placing *p, struct tc_import *import)
{
	*p = (struct placing){.import = import, .paths = 1};
	p->writing = calloc(1, sizeof *p->writing);
	p->lane = calloc(import->thread_keys.count + 1, sizeof(struct lane *));
	p->recent = calloc(RECENT, sizeof *p->recent);
	return p->writing && p->lane && p->recent && grow_paths(p) && grow_ids(p);
}

static void release(struct placing *p)
{
	for (size_t i = 0; p->lane && i < p->import->thread_keys.count; i++)
		for (struct lane *lane = p->lane[i], *next; lane; lane = next) {
			next = lane->next;
			free(lane);
		}
	for (size_t i = 0; i < p->waiting; i++)
		free(p->wait[i]);
	free(p->lane);
	free(p->heap);
	free(p->path);
	free(p->path_slot);
	free(p->by_id);
	free(p->recent);
	free(p->writing);
}

/* ---- parents with the same times as their children, which may come after them ---- */

static bool lacks_parent(const struct placing *p, const struct tc_item *item)
{
	struct place place;
	if (!item->parent || item->flags & TC_ITEM_READING)
		return false;
	find_id(p, item->parent, &place);
	return !place.path;
}

static int place_waiting(struct placing *p, bool all)
{
	int code = 0;
	for (size_t i = 0; i < p->waiting && !code;) {
		struct tc_item *item = p->wait[i];
		if (!all && lacks_parent(p, item)) {
			i++;
			continue;
		}
		memmove(&p->wait[i], &p->wait[i + 1], (--p->waiting - i) * sizeof(struct tc_item *));
		code = place(p, item);
		free(item);
		i = all ? i : 0;
	}
	return code;
}

static bool add_waiting(struct placing *p, const struct tc_item *item)
{
	struct tc_item *copy = p->waiting < WAITING && lacks_parent(p, item) ? malloc(item->bytes) : NULL;
	if (!copy)
		return false;
	memcpy(copy, item, item->bytes);
	p->wait[p->waiting++] = copy;
	return true;
}

static int take(struct placing *p, const struct tc_item *item)
{
	int code = 0;
	if (p->waiting && (item->start_ns != p->wait[0]->start_ns || item->duration_ns != p->wait[0]->duration_ns))
		code = place_waiting(p, true);
	if (code || add_waiting(p, item))
		return code;
	code = place(p, item);
	return code ? code : place_waiting(p, false);
}

static void place_all(struct placing *p, const struct tc_item *item)
{
	const struct tc_import_options *options = p->import->options;
	uint64_t all = p->import->spans + p->import->readings, done = 0;
	int code = 0;
	for (; !code && item; done++) {
		code = take(p, item);
		if (!code)
			code = tc_sort_next(p->import->sort, &item);
		if (!code && options->progress && done % 4096 == 0 &&
			!options->progress(options->context, true, done, all))
			code = tc_error(TACHO_EBUSY, "the import was stopped: nothing is left of it");
	}
	code = code ? code : place_waiting(p, true);
	p->writing->error = p->writing->error ? p->writing->error : code;
	end_all(p);
}

int tc_import_place(struct tc_import *import, struct tc_calibration *begin, struct tc_calibration *end)
{
	struct placing p;
	const struct tc_item *item = NULL;
	int code = prepare(&p, import) ? tc_sort_begin(import->sort) : tc_error(TACHO_ENOMEM, "out of memory");
	if (!code)
		code = tc_sort_next(import->sort, &item);
	if (!code && item) {
		p.writing->error = tc_writing_open(p.writing, import, item->start_ns);
		*begin = p.writing->begin;
		if (!p.writing->error)
			place_all(&p, item);
		code = tc_writing_close(p.writing, end);
	}
	release(&p);
	return code;
}
