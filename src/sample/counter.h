/* SPDX-License-Identifier: MIT
 *
 * counter.h - rates of what the kernel counts.  Others get spikes here: a counter that wraps, one that begins anew, a
 * device that vanishes and comes back.
 */
#ifndef SAMPLE_COUNTER_H
#define SAMPLE_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

struct tc_reading;

struct tc_counter {    /* all zero: nothing was read yet */
	uint64_t last; /* as it was read */
	uint64_t last_ns;
	double total; /* in its unit, since the first reading */
	bool begun;
};

/* As if `count` had been read at at_ns: what comes is counted from there. */
void tc_counter_begin(struct tc_counter *counter, uint64_t at_ns, uint64_t count);

/* Takes what was read now and gives the rate per second since the last reading, and the total.  The first reading gives
 * the total 0 alone.  bits: a counter of this width that fell has wrapped if that makes less than half its range; 64: it
 * begins anew, and what it missed is left out.  scale: of one count in the series' total unit. */
void tc_counter_take(struct tc_counter *counter, uint64_t now_ns, uint64_t count, unsigned bits, double scale,
	struct tc_reading *reading);

/* The counter is not to be had at this instant (its device is away): the next reading begins anew, the total stays. */
void tc_counter_lose(struct tc_counter *counter);

#endif
