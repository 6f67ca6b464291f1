/* SPDX-License-Identifier: MIT
 *
 * metric.h - what a program counts and measures beside its spans.  Include tacho.h, not this.
 *
 *	static TACHO_COUNTER(cache_hits, "cache.hits", "Lookups found in the cache");
 *	static TACHO_DISTRIBUTION(batch_sizes, "batch.sizes", "documents", "Documents in a batch");
 *	...
 *	tacho_counter_add(&cache_hits, 1);
 *	tacho_distribution_record(&batch_sizes, n);
 *
 * A name is `area.plural_noun`, in lower case, without a unit and without _total: exporters put those where their format
 * wants them.  A metric with another name is recorded all the same, and a note of the report says so.  Metrics of one kind,
 * name and source are one, wherever they are defined, over all threads and processes of a session.
 *
 * Threads: everything here may be called from any thread at any time; each thread counts for itself, so none waits for
 * another.  Signals: a handler may do the same; what it adds to a metric that its own thread was just recording is counted
 * as lost, but for counters and waits, of which nothing is lost (on arm64 the add that was interrupted may be); so is all that it does while its thread is in its
 * first call.  Errors: none of the
 * calls can fail; without a session they do nothing, what finds no room is counted.  A process has 1,021 counters
 * and waits and 1,021 others; further counters and events count as "(other)", the rest of them not at all, and both are said.
 */
#ifndef TACHO_METRIC_H
#define TACHO_METRIC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <tacho/hot.h>

