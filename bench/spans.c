/* SPDX-License-Identifier: MIT
 *
 * spans.c - begin+end beside two bare clock reads in the same places, in the shapes in which programs use spans.
 *	BENCH_DIR  where the part goes (default /dev/shm)
 *	BENCH_OFF  set: no session, to price spans that are off
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <tacho/tacho.h>
#include <time.h>

enum { SITES = 200, ORDER = 8192 };

static struct tacho_site sites[SITES];
static char names[SITES][16];
static uint16_t order[ORDER];

#define SPAN(site, body) \
	{ \
		struct tacho_span span_; \
		tacho_span_begin(&span_, site); \
		body; \
		tacho_span_end(&span_); \
	}
#define BARE(body) \
	{ \
		uint64_t from_ = tacho_ticks(); \
		body; \
		uint64_t to_ = tacho_ticks(); \
		sum += to_ - from_; \
		BENCH_USE(sum); \
	}
#define ROW(name, before, with_spans, with_reads) \
	BENCH_NOINLINE static void name##_ours(long operations) \
	{ \
		before; \
		for (long i = 0; i < operations; i++) { \
			with_spans; \
			BENCH_FENCE(); \
		} \
	} \
	BENCH_NOINLINE static void name##_bare(long operations) \
	{ \
		uint64_t sum = 0; \
		before; \
		for (long i = 0; i < operations; i++) { \
			with_reads; \
			BENCH_FENCE(); \
		} \
		BENCH_USE(sum); \
	}
#define FIVE(do, k) \
	do \
	((k)) do((k) + 1) do((k) + 2) do((k) + 3) do((k) + 4)
#define TWENTY(do) FIVE(do, 0) FIVE(do, 5) FIVE(do, 10) FIVE(do, 15)
#define ONE_SPAN(k) SPAN(&sites[k], )
#define ONE_READ(k) BARE()

static inline uint64_t step(uint64_t x)
{
	return x * 6364136223846793005u + 1442695040888963407u;
}

/* A chain of dependent steps, about 1 ns each. */
static inline uint64_t toil(uint64_t x, unsigned steps)
{
	for (steps++; steps; steps--) {
		x = step(x);
		__asm__ __volatile__("" : "+r"(x));
	}
	return x;
}

/* 1 to 127 steps, uniform in the logarithm: the branch that ends the chain is mispredicted nearly always. */
static inline unsigned erratic(uint64_t r)
{
	unsigned octave = 1u << (r % 7);
	return octave + ((unsigned)(r >> 8) & (octave - 1));
}

/* Durations over 6 octaves without doing the work: the begin is moved back. */
static inline uint64_t shift(uint64_t r)
{
	return (16u << (r % 7)) | (r >> 8 & 511);
}
#define SHIFTED(site) \
	{ \
		struct tacho_span span_; \
		x = step(x); \
		tacho_span_begin(&span_, site); \
		span_.start -= shift(x >> 33); \
		tacho_span_end(&span_); \
	}
#define SHIFTED_BARE(pick) \
	{ \
		x = step(x); \
		pick; \
		BARE(sum += shift(x >> 33); BENCH_USE(sum)) \
	}
#define PICK_SITE \
	unsigned picked = order[i % ORDER]; \
	BENCH_USE(picked)

ROW(one, , SPAN(&sites[1], ), BARE())
ROW(nested3, , SPAN(&sites[1], SPAN(&sites[2], SPAN(&sites[3], ))), BARE(BARE(BARE())))
ROW(sites20, , TWENTY(ONE_SPAN), TWENTY(ONE_READ))
ROW(sites200, , SPAN(&sites[order[i % ORDER]], ), PICK_SITE; BARE())
ROW(octaves, uint64_t x = 1, SHIFTED(&sites[1]), SHIFTED_BARE())
ROW(octaves200, uint64_t x = 1, SHIFTED(&sites[order[i % ORDER]]), SHIFTED_BARE(PICK_SITE))
ROW(work70, uint64_t x = 1, SPAN(&sites[1], x = toil(x, (unsigned)(x >> 57)); BENCH_USE(x)),
	BARE(x = toil(x, (unsigned)(x >> 57)); BENCH_USE(x)))
ROW(fixed70, uint64_t x = 1, SPAN(&sites[1], x = toil(x, 64); BENCH_USE(x)), BARE(x = toil(x, 64); BENCH_USE(x)))
ROW(erratic, uint64_t x = 1, SPAN(&sites[1], x = toil(x, erratic(x >> 33)); BENCH_USE(x)),
	BARE(x = toil(x, erratic(x >> 33)); BENCH_USE(x)))
