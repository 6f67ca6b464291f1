/* SPDX-License-Identifier: MIT */
#include "record/foreign.h"

#include <stdio.h>
#include <string.h>
#include "base/error.h"
#include "format/clock.h"
#include "format/identity.h"
#include "record/metric.h"
#include "record/private.h"

enum { READY = 2 }; /* any number of an opening */

/* Raw ticks of these parts, whose clock is CLOCK_MONOTONIC's: see find_mult() in format/clock.c. */
static uint64_t ticks_of(uint64_t ns)
{
	return ns;
}

static struct tc_calibration calibration(const struct tc_part_header *header, uint64_t ns)
{
	uint64_t realtime_ns = header->begin.realtime_ns + (ns - header->begin.monotonic_ns);
	return (struct tc_calibration){.ticks = ticks_of(ns), .monotonic_ns = ns, .realtime_ns = realtime_ns};
}

void tc_foreign_set(const struct tc_settings *settings, uint32_t ring_records)
{
	tc_recorder_take_settings(settings, ring_records);
}

/* Names of all processes are numbered together; of each a part says when it was first seen there. */
static bool write_names(struct tc_part *part)
{
	const struct tc_part_header *header = tc_part_header(part);
	uint64_t before = header->names;
	if (tc_names_write(part))
		return false;
	for (uint64_t id = before; id < header->names; id++) {
		struct tc_name *chunk = tc_at(part, header->name_chunk[id / TC_NAMES_PER_CHUNK]);
		chunk[id % TC_NAMES_PER_CHUNK].first_ticks = 0;
	}
	return true;
}

void tc_foreign_rename(struct tc_part *part, const char *program, uint64_t pid)
{
	struct tc_part_header *header = tc_part_header(part);
	snprintf(header->program, sizeof header->program, "%s", program);
	header->pid = pid;
}

int tc_foreign_open(struct tc_part **out, const char *directory, const struct tc_foreign_process *process)
{
	int code = tc_part_create(out, directory);
	if (code)
		return code;
	struct tc_part_header *header = tc_part_header(*out);
	tc_foreign_rename(*out, process->program, process->pid);
	header->clock = TC_CLOCK_MONOTONIC;
	header->mult = tc_clock_mult(TC_CLOCK_MONOTONIC);
	header->parent_pid = header->pid_namespace = header->process_start = 0;
	header->parent_path_bytes = 0;
	header->attribute_text_bytes = (uint32_t)tc_attribute_limits.text_bytes;
	header->begin.monotonic_ns = process->begin_ns;
	header->begin.realtime_ns = process->realtime_ns;
	header->begin = calibration(header, process->begin_ns);
	if (write_names(*out)) {
		tc_part_publish(*out);
		return 0;
	}
	tc_part_finish(*out);
	tc_part_free(*out);
	return tc_error(TACHO_ENOSPC, "no room for the names of spans in %s", directory);
}

/* What is open then stays so: the spans of a thread that has ended would be nobody's. */
static void end_thread(struct tacho_block *block)
{
	bool has_open = (uint32_t)block->top;
	block->occupant[0].ended = !has_open;
	block->retired = !has_open;
	block->ready = UINT64_MAX;
	tc_node_forget_children(block);
}

bool tc_foreign_close(struct tc_part *part, const struct tc_calibration *end)
{
	struct tc_part_header *header = tc_part_header(part);
	bool whole = !header->space_lost;
	for (uint64_t at = header->first_block; at; at = ((struct tacho_block *)tc_at(part, at))->next)
		end_thread(tc_at(part, at));
	header->end = *end;
	tc_part_finish(part);
	tc_part_free(part);
	return whole;
}

struct tacho_block *tc_foreign_thread(struct tc_part *part, uint32_t tid, uint64_t begin_ns)
{
	struct tacho_block *block = tc_slow_enter() ? tc_block_new(part) : NULL;
	if (block && tc_node_prepare(block)) {
		block->occupant[0] = (struct tacho_occupant){.start = ticks_of(begin_ns), .tid = tid};
		block->occupants = 1;
		block->ready = READY;
	} else {
		tc_part_header(part)->threads_lost++;
		block = NULL;
	}
	tc_slow_leave();
	return block;
}

void tc_foreign_name_thread(struct tacho_block *block, const char *name)
{
	snprintf(block->occupant[0].name, sizeof block->occupant[0].name, "%s", name);
}

static void note_first(struct tc_part *part, uint32_t site, uint64_t first_ns)
{
	struct tc_part_header *header = tc_part_header(part);
	if (site >= header->names)
		return;
	struct tc_name *chunk = tc_at(part, header->name_chunk[site / TC_NAMES_PER_CHUNK]);
	struct tc_name *name = &chunk[site % TC_NAMES_PER_CHUNK];
	if (!name->first_ticks)
		name->first_ticks = ticks_of(first_ns);
}

