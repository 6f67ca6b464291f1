/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <tacho/metric.h>
#include "format/checker.h"

/* The first metric of a number has it: two kinds in one cell would be two readings of the same bytes. */
static bool entry_is_sound(struct tc_checker *c, const struct tc_metric_entry *entry)
{
	uint64_t bytes = (uint64_t)entry->name_bytes + entry->unit_bytes + entry->help_bytes + entry->source_bytes;
	if (entry->kind < TACHO_METRIC_COUNTER || entry->kind > TACHO_METRIC_CUSTOM || !entry->cell ||
		entry->name_bytes > TC_METRIC_TEXT_MAX || entry->unit_bytes > TC_METRIC_TEXT_MAX ||
		entry->help_bytes > TC_METRIC_TEXT_MAX || entry->source_bytes > TC_METRIC_TEXT_MAX ||
		!tc_check_inside(c, entry->at, bytes))
		return false;
	bool counter = entry->kind <= TACHO_METRIC_WAIT;
	uint8_t *kinds = counter ? c->kind_of_counter : c->kind_of_cell;
	if (entry->cell >= (counter ? TACHO_COUNTERS : TACHO_METRIC_CELLS) || kinds[entry->cell])
		return false;
	kinds[entry->cell] = (uint8_t)entry->kind;
	return true;
}

void tc_check_metrics(struct tc_checker *c, struct tc_part_header *header)
{
	enum { MOST = TC_METRIC_CHUNKS * TC_METRICS_PER_CHUNK };
	uint64_t claimed = header->metrics, count = claimed < MOST ? claimed : MOST;
	header->metrics = 0;
	for (uint64_t chunk = 0; chunk * TC_METRICS_PER_CHUNK < count; chunk++) {
		uint64_t at = header->metric_chunk[chunk], left = count - chunk * TC_METRICS_PER_CHUNK;
		left = left < TC_METRICS_PER_CHUNK ? left : TC_METRICS_PER_CHUNK;
		if (!at || !tc_check_claim(c, at, TC_METRICS_PER_CHUNK * sizeof(struct tc_metric_entry)))
			break;
		struct tc_metric_entry *entry = (void *)(c->bytes + at);
		for (uint64_t i = 0; i < left; i++) {
			if (!entry_is_sound(c, &entry[i])) {
				entry[i].cell = 0;
				c->damage->metrics++;
			}
		}
		header->metrics += left;
	}
	c->damage->metrics += claimed - header->metrics;
	for (int i = 0; i < TC_CALLBACKS_TOLD; i++)
		header->callback[i].name[sizeof header->callback[i].name - 1] = 0;
}

static bool check_distribution(struct tc_checker *c, uint64_t metrics_at, uint64_t at)
{
	if (!tc_check_claim(c, at, sizeof(struct tacho_distribution)))
		return false;
	struct tacho_distribution *distribution = (void *)(c->bytes + at);
	for (int i = 0; i < TACHO_VALUE_PAGES; i++) {
		uint64_t page_at = metrics_at + (uint64_t)distribution->page[i] * TACHO_UNIT;
		if (distribution->page[i] && !tc_check_claim(c, page_at, TACHO_PAGE_CELLS * sizeof(uint32_t))) {
			distribution->page[i] = 0;
			c->damage->pages++;
		}
	}
	return true;
}

static bool check_cell(struct tc_checker *c, uint64_t metrics_at, uint64_t at, uint8_t kind)
{
	if (kind == TACHO_METRIC_GAUGE)
		return tc_check_claim(c, at, sizeof(struct tacho_gauge));
	if (kind == TACHO_METRIC_EVENT)
		return tc_check_claim(c, at, sizeof(struct tacho_event));
	return check_distribution(c, metrics_at, at);
}

void tc_check_block_metrics(struct tc_checker *c, struct tacho_block *block)
{
	uint64_t at = block->metrics_at;
	if (!at)
		return;
	if (!tc_check_claim(c, at, sizeof(struct tacho_metrics))) {
		block->metrics_at = 0;
		c->damage->metrics++;
		return;
	}
	struct tacho_metrics *metrics = (void *)(c->bytes + at);
	for (int i = 0; i < TACHO_METRIC_CELLS; i++) {
		uint8_t kind = c->kind_of_cell[i];
		if (!metrics->cell[i])
			continue;
		if (!kind) { /* of a metric that came after the header was read */
			metrics->cell[i] = 0;
		} else if (!check_cell(c, at, at + (uint64_t)metrics->cell[i] * TACHO_UNIT, kind)) {
			metrics->cell[i] = 0;
			c->damage->metrics++;
		}
	}
}

const struct tc_metric_entry *tc_part_metric(const unsigned char *bytes, uint64_t number)
{
	const struct tc_part_header *header = (const void *)bytes;
	if (number >= header->metrics)
		return NULL;
	const struct tc_metric_entry *chunk =
		(const void *)(bytes + header->metric_chunk[number / TC_METRICS_PER_CHUNK]);
	return chunk[number % TC_METRICS_PER_CHUNK].cell ? &chunk[number % TC_METRICS_PER_CHUNK] : NULL;
}
