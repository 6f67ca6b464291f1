/* SPDX-License-Identifier: MIT
 *
 * attributes.c - attributes lie in a ring of their own, in order of time, each with the begin and the node of its span.
 */
#include <stdlib.h>
#include <string.h>
#include "format/attribute_ring.h"
#include "read/reader.h"

static uint64_t under_way(const struct tc_thread *thread)
{
	return tc_attributes_under_way(tc_part_copy_header(thread->part)->attribute_text_bytes);
}

static const struct tacho_attribute *at_position(const struct tc_thread *thread, uint64_t at)
{
	return (const void *)(thread->part->bytes + thread->block->attributes_at +
			      (at & (thread->block->attributes_size - 1)));
}

const struct tacho_attribute *tc_thread_attribute(
	const struct tc_thread *thread, const struct tc_attribute_entry *entry)
{
	return at_position(thread, entry->at);
}

static int by_span(const void *a, const void *b)
{
	const struct tc_attribute_entry *x = a, *y = b;
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* From the oldest byte on that no entry under way can lie on.  No more than the ring's size is gone through, whatever the
 * block says was written. */
static size_t walk(const struct tc_thread *thread, struct tc_attribute_entry *out)
{
	uint64_t size = thread->block->attributes_size, end = thread->block->attributes_written & ~UINT64_C(7);
	uint64_t margin = under_way(thread), sound = size > margin ? (size - margin) & ~UINT64_C(7) : 0,
		 whole = end > size ? sound : end, step;
	size_t count = 0;
	for (uint64_t done = 0; done < whole; done += step) {
		uint64_t at = end - whole + done;
		bool found;
		step = tc_attribute_step(at_position(thread, at), at, size, end, &found);
		if (found && out)
			out[count] =
				(struct tc_attribute_entry){tc_part_ns(thread->clock, at_position(thread, at)->start),
					at, at_position(thread, at)->node};
		count += found;
	}
	return count;
}

void tc_thread_index_attributes(struct tc_thread *thread)
{
	thread->attributes = 0;
	thread->attribute = NULL;
	if (!thread->block->attributes_at)
		return;
	size_t count = walk(thread, NULL);
	if (!count)
		return;
	thread->attribute = malloc(count * sizeof *thread->attribute);
	if (!thread->attribute) {
		tc_reader_no_memory(thread->reader);
		return;
	}
	thread->attributes = walk(thread, thread->attribute);
	qsort(thread->attribute, count, sizeof *thread->attribute, by_span);
}

const struct tc_attribute_entry *tc_thread_find_attributes(
	const struct tc_thread *thread, uint64_t start_ns, uint32_t node, size_t *count)
{
	struct tc_attribute_entry key = {start_ns, 0, node};
	size_t low = 0, high = thread->attributes;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_span(&thread->attribute[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	const struct tc_attribute_entry *found = thread->attribute ? thread->attribute + low : NULL;
	for (*count = 0; low + *count < thread->attributes; ++*count)
		if (found[*count].start_ns != start_ns || found[*count].node != node)
			break;
	return found;
}

static void take_number(struct tc_attribute_view *view, const char *value, uint32_t bytes)
{
	if (view->type == TACHO_ATTR_F64 && bytes == sizeof view->f64)
		memcpy(&view->f64, value, sizeof view->f64);
	else if (view->type == TACHO_ATTR_BOOL && bytes)
		view->i64 = *value != 0;
	else if (bytes == sizeof view->i64)
		memcpy(&view->i64, value, sizeof view->i64);
}

/* Where it was cut it ends in "…". */
static char *message_of(struct tc_arena *arena, const char *text, const struct tacho_attribute *entry)
{
	static const char ellipsis[] = "…";
	if (!entry->cut)
		return tc_arena_text(arena, text, entry->value_bytes);
	char *message = tc_arena_take(arena, entry->value_bytes + sizeof ellipsis);
	if (message) {
		memcpy(message, text, entry->value_bytes);
		memcpy(message + entry->value_bytes, ellipsis, sizeof ellipsis);
	}
	return message;
}

/* Few spans have any, and hardly one more than one. */
static void take_link(struct tc_arena *arena, struct tc_span_view *span, uint64_t id)
{
	uint64_t *link = tc_arena_take(arena, (span->links + 1) * sizeof *link);
	if (!link)
		return;
	if (span->links)
		memcpy(link, span->link, span->links * sizeof *link);
	link[span->links++] = id;
	span->link = link;
}

/* The failure's message and code and the whole duration belong to the span itself; the rest are its attributes. */
static void take(struct tc_arena *arena, struct tc_span_view *span, const struct tacho_attribute *entry)
{
	const char *key = (const char *)(entry + 1), *value = key + entry->key_bytes;
	struct tc_attribute_view view = {.type = (enum tacho_attribute_type)entry->type, .cut = entry->cut};
	if (view.type == TACHO_ATTR_DURATION)
		return;
	if (view.type == TACHO_ATTR_ERROR) {
		span->message = message_of(arena, value, entry);
		span->message_cut = entry->cut;
		return;
	}
	take_number(&view, value, entry->value_bytes);
	if (view.type == TACHO_ATTR_LINK) {
		take_link(arena, span, (uint64_t)view.i64);
		return;
	}
	if (view.type == TACHO_ATTR_PARENT) {
		span->parent = (uint64_t)view.i64;
		return;
	}
	if (view.type == TACHO_ATTR_BEGUN_BY) {
		span->begun_by = (uint32_t)view.i64;
		return;
	}
	if (view.type == TACHO_ATTR_CODE) {
		span->has_code = true;
		span->code = view.i64;
		return;
	}
	view.key = tc_arena_text(arena, key, entry->key_bytes);
	if (view.type == TACHO_ATTR_TEXT) {
		view.text = tc_arena_text(arena, value, entry->value_bytes);
		view.text_bytes = entry->value_bytes;
	}
	if (!arena->failed)
		span->attribute[span->attributes++] = view;
}

static int by_key(const void *a, const void *b)
{
	const struct tc_attribute_view *const *x = a, *const *y = b;
	int order = strcmp((*x)->key, (*y)->key);
	return order ? order : (*x > *y) - (*x < *y);
}

/* What comes before another of its key. */
static void mark_overridden(struct tc_arena *arena, struct tc_span_view *span)
{
	enum { FEW = 16 };
	struct tc_attribute_view *few[FEW], **sorted = few;
	size_t count = span->attributes;
	if (count > FEW && !(sorted = malloc(count * sizeof *sorted))) {
		arena->failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		sorted[i] = &span->attribute[i];
	qsort(sorted, count, sizeof *sorted, by_key);
	for (size_t i = 0; i + 1 < count; i++)
		if (!strcmp(sorted[i]->key, sorted[i + 1]->key))
			sorted[i]->type = TACHO_ATTR_PAD;
	if (sorted != few)
		free(sorted);
}

/* Of a key that was given twice the last value counts. */
static void keep_last(struct tc_arena *arena, struct tc_span_view *span)
{
	size_t kept = 0;
	if (span->attributes < 2)
		return;
	mark_overridden(arena, span);
	for (size_t i = 0; i < span->attributes; i++)
		if (span->attribute[i].type != TACHO_ATTR_PAD)
			span->attribute[kept++] = span->attribute[i];
	span->attributes = kept;
}

/* Whether there may have been others before the oldest that is left. */
static bool may_lack_some(const struct tc_thread *thread, const struct tc_attribute_entry *oldest)
{
	uint64_t written = thread->block->attributes_written, size = thread->block->attributes_size;
	return written > size && oldest->at - (written - size) < 2 * under_way(thread);
}

bool tc_thread_copy_attributes(const struct tc_thread *thread, uint64_t start_ns, uint32_t node, struct tc_strbuf *out)
{
	size_t count;
	const struct tc_attribute_entry *entry = tc_thread_find_attributes(thread, start_ns, node, &count);
	for (size_t i = 0; i < count; i++) {
		struct tacho_attribute copy = *tc_thread_attribute(thread, &entry[i]);
		const char *from = (const char *)tc_thread_attribute(thread, &entry[i]);
		uint64_t bytes = tc_attribute_bytes(&copy, thread->block->attributes_size);
		copy.start = copy.stamp = copy.node = 0; /* of the ring: the span has them */
		tc_strbuf_add(out, (const char *)&copy, sizeof copy);
		tc_strbuf_add(out, from + sizeof copy, (size_t)bytes - sizeof copy);
	}
	return count && !may_lack_some(thread, entry);
}

void tc_thread_join_attributes(struct tc_thread *thread, struct tc_span_view *view, uint64_t start_ns, uint32_t node)
{
	size_t count;
	const struct tc_attribute_entry *entry = tc_thread_find_attributes(thread, start_ns, node, &count);
	view->attributes_lost = !count;
	view->attribute = tc_arena_take(thread->reader->arena, count * sizeof *view->attribute);
	for (size_t i = 0; i < count && view->attribute; i++)
		take(thread->reader->arena, view, tc_thread_attribute(thread, &entry[i]));
	keep_last(thread->reader->arena, view);
	view->attributes_lost |= count && may_lack_some(thread, entry);
}

/* A kept span has room for some hundred bytes of attributes, and longer texts are cut; in the ring, or where it is stored, they
 * may still be whole. */
static bool take_from_ring(struct tc_thread *thread, struct tc_span_view *view, const struct tacho_kept_span *kept)
{
	struct tc_span_view whole = *view;
	tc_thread_join_attributes(thread, &whole, kept->start_ns, tc_tag_node(kept->word));
	if (!whole.attributes_lost)
		*view = whole;
	return !whole.attributes_lost;
}

void tc_attributes_take(struct tc_arena *arena, struct tc_span_view *view, const unsigned char *bytes, uint32_t count)
{
	uint32_t at = 0, most = count / sizeof(struct tacho_attribute);
	view->attribute = tc_arena_take(arena, most * sizeof *view->attribute);
	while (view->attribute && count - at >= sizeof(struct tacho_attribute)) {
		const struct tacho_attribute *entry = (const void *)(bytes + at);
		uint64_t length = tc_attribute_bytes(entry, count - at);
		if (!length) {
			view->attributes_lost = true;
			break;
		}
		take(arena, view, entry);
		at += (uint32_t)length;
	}
	keep_last(arena, view);
}

void tc_thread_kept_attributes(struct tc_thread *thread, struct tc_span_view *view, const struct tacho_kept_span *kept)
{
	if (kept->attribute_bytes && take_from_ring(thread, view, kept))
		return;
	if (kept->attributes_cut && tc_thread_stored_attributes(thread, view, kept->stamp - 1))
		return;
	view->attributes_lost = kept->attributes_cut;
	tc_attributes_take(thread->reader->arena, view, kept->attributes, kept->attribute_bytes);
}
