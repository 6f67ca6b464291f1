/* SPDX-License-Identifier: MIT */
#include "sample/counter.h"
#include "sample/sample.h"

/* The time between two moments is known to half the sum of their lengths: to an eighth at least. */
enum { LENGTHS = 4 };

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

/* Where no reading follows, a short time is better than none, if it is all there was. */
static bool is_rate(const struct tc_counter *counter, const struct tc_moment *now)
{
	uint64_t at_ns = tc_moment_middle(now), length_ns = counter->since_length_ns + now->to_ns - now->from_ns;
	if (at_ns <= counter->since_ns || length_ns * LENGTHS > at_ns - counter->since_ns)
		return false;
	return at_ns - counter->since_ns >= TC_RATE_LEAST_NS || (now->last && !counter->told);
}

static void set_out(struct tc_counter *counter, const struct tc_moment *now)
{
	counter->since_ns = tc_moment_middle(now);
	counter->since_length_ns = now->to_ns - now->from_ns;
	counter->untold = 0;
	counter->begun = true;
}

void tc_counter_begin(struct tc_counter *counter, const struct tc_moment *at, uint64_t count)
{
	*counter = (struct tc_counter){.last = count};
	set_out(counter, at);
}

void tc_counter_take(struct tc_counter *counter, const struct tc_moment *now, uint64_t count, unsigned bits,
	double scale, struct tc_reading *reading)
{
	uint64_t grown;
	bool known = counter->begun && growth(counter, count, bits, &grown);
	counter->last = count;
	if (known) {
		counter->total += (double)grown * scale;
		counter->untold += (double)grown * scale;
	}
	reading->total = counter->total;
	if (!known) {
		set_out(counter, now);
	} else if (is_rate(counter, now)) {
		reading->value = counter->untold * 1e9 / (double)(tc_moment_middle(now) - counter->since_ns);
		counter->told = true;
		set_out(counter, now);
	}
}

void tc_counter_lose(struct tc_counter *counter)
{
	counter->begun = false;
}
