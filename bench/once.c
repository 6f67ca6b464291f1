/* SPDX-License-Identifier: MIT
 *
 * once.c - what is paid once: starting, memory, the size of what is kept.  Prints a JSON line.
 *	start DIR          tacho_start() and the first span, in ms
 *	memory DIR         resident memory that 20 names on one thread add, in bytes
 *	record DIR N RING  a session of N spans under 20 names, with rings of RING records
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/tacho.h>
#include <time.h>
#include <unistd.h>

enum { NAMES = 20 };

static struct tacho_site sites[NAMES];
static char names[NAMES][16];

static double now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void begin_session(const char *directory, uint32_t ring_records, bool no_observer)
{
	struct tacho_config config = TACHO_CONFIG_INIT;
	config.directory = directory;
	config.ring_records = ring_records;
	config.no_observer = no_observer;
	if (tacho_start(&config)) {
		fprintf(stderr, "bench: %s\n", tacho_last_error());
		exit(1);
	}
}

/* Twenty names, one around the others, with durations over a few octaves. */
static void mark(long spans)
{
	for (long i = 0; i < spans; i += NAMES) {
		struct tacho_span outer, inner;
		tacho_span_begin(&outer, &sites[0]);
		for (int k = 1; k < NAMES; k++) {
			tacho_span_begin(&inner, &sites[k]);
			for (volatile int wait = (int)(i >> 5 & 63); wait > 0; wait--)
				;
			tacho_span_end(&inner);
		}
		tacho_span_end(&outer);
	}
}

static long resident(void)
{
	char text[4096];
	int fd = open("/proc/self/smaps_rollup", O_RDONLY);
	ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
	if (fd >= 0)
		close(fd);
	text[got > 0 ? got : 0] = 0;
	const char *at = strstr(text, "\nRss:");
	return at ? atol(at + 5) * 1024 : -1;
}

static int measure_start(const char *directory)
{
	double before = now_ms();
	begin_session(directory, 0, false);
	mark(NAMES);
	double after = now_ms();
	tacho_stop();
	printf("{\"start_ms\": %.3f, \"stop_ms\": %.3f}\n", after - before, now_ms() - after);
	return 0;
}

static int measure_memory(const char *directory)
{
	long before = resident();
	begin_session(directory, 0, true);
	mark(2000000);
	long after = resident();
	tacho_stop();
	printf("{\"rss_added_bytes\": %ld}\n", after - before);
	return 0;
}

static int record(const char *directory, long spans, uint32_t ring_records)
{
	begin_session(directory, ring_records, false);
	mark(spans);
	tacho_stop();
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 0; i < NAMES; i++) {
		snprintf(names[i], sizeof names[i], "stage.%d", i);
		sites[i].name = names[i];
	}
	if (argc == 3 && !strcmp(argv[1], "start"))
		return measure_start(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "memory"))
		return measure_memory(argv[2]);
	if (argc == 5 && !strcmp(argv[1], "record"))
		return record(argv[2], atol(argv[3]), (uint32_t)atol(argv[4]));
	fprintf(stderr, "once start DIR | memory DIR | record DIR N RING\n");
	return 2;
}