ROW(attribute_i64, , SPAN(&sites[1], tacho_span_attr(&span_, "photo_id", i)), BARE())
ROW(attribute_text, , SPAN(&sites[1], tacho_span_attr(&span_, "path", "0123456789abcdef")), BARE())
/* So many that they are seen beside the span's clock reads, behind which one alone hides. */
#define I64(key) tacho_span_attr(&span_, key, i);
#define TEXT(key) tacho_span_attr(&span_, key, "0123456789abcdef");
#define EIGHT(do) \
	do \
	("photo_id") do("width") do("height") do("bytes") do("quality") do("pages") do("retries") do("worker")
ROW(eight_i64, , SPAN(&sites[1], EIGHT(I64)), BARE())
ROW(eight_text, , SPAN(&sites[1], EIGHT(TEXT)), BARE())
/* Two parents take turns: the call tree has two nodes for the inner site. */
ROW(two_parents, , SPAN(&sites[1], SPAN(&sites[3], )) SPAN(&sites[2], SPAN(&sites[3], )), BARE(BARE()) BARE(BARE()))

BENCH_NOINLINE static void scope(void)
{
	TACHO_SCOPE("scope");
	BENCH_FENCE();
}

BENCH_NOINLINE static void bare_scope(void)
{
	uint64_t sum = 0;
	BARE(BENCH_FENCE())
}
ROW(scope, , scope(), bare_scope())

/* What measuring adds to a scope. */
BENCH_NOINLINE static void cost(void)
{
	TACHO_COST("cost");
	BENCH_FENCE();
}

BENCH_NOINLINE static void cost_memory(void)
{
	TACHO_COST_MEMORY("cost_memory");
	BENCH_FENCE();
}
/* What it cannot do without, wherever the span is not: two reads of the thread's clock. */
BENCH_NOINLINE static void two_thread_clocks(void)
{
	struct timespec begin, end;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
	BENCH_FENCE();
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
	BENCH_USE(begin.tv_nsec);
	BENCH_USE(end.tv_nsec);
}
ROW(cost, , cost(), scope())
ROW(cost_of_clocks, , cost(), two_thread_clocks())
ROW(cost_memory, , cost_memory(), scope())

/* The scope's cost is the yardstick: spans that end where they like may cost twice as much. */
ROW(async_pair, , struct tacho_async async_; tacho_async_begin(&async_, &sites[1], NULL);
	tacho_async_end(&async_), SPAN(&sites[1], ))
ROW(lookup, , BENCH_USE(tacho_site_named(names[order[i % ORDER]])), BENCH_USE(names[order[i % ORDER]]))

/* For spans that are off: their cost is the difference to this. */
BENCH_NOINLINE static void empty(long operations)
{
	for (long i = 0; i < operations; i++)
		BENCH_FENCE();
}

static void start(void)
{
	uint64_t x = 12345;
	for (int i = 0; i < SITES; i++) {
		snprintf(names[i], sizeof names[i], "site.%d", i);
		sites[i].name = names[i];
	}
	for (int i = 0; i < ORDER; i++)
		order[i] = (uint16_t)(((x = step(x)) >> 33) % SITES);
	if (!getenv("BENCH_OFF"))
		bench_record();
}

/* Every site exists on every thread before anything is timed. */
static void prepare(void)
{
	for (int i = 0; i < SITES; i++) {
		SPAN(&sites[i], )
		tacho_site_named(names[i]);
	}
	scope();
	cost();
	cost_memory();
}

int main(int argc, char **argv)
{
#define R(name, operations, spans) \
	{ \
#name, name##_ours, name##_bare, operations, spans \
	}
	static const struct bench_row rows[] = {
		R(one, 200000, 1),
		R(nested3, 60000, 3),
		R(sites20, 10000, 20),
		R(sites200, 200000, 1),
		R(octaves, 200000, 1),
		R(octaves200, 200000, 1),
		R(work70, 100000, 1),
		R(fixed70, 100000, 1),
		R(erratic, 100000, 1),
		R(scope, 200000, 1),
		R(two_parents, 50000, 4),
		R(attribute_i64, 100000, 1),
		R(attribute_text, 100000, 1),
		{"i64_beyond_span", attribute_i64_ours, one_ours, 100000, 1},
		{"text_beyond_span", attribute_text_ours, one_ours, 100000, 1},
		R(eight_i64, 20000, 1),
		R(eight_text, 20000, 1),
		{"i64_each", eight_i64_ours, one_ours, 20000, 8},
		{"text_each", eight_text_ours, one_ours, 20000, 8},
		R(async_pair, 100000, 1),
		R(lookup, 200000, 1),
		R(cost, 10000, 1),
		R(cost_of_clocks, 10000, 1),
		R(cost_memory, 3000, 1),
		{"beside_empty_loop", one_ours, empty, 1000000, 1},
	};
	start();
	return bench_main(argc, argv, rows, sizeof rows / sizeof *rows, prepare);
}
