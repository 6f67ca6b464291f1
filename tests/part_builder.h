/* SPDX-License-Identifier: MIT
 *
 * part_builder.h - makes parts from the layout's structs, as small as they get, and ends spans in them step by step: the stores
 * of tacho_finish_inline() in their order, so that a test can stop between any two.
 *
 * The tree: outer (node 2) with inner (node 3) below it, and "(other)" (node 1).  The clock counts ns.
 */
#ifndef TESTS_PART_BUILDER_H
#define TESTS_PART_BUILDER_H

#include <stdlib.h>
#include <string.h>
#include <tacho/metric.h>
#include "base/test.h"
#include "format/check.h"

enum { BUILT_RING = 16, BUILT_ATTRIBUTES = 1024, BUILT_ROOM = 1 << 16, BUILT_STEPS = 22 };

struct built {
	unsigned char *bytes; /* aligned to 64 */
	struct tc_part_header *header;
	struct tacho_block *block;
	uint64_t now;
};

static inline uint64_t built_alloc(struct built *b, uint64_t bytes)
{
	uint64_t at = b->header->used;
	b->header->used = (at + bytes + 63) & ~UINT64_C(63);
	assert_true(b->header->used <= BUILT_ROOM);
	return at;
}

static inline struct tacho_node *built_node(struct built *b, uint32_t id)
{
	return tc_part_node(b->bytes, b->block, id);
}

static inline void built_add_node(struct built *b, uint16_t parent, uint16_t site)
{
	struct tacho_node *node = (struct tacho_node *)(void *)(b->bytes + b->block->node_chunk[0]) + b->block->nodes;
	node->id = (uint16_t)b->block->nodes++;
	node->parent = parent;
	node->site = site;
	node->min_ns = UINT64_MAX;
	if (node->id)
		node->page[1] = (uint32_t)((built_alloc(b, 4096) - b->block->at) / TACHO_UNIT);
}

/* A pointer on 64 bits, a number on 32. */
static inline void built_last(struct tacho_block *block, struct tacho_node *node)
{
	block->last = (__typeof__(block->last))(uintptr_t)node;
}

static inline void built_add_block(struct built *b)
{
	uint64_t at = built_alloc(b, sizeof(struct tacho_block) + BUILT_RING * sizeof(struct tacho_record));
	b->block = (void *)(b->bytes + at);
	b->block->at = at;
	b->block->ready = 2;
	b->block->mult = b->header->mult;
	b->block->ring_records = BUILT_RING;
	b->block->ring_mask = BUILT_RING - 1;
	b->block->pending = offsetof(struct tacho_block, scrap);
	b->block->node_chunk[0] = built_alloc(b, 4 * sizeof(struct tacho_node));
	built_last(b->block, (void *)(b->bytes + b->block->node_chunk[0]));
	b->block->occupants = 1;
	b->block->occupant[0].tid = 42;
	b->block->next = b->header->first_block;
	b->header->first_block = at;
	b->header->blocks++;
	built_add_node(b, 0, TC_NAME_NONE);
	built_add_node(b, 0, TC_NAME_OTHER);
	built_add_node(b, 0, 2);
	built_add_node(b, 2, 3);
}

static inline void built_names(struct built *b, const char *const *name, size_t names)
{
	uint64_t chunk = built_alloc(b, names * sizeof(struct tc_name));
	b->header->name_chunk[0] = chunk;
	for (size_t i = 0; i < names; i++) {
		struct tc_name *entry = (struct tc_name *)(void *)(b->bytes + chunk) + i;
		entry->bytes = (uint32_t)strlen(name[i]);
		entry->at = built_alloc(b, entry->bytes ? entry->bytes : 1);
		entry->first_ticks = 1000 + i;
		memcpy(b->bytes + entry->at, name[i], entry->bytes);
	}
	b->header->names = names;
}

static inline struct built built_part(const char *outer, const char *inner)
{
	struct built b = {.bytes = aligned_alloc(64, BUILT_ROOM), .now = 2000};
	const char *const names[] = {"", "(other)", outer, inner};
	assert_non_null(b.bytes);
	memset(b.bytes, 0, BUILT_ROOM);
	b.header = (void *)b.bytes;
	memcpy(b.header->magic, TC_PART_MAGIC, 8);
	b.header->byte_order = TC_BYTE_ORDER;
	b.header->layout = TACHO_LAYOUT;
	b.header->header_bytes = TC_HEADER_BYTES;
	b.header->block_bytes = sizeof(struct tacho_block);
	b.header->node_bytes = sizeof(struct tacho_node);
	b.header->mult = UINT64_C(1) << 60; /* with a shift of 4: ticks are ns */
	b.header->tick_shift = 4;
	b.header->clock = TC_CLOCK_COUNTER;
	b.header->begin = (struct tc_calibration){1000, 1000, 1000};
	b.header->pid = 7;
	b.header->used = TC_HEADER_BYTES;
	strcpy(b.header->program, "built");
	built_names(&b, names, 4);
	built_add_block(&b);
	return b;
}

static inline void built_free(struct built *b)
{
	free(b->bytes);
}

