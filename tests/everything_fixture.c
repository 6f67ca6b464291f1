/* SPDX-License-Identifier: MIT
 *
 * everything_fixture.c - records some of everything there is in a session, for readers to be held against each other; then it
 * kills itself with spans open.
 */
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <tacho/tacho.h>

static TACHO_SITE(job_site, "job");
static TACHO_SITE(measured_site, "measured");
static TACHO_COUNTER(hits, "cache.hits", "Lookups found in the cache");
static TACHO_WAIT(waits, "lock.waits", "Waiting for the lock");
static TACHO_GAUGE(jobs, "queue.jobs", "jobs", "Jobs that wait");
static TACHO_EVENT(calls, "ocr.calls", "Calls of the recogniser");
static TACHO_TIMER(queries, "query.times", "Queries");
static TACHO_RATIO(shares, "cache.shares", "Of lookups, those found");
static TACHO_DISTRIBUTION(sizes, "batch.sizes", "documents", "Documents in a batch");
static TACHO_METRIC(air, TACHO_METRIC_CUSTOM, "air.temperatures", "°C", "Of the room", "sensor 1");
static TACHO_GAUGE(held_bytes, "cache.sizes", "bytes", "Memory of the cache");
static TACHO_DISTRIBUTION(held_items, "cache.sizes", "items", "What the cache has");

static void measure(int i)
{
	tacho_counter_add(&hits, UINT64_C(1) << 40);
	tacho_wait_ns(&waits, 12345);
	tacho_gauge_set(&jobs, i / 3.0);
	tacho_event_mark(&calls, 2);
	tacho_timer_record_ns(&queries, 1000000 + (uint64_t)i * 7919);
	tacho_distribution_record(&shares, 1 / (1.0 + i));
	tacho_distribution_record(&sizes, i % 7 ? exp(i / 20.0) : -i);
}

/* What few programs have: a span that goes back to another, a key without letters, a name for two things. */
static void mark_oddly(const struct tacho_async *job)
{
	TACHO_SPAN(served, "served");
	tacho_span_link(&served, tacho_async_id(job));
	tacho_span_attr(&served, "", "nameless");
	tacho_distribution_record(&air, 21.5);
	tacho_gauge_set(&held_bytes, 1 << 20);
	tacho_distribution_record(&held_items, 7);
}

static void work(int i)
{
	TACHO_SPAN(load, "load");
	tacho_span_attr(&load, "file", "a \"quoted\" n\xc3\xa4me.jpg");
	tacho_span_attr(&load, "bytes", INT64_C(-5000000000) * i);
	tacho_span_attr(&load, "share", i / 7.0);
	tacho_span_attr(&load, "last", i == 299);
	{
		TACHO_SCOPE("decode");
		measure(i);
	}
	if (i % 50 == 0)
		tacho_span_fail_message(&load, -i, "no such file");
}

static void *thread(void *handed)
{
	struct tacho_async *job = handed;
	struct tacho_context outside = tacho_context_set(tacho_async_context(job));
	mark_oddly(job);
	for (int i = 0; i < 300; i++)
		work(i);
	tacho_context_set(outside);
	tacho_async_end(job);
	return NULL;
}

int main(void)
{
	static struct tacho_async job[2];
	pthread_t worker;
	for (int i = 0; i < 2; i++) {
		tacho_async_begin(&job[i], &job_site, NULL);
		tacho_async_attr(&job[i], "number", i);
	}
	if (pthread_create(&worker, NULL, thread, &job[0]))
		return 1;
	pthread_join(worker, NULL);
	for (uint64_t i = 0; i < 32; i++) /* up to half an hour, which is more than a record holds */
		tacho_span_record(&measured_site, 0, UINT64_C(1000) << i, i % 9 == 0);
	TACHO_SPAN(outer, "left open");
	tacho_span_attr(&outer, "why", "killed");
	TACHO_SCOPE("innermost");
	return raise(SIGKILL);
}
