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
#define TACHO_INLINE static inline __attribute__((always_inline, unused))
#define tacho_rare(condition) __builtin_expect(!!(condition), 0)

#ifdef __cplusplus
extern "C" {
#endif

/* Keeps the compiler from moving stores; x86 keeps their order itself.  A kill needs no more than this on any machine. */
#define tacho_order() __asm__ __volatile__("" ::: "memory")
/* Stores before it are seen before stores after it, also by a reader on another core. */
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
	uint32_t spare;
};

/* A span that is or was open.  Begin and end it on the same thread; its fields are tacho's own. */
struct tacho_span {
	struct tacho_block *block; /* NULL: not recording, or ended */
	struct tacho_node *node;
	uint64_t start; /* raw ticks */
	uint64_t tag;
	uint64_t top;        /* the block's, before this span */
	uint64_t attributes; /* where its first attribute lies; valid with TACHO_TAG_ATTRIBUTES */
};

TACHO_API void tacho_span_begin_slow(struct tacho_span *span, struct tacho_site *site);
TACHO_API void tacho_span_end_slow(struct tacho_span *span);
TACHO_API void tacho_end_rare(struct tacho_span *span, uint64_t start_ns, uint64_t duration_ns);
TACHO_API void tacho_carry(struct tacho_block *block, uint64_t cell);

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

TACHO_INLINE uint64_t tacho_ticks_to_ns(uint64_t ticks, uint64_t mult)
{
	return (uint64_t)((tacho_u128)(ticks << TACHO_TICK_SHIFT) * mult >> 64);
}

/* The histogram cell of a duration: 0 for 0 ns, else 1 + buckets of the base-2 exponential grid of schema 7 in seconds
 * that end below it.  Exponent, one word from a table, one compare; exact for whole ns < 2^36. */
TACHO_INLINE uint32_t tacho_cell(uint64_t ns)
{
	uint32_t zeros = (uint32_t)__builtin_clzll(ns | 1);
	uint64_t mantissa = ns << zeros, word = tacho_grid[mantissa >> 55 & 255];
	return (63 - zeros) * 128 + (uint32_t)(word & 255) + (mantissa > word) + (ns != 0);
}

/* Cells of a page are rotated by the node's number, so that equal durations of many nodes do not share a cache set. */
TACHO_INLINE uint64_t tacho_cell_offset(uint32_t page, uint32_t cell, uint32_t node)
{
	return (uint64_t)page * TACHO_UNIT + ((cell + node * 16) & (TACHO_PAGE_CELLS - 1)) * 4;
}

TACHO_INLINE struct tacho_record *tacho_ring(struct tacho_block *block)
{
	return (struct tacho_record *)(void *)(block + 1);
}

#define TACHO_RELAXED_LOAD(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)
#define TACHO_RELAXED_STORE(field, value) __atomic_store_n(&(field), (value), __ATOMIC_RELAXED)

TACHO_INLINE uint32_t tacho_child_slot(uint32_t parent, uint32_t site, uint64_t mask)
{
	return (uint32_t)((site + parent * 0x9e3779b1u) & mask);
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
	uint32_t depth = (uint32_t)top, parent = (uint32_t)(top >> 32), id = TACHO_RELAXED_LOAD(site->id);
	const struct tacho_child *child = &block->children[tacho_child_slot(parent, id, block->child_mask)];
	if (tacho_rare(child->key != (parent << 16 | id))) {
		tacho_span_begin_slow(span, site);
		return;
	}
	struct tacho_node *node = (struct tacho_node *)(void *)((char *)block + (uint64_t)child->node * TACHO_UNIT);
	uint64_t node_id = node->id, tag = node_id << TACHO_TAG_NODE_SHIFT;
	span->block = block;
	span->node = node;
	span->tag = tag;
	span->top = top;
	uint64_t now = tacho_ticks(); /* as late as possible */
	span->start = now;
	if (depth < TACHO_STACK_DEPTH) {
		struct tacho_open *open = &block->stack[depth + 1];
		open->child_ns = 0;
		open->tag = tag;
		open->start = now;
	}
	tacho_publish();
	TACHO_RELAXED_STORE(block->top, node_id << 32 | (depth + 1)); /* publishes the entry */
}

