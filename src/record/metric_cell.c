/* SPDX-License-Identifier: MIT
 *
 * metric_cell.c - what each thread counts, out of line: the first time of a metric on a thread, histogram pages, values that
 * are on no grid, CLOCK_MONOTONIC, signal handlers.
 */
#include <math.h>
#include <string.h>
#include <tacho/tacho.h>
#include "format/clock.h"
#include "record/metric.h"

void tc_metrics_attach(struct tacho_block *block, uint64_t ready)
{
	if (!block->metrics_at)
		return;
	struct tacho_metrics *metrics = tc_at(tc_part_of(block), block->metrics_at);
	if (tacho_counted == metrics && !metrics->ready)
		return; /* a signal handler in the midst of a record; the thread comes by again */
	TACHO_RELAXED_STORE(metrics->ready, ready);
	tacho_counted = metrics;
}

void tc_metrics_detach(void)
{
	if (tacho_counted != TC_NOTHING_COUNTED)
		tacho_counted->ready = UINT64_MAX;
	tacho_counted = TC_NOTHING_COUNTED;
}

static bool make_metrics(struct tacho_block *block)
{
	struct tc_part *part = tc_part_of(block);
	uint64_t at = tc_part_alloc(part, sizeof(struct tacho_metrics));
	if (!at)
		return false;
	struct tacho_metrics *metrics = tc_at(part, at);
	metrics->at = at;
	metrics->mult = block->mult;
	tacho_publish();
	TACHO_RELAXED_STORE(block->metrics_at, at);
	tc_thread_refresh(block);
	return true;
}

/* This thread's cells, with the metric registered; NULL: not recorded. */
static struct tacho_metrics *prepare(struct tacho_metric *metric)
{
	struct tacho_block *block = tc_thread_block();
	if (!block)
		return NULL;
	if (!metric->id)
		tc_metric_register(metric);
	return block->metrics_at || make_metrics(block) ? tacho_counted : NULL;
}

/* false: a signal handler within an end, or within this; then what there is must do. */
static bool enter(void)
{
	return tacho_self->ready != 0 && tc_slow_enter();
}

static void count_lost(void)
{
	if (tacho_counted != TC_NOTHING_COUNTED)
		tacho_add_word(&tacho_counted->lost, 1);
	else
		tc_count_signal_lost();
}

void tacho_counter_add_slow(struct tacho_metric *metric, uint64_t n)
{
	struct tacho_metrics *metrics;
	if (enter()) {
		metrics = prepare(metric);
		tc_slow_leave();
		if (!metrics)
			return;
	} else {
		metrics = tacho_counted;
	}
	if (metrics != TC_NOTHING_COUNTED && metric->id && metric->kind - 1u < TACHO_METRIC_WAIT)
		tacho_add_word(&metrics->counter[metric->id], n);
	else
		count_lost();
}

static size_t cell_bytes(uint32_t kind)
{
	return kind == TACHO_METRIC_GAUGE   ? sizeof(struct tacho_gauge)
	       : kind == TACHO_METRIC_EVENT ? sizeof(struct tacho_event)
	                                    : sizeof(struct tacho_distribution);
}

/* In units from the metrics, complete before it is found. */
static uint32_t new_cell(struct tacho_metrics *metrics, uint32_t kind, double first)
{
	uint64_t at = tc_part_alloc(tc_part_of(tacho_self), cell_bytes(kind));
	if (!at)
		return 0;
	uint32_t unit = (uint32_t)((at - metrics->at) / TACHO_UNIT);
	void *cell = tacho_metric_cell(metrics, unit);
	if (kind == TACHO_METRIC_GAUGE)
		*(struct tacho_gauge *)cell = (struct tacho_gauge){.min = INFINITY, .max = -INFINITY};
	else if (kind != TACHO_METRIC_EVENT)
		*(struct tacho_distribution *)cell =
			(struct tacho_distribution){.min = INFINITY, .max = -INFINITY, .origin = first};
	return unit;
}

