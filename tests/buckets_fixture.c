/* SPDX-License-Identifier: MIT
 *
 * buckets_fixture.c - for stats_test.py: durations in ns from stdin; for each the index of its bucket at schemas 3, 5 and 7, by way of a histogram
 * and a sketch of it, made coarser.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <tacho/hot.h>
#include "stats/sketch.h"

static int32_t index_at(uint64_t ns, int schema)
{
	struct tc_histogram histogram = {0};
	struct tc_sketch sketch;
	if (tc_histogram_add(&histogram, tacho_cell(ns), 1) || tc_sketch_of(&sketch, &histogram) ||
		tc_sketch_downscale(&sketch, schema) || sketch.buckets != 1 || sketch.count[0] != 1)
		abort();
	int32_t index = sketch.first;
	tc_sketch_release(&sketch);
	tc_histogram_release(&histogram);
	return index;
}

int main(void)
{
	uint64_t ns;
	while (scanf("%" SCNu64, &ns) == 1)
		printf("%" PRIu64 " %d %d %d\n", ns, (int)index_at(ns, 3), (int)index_at(ns, 5), (int)index_at(ns, 7));
	return 0;
}
