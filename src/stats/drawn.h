/* SPDX-License-Identifier: MIT
 *
 * drawn.h - random numbers for tests, the same on every machine: of each seed a series of its own.
 */
#ifndef STATS_DRAWN_H
#define STATS_DRAWN_H

#include <math.h>
#include <stdint.h>

static uint64_t drawn_seed; /* set it to begin a series */

/* Above 0 and below 1: Knuth's linear congruences (MMIX), of which the high bits are used. */
static inline double drawn_uniform(void)
{
	drawn_seed = drawn_seed * 6364136223846793005u + 1442695040888963407u;
	return ((double)(drawn_seed >> 11) + 0.5) / 9007199254740992.0;
}

/* Standard normal (Box, Muller). */
static inline double drawn_normal(void)
{
	double far = drawn_uniform(), angle = drawn_uniform(); /* in this order, whatever the compiler */
	return sqrt(-2 * log(far)) * cos(2 * M_PI * angle);
}

#endif
