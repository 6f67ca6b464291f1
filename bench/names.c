/* SPDX-License-Identifier: MIT
 *
 * names.c - five processes that end a span of each of their names ten times a second, until they are killed: what an observer
 * keeps in mind of them.
 *	names COUNT [own]  as many names of each, the same in all or, with own, of each its own
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <tacho/tacho.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES = 5, SPREAD = 4096 };

static struct tacho_site **make_sites(long count, int owner)
{
	struct tacho_site **sites = calloc((size_t)count, sizeof *sites);
	char name[64];
	for (long i = 0; sites && i < count; i++) {
		snprintf(name, sizeof name, "name.%d.%ld", owner, i);
		sites[i] = tacho_site_named(name);
	}
	return sites;
}

int main(int argc, char **argv)
{
	const struct timespec pause = {0, 100000000};
	long count = argc > 1 ? atol(argv[1]) : 0;
	uint64_t x = 12345;
	int number = 0;
	while (number < PROCESSES - 1 && fork())
		number++;
	struct tacho_site **sites = count > 0 ? make_sites(count, argc > 2 ? number : 0) : NULL;
	if (!sites)
		return 2;
	for (;;) {
		for (long i = 0; i < count; i++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			tacho_span_recorded(sites[i], 0, 100 + (x >> 33) % SPREAD * (uint64_t)(i % 10), false);
		}
		nanosleep(&pause, NULL);
	}
}
