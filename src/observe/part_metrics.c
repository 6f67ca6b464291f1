/* SPDX-License-Identifier: MIT
 *
 * part_metrics.c - what the metrics of one part did since the last reading.  As everywhere here a part may lie: texts, kinds
 * and numbers are checked, and a block's cells are where a read finds bytes or are nowhere.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "observe/part_seen.h"

enum {
	TRIES = 4,               /* to read a distribution beside its thread */
	SEEN_BYTES_MAX = 8 << 20 /* for what was seen of all cells; honest programs need some KiB */
};

/* An array of what was seen, grown; NULL: there is no room, and it is as it was. */
static void *grow(struct tc_part_reading *reading, void *array, size_t before, size_t after, size_t size)
{
	struct tc_part_totals *totals = reading->totals;
	size_t more = (after - before) * size;
	void *grown = totals->metric_bytes + more <= SEEN_BYTES_MAX ? realloc(array, after * size) : NULL;
	if (!grown) {
		totals->metrics_lost = true;
		return NULL;
	}
	totals->metric_bytes += more;
	memset((char *)grown + before * size, 0, more);
	return grown;
}

/* One text out of the four; NULL: it does not lie in the file. */
static const char *read_text(const struct tc_part_reading *reading, int which, uint64_t *at, uint32_t bytes)
{
	char *text = reading->scratch->text[which];
	if (bytes > TC_METRIC_TEXT_MAX || (bytes && !tc_seen_pread(reading, *at, text, bytes)))
		return NULL;
	text[bytes] = 0;
	*at += bytes;
	return text;
}

static uint32_t find(struct tc_part_reading *reading, const struct tc_metric_entry *entry)
{
	uint64_t at = entry->at;
	const uint32_t bytes[] = {entry->name_bytes, entry->unit_bytes, entry->help_bytes, entry->source_bytes};
	const char *text[4];
	for (int i = 0; i < 4; i++)
		if (!(text[i] = read_text(reading, i, &at, bytes[i])))
			return TC_NO_METRIC;
	return tc_metrics_find(
		reading->metrics, (enum tacho_metric_kind)entry->kind, text[0], text[1], text[2], text[3]);
}

static struct tc_metric_seen look_at(struct tc_part_reading *reading, const struct tc_metric_entry *entry)
{
	struct tc_metric_seen seen = {.kind = entry->kind, .cell = entry->cell, .metric = TC_NO_METRIC};
	bool counter = entry->kind <= TACHO_METRIC_WAIT;
	if (entry->kind < TACHO_METRIC_COUNTER || entry->kind > TACHO_METRIC_CUSTOM || !entry->cell ||
		entry->cell >= (counter ? (uint32_t)TACHO_COUNTERS : (uint32_t)TACHO_METRIC_CELLS))
		return seen;
	seen.metric = find(reading, entry);
	return seen;
}

/* Entries that came since; their chunk was there before their number was. */
static void read_entries(struct tc_part_reading *reading, uint64_t count)
{
	struct tc_part_seen *part = reading->part;
	struct tc_metric_seen *metric = grow(reading, part->metric, part->metrics, count, sizeof *metric);
	if (!metric)
		return;
	part->metric = metric;
	for (; part->metrics < count; part->metrics++) {
		uint32_t i = part->metrics;
		struct tc_metric_entry entry;
		uint64_t chunk;
		size_t chunk_at =
			offsetof(struct tc_part_header, metric_chunk) + i / TC_METRICS_PER_CHUNK * sizeof chunk;
		if (!tc_seen_pread(reading, chunk_at, &chunk, sizeof chunk) || chunk >= reading->size ||
			!tc_seen_pread(reading, chunk + i % TC_METRICS_PER_CHUNK * sizeof entry, &entry, sizeof entry))
			entry = (struct tc_metric_entry){.kind = 0};
		metric[i] = look_at(reading, &entry);
	}
}

static bool grow_cells(struct tc_part_reading *reading, struct tc_block_seen *block)
{
	uint32_t want = reading->part->metrics;
	if (block->cells >= want)
		return true;
	struct tc_cell_seen *cell = grow(reading, block->cell, block->cells, want, sizeof *cell);
	if (!cell)
		return false;
	block->cell = cell;
	block->cells = want;
	return true;
}

/* The value is stored before the count: one that is read behind it is no older.  Which of two threads came last is not known; where
 * one of them says that the level is not, it is not. */
static void read_gauge(
	struct tc_part_reading *reading, struct tc_cell_seen *seen, struct tc_metrics_one *one, uint64_t at)
{
	uint64_t sets;
	double value;
	if (!tc_seen_pread(reading, at + offsetof(struct tacho_gauge, sets), &sets, sizeof sets) ||
		sets == seen->count ||
		!tc_seen_pread(reading, at + offsetof(struct tacho_gauge, value), &value, sizeof value))
		return;
	if (!one->moved || !isnan(one->level))
		one->level = value;
	one->moved += (double)(sets - seen->count);
	one->setter = reading->part->id;
	seen->count = sets;
}

