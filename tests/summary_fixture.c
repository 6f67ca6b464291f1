/* SPDX-License-Identifier: MIT
 *
 * summary_fixture.c - the driver of summary_test.py: whole numbers from stdin, their summary to stdout.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include "stats/summarized.h"

static void print(const char *name, double value)
{
	if (isnan(value))
		printf("%s null\n", name);
	else
		printf("%s %.17g\n", name, value);
}

int main(void)
{
	static uint64_t value[1 << 16];
	uint64_t count = 0;
	while (count < 1 << 16 && scanf("%" SCNu64, &value[count]) == 1)
		count++;
	struct tc_summary sketch = tc_summarized(value, count, false), s = tc_summarized(value, count, true);
	print("mean", s.mean);
	print("sd", s.sd);
	print("cv", s.cv);
	print("min", s.min);
	print("max", s.max);
	print("p50", s.median);
	print("p90", s.p90);
	print("p95", s.p95);
	print("p99", s.p99);
	print("p999", s.p999);
	print("sketch_p50", sketch.median);
	print("sketch_p90", sketch.p90);
	print("sketch_p95", sketch.p95);
	print("sketch_p99", sketch.p99);
	print("sketch_p999", sketch.p999);
	return 0;
}