#ifdef __cplusplus
extern "C" {
#endif

enum tacho_metric_kind {
	TACHO_METRIC_COUNTER = 1,    /* only grows */
	TACHO_METRIC_WAIT = 2,       /* time that was spent waiting */
	TACHO_METRIC_GAUGE = 3,      /* a level: the newest value counts */
	TACHO_METRIC_EVENT = 4,      /* something that happens, with a rate per minute */
	TACHO_METRIC_TIME = 5,       /* from here on distributions: of durations, in ns, */
	TACHO_METRIC_THROUGHPUT = 6, /* of rates per second, */
	TACHO_METRIC_MEMORY = 7,     /* of sizes in bytes, */
	TACHO_METRIC_RATIO = 8,      /* of parts of 1, */
	TACHO_METRIC_PERCENTAGE = 9, /* of parts of 100, */
	TACHO_METRIC_CUSTOM = 10     /* of anything else */
};

/* A metric.  Static storage, zero-initialised behind the kind; its fields are tacho's own. */
struct tacho_metric {
	const char *name, *unit, *help,
		*source; /* unit: NULL for what is only counted.  source: NULL, or where values come from */
	uint32_t kind;   /* enum tacho_metric_kind */
	uint32_t id;     /* 0: not met yet */
};

/* Defines a metric of any kind, at file scope or in a function. */
#define TACHO_METRIC(variable, kind, name, unit, help, source) \
	struct tacho_metric variable = {(name), (unit), (help), (source), TACHO_CAST(uint32_t, kind), 0}
#define TACHO_COUNTER(variable, name, help) TACHO_METRIC(variable, TACHO_METRIC_COUNTER, name, NULL, help, NULL)
#define TACHO_WAIT(variable, name, help) TACHO_METRIC(variable, TACHO_METRIC_WAIT, name, "ns", help, NULL)
#define TACHO_GAUGE(variable, name, unit, help) TACHO_METRIC(variable, TACHO_METRIC_GAUGE, name, unit, help, NULL)
#define TACHO_EVENT(variable, name, help) TACHO_METRIC(variable, TACHO_METRIC_EVENT, name, NULL, help, NULL)
#define TACHO_TIMER(variable, name, help) TACHO_METRIC(variable, TACHO_METRIC_TIME, name, "ns", help, NULL)
#define TACHO_THROUGHPUT(variable, name, help) \
	TACHO_METRIC(variable, TACHO_METRIC_THROUGHPUT, name, "per second", help, NULL)
#define TACHO_MEMORY(variable, name, help) TACHO_METRIC(variable, TACHO_METRIC_MEMORY, name, "bytes", help, NULL)
#define TACHO_RATIO(variable, name, help) TACHO_METRIC(variable, TACHO_METRIC_RATIO, name, "ratio", help, NULL)
#define TACHO_PERCENTAGE(variable, name, help) \
	TACHO_METRIC(variable, TACHO_METRIC_PERCENTAGE, name, "percent", help, NULL)
#define TACHO_DISTRIBUTION(variable, name, unit, help) \
	TACHO_METRIC(variable, TACHO_METRIC_CUSTOM, name, unit, help, NULL)

#if !TACHO_COMPILED_OUT
/* The metric of a name made at run time.  It is looked up and made if it is new: about 100 ns and a lock, so keep what it
 * returns.  Texts are copied, at most 512 bytes of each; unit, help and source may be NULL; the
 * unit of times and waits then is ns, of memory bytes, of percentages percent.  Never NULL; valid for ever.  A
 * kind that is none of the above counts as CUSTOM. */
TACHO_API struct tacho_metric *tacho_metric_named(
	enum tacho_metric_kind kind, const char *name, const char *unit, const char *help);
TACHO_API struct tacho_metric *tacho_metric_from(
	const char *source, enum tacho_metric_kind kind, const char *name, const char *unit, const char *help);

/* Records a value whatever the metric's kind: adds it to a counter, a wait (in seconds) or an event (rounded; nothing
 * below 0), sets a gauge, records into a distribution (times in seconds). */
TACHO_API void tacho_metric_record(struct tacho_metric *metric, double value);

/* Calls `call` with `context` at the interval of the samples (setting `interval`, 1 s as usual) while recording, so that it can
 * set gauges from what the program knows.  Callbacks run one after another on threads of tacho's own in this process, in which all
 * signals are blocked; what they do to the program is the program's: they may lock, they must not end the thread.  One that has not
 * returned after 250 ms is waited for no more: the others are called meanwhile, on another thread, so that from then on two may run
 * at once, and never the same twice.  Each that hangs so keeps one thread, two more are there.  The gauges that it set before have no
 * level meanwhile, until whoever it is sets them again.  The record says which it is, by
 * `name` (copied, 63 bytes), and when it returns it is called again as before.  A forked child has none: it adds its own.  The number to remove it by, from 1, or TACHO_EINVAL (no function), TACHO_ENOSPC (64 are there), or the code of
 * why there is no thread, with tacho_last_error() set. */
TACHO_API int tacho_callback_add(const char *name, void (*call)(void *context), void *context);

/* Removes a callback.  When this returns it does not run any more and `context` may go; called from within the callback
 * itself, it is not called again.  Waits for a call under way, however long that takes. */
TACHO_API void tacho_callback_remove(int number);

/* Time that this thread spent waiting for input or output, in seconds: tacho_wait_ns() of a wait called "io.waits". */
TACHO_API void tacho_io_wait(double seconds);
#endif

/* What the inline calls below come to when something is as it seldom is; no need to call these by their names. */
TACHO_API void tacho_counter_add_slow(struct tacho_metric *metric, uint64_t n);
TACHO_API void tacho_gauge_set_slow(struct tacho_metric *metric, double value);
TACHO_API void tacho_event_mark_slow(struct tacho_metric *metric, uint64_t n);
TACHO_API void tacho_distribution_record_slow(struct tacho_metric *metric, double value);
TACHO_API void tacho_timer_record_slow(struct tacho_metric *metric, uint64_t ns);
TACHO_API void tacho_distribution_carry(struct tacho_distribution *distribution, uint32_t cell);

/* See tools/mkgrid.py */
extern TACHO_API const uint64_t tacho_value_grid[256];

#define TACHO_VALUE_OCTAVE (-64) /* of the first cell: values from 2^-64 to 2^64 have cells of their own */

/* The histogram cell of a value from 2^-64 to 2^64: cell c holds (2^((c - 1) / 128 - 64), 2^(c / 128 - 64)]; the first
 * also 2^-64 itself, the last all above. */
TACHO_INLINE uint32_t tacho_value_cell(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	uint64_t mantissa = bits << 11 | UINT64_C(1) << 63, word = tacho_value_grid[bits >> 44 & 255];
	uint32_t octave = TACHO_CAST(uint32_t, bits >> 52) - 1023 - TACHO_CAST(uint32_t, TACHO_VALUE_OCTAVE);
	uint32_t cell = octave * 128 + TACHO_CAST(uint32_t, word & 255) + (mantissa > word);
	return cell - (cell >> 14);
}

/* This thread's cells.  Never NULL: of a thread that has none `ready` is no generation. */
extern TACHO_API __thread struct tacho_metrics *tacho_counted __attribute__((tls_model("initial-exec")));

/* The same, if it records; NULL: the slow way. */
TACHO_INLINE struct tacho_metrics *tacho_metrics_here(void)
{
	struct tacho_metrics *metrics = tacho_counted;
	return TACHO_RELAXED_LOAD(metrics->ready) == TACHO_RELAXED_LOAD(tacho_gate.generation) ? metrics : NULL;
}

TACHO_INLINE int tacho_is_off(void)
{
	return TACHO_RELAXED_LOAD(tacho_gate.generation) == TACHO_GENERATION_OFF;
}

TACHO_INLINE void *tacho_metric_cell(struct tacho_metrics *metrics, uint32_t unit)
{
	return tacho_behind(metrics, TACHO_CAST(uint64_t, unit) * TACHO_UNIT);
}

/* Where this thread's cell of a metric lies; 0: not there yet, or a metric of another kind. */
TACHO_INLINE uint32_t tacho_metric_unit(
	const struct tacho_metrics *metrics, const struct tacho_metric *metric, uint32_t first, uint32_t last)
{
	return metrics && metric->kind - first <= last - first ? metrics->cell[TACHO_RELAXED_LOAD(metric->id)] : 0;
}

/* A signal handler of the same thread comes before it or after it: one instruction where the machine has it, without a lock;
 * elsewhere one that starts over when it was interrupted. */
TACHO_INLINE void tacho_add_word(uint64_t *word, uint64_t n)
{
#if defined(__x86_64__)
	__asm__ __volatile__("addq %1, %0" : "+m"(*word) : "er"(n) : "cc");
#else
	__atomic_fetch_add(word, n, __ATOMIC_RELAXED);
#endif
}

TACHO_INLINE void tacho_gauge_put(struct tacho_gauge *gauge, double value)
{
	if (value < gauge->min)
		gauge->min = value;
	if (value > gauge->max)
		gauge->max = value;
	gauge->value = value;
	tacho_publish();
	TACHO_RELAXED_STORE(gauge->sets, gauge->sets + 1);
}

/* second: of the part's clock.  A second's count stays at 2^32 - 1 when it gets there.  No address is made from the clock
 * but when a second is over: what comes next would wait for it. */
TACHO_INLINE void tacho_event_put(struct tacho_event *event, uint64_t n, uint64_t second)
{
	uint64_t old = event->current, fresh = second << 32, counted = TACHO_CAST(uint32_t, old);
	tacho_add_word(&event->count, n);
	if (tacho_rare((old ^ fresh) >> 32)) {
		TACHO_RELAXED_STORE(event->second[(old >> 32) % TACHO_EVENT_SECONDS], old);
		counted = 0;
	}
	counted = n < UINT32_MAX - counted ? counted + n : UINT32_MAX;
	TACHO_RELAXED_STORE(event->current, fresh | counted);
}

/* value: finite. */
TACHO_INLINE void tacho_distribution_put(struct tacho_distribution *distribution, double value, uint64_t ticks)
{
	uint64_t count = distribution->count;
	struct tacho_recent *recent = &distribution->recent[count % TACHO_RECENT];
	double off = value - distribution->origin;
	recent->value = value;
	recent->ticks = ticks;
	distribution->undo_sum = distribution->sum;
	distribution->undo_squares = distribution->squares;
	tacho_publish();
	TACHO_RELAXED_STORE(distribution->begun, count + 1);
	tacho_publish();
	if (value < distribution->min)
		distribution->min = value;
	if (value > distribution->max)
		distribution->max = value;
	distribution->sum += off;
	distribution->squares += off * off;
	tacho_publish();
	TACHO_RELAXED_STORE(distribution->count, count + 1);
}

/* Whether the value has been recorded: its page is there.  Meanwhile `ready` is 0, which turns signal handlers of the same
 * thread away. */
TACHO_INLINE int tacho_distribution_try(
	struct tacho_metrics *metrics, uint32_t unit, uint32_t cell, double value, uint64_t ticks)
{
	struct tacho_distribution *distribution =
		TACHO_CAST(struct tacho_distribution *, tacho_metric_cell(metrics, unit));
	uint32_t page = distribution->page[cell / TACHO_PAGE_CELLS];
	uint64_t ready = metrics->ready;
	if (tacho_rare(!page))
		return 0;
	TACHO_RELAXED_STORE(metrics->ready, 0);
	tacho_order();
	tacho_distribution_put(distribution, value, ticks);
	uint32_t *counter = TACHO_CAST(uint32_t *, tacho_metric_cell(metrics, page)) + cell % TACHO_PAGE_CELLS;
	uint32_t counted = *counter + 1;
	TACHO_RELAXED_STORE(*counter, counted);
	if (tacho_rare(!counted))
		tacho_distribution_carry(distribution, cell);
	tacho_order();
	TACHO_RELAXED_STORE(metrics->ready, ready);
	return 1;
}

#if TACHO_RECORDS
/* Adds n, modulo 2^64.  About 0.5 ns. */
TACHO_INLINE void tacho_counter_add(struct tacho_metric *metric, uint64_t n)
{
	if (TACHO_COMPILED_OUT)
		return;
	struct tacho_metrics *metrics = tacho_metrics_here();
	uint32_t id = TACHO_RELAXED_LOAD(metric->id);
	if (tacho_rare(!metrics) || tacho_rare(!id)) {
		if (!tacho_is_off())
			tacho_counter_add_slow(metric, n);
		return;
	}
	tacho_add_word(&metrics->counter[id], n);
}

/* Adds ns of waiting: the report gives their sum and its share of the session's time. */
TACHO_INLINE void tacho_wait_ns(struct tacho_metric *metric, uint64_t ns)
{
	tacho_counter_add(metric, ns);
}

/* Sets the level.  Reads no clock, so where several threads set one gauge, the value that is shown is that of the thread which set it
 * most often.  A value that is not a number means "not known now". */
static inline __attribute__((unused)) void tacho_gauge_set(struct tacho_metric *metric, double value)
{
	if (TACHO_COMPILED_OUT)
		return;
	struct tacho_metrics *metrics = tacho_metrics_here();
	uint32_t unit = tacho_metric_unit(metrics, metric, TACHO_METRIC_GAUGE, TACHO_METRIC_GAUGE);
	if (tacho_rare(!unit)) {
		if (!tacho_is_off())
			tacho_gauge_set_slow(metric, value);
		return;
	}
	tacho_gauge_put(TACHO_CAST(struct tacho_gauge *, tacho_metric_cell(metrics, unit)), value);
}

/* Says that it happened n times.  Reads the clock: the rate is that of the last minute. */
static inline __attribute__((unused)) void tacho_event_mark(struct tacho_metric *metric, uint64_t n)
{
	if (TACHO_COMPILED_OUT)
		return;
	struct tacho_metrics *metrics = tacho_metrics_here();
	uint32_t unit = tacho_metric_unit(metrics, metric, TACHO_METRIC_EVENT, TACHO_METRIC_EVENT);
	if (tacho_rare(!unit)) {
		if (!tacho_is_off())
			tacho_event_mark_slow(metric, n);
		return;
	}
	tacho_event_put(TACHO_CAST(struct tacho_event *, tacho_metric_cell(metrics, unit)), n,
		tacho_ticks_to_ns(tacho_ticks(), metrics->mult) / 1000000000u);
}

/* Records a value of the metric's unit: for every kind of distribution but TACHO_METRIC_TIME, whose values are
 * recorded below.  A call for a metric of another kind, here as in all of these, is counted as lost.  Reads the clock. */
static inline __attribute__((unused)) void tacho_distribution_record(struct tacho_metric *metric, double value)
{
	if (TACHO_COMPILED_OUT)
		return;
	struct tacho_metrics *metrics = tacho_metrics_here();
	uint32_t unit = tacho_metric_unit(metrics, metric, TACHO_METRIC_THROUGHPUT, TACHO_METRIC_CUSTOM);
	uint64_t ticks = tacho_ticks();
	if (tacho_rare(!unit) || tacho_rare(!(value >= 0x1p-64 && value < 0x1p64)) ||
		tacho_rare(!tacho_distribution_try(metrics, unit, tacho_value_cell(value), value, ticks))) {
		if (!tacho_is_off())
			tacho_distribution_record_slow(metric, value);
	}
}

/* Records a duration that was measured elsewhere; of TACHO_METRIC_TIME.  Reads the clock. */
static inline __attribute__((unused)) void tacho_timer_record_ns(struct tacho_metric *metric, uint64_t ns)
{
	if (TACHO_COMPILED_OUT)
		return;
	struct tacho_metrics *metrics = tacho_metrics_here();
	uint32_t unit = tacho_metric_unit(metrics, metric, TACHO_METRIC_TIME, TACHO_METRIC_TIME);
	uint64_t ticks = tacho_ticks();
	if (tacho_rare(!unit) || tacho_rare(ns > INT64_MAX) ||
		tacho_rare(!tacho_distribution_try(metrics, unit, tacho_cell(ns), TACHO_CAST(double, ns), ticks))) {
		if (!tacho_is_off())
			tacho_timer_record_slow(metric, ns);
	}
}

/* The same in seconds; nothing below 0. */
static inline __attribute__((unused)) void tacho_timer_record_seconds(struct tacho_metric *metric, double seconds)
{
	double ns = seconds * 1e9;
	if (ns >= 0)
		tacho_timer_record_ns(
			metric, ns < 0x1p63 ? TACHO_CAST(uint64_t, ns + 0.5) : TACHO_CAST(uint64_t, INT64_MAX));
}
#endif

#ifdef __cplusplus
}
#endif
#endif
