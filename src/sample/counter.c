/* SPDX-License-Identifier: MIT */
#include "sample/counter.h"
#include "sample/sample.h"

/* How much it grew; false: it began anew, and nobody knows. */
static bool growth(const struct tc_counter *counter, uint64_t count, unsigned bits, uint64_t *grown)
{
	*grown = count - counter->last;
	if (count >= counter->last)
		return true;
	if (bits >= 64 || counter->last >> bits)
		return false;
	*grown &= (UINT64_C(1) << bits) - 1;
	return *grown < UINT64_C(1) << (bits - 1);
}

void tc_counter_begin(struct tc_counter *counter, uint64_t at_ns, uint64_t count)
{
	*counter = (struct tc_counter){.last = count, .last_ns = at_ns, .begun = true};
}

void tc_counter_take(struct tc_counter *counter, uint64_t now_ns, uint64_t count, unsigned bits, double scale,
	struct tc_reading *reading)
{
	uint64_t grown;
	bool known = counter->begun && growth(counter, count, bits, &grown);
	if (known && now_ns <= counter->last_ns)
		return;
	if (known) {
		counter->total += (double)grown * scale;
		reading->value = (double)grown * scale * 1e9 / (double)(now_ns - counter->last_ns);
	}
	reading->total = counter->total;
	counter->last = count;
	counter->last_ns = now_ns;
	counter->begun = true;
}

void tc_counter_lose(struct tc_counter *counter)
{
	counter->begun = false;
}
