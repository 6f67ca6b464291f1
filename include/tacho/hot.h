/* SPDX-License-Identifier: MIT
 *
 * hot.h - begin and end of a span, inline.  Include tacho.h, not this.
 *
 * Why it looks like this.  A clock read takes some 35 cycles in which the core does other work for nothing, as long as
 * nothing long hangs on its result.  So everything end needs of the site is found in begin; sums and records, which are
 * data made from the clock, follow at once; the histogram, whose ADDRESS is made from a duration, runs as a pipeline of
 * two short steps: an end bumps the cell that the end before found, then finds the cell of the span before.
 *
 * What a reader can rely on after SIGKILL: the stores below reach the mapping in this order.  docs/FORMAT.md says how
 * it mends the one span per thread that may be half accounted.
 */
#ifndef TACHO_HOT_H
#define TACHO_HOT_H

#include <stddef.h>
#include <stdint.h>
#include <tacho/layout.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#ifndef TACHO_API
#define TACHO_API __attribute__((visibility("default")))
#endif
#ifdef TACHO_DISABLE
#define TACHO_COMPILED_OUT 1
#else
#define TACHO_COMPILED_OUT 0
#endif
#define TACHO_INLINE static inline __attribute__((always_inline, unused))
#ifdef __cplusplus /* whose programs may be built with -Wold-style-cast */
#define TACHO_CAST(type, value) static_cast<type>(value)
#else
#define TACHO_CAST(type, value) ((type)(value))
#endif
#define tacho_rare(condition) __builtin_expect(!!(condition), 0)

#ifdef __cplusplus
extern "C" {
#endif

/* Keeps the compiler from moving stores; x86 keeps their order itself.  A kill needs no more than this on any machine.
 */
#define tacho_order() __asm__ __volatile__("" ::: "memory")
/* Stores before it are seen before stores after it, also by a reader on another core.  It stands only where a live reader
 * could be misled; src/format/order_test.c draws the orders that the barriers around the statistics allow, and what a
 * reader sees without one. */
#if defined(__x86_64__)
#define tacho_publish() tacho_order()
#define TACHO_TICK_SHIFT 0
#elif defined(__aarch64__)
#define tacho_publish() __asm__ __volatile__("dmb ishst" ::: "memory")
#define TACHO_TICK_SHIFT 10
#else
#define tacho_publish() __atomic_thread_fence(__ATOMIC_RELEASE)
#define TACHO_TICK_SHIFT 0
#endif

/* Every thread compares its block's `ready` with the generation.  0: not decided yet, or wiped by a fork; 1: off. */
#define TACHO_GENERATION_OFF UINT64_C(1)
struct tacho_gate {
	uint64_t generation;
	unsigned char rest[4096 - 8];
} __attribute__((aligned(4096)));
extern TACHO_API struct tacho_gate tacho_gate;

/* initial-exec: one mov from %fs; in a library that is dlopen'ed its 8 bytes come from glibc's static TLS surplus. */
extern TACHO_API __thread struct tacho_block *tacho_self __attribute__((tls_model("initial-exec")));

/* See src/format/grid.c */
extern TACHO_API const uint64_t tacho_grid[256];

/* A place in the program that has a name.  Static storage; zero-initialised but for the name. */
struct tacho_site {
	const char *name;
	uint32_t id;
	uint16_t beside[2]; /* the same for spans of the kinds beside the stack */
};

/* A span that is or was open.  Begin and end it on the same thread; its fields are tacho's own. */
struct tacho_span {
	struct tacho_block *block; /* NULL: not recording, or ended */
	struct tacho_node *node;
	uint64_t start; /* raw ticks */
	uint64_t tag;
	uint64_t top;        /* the block's, before this span */
	uint64_t own_top;    /* the block's while this span is the innermost */
	uint64_t attributes; /* where its first attribute lies; valid with TACHO_TAG_ATTRIBUTES */
};

TACHO_API void tacho_span_begin_slow(struct tacho_span *span, struct tacho_site *site);
TACHO_API void tacho_span_end_slow(struct tacho_span *span, uint64_t now);
TACHO_API void tacho_end_rare(struct tacho_span *span, uint64_t start_ns, uint64_t duration_ns);
TACHO_API void tacho_carry_cell(struct tacho_block *block, uint64_t cell);

/* Neither counter is fenced.  An arm64 core may read cntvct_el0 some instructions early, as rdtsc may be; the isb that
 * would stop it flushes the pipeline at both ends of every span, while the shift is a few ns, below the grain of most such
 * counters (10 to 40 ns), and one that seems to go back counts as 0 ns.  What is compared with other clocks is read between
 * two of their reads, in src/format/clock.c. */
TACHO_INLINE uint64_t tacho_ticks(void)
{
	uint64_t ticks;
	tacho_order();
#if defined(__x86_64__)
	ticks = __rdtsc();
#elif defined(__aarch64__)
	__asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(ticks));
#else
	ticks = 0;
#endif
	tacho_order();
	return ticks;
}