/* This thread's cell of the metric, made if need be; first: the value it begins with. */
static void *find_cell(struct tacho_metrics *metrics, const struct tacho_metric *metric, double first)
{
	if (metric->id == TC_NO_CELL)
		return NULL;
	uint32_t *unit = &metrics->cell[metric->id];
	if (!*unit) {
		uint32_t fresh = new_cell(metrics, metric->kind, first);
		tacho_publish();
		TACHO_RELAXED_STORE(*unit, fresh);
	}
	return *unit ? tacho_metric_cell(metrics, *unit) : NULL;
}

/* The cell of a metric whose kind is one of those; NULL: not recorded, and counted if that is a loss. */
static void *cell_for(struct tacho_metric *metric, uint32_t first_kind, uint32_t last_kind, double first)
{
	void *cell = NULL;
	if (!enter()) {
		count_lost();
		return NULL;
	}
	struct tacho_metrics *metrics = prepare(metric);
	bool fits = metric->kind >= first_kind && metric->kind <= last_kind;
	if (metrics && fits)
		cell = find_cell(metrics, metric, first);
	tc_slow_leave();
	if (metrics && !cell)
		count_lost();
	return cell;
}

void tacho_gauge_set_slow(struct tacho_metric *metric, double value)
{
	struct tacho_gauge *gauge = cell_for(metric, TACHO_METRIC_GAUGE, TACHO_METRIC_GAUGE, value);
	if (gauge)
		tacho_gauge_put(gauge, value);
}

void tacho_event_mark_slow(struct tacho_metric *metric, uint64_t n)
{
	struct tacho_event *event = cell_for(metric, TACHO_METRIC_EVENT, TACHO_METRIC_EVENT, 0);
	if (event)
		tacho_event_put(
			event, n, tacho_ticks_to_ns(tc_clock_ticks(tc_recorder.clock), tacho_self->mult) / 1000000000u);
}

bool tc_metric_mark_in(struct tacho_block *block, const struct tacho_metric *metric, uint64_t second)
{
	struct tacho_block *own = tacho_self;
	struct tacho_metrics *counted = tacho_counted;
	uint64_t ready = block->ready;
	tacho_self = block; /* cells are a thread's own */
	bool there = block->metrics_at || make_metrics(block);
	struct tacho_event *event = there ? find_cell(tc_at(tc_part_of(block), block->metrics_at), metric, 0) : NULL;
	if (event)
		tacho_event_put(event, 1, second);
	block->ready = ready;
	tacho_counted = counted;
	tacho_self = own;
	return event;
}

/* NULL: no room; its entry is counted as lost. */
static uint32_t *counter_of(struct tacho_distribution *distribution, uint32_t cell)
{
	struct tacho_metrics *metrics = tacho_counted;
	uint32_t *page = &distribution->page[cell / TACHO_PAGE_CELLS];
	if (!*page && enter()) {
		uint64_t at = tc_part_alloc(tc_part_of(tacho_self), TACHO_PAGE_CELLS * sizeof(uint32_t));
		uint32_t unit = at ? (uint32_t)((at - metrics->at) / TACHO_UNIT) : 0;
		tacho_publish();
		TACHO_RELAXED_STORE(*page, unit);
		tc_slow_leave();
	}
	return *page ? (uint32_t *)tacho_metric_cell(metrics, *page) + cell % TACHO_PAGE_CELLS : NULL;
}

static void bump(struct tacho_distribution *distribution, uint32_t cell)
{
	uint32_t *counter = counter_of(distribution, cell);
	if (!counter) {
		distribution->lost_cells++;
		return;
	}
	uint32_t counted = *counter + 1;
	TACHO_RELAXED_STORE(*counter, counted);
	if (!counted)
		tacho_distribution_carry(distribution, cell);
}

