/* SPDX-License-Identifier: MIT
 *
 * kept_window.c - of a time window, the slowest spans of a node and its first and last failed ones: what was kept for good is of
 * the whole run, so they are looked for among all that the rings still hold of that time, and all that was stored.
 */
#include <stdlib.h>
#include "read/reader.h"
#include "read/stored.h"

struct chosen { /* of a node; stamp 0: none */
	struct tacho_kept_span slowest[TACHO_KEPT_SLOWEST], first_failed, last_failed;
};

struct choosing {
	struct tc_thread *thread;
	struct chosen *chosen; /* by node */
};

/* Its attributes, if it has some, are sought for where they may still be whole. */
static void put(struct tacho_kept_span *out, uint64_t index, uint64_t start_ns, uint64_t duration_ns, uint64_t tag)
{
	bool some = tag & TACHO_TAG_ATTRIBUTES;
	out->stamp = index + 1;
	out->start_ns = start_ns;
	out->duration_ns = duration_ns;
	out->word = tag;
	out->attribute_bytes = some;
	out->attributes_cut = some;
}

static void consider(struct choosing *choosing, uint64_t index, uint64_t start_ns, uint64_t duration_ns, uint64_t tag)
{
	struct tc_thread *thread = choosing->thread;
	uint32_t node = tc_tag_node(tag);
	if (node >= thread->nodes ||
		!tc_reader_in_window(thread->reader, tc_instant_of(thread->clock, start_ns + duration_ns)))
		return;
	struct chosen *chosen = &choosing->chosen[node];
	struct tacho_kept_span *least = chosen->slowest;
	for (int i = 1; i < TACHO_KEPT_SLOWEST; i++)
		if (chosen->slowest[i].duration_ns < least->duration_ns)
			least = &chosen->slowest[i];
	if (!least->stamp || duration_ns > least->duration_ns)
		put(least, index, start_ns, duration_ns, tag);
	if (!(tag & TACHO_TAG_FAILED))
		return;
	if (!chosen->first_failed.stamp)
		put(&chosen->first_failed, index, start_ns, duration_ns, tag);
	put(&chosen->last_failed, index, start_ns, duration_ns, tag);
}

static bool consider_stored(void *context, uint64_t index, const struct tc_stored_span *span, uint32_t tid)
{
	(void)tid;
	consider(context, index, span->start_ns, span->duration_ns, span->tag);
	return true;
}

static void choose(struct choosing *choosing)
{
	struct tc_thread *thread = choosing->thread;
	tc_thread_each_stored(thread, 0, consider_stored, choosing);
	for (uint64_t i = thread->mended.first; i < thread->mended.written; i++) {
		const struct tacho_record *record = &tc_part_ring(thread->block)[i & (thread->block->ring_records - 1)];
		consider(choosing, i, record->start_ns, tc_thread_duration(thread, record), record->word);
	}
}

void tc_thread_kept_in_window(struct tc_thread *thread)
{
	struct chosen *chosen = calloc(thread->nodes + 1, sizeof *chosen);
	struct choosing choosing = {thread, chosen};
	if (!chosen) {
		tc_reader_no_memory(thread->reader);
		return;
	}
	choose(&choosing);
	for (uint32_t id = 1; id < thread->nodes; id++) {
		for (int i = 0; i < TACHO_KEPT_SLOWEST; i++)
			tc_thread_take_kept(thread, &chosen[id].slowest[i], false);
		tc_thread_take_kept(thread, &chosen[id].first_failed, true);
		tc_thread_take_kept(thread, &chosen[id].last_failed, true);
	}
	free(chosen);
}
