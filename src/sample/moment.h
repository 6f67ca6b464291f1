/* SPDX-License-Identifier: MIT
 *
 * moment.h - when something was read: the clock just before and just after.  Where the reader lost the CPU in between, the two are far
 * apart, and nobody knows when it was.
 */
#ifndef SAMPLE_MOMENT_H
#define SAMPLE_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

struct tc_moment {
	uint64_t from_ns, to_ns;
	uint64_t (*clock)(void); /* tc_monotonic_ns(); NULL: it stands, and all is read at one instant */
	bool last;               /* of a run: no reading follows */
};

/* Around what is read, as close as can be (some 20 ns each). */
static inline void tc_moment_begin(struct tc_moment *moment)
{
	if (moment->clock)
		moment->from_ns = moment->to_ns = moment->clock();
}

static inline void tc_moment_end(struct tc_moment *moment)
{
	if (moment->clock)
		moment->to_ns = moment->clock();
}

static inline uint64_t tc_moment_middle(const struct tc_moment *moment)
{
	return moment->from_ns + (moment->to_ns - moment->from_ns) / 2;
}

#endif
