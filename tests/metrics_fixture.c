/* SPDX-License-Identifier: MIT
 *
 * metrics_fixture.c - a program that counts and measures, as far as lines on its stdin tell it to; each line it answers by one.
 */
#include <stdio.h>
#include <tacho/tacho.h>

static TACHO_COUNTER(hits, "cache.hits", "Lookups found in the cache");
static TACHO_GAUGE(depth, "queue.jobs", "jobs", "Jobs that wait");
static TACHO_EVENT(calls, "ocr.calls", "Texts that were read");
static TACHO_TIMER(times, "query.times", "How long the database took");
static TACHO_WAIT(locks, "lock.waits", "Time spent waiting for locks");

int main(void)
{
	char line[64];
	for (int i = 1; fgets(line, sizeof line, stdin); i++) {
		tacho_counter_add(&hits, 10);
		tacho_gauge_set(&depth, i);
		tacho_event_mark(&calls, 2);
		tacho_timer_record_ns(&times, (uint64_t)i * 1000000);
		tacho_wait_ns(&locks, 1000);
		puts("done");
		fflush(stdout);
	}
	return 0;
}