/* The histogram cell of a duration: 0 for 0 ns, else 1 + buckets of the base-2 exponential grid of schema 7 in seconds
 * that end below it.  Exponent, one word from a table, one compare; exact for whole ns < 2^36. */
TACHO_INLINE uint32_t tacho_cell(uint64_t ns)
{
	uint32_t zeros = TACHO_CAST(uint32_t, __builtin_clzll(ns | 1));
	uint64_t mantissa = ns << zeros, word = tacho_grid[mantissa >> 55 & 255];
	return (63 - zeros) * 128 + TACHO_CAST(uint32_t, word & 255) + (mantissa > word) + (ns != 0);
}

/* What lies so many bytes behind the begin of a block. */
TACHO_INLINE void *tacho_behind(void *begin, uint64_t bytes)
{
	return TACHO_CAST(char *, begin) + bytes;
}

TACHO_INLINE struct tacho_record *tacho_ring(struct tacho_block *block)
{
	return TACHO_CAST(struct tacho_record *, tacho_behind(block, sizeof *block));
}

#define TACHO_RELAXED_LOAD(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)
#define TACHO_RELAXED_STORE(field, value) __atomic_store_n(&(field), (value), __ATOMIC_RELAXED)

#if TACHO_RECORDS
TACHO_INLINE uint64_t tacho_ticks_to_ns(uint64_t ticks, uint64_t mult)
{
	return TACHO_CAST(uint64_t, TACHO_CAST(tacho_u128, ticks << TACHO_TICK_SHIFT) * mult >> 64);
}

TACHO_INLINE uint32_t tacho_child_slot(uint32_t parent, uint32_t site, uint64_t mask)
{
	return TACHO_CAST(uint32_t, (site + parent * 0x9e3779b1u) & mask);
}

TACHO_INLINE void tacho_begin_inline(struct tacho_span *span, struct tacho_site *site)
{
	uint64_t generation = TACHO_RELAXED_LOAD(tacho_gate.generation);
	struct tacho_block *block = tacho_self;
	if (tacho_rare(TACHO_RELAXED_LOAD(block->ready) != generation)) {
		if (generation == TACHO_GENERATION_OFF)
			span->block = NULL;
		else
			tacho_span_begin_slow(span, site);
		return;
	}
	uint64_t top = block->top;
	uint32_t depth = TACHO_CAST(uint32_t, top), parent = TACHO_CAST(uint32_t, top >> 32),
		 id = TACHO_RELAXED_LOAD(site->id);
	const struct tacho_child *child = &block->children[tacho_child_slot(parent, id, block->child_mask)];
	if (tacho_rare(child->key != (parent << 16 | id))) {
		tacho_span_begin_slow(span, site);
		return;
	}
	void *at = tacho_behind(block, TACHO_CAST(uint64_t, child->node) * TACHO_UNIT);
	struct tacho_node *node = TACHO_CAST(struct tacho_node *, at);
	uint64_t node_id = node->id, tag = node_id << TACHO_TAG_NODE_SHIFT;
	span->block = block;
	span->node = node;
	tacho_order(); /* else gcc packs the fields into vectors */
	span->tag = tag;
	tacho_order();
	span->top = top;
	top = node_id << 32 | (depth + 1);
	span->own_top = top;
	uint64_t now = tacho_ticks(); /* as late as possible */
	span->start = now;
	if (depth < TACHO_STACK_DEPTH) {
		block->stack[depth + 1].tag = tag;
		block->stack[depth + 1].start = now;
	}
	tacho_publish();
	TACHO_RELAXED_STORE(block->top, top); /* publishes the entry */
}

/* The histogram: bumps the cell found by the end before, then finds the cell of the span before.  Returns the page that
 * it lies in, 0 when there is none yet. */
TACHO_INLINE uint32_t tacho_step_histogram(struct tacho_block *block)
{
	uint64_t pending = block->pending;
	uint32_t *bump = TACHO_CAST(uint32_t *, tacho_behind(block, pending)), bumped = *bump + 1;
	TACHO_RELAXED_STORE(*bump, bumped);
	if (tacho_rare(!bumped))
		tacho_carry_cell(block, pending);
	uint32_t cell = tacho_cell(block->last_ns), page = block->last->page[cell / TACHO_PAGE_CELLS];
	block->pending = TACHO_CAST(uint64_t, page) * TACHO_UNIT + cell % TACHO_PAGE_CELLS * 4;
	return page;
}