/* Everything after the clock read of an end. */
TACHO_INLINE void tacho_end_at_inline(struct tacho_span *span, uint64_t now)
{
	struct tacho_block *block = span->block;
	uint64_t generation = TACHO_RELAXED_LOAD(tacho_gate.generation);
	if (tacho_rare(block != tacho_self) || tacho_rare(TACHO_RELAXED_LOAD(block->ready) != generation)) {
		tacho_span_end_slow(span);
		return;
	}
	TACHO_RELAXED_STORE(block->ready, 0);
	tacho_order();
	struct tacho_node *node = span->node;
	uint64_t tag = span->tag, top = span->top, mult = block->mult;
	uint32_t depth = (uint32_t)top;
	uint64_t start_ns = tacho_ticks_to_ns(span->start, mult);
	uint64_t ns = tacho_ticks_to_ns(now, mult) - start_ns;
	ns = (int64_t)ns < 0 ? 0 : ns; /* a counter that went back */

	/* The histogram: bump the cell found by the end before, then find the cell of the span before. */
	uint64_t pending = block->pending;
	uint32_t *bump = (uint32_t *)(void *)((char *)block + pending), bumped = *bump + 1;
	TACHO_RELAXED_STORE(*bump, bumped);
	if (tacho_rare(!bumped))
		tacho_carry(block, pending);
	struct tacho_node *last = (struct tacho_node *)(void *)((char *)block + block->last_node);
	uint32_t cell = tacho_cell(block->last_ns), page = last->page[cell / TACHO_PAGE_CELLS];
	block->pending = tacho_cell_offset(page, cell, last->id);

	/* The undo log: its index first, so that a half-written log is never taken for the span before. */
	uint64_t finished = block->finished, count = node->count;
	block->undo_index = finished;
	tacho_order();
	block->undo_count = count;
	block->undo_sum = node->sum_ns;
	block->undo_squares = node->squares_ns2;
	block->undo_self = node->self_ns;
	uint64_t self_ns = ns;
	if (depth < TACHO_STACK_DEPTH) {
		self_ns -= block->stack[depth + 1].child_ns;
		block->stack[depth].child_ns += ns;
	}
	/* The record; below the threshold it is counted but the next one overwrites it. */
	uint64_t written = block->written;
	struct tacho_record *record = &tacho_ring(block)[written & block->ring_mask];
	record->start_ns = start_ns;
	record->word = (ns < TACHO_DURATION_LONG ? ns : TACHO_DURATION_LONG) | tag;
	struct tacho_recent *recent = &block->recent[finished % TACHO_RECENT];
	recent->duration_ns = ns;
	recent->tag = tag;
	tacho_publish();
	TACHO_RELAXED_STORE(block->finished, finished + 1);
	TACHO_RELAXED_STORE(block->written, written + (ns >= block->threshold_ns));
	tacho_publish();
	/* The statistics.  Plain __int128 on purpose: in 64-bit halves gcc copies them with loads that cannot be forwarded. */
	uint64_t min_ns = node->min_ns, max_ns = node->max_ns;
	TACHO_RELAXED_STORE(
		node->begun_failed, ((node->begun_failed >> 16) + (tag >> 63)) << 16 | (uint16_t)(count + 1));
	tacho_publish();
	node->min_ns = ns < min_ns ? ns : min_ns;
	node->max_ns = ns > max_ns ? ns : max_ns;
	node->sum_ns += ns;
	node->squares_ns2 += (tacho_u128)ns * ns;
	node->self_ns += self_ns;
	tacho_publish();
	TACHO_RELAXED_STORE(node->count, count + 1);
	block->last_ns = ns;
	block->last_node = (uint64_t)((char *)node - (char *)block);
	tacho_order();
	TACHO_RELAXED_STORE(block->top, top); /* not one less: spans skipped by longjmp go with their parent */
	if (tacho_rare(ns > node->bar_ns) || tacho_rare(!page) || tacho_rare((int64_t)tag < 0))
		tacho_end_rare(span, start_ns, ns);
	span->block = NULL; /* ending twice is harmless */
	tacho_order();
	TACHO_RELAXED_STORE(block->ready, generation);
}

TACHO_INLINE void tacho_end_inline(struct tacho_span *span)
{
	if (tacho_rare(!span->block)) /* off at begin, or ended already */
		return;
	tacho_end_at_inline(span, tacho_ticks()); /* as early as possible */
}

#ifdef __cplusplus
}
#endif
#endif