static inline void built_begin(struct built *b, uint32_t node)
{
	uint32_t depth = (uint32_t)b->block->top;
	b->block->stack[depth + 1] = (struct tacho_open){b->now++, (uint64_t)node << TACHO_TAG_NODE_SHIFT};
	b->block->top = (uint64_t)node << 32 | (depth + 1);
}

struct built_ending { /* a span that is being ended */
	struct tacho_block *block;
	struct tacho_node *node;
	uint64_t start, ns, word, pending, top;
	bool failed;
};

static inline void built_record(const struct built_ending *e, int step)
{
	struct tacho_block *block = e->block;
	struct tacho_record *record = &tc_part_ring(block)[(block->finished - block->skipped) & block->ring_mask];
	if (step == 0)
		block->ready = 0;
	else if (step == 1)
		++*(uint32_t *)(void *)((char *)block + block->pending);
	else if (step == 2)
		block->pending = e->pending;
	else if (step == 3)
		block->undo_sum = tc_wide_load(&e->node->sum_ns).low;
	else if (step == 4)
		block->undo_squares = e->node->squares_ns2;
	else if (step == 5)
		block->undo_index = block->finished;
	else if (step == 6)
		record->start_ns = e->start;
	else if (step == 7)
		record->word = e->word;
}

static inline void built_grow(void *number, struct tc_wide by)
{
	tc_wide_store(number, tc_wide_add(tc_wide_load(number), by));
}

static inline void built_count(const struct built_ending *e, int step)
{
	struct tacho_block *block = e->block;
	struct tacho_node *node = e->node;
	uint64_t ns = e->ns;
	if (step == 8)
		node->begun = node->count + 1;
	else if (step == 9)
		node->min_ns = ns < node->min_ns ? ns : node->min_ns;
	else if (step == 10)
		node->max_ns = ns > node->max_ns ? ns : node->max_ns;
	else if (step == 11)
		built_grow(&node->sum_ns, tc_wide_of(ns));
	else if (step == 12)
		built_grow(&node->squares_ns2, tc_wide_product(ns, ns));
	else if (step == 13)
		block->finished++;
	else if (step == 14)
		node->count++;
	else if (step == 15)
		block->last_ns = ns, built_last(block, node);
	else if (step == 16)
		block->top = e->top;
}

static inline void built_failure(const struct built_ending *e, int step)
{
	struct tacho_block *block = e->block;
	if (step == 17 && e->failed)
		block->undo_failed = e->node->failed;
	else if (step == 18 && e->failed)
		block->undo_failed_index = block->finished - 1;
	else if (step == 19 && e->failed)
		e->node->failed++;
	else if (step == 20 && e->failed)
		block->failed_finished = block->finished;
	else if (step == 21)
		block->ready = 2;
}

/* Ends the innermost span ns after its begin; the first `steps` stores only. */
static inline void built_end(struct built *b, uint64_t ns, bool failed, int steps)
{
	struct tacho_block *block = b->block;
	uint32_t depth = (uint32_t)block->top;
	const struct tacho_open *open = &block->stack[depth];
	const struct tacho_node *last = (const struct tacho_node *)(uintptr_t)block->last;
	uint64_t word = ns | open->tag | (failed ? TACHO_TAG_FAILED : 0), parent = depth > 1 ? open[-1].tag : 0;
	struct built_ending ending = {
		.block = block,
		.node = built_node(b, (uint32_t)(word >> TACHO_TAG_NODE_SHIFT) & 0xffff),
		.start = open->start,
		.ns = ns,
		.word = word,
		.pending = last->id ? (uint64_t)last->page[1] * TACHO_UNIT +
	                                      tacho_cell(block->last_ns) % TACHO_PAGE_CELLS * 4
	                            : offsetof(struct tacho_block, scrap),
		.top = (parent >> TACHO_TAG_NODE_SHIFT & 0xffff) << 32 | (depth - 1),
		.failed = failed,
	};
	b->now = open->start + ns + 1;
	for (int step = 0; step < steps; step++) {
		built_record(&ending, step);
		built_count(&ending, step);
		built_failure(&ending, step);
	}
}

static inline void built_span(struct built *b, uint32_t node, uint64_t ns)
{
	built_begin(b, node);
	built_end(b, ns, false, BUILT_STEPS);
}

static inline void built_attribute(struct built *b, int type, const char *key, const void *value, uint32_t bytes)
{
	struct tacho_block *block = b->block;
	struct tacho_open *open = &block->stack[(uint32_t)block->top];
	if (!block->attributes_at) {
		block->attributes_at = built_alloc(b, BUILT_ATTRIBUTES);
		block->attributes_size = BUILT_ATTRIBUTES;
	}
	uint64_t at = block->attributes_written;
	struct tacho_attribute entry = {open->start, (uint32_t)(at / 8), (uint16_t)(open->tag >> TACHO_TAG_NODE_SHIFT),
		(uint8_t)type, (uint8_t)strlen(key), bytes, 0};
	uint64_t whole = (sizeof entry + entry.key_bytes + bytes + 7) & ~UINT64_C(7);
	assert_true(at + whole <= BUILT_ATTRIBUTES);
	unsigned char *to = b->bytes + block->attributes_at + at;
	memcpy(to, &entry, sizeof entry);
	memcpy(to + sizeof entry, key, entry.key_bytes);
	memcpy(to + sizeof entry + entry.key_bytes, value, bytes);
	block->attributes_written = at + whole;
	open->tag |= TACHO_TAG_ATTRIBUTES;
}