/* In halves, each through a register: they were stored apart, so that one load of 16 bytes could not be forwarded. */
TACHO_INLINE void tacho_copy128(tacho_u128 *to, const tacho_u128 *from)
{
	typedef uint64_t __attribute__((may_alias)) half;
	const void *source_at = from;
	void *target_at = to;
	const half *source = TACHO_CAST(const half *, source_at);
	half *target = TACHO_CAST(half *, target_at);
	TACHO_RELAXED_STORE(target[0], TACHO_RELAXED_LOAD(source[0]));
	TACHO_RELAXED_STORE(target[1], TACHO_RELAXED_LOAD(source[1]));
}

/* The record, and the undo log of the statistics. */
TACHO_INLINE void tacho_write_record(
	struct tacho_block *block, const struct tacho_node *node, uint64_t start_ns, uint64_t word)
{
	uint64_t finished = block->finished;
	struct tacho_record *record = &tacho_ring(block)[(finished - block->skipped) & block->ring_mask];
	block->undo_sum = TACHO_CAST(uint64_t, node->sum_ns);
	tacho_copy128(&block->undo_squares, &node->squares_ns2);
	block->undo_index = finished;
	record->start_ns = start_ns;
	record->word = word;
	tacho_publish();
}

/* The statistics.  From the store of begun on the span counts: a reader completes it from the undo log.  Plain __int128 on
 * purpose: updated in relaxed halves it makes gcc build the sums on the stack. */
TACHO_INLINE void tacho_add_statistics(struct tacho_block *block, struct tacho_node *node, uint64_t ns)
{
	uint64_t count = node->count + 1, min_ns = node->min_ns, max_ns = node->max_ns;
	TACHO_RELAXED_STORE(node->begun, count);
	tacho_publish();
	node->min_ns = ns < min_ns ? ns : min_ns;
	node->max_ns = ns > max_ns ? ns : max_ns;
	node->sum_ns += ns;
	node->squares_ns2 += TACHO_CAST(tacho_u128, ns) * ns;
	tacho_publish();
	TACHO_RELAXED_STORE(block->finished, block->finished + 1); /* publishes the record */
	TACHO_RELAXED_STORE(node->count, count);
	block->last_ns = ns;
	block->last = node;
}

/* Everything after the clock read of an end, on the block's own thread.  ready: what the block says again afterwards. */
TACHO_INLINE void tacho_finish_inline(struct tacho_span *span, uint64_t now, uint64_t ready)
{
	struct tacho_block *block = span->block;
	struct tacho_node *node = span->node;
	uint64_t tag = span->tag;
	TACHO_RELAXED_STORE(block->ready, 0);
	tacho_order();
	uint64_t start_ns = tacho_ticks_to_ns(span->start, block->mult);
	uint64_t ns = tacho_ticks_to_ns(now, block->mult) - start_ns;
	ns = TACHO_CAST(int64_t, ns) < 0 ? 0 : ns; /* a counter that went back */
	__asm__("" : "+r"(ns));                    /* else gcc widens it as a signed number, through the stack */
	uint32_t page = tacho_step_histogram(block);
	tacho_write_record(block, node, start_ns, ns | tag); /* too long for a record: tacho_end_rare() mends it */
	tacho_add_statistics(block, node, ns);
	tacho_order();
	TACHO_RELAXED_STORE(block->top, span->top); /* not one less: spans skipped by longjmp go with their parent */
	if (tacho_rare(ns > node->bar_ns) || tacho_rare(!page) || tacho_rare(TACHO_CAST(int64_t, tag) < 0))
		tacho_end_rare(span, start_ns, ns);
	span->block = NULL; /* ending twice is harmless */
	tacho_publish();    /* who sees it ready, or anything of the next end, sees all of this one */
	TACHO_RELAXED_STORE(block->ready, ready);
}

/* Inline only what is as expected: recording, on the span's own thread, with nothing begun inside it still open. */
TACHO_INLINE void tacho_end_inline(struct tacho_span *span)
{
	struct tacho_block *block = span->block;
	if (tacho_rare(!block))
		return; /* off at begin, or ended already */
	uint64_t generation = TACHO_RELAXED_LOAD(tacho_gate.generation);
	if (tacho_rare(block != tacho_self)) {
		tacho_span_end_slow(span, tacho_ticks());
		return;
	}
	uint64_t now = tacho_ticks(); /* as early as possible */
	if (tacho_rare(TACHO_RELAXED_LOAD(block->ready) != generation) ||
		tacho_rare(TACHO_RELAXED_LOAD(block->top) != span->own_top))
		tacho_span_end_slow(span, now);
	else
		tacho_finish_inline(span, now, generation);
}
#endif

#ifdef __cplusplus
}
#endif
#endif
