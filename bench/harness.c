/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/tacho.h>
#include <time.h>
#include <unistd.h>

enum { MOST_THREADS = 16, MOST_REPEATS = 201 };

static int threads = 1, repeats = 41;
static void (*prepare_thread)(void);
static const struct bench_row *row;
static pthread_barrier_t barrier;
static double ours_ns[MOST_THREADS][MOST_REPEATS];
static double before_ns[MOST_THREADS][MOST_REPEATS], after_ns[MOST_THREADS][MOST_REPEATS];

static char directory[128];

static void clean_up(void)
{
	char command[256];
	tacho_stop();
	snprintf(command, sizeof command, "rm -rf '%s'", directory);
	if (system(command))
		fprintf(stderr, "could not remove %s\n", directory);
}

void bench_record(void)
{
	struct tacho_config config = TACHO_CONFIG_INIT;
	const char *parent = getenv("BENCH_DIR");
	snprintf(directory, sizeof directory, "%s/tacho-bench-XXXXXX", parent ? parent : "/dev/shm");
	config.no_observer = true;
	config.directory = directory;
	if (!mkdtemp(directory) || tacho_start(&config)) {
		fprintf(stderr, "bench: %s\n", tacho_last_error());
		exit(1);
	}
	atexit(clean_up);
}

static double now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double burst(void (*function)(long), const struct bench_row *of)
{
	pthread_barrier_wait(&barrier);
	double start = now_ns();
	function(of->operations);
	return (now_ns() - start) / (double)(of->operations * of->spans);
}

static void pin(int thread)
{
	cpu_set_t cpus;
	CPU_ZERO(&cpus);
	CPU_SET(thread % (int)sysconf(_SC_NPROCESSORS_ONLN), &cpus);
	sched_setaffinity(0, sizeof cpus, &cpus);
}

static void *work(void *argument)
{
	int thread = (int)(intptr_t)argument;
	pin(thread);
	prepare_thread();
	burst(row->yardstick, row);
	burst(row->ours, row);
	for (int i = 0; i < repeats; i++) {
		before_ns[thread][i] = burst(row->yardstick, row);
		ours_ns[thread][i] = burst(row->ours, row);
		after_ns[thread][i] = burst(row->yardstick, row);
	}
	return NULL;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof *values, ascending);
	return count ? (values[(count - 1) / 2] + values[count / 2]) / 2 : 0;
}

static double mean_over_threads(double values[MOST_THREADS][MOST_REPEATS], int repeat)
{
	double sum = 0;
	for (int i = 0; i < threads; i++)
		sum += values[i][repeat];
	return sum / threads;
}

static void report(void)
{
	double ns[MOST_REPEATS], yardstick[MOST_REPEATS], ratio[MOST_REPEATS];
	int kept = 0;
	for (int i = 0; i < repeats; i++) {
		double before = mean_over_threads(before_ns, i), after = mean_over_threads(after_ns, i);
		if (before > 1.1 * after || after > 1.1 * before)
			continue;
		ns[kept] = mean_over_threads(ours_ns, i);
		yardstick[kept] = (before + after) / 2;
		ratio[kept] = ns[kept] / yardstick[kept];
		kept++;
	}
	printf("{\"row\": \"%s\", \"threads\": %d, \"ns\": %.3f, \"yardstick_ns\": %.3f, \"ratio\": %.4f, "
	       "\"repeats\": %d, \"dropped\": %d}\n",
		row->name, threads, median(ns, kept), median(yardstick, kept), median(ratio, kept), kept,
		repeats - kept);
	fflush(stdout);
}

static void run(const struct bench_row *of)
{
	pthread_t thread[MOST_THREADS];
	row = of;
	pthread_barrier_init(&barrier, NULL, (unsigned)threads);
	for (int i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, work, (void *)(intptr_t)i);
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&barrier);
	report();
}

int bench_main(int argc, char **argv, const struct bench_row *rows, int count, void (*prepare)(void))
{
	int at, any = 0;
	prepare_thread = prepare;
	while ((at = getopt(argc, argv, "t:r:")) != -1) {
		if (at == 't' && atoi(optarg) >= 1 && atoi(optarg) <= MOST_THREADS)
			threads = atoi(optarg);
		else if (at == 'r' && atoi(optarg) >= 1 && atoi(optarg) <= MOST_REPEATS)
			repeats = atoi(optarg);
		else
			return 2;
	}
	for (int i = 0; i < count; i++) {
		int wanted = optind == argc;
		for (int k = optind; k < argc; k++)
			wanted |= !strcmp(argv[k], rows[i].name);
		if (wanted)
			run(&rows[i]);
		any |= wanted;
	}
	return any ? 0 : 2;
}