/* Two copies that are alike, with no value under way, are the truth; a thread that is too fast is read the next time. */
static bool read_whole(const struct tc_part_reading *reading, uint64_t at, struct tacho_distribution *out)
{
	enum { BYTES = offsetof(struct tacho_distribution, zero) };
	struct tacho_distribution again;
	for (int i = 0; i < TRIES; i++)
		if (!tc_seen_pread(reading, at, out, BYTES) || !tc_seen_pread(reading, at, &again, BYTES))
			return false;
		else if (!memcmp(out, &again, BYTES) && out->begun == out->count)
			return true;
	return false;
}

static void read_distribution(
	struct tc_part_reading *reading, struct tc_cell_seen *seen, struct tc_metrics_one *one, uint64_t at)
{
	struct tacho_distribution d;
	if (!read_whole(reading, at, &d) || d.count == seen->count)
		return;
	double more = (double)(d.count - seen->count);
	one->moved += more;
	one->sum += d.sum - seen->sum + d.origin * more;
	seen->count = d.count;
	seen->sum = d.sum;
}

static void read_cell(struct tc_part_reading *reading, struct tc_block_seen *block, uint32_t i)
{
	const struct tc_metric_seen *metric = &reading->part->metric[i];
	const struct tc_part_scratch *scratch = reading->scratch;
	struct tc_metrics_one *one = &reading->metrics->one[metric->metric];
	struct tc_cell_seen *seen = &block->cell[i];
	uint64_t count = scratch->counter[metric->cell], at = block->metrics_at;
	if (metric->kind > TACHO_METRIC_WAIT) {
		if (!scratch->unit[metric->cell])
			return;
		at += (uint64_t)scratch->unit[metric->cell] * TACHO_UNIT;
		if (metric->kind == TACHO_METRIC_GAUGE) {
			read_gauge(reading, seen, one, at);
			return;
		}
		if (metric->kind != TACHO_METRIC_EVENT) {
			read_distribution(reading, seen, one, at);
			return;
		}
		if (!tc_seen_pread(reading, at + offsetof(struct tacho_event, count), &count, sizeof count))
			return;
	}
	one->moved += (double)(count - seen->count); /* modulo 2^64, as it counts */
	seen->count = count;
}

/* How many of the counters, of the cells, are in use. */
static void extent(const struct tc_part_seen *part, uint32_t *counters, uint32_t *cells)
{
	*counters = *cells = 0;
	for (uint32_t i = 0; i < part->metrics; i++) {
		const struct tc_metric_seen *metric = &part->metric[i];
		uint32_t *end = metric->kind <= TACHO_METRIC_WAIT ? counters : cells;
		if (metric->metric != TC_NO_METRIC && metric->cell >= *end)
			*end = metric->cell + 1;
	}
}

static void read_block(struct tc_part_reading *reading, struct tc_block_seen *block, uint32_t counters, uint32_t cells)
{
	struct tc_part_scratch *scratch = reading->scratch;
	uint64_t *at = &block->metrics_at;
	if (!*at && !tc_seen_pread(reading, block->at + offsetof(struct tacho_block, metrics_at), at, sizeof *at))
		*at = 0;
	if (!*at || *at >= reading->size || !grow_cells(reading, block))
		return;
	if (!tc_seen_pread(reading, *at + offsetof(struct tacho_metrics, counter), scratch->counter,
		    counters * sizeof *scratch->counter) ||
		!tc_seen_pread(reading, *at + offsetof(struct tacho_metrics, cell), scratch->unit,
			cells * sizeof *scratch->unit))
		return;
	for (uint32_t i = 0; i < reading->part->metrics; i++)
		if (reading->part->metric[i].metric != TC_NO_METRIC)
			read_cell(reading, block, i);
}

void tc_seen_read_metrics(struct tc_part_reading *reading)
{
	enum { MOST = TC_METRIC_CHUNKS * TC_METRICS_PER_CHUNK };
	struct tc_part_seen *part = reading->part;
	uint64_t count;
	uint32_t counters, cells;
	if (!part->valid || !tc_seen_size(reading) ||
		!tc_seen_pread(reading, offsetof(struct tc_part_header, metrics), &count, sizeof count))
		return;
	count = count < MOST ? count : MOST;
	if (count > part->metrics)
		read_entries(reading, count);
	if (!part->metrics)
		return;
	extent(part, &counters, &cells);
	for (size_t i = 0; i < part->blocks; i++)
		read_block(reading, &part->block[i], counters, cells);
}

void tc_seen_release_metrics(struct tc_part_seen *part, struct tc_part_totals *totals)
{
	totals->metric_bytes -= part->metrics * sizeof *part->metric;
	free(part->metric);
	for (size_t i = 0; i < part->blocks; i++) {
		totals->metric_bytes -= part->block[i].cells * sizeof *part->block[i].cell;
		free(part->block[i].cell);
	}
}
