/* SPDX-License-Identifier: MIT
 *
 * clock.h - the counter that spans are timed with and how it maps to the kernel's clocks.
 */
#ifndef FORMAT_CLOCK_H
#define FORMAT_CLOCK_H

#include "format/part.h"

/* The counter in the processor where the kernel itself keeps time with it, else CLOCK_MONOTONIC.  TACHO_CLOCK=monotonic
 * in the environment asks for the latter.  Found once per process. */
enum tc_clock tc_clock_kind(void);

/* The same without making sure of its rate, which may take 2 ms: for those who read its ticks beside other clocks and no
 * more.  It differs from tc_clock_kind() only where the counter runs below 1 GHz. */
enum tc_clock tc_clock_source(void);

/* Now, in the unit of that clock. */
uint64_t tc_clock_ticks(enum tc_clock clock);

/* ns = high 64 bits of (ticks << shift) * mult.  Found once per process: from the kernel's own figures where they can
 * be read (arm64: cntfrq_el0; x86: the perf page), else measured against CLOCK_MONOTONIC_RAW for 2 ms, good to some 20
 * ppm, and for 0.2 ms by processes that follow within a minute. */
uint64_t tc_clock_mult(enum tc_clock clock);

/* Reads the three clocks as near to one instant as five tries allow (about 50 ns). */
void tc_clock_calibrate(enum tc_clock clock, struct tc_calibration *out);

uint64_t tc_monotonic_ns(void);

#endif
