/* SPDX-License-Identifier: MIT
 *
 * kept_window.c - of a time window, the slowest spans of a node and its first and last failed ones: what was kept for good is of
 * the whole run, so they are looked for among all that the rings still hold of that time.
 */
#include <stdlib.h>
#include "read/reader.h"

struct chosen { /* of a node: numbers of records + 1; 0: none */
	uint64_t slowest[TACHO_KEPT_SLOWEST];
	uint64_t duration_ns[TACHO_KEPT_SLOWEST];
	uint64_t first_failed, last_failed;
};

static void consider(struct chosen *chosen, uint64_t number, uint64_t duration_ns, bool failed)
{
	int least = 0;
	for (int i = 1; i < TACHO_KEPT_SLOWEST; i++)
		if (chosen->duration_ns[i] < chosen->duration_ns[least])
			least = i;
	if (!chosen->slowest[least] || duration_ns > chosen->duration_ns[least]) {
		chosen->slowest[least] = number;
		chosen->duration_ns[least] = duration_ns;
	}
	if (!failed)
		return;
	if (!chosen->first_failed)
		chosen->first_failed = number;
	chosen->last_failed = number;
}

static const struct tacho_record *record_of(const struct tc_thread *thread, uint64_t i)
{
	return &tc_part_ring(thread->block)[i & (thread->block->ring_records - 1)];
}

static void choose(struct tc_thread *thread, struct chosen *chosen)
{
	for (uint64_t i = thread->mended.first; i < thread->mended.written; i++) {
		const struct tacho_record *record = record_of(thread, i);
		uint64_t ns = tc_thread_duration(thread, record);
		uint32_t node = tc_tag_node(record->word);
		if (node < thread->nodes &&
			tc_reader_in_window(thread->reader, tc_instant_of(thread->clock, record->start_ns + ns)))
			consider(&chosen[node], i + 1, ns, record->word & TACHO_TAG_FAILED);
	}
}

static void take(struct tc_thread *thread, uint64_t number, bool failed)
{
	if (!number)
		return;
	const struct tacho_record *record = record_of(thread, number - 1);
	const struct tacho_kept_span span = {.stamp = number,
		.start_ns = record->start_ns,
		.duration_ns = tc_thread_duration(thread, record),
		.word = record->word,
		/* that there are some, for which the ring of attributes is asked; what it has lost is cut */
		.attribute_bytes = record->word & TACHO_TAG_ATTRIBUTES ? 1 : 0,
		.attributes_cut = record->word & TACHO_TAG_ATTRIBUTES ? 1 : 0};
	tc_thread_take_kept(thread, &span, failed);
}

void tc_thread_kept_in_window(struct tc_thread *thread)
{
	struct chosen *chosen = calloc(thread->nodes + 1, sizeof *chosen);
	if (!chosen) {
		tc_reader_no_memory(thread->reader);
		return;
	}
	choose(thread, chosen);
	for (uint32_t id = 1; id < thread->nodes; id++) {
		for (int i = 0; i < TACHO_KEPT_SLOWEST; i++)
			take(thread, chosen[id].slowest[i], false);
		take(thread, chosen[id].first_failed, true);
		take(thread, chosen[id].last_failed, true);
	}
	free(chosen);
}
