/* SPDX-License-Identifier: MIT
 *
 * cost.h - spans that measure what each of their calls cost: CPU time of the thread and, if asked for, growth of the process's
 * resident memory.  Included by tacho.h.  The report tells CPU time of every name anyway, at no cost to the program
 * (docs/ATTRIBUTION.md); this is for spans of which it is to be exact, call by call.
 *
 * What a call cost becomes attributes of its span, "cpu_ns" and "memory_bytes", and of all calls the metrics NAME.cpu (a timer)
 * and NAME.memory (bytes).  It takes two reads of the thread's clock, 0.5 to 2 µs in all, and with memory two of
 * /proc/self/statm besides, 3 to 20 µs: `make bench` tells what it is on a machine.  Compiled with -DTACHO_DISABLE all of it is gone.
 */
#ifndef TACHO_COST_H
#define TACHO_COST_H

#include <tacho/tacho.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A place in the source.  Static storage; its fields but the first two are tacho's own. */
struct tacho_cost_site {
	struct tacho_site site;
	bool memory;
	struct tacho_metric *cpu, *grown;
};

struct tacho_cost {
	struct tacho_span span;
	struct tacho_cost_site *site;
	uint64_t cpu_ns;
	uint64_t resident_bytes; /* 0: not known */
};

/* What the calls below become; no need to call these by their names. */
TACHO_API void tacho_cost_begin_called(struct tacho_cost *cost, struct tacho_cost_site *site);
TACHO_API void tacho_cost_end_called(struct tacho_cost *cost);

/* Begins a span at a site and its measurement.  Needs a matching tacho_cost_end() on the same thread. */
TACHO_INLINE void tacho_cost_begin(struct tacho_cost *cost, struct tacho_cost_site *site)
{
	cost->span.block = NULL;
	if (!TACHO_COMPILED_OUT)
		tacho_cost_begin_called(cost, site);
}

/* Ends both.  Ending twice is harmless.  Not in a child of a fork meanwhile: the span is its parent's. */
TACHO_INLINE void tacho_cost_end(struct tacho_cost *cost)
{
	if (!TACHO_COMPILED_OUT && cost->span.block)
		tacho_cost_end_called(cost);
}

#ifdef __cplusplus
}
#endif

#define TACHO_COST_OF(variable, name, with_memory) \
	static struct tacho_cost_site TACHO_JOIN(tacho_site_of_, variable) = { \
		{(name), 0, {0, 0}}, (with_memory), NULL, NULL}; \
	const char TACHO_JOIN(tacho_no_goto_past_, variable) __attribute__((unused)) = 0; \
	struct tacho_cost variable __attribute__((cleanup(tacho_cost_end), unused)); \
	tacho_cost_begin(&variable, &TACHO_JOIN(tacho_site_of_, variable))

/* A span that measures the CPU time of each call, and one that measures memory too; they end by themselves on every way out of
 * their scope.  Make it the first declaration of its block, as TACHO_SPAN. */
#define TACHO_COST(name) TACHO_COST_OF(TACHO_JOIN(tacho_cost_, __COUNTER__), name, false)
#define TACHO_COST_MEMORY(name) TACHO_COST_OF(TACHO_JOIN(tacho_cost_, __COUNTER__), name, true)

#endif
