/* SPDX-License-Identifier: MIT
 *
 * export_fixture.c - records what exports find hard: export_fixture hostile | alike | links | handed | goes-on | in-steps | metrics | named ORDER | many SPANS | batches SPANS | deep LEVELS | wide NAMES | inside | none
 */
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/tacho.h>
#include <time.h>

static const char *const names[] = {"a,b", "say \"hi\"", "two\nlines", "=1+2", "+cmd|' /C calc'!A0", "-1", "@sum",
	"\xff\xfe raw", "\t=tab", "<b>&amp;</b>", "a.b", "a_b", "a b", "le", "0digit", "\xe2\x82\xac uro",
	"</script><script>alert(1)//", " blank "};

static void hostile(void)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct tacho_span span;
		tacho_span_begin(&span, tacho_site_named(names[i]));
		tacho_span_attr(&span, "user, \"key\"", names[i]);
		tacho_span_attr(&span, "n", (int64_t)i);
		tacho_span_attr(&span, "secret_token", "s3cr3t");
		if (i % 3 == 0)
			tacho_span_failed(&span, -(int64_t)i, names[i]);
		tacho_span_end(&span);
	}
}

/* Names, and keys of attributes, that differ only in bytes that are no text. */
static void alike(void)
{
	static const char *const like[] = {"bad\xff", "bad\xfe", "bad\xef\xbf\xbd",
		("bad\xef\xbf\xbd"
		 "ff"),
		"bad\x01", "bad\x02", "bad\xef\xbf\xbf"};
	for (size_t i = 0; i < sizeof like / sizeof *like; i++) {
		struct tacho_span span;
		tacho_span_begin(&span, tacho_site_named(like[i]));
		tacho_span_attr(&span, "k\xff", 1);
		tacho_span_attr(&span, "k\xfe", 2);
		tacho_span_end(&span);
		tacho_counter_add(tacho_metric_named(TACHO_METRIC_COUNTER, like[i], like[i], like[i]), 1);
	}
}

static TACHO_GAUGE(dotted, "queue.jobs", "", "Jobs");
static TACHO_GAUGE(flat, "queue_jobs", "", "Jobs, \"quoted\" \\ and\nbroken");
static TACHO_COUNTER(counted, "queue.jobs", "Jobs in all");
static TACHO_COUNTER(digit, "0th.things", "Things");

/* Names that come to one where only some characters are allowed. */
static void metrics(void)
{
	tacho_gauge_set(&dotted, 1);
	tacho_gauge_set(&flat, 2);
	tacho_counter_add(&counted, 3);
	tacho_counter_add(&digit, 4);
	tacho_timer_record_ns(
		tacho_metric_named(TACHO_METRIC_TIME, "bare.times", NULL, "Times whose unit nobody said"), 1500000000);
}

static TACHO_GAUGE(session, "session.info", NULL, "Is called as a family of tacho's ends");
static TACHO_GAUGE(taken, "tacho_session_info", NULL, "Would be tacho's own");
static TACHO_GAUGE(lonely, "lat_sum", NULL, "Like a sample of a summary that there is none of");
static TACHO_COUNTER(dashed, "http.requests", "Comes to the next one's name");
static TACHO_COUNTER(clean, "http_requests", "Has that name already");
static TACHO_COUNTER(base, "x", "Has a sample of the next one's name");
static TACHO_COUNTER(created, "x_created", "Has that name already too");
static TACHO_COUNTER(large, "big_counts", "More than a double has digits for");
static TACHO_DISTRIBUTION(below, "temperatures", "celsius", "Some are negative");

/* The same, whichever comes first. */
static void named(bool turned)
{
	struct tacho_metric *counters[] = {&dashed, &clean, &base, &created}, *gauges[] = {&session, &taken, &lonely};
	for (int i = 0; i < 4; i++)
		tacho_counter_add(counters[turned ? 3 - i : i], 1);
	for (int i = 0; i < 3; i++)
		tacho_gauge_set(gauges[turned ? 2 - i : i], 1);
	tacho_counter_add(&large, (UINT64_C(1) << 53) + 1);
	for (int i = -3; i < 2; i++)
		tacho_distribution_record(&below, i);
}

/* A job that one span begins and another goes on with. */
static void links(void)
{
	TACHO_SPAN(giver, "give");
	uint64_t id = tacho_span_id(&giver);
	tacho_span_end(&giver);
	TACHO_SPAN(taker, "take");
	tacho_span_link(&taker, id);
}

static void *finish(void *job)
{
	TACHO_SCOPE("finish");
	tacho_async_end(job);
	return NULL;
}

/* A job that one thread begins and another ends, between two spans; and links of which an end lies in no slice. */
static void handed(void)
{
	struct tacho_async job, alone;
	pthread_t thread;
	TACHO_SPAN(order, "order");
	uint64_t id = tacho_span_id(&order);
	tacho_async_begin(&job, tacho_site_named("job"), NULL);
	tacho_async_begin(&alone, tacho_site_named("alone"), NULL);
	tacho_async_link(&job, id);
	tacho_async_link(&alone, id);
	tacho_async_link(&alone, id + 1);
	tacho_span_end(&order);
	uint64_t job_id = tacho_async_id(&job);
	if (!pthread_create(&thread, NULL, finish, &job))
		pthread_join(thread, NULL);
	tacho_async_end(&alone);
	TACHO_SPAN(after, "after");
	tacho_span_link(&after, job_id);
}