uint32_t tc_foreign_node(
	struct tacho_block *block, uint32_t parent, const char *name, enum tacho_kind kind, uint64_t first_ns)
{
	struct tc_part *part = tc_part_of(block);
	if (!tc_slow_enter())
		return 1;
	uint32_t site = tc_name_id(name, kind);
	if (site >= tc_part_header(part)->names && !write_names(part))
		site = TC_NAME_OTHER;
	const struct tacho_node *node = tc_node_find(block, parent, site);
	note_first(part, node->site, first_ns);
	tc_slow_leave();
	return node->id;
}

uint64_t tc_foreign_identity(const struct tacho_block *block, uint32_t node, uint64_t start_ns)
{
	const struct tacho_node *of = tc_node_at(block, node);
	return tc_span_identity(tc_part_header(tc_part_of(block))->id[0], block->at, of->site, of->kind,
		tacho_ticks_to_ns(ticks_of(start_ns), block->mult));
}

uint64_t tc_foreign_begin(struct tacho_block *block, uint32_t node, uint64_t start_ns)
{
	uint64_t before = block->top;
	uint32_t depth = (uint32_t)before;
	if (depth < TACHO_STACK_DEPTH)
		block->stack[depth + 1] =
			(struct tacho_open){ticks_of(start_ns), (uint64_t)node << TACHO_TAG_NODE_SHIFT};
	TACHO_RELAXED_STORE(block->top, (uint64_t)node << 32 | (depth + 1));
	return before;
}

static void add_attribute(struct tacho_span *span, const struct tc_foreign_attribute *a)
{
	uint64_t word;
	if (a->type == TACHO_ATTR_TEXT || a->type == TACHO_ATTR_ERROR) {
		tc_attribute_add_text(span, a->type, a->key, a->key_bytes, a->value, a->value_bytes);
		return;
	}
	memcpy(&word, a->value, sizeof word);
	tc_attribute_add_word(span, a->key, a->key_bytes, a->type, word);
}

/* With its attributes, which are a thread's own: tacho_self is to be the block. */
static struct tacho_span span_of(struct tacho_block *block, const struct tc_foreign_span *from)
{
	struct tacho_node *node = tc_node_at(block, from->node);
	struct tacho_span span = {.block = block,
		.node = node,
		.start = ticks_of(from->start_ns),
		.top = from->beside ? block->top : from->top};
	span.tag = (uint64_t)node->id << TACHO_TAG_NODE_SHIFT | (uint64_t)node->kind << TACHO_TAG_KIND_SHIFT |
	           (from->failed ? TACHO_TAG_FAILED : 0);
	for (size_t i = 0; i < from->attributes; i++)
		add_attribute(&span, &from->attribute[i]);
	return span;
}

void tc_foreign_end(struct tacho_block *block, const struct tc_foreign_span *from)
{
	struct tacho_block *own = tacho_self;
	tacho_self = block;
	struct tacho_span span = span_of(block, from);
	tc_span_finish(&span, tacho_ticks_to_ns(span.start, block->mult), from->duration_ns, READY);
	tacho_self = own;
}

void tc_foreign_leave_open(struct tacho_block *block, const struct tc_foreign_span *from)
{
	struct tacho_block *own = tacho_self;
	tacho_self = block;
	const struct tacho_span span = span_of(block, from);
	tacho_self = own;
	if (from->beside)
		tc_beside_take(block, span.start, span.tag);
}

/* As of names: a part says when a metric was first there. */
static bool write_metrics(struct tc_part *part, uint64_t at_ns)
{
	const struct tc_part_header *header = tc_part_header(part);
	uint64_t before = header->metrics;
	if (tc_metrics_write(part))
		return false;
	for (uint64_t i = before; i < header->metrics; i++) {
		struct tc_metric_entry *chunk = tc_at(part, header->metric_chunk[i / TC_METRICS_PER_CHUNK]);
		chunk[i % TC_METRICS_PER_CHUNK].first_ticks = ticks_of(at_ns);
	}
	return true;
}

bool tc_foreign_mark(struct tacho_block *block, const char *name, uint64_t at_ns)
{
	const struct tacho_metric *event =
		tc_metric_of_span(TACHO_METRIC_EVENT, name, NULL, "An event of the trace that was imported");
	return write_metrics(tc_part_of(block), at_ns) && tc_metric_mark_in(block, event, at_ns / 1000000000);
}