static struct tacho_distribution *distribution_for(
	struct tacho_metric *metric, uint32_t first_kind, uint32_t last_kind, double value)
{
	if (tacho_counted->ready == 0) {
		count_lost(); /* a signal handler in the midst of a record of its thread */
		return NULL;
	}
	return cell_for(metric, first_kind, last_kind, isfinite(value) ? value : 0);
}

static void put_time(struct tacho_distribution *distribution, uint64_t ns, uint64_t ticks)
{
	uint64_t ready = tacho_counted->ready;
	TACHO_RELAXED_STORE(tacho_counted->ready, 0);
	tacho_order();
	tacho_distribution_put(distribution, (double)ns, ticks);
	bump(distribution, tacho_cell(ns));
	tacho_order();
	TACHO_RELAXED_STORE(tacho_counted->ready, ready);
}

static void put_value(struct tacho_distribution *distribution, double value, uint64_t ticks)
{
	uint64_t ready = tacho_counted->ready;
	TACHO_RELAXED_STORE(tacho_counted->ready, 0);
	tacho_order();
	if (!isfinite(value)) {
		distribution->invalid++;
		goto out;
	}
	tacho_distribution_put(distribution, value, ticks);
	if (value < 0)
		distribution->negative++;
	else if (value < 0x1p-64)
		distribution->zero++;
	else
		bump(distribution, value < 0x1p64 ? tacho_value_cell(value) : TACHO_VALUE_PAGES * TACHO_PAGE_CELLS - 1);
out:
	tacho_order();
	TACHO_RELAXED_STORE(tacho_counted->ready, ready);
}

void tacho_timer_record_slow(struct tacho_metric *metric, uint64_t ns)
{
	uint64_t ticks = tc_clock_ticks(tc_recorder.clock);
	ns = ns > INT64_MAX ? INT64_MAX : ns;
	struct tacho_distribution *distribution =
		distribution_for(metric, TACHO_METRIC_TIME, TACHO_METRIC_TIME, (double)ns);
	if (distribution)
		put_time(distribution, ns, ticks);
}

void tacho_distribution_record_slow(struct tacho_metric *metric, double value)
{
	uint64_t ticks = tc_clock_ticks(tc_recorder.clock);
	struct tacho_distribution *distribution =
		distribution_for(metric, TACHO_METRIC_THROUGHPUT, TACHO_METRIC_CUSTOM, value);
	if (distribution)
		put_value(distribution, value, ticks);
}

void tacho_distribution_carry(struct tacho_distribution *distribution, uint32_t cell)
{
	for (int i = 0; i < 4; i++) {
		struct tacho_carry *carry = &distribution->carry[i];
		if (carry->cell && carry->cell != cell + 1u)
			continue;
		carry->times++;
		carry->cell = cell + 1u;
		return;
	}
	distribution->lost_cells += UINT64_C(1) << 32;
}

void tacho_metric_record(struct tacho_metric *metric, double value)
{
	double whole = value > 0 ? value < 0x1p63 ? (double)(uint64_t)(value + 0.5) : 0x1p63 : 0;
	switch (metric->kind) {
	case TACHO_METRIC_COUNTER:
		tacho_counter_add(metric, (uint64_t)whole);
		return;
	case TACHO_METRIC_WAIT:
		tacho_wait_ns(metric, value > 0 ? value * 1e9 < 0x1p63 ? (uint64_t)(value * 1e9 + 0.5) : INT64_MAX : 0);
		return;
	case TACHO_METRIC_GAUGE:
		tacho_gauge_set(metric, value);
		return;
	case TACHO_METRIC_EVENT:
		tacho_event_mark(metric, (uint64_t)whole);
		return;
	case TACHO_METRIC_TIME:
		tacho_timer_record_seconds(metric, value);
		return;
	default:
		tacho_distribution_record(metric, value);
	}
}

void tacho_io_wait(double seconds)
{
	static TACHO_WAIT(waits, "io.waits", "Time that threads said they waited for input or output");
	tacho_metric_record(&waits, seconds);
}