/* A µs goes by, so that what holds it has a duration. */
static void moment(void)
{
	struct timespec from, now;
	clock_gettime(CLOCK_MONOTONIC, &from);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - from.tv_sec) * 1000000000L + now.tv_nsec - from.tv_nsec < 1000);
}

/* Below a job that another thread began; then it ends that. */
static void *go_on(void *job)
{
	struct tacho_context outside = tacho_context_set(tacho_async_context(job));
	{
		TACHO_SCOPE("work");
		{
			TACHO_SCOPE("step");
		}
		moment();
	}
	tacho_context_set(outside);
	tacho_async_end(job);
	return NULL;
}

/* Jobs that outlive the spans in which they were begun; of two alike that are open together it is not known which one work is below. */
static void goes_on(void)
{
	struct tacho_async bare, own, request, twin[2];
	pthread_t thread;
	tacho_async_begin(&bare, tacho_site_named("bare"), NULL);
	for (int i = 0; i < 20; i++) {
		TACHO_SPAN(accept, "accept");
		tacho_async_begin(&own, tacho_site_named("own"), NULL);
		tacho_async_begin(&request, tacho_site_named("request"), NULL);
		tacho_span_end(&accept);
		if (!pthread_create(&thread, NULL, go_on, &request))
			pthread_join(thread, NULL);
		tacho_async_end(&own);
	}
	TACHO_SPAN(pair, "pair");
	tacho_async_begin(&twin[0], tacho_site_named("twin"), NULL);
	tacho_async_begin(&twin[1], tacho_site_named("twin"), NULL);
	tacho_span_end(&pair);
	if (!pthread_create(&thread, NULL, go_on, &twin[0]))
		pthread_join(thread, NULL);
	tacho_async_end(&twin[1]);
	tacho_async_end(&bare);
}

static void work_on(const struct tacho_async *job)
{
	struct tacho_context outside = tacho_context_set(tacho_async_context(job));
	{
		TACHO_SCOPE("work");
		moment();
	}
	tacho_context_set(outside);
}

/* Which of the works was for which of the first two jobs only this thread knows. */
static void *in_turns(void *jobs)
{
	struct tacho_async *job = jobs;
	work_on(&job[0]);
	work_on(&job[1]);
	tacho_async_end(&job[1]);
	tacho_async_end(&job[0]);
	work_on(&job[2]);
	tacho_async_end(&job[2]);
	return NULL;
}

static void in_steps(void)
{
	struct tacho_async job[3];
	pthread_t thread;
	TACHO_SPAN(pair, "pair");
	for (int i = 0; i < 3; i++)
		tacho_async_begin(&job[i], tacho_site_named("job"), NULL);
	if (!pthread_create(&thread, NULL, in_turns, job))
		pthread_join(thread, NULL);
}

static void many(long count)
{
	for (long i = 0; i < count; i++) {
		TACHO_SCOPE("photo");
		TACHO_SCOPE("decode");
	}
}

/* Two attributes each. */
static void batches(long count)
{
	for (long i = 0; i < count; i++) {
		TACHO_SPAN(batch, "mask");
		tacho_span_attr(&batch, "batch", (int64_t)i);
		tacho_span_attr(&batch, "result.docs_found", (int64_t)(i * 7 % 1000));
	}
}

/* A span below each span; as many as that. */
static void deep(long levels)
{
	char name[32];
	struct tacho_span span;
	snprintf(name, sizeof name, "level %ld", levels);
	tacho_span_begin(&span, tacho_site_named(name));
	if (levels > 1)
		deep(levels - 1);
	tacho_span_end(&span);
}

/* As many names, each once. */
static void wide(long count)
{
	char name[32];
	for (long i = 0; i < count; i++) {
		struct tacho_span span;
		snprintf(name, sizeof name, "name %ld", i);
		tacho_span_begin(&span, tacho_site_named(name));
		tacho_span_end(&span);
	}
}

/* In two spans, and off and on in two more, until standard input ends. */
static void inside(void)
{
	const struct timespec moment = {0, 1000};
	struct pollfd input = {.fd = 0, .events = POLLIN};
	bool ended = false;
	TACHO_SCOPE("outer");
	TACHO_SCOPE("held");
	while (!ended) {
		TACHO_SCOPE("round");
		TACHO_SCOPE("tick");
		ended = ppoll(&input, 1, &moment, NULL) != 0;
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "none";
	if (!strcmp(what, "hostile"))
		hostile();
	else if (!strcmp(what, "alike"))
		alike();
	else if (!strcmp(what, "links"))
		links();
	else if (!strcmp(what, "handed"))
		handed();
	else if (!strcmp(what, "goes-on"))
		goes_on();
	else if (!strcmp(what, "in-steps"))
		in_steps();
	else if (!strcmp(what, "inside"))
		inside();
	else if (!strcmp(what, "metrics"))
		metrics();
	else if (!strcmp(what, "named") && argc > 2)
		named(atoi(argv[2]));
	else if (!strcmp(what, "deep") && argc > 2)
		deep(atol(argv[2]));
	else if (!strcmp(what, "wide") && argc > 2)
		wide(atol(argv[2]));
	else if (!strcmp(what, "batches") && argc > 2)
		batches(atol(argv[2]));
	else if (!strcmp(what, "many") && argc > 2)
		many(atol(argv[2]) / 2);
	return 0;
}
