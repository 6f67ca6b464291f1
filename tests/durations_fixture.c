/* SPDX-License-Identifier: MIT
 *
 * durations_fixture.c - a program whose spans are known to the ns: from stdin lines "NS NAME" and "NS failed NAME", one span each, in
 * this order, 1 µs apart.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <tacho/tacho.h>
#include <time.h>

int main(void)
{
	char line[512], *name;
	unsigned long long ns;
	int at;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	uint64_t begin_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	while (fgets(line, sizeof line, stdin) && sscanf(line, "%llu %n", &ns, &at) == 1) {
		name = line + at;
		name[strcspn(name, "\n")] = 0;
		bool failed = !strncmp(name, "failed ", 7);
		tacho_span_record(tacho_site_named(name + 7 * failed), begin_ns += 1000, ns, failed);
	}
	return 0;
}