static inline struct tacho_kept *built_keep(struct built *b, uint32_t node)
{
	uint64_t at = built_alloc(b, sizeof(struct tacho_kept));
	built_node(b, node)->kept = (uint32_t)((at - b->block->at) / TACHO_UNIT);
	return (void *)(b->bytes + at);
}

/* With some of everything. */
static inline struct built built_rich(void)
{
	struct built b = built_part("outer", "inner");
	int64_t number = -3;
	for (unsigned i = 0; i < 9; i++) {
		built_begin(&b, 2);
		built_span(&b, 3, 300 + i * 77);
		built_begin(&b, 3);
		built_attribute(&b, TACHO_ATTR_I64, "n", &number, sizeof number);
		if (i % 4 == 0)
			built_attribute(&b, TACHO_ATTR_ERROR, "", "no such thing", 13);
		built_end(&b, 500, i % 4 == 0, BUILT_STEPS);
		built_end(&b, 4000 - i * 100, false, BUILT_STEPS);
	}
	struct tacho_kept *kept = built_keep(&b, 3);
	const struct tacho_record *record = &tc_part_ring(b.block)[(b.block->finished - 2) & b.block->ring_mask];
	kept->span[0] =
		(struct tacho_kept_span){b.block->finished - 1, record->start_ns, 500, record->word, 40, 0, {0}};
	memcpy(kept->span[0].attributes, b.bytes + b.block->attributes_at, 40);
	kept->span[TACHO_KEPT_FIRST_FAILED] = kept->span[0];
	kept->span[TACHO_KEPT_FIRST_FAILED].word |= TACHO_TAG_FAILED;
	built_begin(&b, 2);
	built_attribute(&b, TACHO_ATTR_TEXT, "file", "a.jpg", 5);
	strcpy(b.header->parent_path, "build\x1f"
				      "link");
	b.header->parent_path_bytes = 10;
	return b;
}

static inline void built_metric(struct built *b, uint32_t kind, uint32_t cell, const char *name)
{
	struct tc_part_header *h = b->header;
	if (!h->metric_chunk[0])
		h->metric_chunk[0] = built_alloc(b, TC_METRICS_PER_CHUNK * sizeof(struct tc_metric_entry));
	struct tc_metric_entry *entry =
		(struct tc_metric_entry *)(void *)(b->bytes + h->metric_chunk[0]) + h->metrics++;
	*entry = (struct tc_metric_entry){
		.at = built_alloc(b, strlen(name)), .kind = kind, .cell = cell, .name_bytes = (uint32_t)strlen(name)};
	entry->first_ticks = 1000 + h->metrics;
	memcpy(b->bytes + entry->at, name, entry->name_bytes);
}

static inline void *built_cell(struct built *b, uint32_t cell, uint64_t bytes)
{
	struct tacho_metrics *metrics = tc_part_metrics(b->bytes, b->block);
	uint64_t at = built_alloc(b, bytes);
	metrics->cell[cell] = (uint32_t)((at - b->block->metrics_at) / TACHO_UNIT);
	return b->bytes + at;
}

/* A block that counted: one metric of each form. */
static inline struct built built_counted(void)
{
	struct built b = built_part("outer", "inner");
	built_metric(&b, TACHO_METRIC_COUNTER, 3, "cache.hits");
	built_metric(&b, TACHO_METRIC_GAUGE, 3, "queue.jobs");
	built_metric(&b, TACHO_METRIC_EVENT, 4, "ocr.calls");
	built_metric(&b, TACHO_METRIC_CUSTOM, 5, "batch.sizes");
	b.block->metrics_at = built_alloc(&b, sizeof(struct tacho_metrics));
	struct tacho_metrics *metrics = tc_part_metrics(b.bytes, b.block);
	metrics->counter[3] = 17;
	*(struct tacho_gauge *)built_cell(&b, 3, sizeof(struct tacho_gauge)) =
		(struct tacho_gauge){.value = 5, .min = -2, .max = 9, .sets = 4};
	struct tacho_event *event = built_cell(&b, 4, sizeof *event);
	event->count = 6;
	event->current = 6;
	struct tacho_distribution *d = built_cell(&b, 5, sizeof *d);
	*d = (struct tacho_distribution){.min = 8, .max = 8, .origin = 8};
	uint64_t page = built_alloc(&b, TACHO_PAGE_CELLS * 4);
	d->page[tacho_value_cell(8) / TACHO_PAGE_CELLS] = (uint32_t)((page - b.block->metrics_at) / TACHO_UNIT);
	((uint32_t *)(void *)(b.bytes + page))[tacho_value_cell(8) % TACHO_PAGE_CELLS] = 3;
	for (int i = 0; i < 3; i++)
		tacho_distribution_put(d, 8, b.now++);
	return b;
}

#endif
