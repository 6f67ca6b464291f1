/* SPDX-License-Identifier: MIT
 *
 * order_machine.h - a machine of weak order, on any machine: for order_test.c alone.  A program is a list of stores and of the
 * barriers between them.  They arrive in every order that the barriers leave, drawn at random; a load sees any moment since
 * its reader's last barrier.  Stores to one word arrive in order, as everywhere.
 */
#ifndef FORMAT_ORDER_MACHINE_H
#define FORMAT_ORDER_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ALL_BARRIERS (-1)

enum { STORES_MAX = 128 };

struct store {
	uint32_t at; /* in words from the memory's begin */
	unsigned epoch;
	uint64_t value;
};

static struct machine {
	const void *memory;   /* as it was before the first store */
	int missing, readers; /* which barrier is left out, and the number of the readers' own */
	struct store store[STORES_MAX];
	unsigned stores, epoch;
	unsigned order[STORES_MAX]; /* in which they arrive */
	unsigned now, oldest;       /* what a load may see: the first so many of them */
	uint64_t random;
} machine;

static inline void machine_begin(const void *memory, int missing, int readers)
{
	machine = (struct machine){
		.memory = memory, .missing = missing, .readers = readers, .random = 88172645463325252u};
}

static inline void machine_store(size_t offset, uint64_t value)
{
	machine.store[machine.stores++] = (struct store){(uint32_t)(offset / 8), machine.epoch, value};
}

static inline void machine_barrier(int which)
{
	machine.epoch += which != machine.missing;
}

static inline uint64_t random_below(uint64_t limit)
{
	machine.random ^= machine.random << 13;
	machine.random ^= machine.random >> 7;
	machine.random ^= machine.random << 17;
	return machine.random % limit;
}

/* Whether b may be seen before a, which comes earlier in the program. */
static inline bool may_pass(const struct store *a, const struct store *b)
{
	return a->epoch == b->epoch && a->at != b->at;
}

static inline void machine_draw(void)
{
	unsigned *order = machine.order;
	for (unsigned i = 0; i < machine.stores; i++)
		order[i] = i;
	for (unsigned i = 1; i < machine.stores; i++)
		for (unsigned k = i;
			k && may_pass(&machine.store[order[k - 1]], &machine.store[order[k]]) && random_below(4); k--) {
			unsigned other = order[k - 1];
			order[k - 1] = order[k];
			order[k] = other;
		}
	machine.oldest = machine.now = (unsigned)random_below(machine.stores + 1);
}

/* A word as the first `moment` stores to arrive left it. */
static inline uint64_t word_at(uint32_t at, unsigned moment)
{
	while (moment--)
		if (machine.store[machine.order[moment]].at == at)
			return machine.store[machine.order[moment]].value;
	uint64_t value;
	memcpy(&value, (const char *)machine.memory + at * (size_t)8, sizeof value);
	return value;
}

/* One look of a reader, behind a barrier of its own: each word was loaded at some moment of its own since then. */
static inline bool machine_read(void *context, uint64_t offset, void *to, size_t bytes)
{
	(void)context;
	if (machine.missing != machine.readers)
		machine.oldest = machine.now;
	unsigned left = machine.stores - machine.now;
	if (random_below(2))
		machine.now += (unsigned)random_below(left < 12 ? left + 1 : 12);
	for (size_t i = 0; i < bytes; i += 8) {
		unsigned moment = machine.oldest + (unsigned)random_below(machine.now - machine.oldest + 1);
		uint64_t word = word_at((uint32_t)((offset + i) / 8), moment);
		memcpy((char *)to + i, &word, 8);
	}
	return true;
}

#endif
