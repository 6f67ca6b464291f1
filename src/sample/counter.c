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

/* The time that a rate is over; 0: there is none.  Where no reading follows and none had one, any is better than none: over the longest
 * time that it may have been, so that it is not above what was. */
static uint64_t rate_over(const struct tc_counter *counter, const struct tc_moment *now)
{
	uint64_t at_ns = tc_moment_middle(now), length_ns = counter->since_length_ns + now->to_ns - now->from_ns;
	uint64_t over_ns = at_ns > counter->since_ns ? at_ns - counter->since_ns : 0;
	if (over_ns >= TC_RATE_LEAST_NS && over_ns >= length_ns * LENGTHS)
		return over_ns;
	return over_ns && now->last && !counter->told ? now->to_ns - counter->since_ns + counter->since_length_ns / 2
	                                              : 0;
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
	uint64_t over_ns = known ? rate_over(counter, now) : 0;
	if (over_ns) {
		reading->value = counter->untold * 1e9 / (double)over_ns;
		counter->told = true;
	}
	if (over_ns || !known)
		set_out(counter, now);
}

void tc_counter_lose(struct tc_counter *counter)
{
	counter->begun = false;
}
