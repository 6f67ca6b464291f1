/* SPDX-License-Identifier: MIT
 *
 * metrics.c - counters and gauges beside an empty loop, events and distributions beside a bare clock read.  The part goes to
 * BENCH_DIR (default /dev/shm).
 */
#include "harness.h"

#include <tacho/tacho.h>

static TACHO_COUNTER(counters, "bench.counters", "Additions");
static TACHO_GAUGE(gauges, "bench.gauges", "values", "Settings");
static TACHO_EVENT(events, "bench.events", "Marks");
static TACHO_TIMER(timers, "bench.timers", "Durations");
static TACHO_DISTRIBUTION(distributions, "bench.distributions", "values", "Values");

#define LOOP(name, statement) \
	BENCH_NOINLINE static void name(long operations) \
	{ \
		for (long i = 0; i < operations; i++) { \
			statement; \
			BENCH_FENCE(); \
		} \
	}
LOOP(empty, )
LOOP(bare_clock, uint64_t now = tacho_ticks(); BENCH_USE(now))
LOOP(add, tacho_counter_add(&counters, 1))
LOOP(set, tacho_gauge_set(&gauges, (double)i))
LOOP(mark, tacho_event_mark(&events, 1))
LOOP(time_ns, tacho_timer_record_ns(&timers, (uint64_t)i & 4095))
LOOP(record, tacho_distribution_record(&distributions, (double)(i & 4095) + 1.5))

static void prepare(void)
{
}

int main(int argc, char **argv)
{
	static const struct bench_row rows[] = {
		{"counter", add, empty, 1000000, 1},
		{"gauge", set, empty, 1000000, 1},
		{"event", mark, bare_clock, 200000, 1},
		{"timer", time_ns, bare_clock, 200000, 1},
		{"distribution", record, bare_clock, 200000, 1},
	};
	bench_record();
	return bench_main(argc, argv, rows, sizeof rows / sizeof *rows, prepare);
}
