/* SPDX-License-Identifier: MIT
 *
 * counter.h - rates of what the kernel counts.  Others get spikes here: a counter that wraps, one that begins anew, a
 * device that vanishes and comes back, a time between two readings that is another than that between the ticks.
 */
#ifndef SAMPLE_COUNTER_H
#define SAMPLE_COUNTER_H

#include <stdbool.h>
#include <stdint.h>
#include "sample/moment.h"

struct tc_reading;

/* Over less than this there is no rate: the kernel books much of what it counts when it ends (a request of a disk, a slice of CPU time),
 * so that what is read was of the time before. */
#define TC_RATE_LEAST_NS UINT64_C(5000000)

struct tc_counter {        /* all zero: nothing was read yet */
	uint64_t last;     /* as it was read */
	uint64_t since_ns; /* the reading that the next rate counts from: its middle and how long it took */
	uint64_t since_length_ns;
	double total;  /* in its unit, since the first reading */
	double untold; /* of it, since since_ns */
	bool begun, told;
};

/* As if `count` had been read then: what comes is counted from there. */
void tc_counter_begin(struct tc_counter *counter, const struct tc_moment *at, uint64_t count);

/* Takes what was read now and gives the total, and the rate per second since the last reading that had one.  There is none over less than
 * TC_RATE_LEAST_NS, and none where the time in between is not known to an eighth: the next rate is of that time too.  The last reading
 * of a run that had none gives one all the same.  The first reading gives the total 0 alone.  bits: a counter of this width that fell has
 * wrapped if that makes less than half its range; 64: it begins anew, and what it missed is left out.  scale: of one count in the series'
 * total unit. */
void tc_counter_take(struct tc_counter *counter, const struct tc_moment *now, uint64_t count, unsigned bits,
	double scale, struct tc_reading *reading);

/* The counter is not to be had at this instant (its device is away): the next reading begins anew, the total stays. */
void tc_counter_lose(struct tc_counter *counter);

#endif
