/* SPDX-License-Identifier: MIT
 *
 * metric_cell.c - what one thread counted of one metric, completed where a kill stopped it, into the metric.
 */
#include <math.h>
#include "read/reader.h"

/* As the writer did, up to the store of count. */
static void mend(struct tacho_distribution *d)
{
	double value = d->recent[d->count % TACHO_RECENT].value, off = value - d->origin;
	if (d->begun == d->count)
		return;
	d->sum = d->undo_sum + off;
	d->squares = d->undo_squares + off * off;
	d->min = value < d->min ? value : d->min;
	d->max = value > d->max ? value : d->max;
	d->count = d->begun;
}

static void take_recent(struct tc_reader *reader, struct tc_merged_metric *metric, const struct tacho_distribution *d,
	const struct tc_clock_map *clock)
{
	uint64_t first = d->count > TC_RECENT_MAX ? d->count - TC_RECENT_MAX : 0;
	if (first) {
		tc_instant oldest = tc_instant_of(clock, tc_part_ns(clock, d->recent[first % TACHO_RECENT].ticks));
		metric->recent_from = oldest > metric->recent_from ? oldest : metric->recent_from;
	}
	for (uint64_t i = first; i < d->count; i++) {
		const struct tacho_recent *recent = &d->recent[i % TACHO_RECENT];
		tc_instant at = tc_instant_of(clock, tc_part_ns(clock, recent->ticks));
		if (!isfinite(recent->value) || !tc_reader_grow(reader, &metric->view.recent_value, metric->view.recent,
							&metric->recent_room, sizeof *metric->view.recent_value))
			continue;
		metric->view.recent_value[metric->view.recent++] = (struct tc_recent_view){at, recent->value};
	}
}

/* Entries of the histogram; returns how many. */
static uint64_t take_cells(struct tc_reader *reader, struct tc_merged_metric *metric, struct tacho_metrics *metrics,
	const struct tacho_distribution *d)
{
	uint64_t total = d->zero + d->negative + d->lost_cells;
	for (uint32_t i = 0; i < TACHO_VALUE_PAGES; i++) {
		const uint32_t *page = d->page[i] ? tacho_metric_cell(metrics, d->page[i]) : NULL;
		for (uint32_t k = 0; page && k < TACHO_PAGE_CELLS; k++) {
			total += page[k];
			if (page[k] && tc_values_add_cell(&metric->values, i * TACHO_PAGE_CELLS + k, page[k]))
				tc_reader_no_memory(reader);
		}
	}
	for (int i = 0; i < 4; i++) {
		const struct tacho_carry *carry = &d->carry[i];
		if (!carry->cell || carry->cell > TACHO_VALUE_PAGES * TACHO_PAGE_CELLS)
			continue;
		total += carry->times << 32;
		if (tc_values_add_cell(&metric->values, (uint32_t)carry->cell - 1, carry->times << 32))
			tc_reader_no_memory(reader);
	}
	return total;
}

/* The newest value is counted before it comes into the histogram. */
static void complete_cells(
	struct tc_reader *reader, struct tc_merged_metric *metric, const struct tacho_distribution *d)
{
	double value = d->recent[(d->count - 1) % TACHO_RECENT].value;
	bool in_range = value >= 0x1p-64 && value < 0x1p64;
	if (value < 0)
		metric->values.negative++;
	else if (!metric->values.of_time && value < 0x1p-64)
		metric->values.zero++;
	else if (metric->values.of_time ? !(value >= 0 && value < 0x1p63) : !(in_range || value >= 0x1p64))
		return; /* not a number, or no time: of a hostile file */
	else if (tc_values_add_cell(&metric->values,
			 metric->values.of_time ? tacho_cell((uint64_t)value)
			 : in_range             ? tacho_value_cell(value)
						: TACHO_VALUE_PAGES * TACHO_PAGE_CELLS - 1,
			 1))
		tc_reader_no_memory(reader);
}

static void take_distribution(struct tc_reader *reader, struct tc_merged_metric *metric, struct tacho_metrics *metrics,
	uint32_t unit, const struct tc_clock_map *clock)
{
	struct tacho_distribution *d = tacho_metric_cell(metrics, unit);
	mend(d);
	metric->view.invalid += d->invalid;
	if (!d->count)
		return;
	metric->view.threads++;
	tc_values_add_moments(&metric->values, d->count, d->origin, d->sum, d->squares, d->min, d->max);
	metric->values.zero += d->zero;
	metric->values.negative += d->negative;
	if (take_cells(reader, metric, metrics, d) + 1 == d->count)
		complete_cells(reader, metric, d);
	take_recent(reader, metric, d, clock);
	const struct tacho_recent *last = &d->recent[(d->count - 1) % TACHO_RECENT];
	tc_instant at = tc_instant_of(clock, tc_part_ns(clock, last->ticks));
	if (at < metric->last_at && !isnan(metric->view.last))
		return;
	metric->last_at = at;
	metric->view.last = last->value;
}

static void take_second(
	struct tc_reader *reader, struct tc_merged_metric *metric, uint64_t slot, const struct tc_clock_map *clock)
{
	if (!(uint32_t)slot ||
		!tc_reader_grow(reader, &metric->second, metric->seconds, &metric->second_room, sizeof *metric->second))
		return;
	metric->second[metric->seconds++] =
		(struct tc_event_second){tc_instant_of(clock, (slot >> 32) * 1000000000u), (uint32_t)slot};
}

static void take_event(struct tc_reader *reader, struct tc_merged_metric *metric, const struct tacho_event *event,
	const struct tc_clock_map *clock)
{
	if (!event->count)
		return;
	metric->view.threads++;
	metric->view.count += event->count;
	take_second(reader, metric, event->current, clock);
	for (int i = 0; i < TACHO_EVENT_SECONDS; i++)
		if (event->second[i] >> 32 != event->current >> 32) /* moved there, but not yet begun anew */
			take_second(reader, metric, event->second[i], clock);
}

static void take_gauge(struct tc_merged_metric *metric, const struct tacho_gauge *gauge)
{
	struct tc_metric_view *view = &metric->view;
	if (!gauge->sets)
		return;
	view->threads++;
	view->count += gauge->sets;
	if (gauge->min <= gauge->max) { /* else it was never a number */
		view->min = isnan(view->min) || gauge->min < view->min ? gauge->min : view->min;
		view->max = isnan(view->max) || gauge->max > view->max ? gauge->max : view->max;
	}
	metric->setters++;
	if (gauge->sets < metric->most_sets)
		return;
	metric->most_sets = gauge->sets;
	view->last = gauge->value;
}

void tc_metric_take(struct tc_reader *reader, struct tc_merged_metric *metric, struct tacho_metrics *metrics,
	uint32_t cell, const struct tc_clock_map *clock)
{
	if (metric->view.kind <= TACHO_METRIC_WAIT) {
		metric->view.count += metrics->counter[cell];
		metric->view.threads += metrics->counter[cell] != 0;
		return;
	}
	uint32_t unit = metrics->cell[cell];
	if (!unit)
		return;
	if (metric->view.kind == TACHO_METRIC_GAUGE)
		take_gauge(metric, tacho_metric_cell(metrics, unit));
	else if (metric->view.kind == TACHO_METRIC_EVENT)
		take_event(reader, metric, tacho_metric_cell(metrics, unit), clock);
	else
		take_distribution(reader, metric, metrics, unit, clock);
}
