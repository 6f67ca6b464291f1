/* SPDX-License-Identifier: MIT
 *
 * sampling.c - CPU time of one reading of the machine.  Prints JSON lines {"row", "us", "kernel_us"}: each source, "cheap" (all
 * that is read at each tick) and "same" (what sampling.py has psutil read); kernel_us: of that what the kernel needs to write
 * the same files, one pread of each.  `sampling tree N`: {"us"} of all that is read at each tick, with N processes to look
 * at.  What disturbs only adds, so the least of many bursts counts.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/error.h"
#include "format/series.h"
#include "sample/patient.h"
#include "sample/sample.h"

enum { BURSTS = 60, TICKS = 50, SAMPLERS_MAX = 64, FILES_MAX = 4 };

static const struct {
	const char *sampler;
	const char *files[FILES_MAX];
} kernel[] = {
	{"proc_stat", {"/proc/stat"}},
	{"loadavg", {"/proc/loadavg"}},
	{"psi", {"/proc/pressure/cpu", "/proc/pressure/memory", "/proc/pressure/io"}},
	{"meminfo", {"/proc/meminfo"}},
	{"vmstat", {"/proc/vmstat"}},
	{"diskstats", {"/proc/diskstats"}},
	{"netdev", {"/proc/self/net/dev"}},
	{"proc_tree", {"/proc/self/stat", "/proc/self/io", "/proc/loadavg"}},
};

static const char *const same_as_psutil[] = {"proc_stat", "meminfo", "diskstats", "netdev", "proc_tree", "proc_io"};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* µs of CPU time that a call takes. */
static double least_us(void (*call)(void *), void *context)
{
	double least = 1e9;
	for (int burst = 0; burst < BURSTS; burst++) {
		uint64_t before_ns = tc_worked_ns();
		for (int tick = 0; tick < TICKS; tick++)
			call(context);
		double one = (double)(tc_worked_ns() - before_ns) / 1e3 / TICKS;
		least = one < least ? one : least;
	}
	return least;
}

static void read_once(void *sampling)
{
	tc_sampling_read(sampling, 0, 1u << TC_CHEAP | 1u << TC_DEAR);
}

static double sampling_us(const struct tc_sampler *const *samplers, size_t count)
{
	struct tc_series_set set = {.count = 0};
	struct tc_sampling *sampling;
	const struct tc_sample_place place = {.root = "/",
		.now_ns = clock_ns(CLOCK_MONOTONIC),
		.pid = getpid(),
		.series = &set,
		.samplers = samplers,
		.sampler_count = count};
	if (tc_sampling_open(&sampling, &place)) {
		fprintf(stderr, "bench: %s\n", tacho_last_error());
		exit(1);
	}
	double us = least_us(read_once, sampling);
	tc_sampling_close(sampling, 0);
	tc_series_release(&set);
	return us;
}

static void pread_once(void *fd)
{
	static char text[1 << 16];
	if (pread(*(int *)fd, text, sizeof text, 0) < 0 && errno != EOPNOTSUPP)
		exit(1);
}

static double kernel_us(const char *sampler)
{
	double us = 0;
	for (size_t i = 0; i < sizeof kernel / sizeof kernel[0]; i++)
		for (size_t k = 0; !strcmp(kernel[i].sampler, sampler) && k < FILES_MAX && kernel[i].files[k]; k++) {
			int fd = open(kernel[i].files[k], O_RDONLY | O_CLOEXEC);
			us += fd < 0 ? 0 : least_us(pread_once, &fd);
			if (fd >= 0)
				close(fd);
		}
	return us;
}

static void show(const char *row, const struct tc_sampler *const *samplers, size_t count)
{
	double of_kernel = 0;
	for (size_t i = 0; i < count; i++)
		of_kernel += kernel_us(samplers[i]->name);
	printf("{\"row\": \"%s\", \"us\": %.2f, \"kernel_us\": %.2f}\n", row, sampling_us(samplers, count), of_kernel);
}

static bool is_same(const struct tc_sampler *sampler)
{
	for (size_t i = 0; i < sizeof same_as_psutil / sizeof same_as_psutil[0]; i++)
		if (!strcmp(same_as_psutil[i], sampler->name))
			return true;
	return false;
}

/* A process that sleeps, with so many less one below it. */
static pid_t make_tree(int count)
{
	pid_t pid = fork();
	if (pid)
		return pid;
	setpgid(0, 0);
	for (int i = 1; i < count; i++)
		if (!fork())
			break;
	for (;;)
		pause();
}

static void show_tree(const struct tc_sampler *const *samplers, size_t sampler_count, int count)
{
	struct tc_series_set set = {.count = 0};
	struct tc_sampling *sampling;
	pid_t pid = make_tree(count);
	struct tc_sample_place place = {
		.root = "/", .pid = pid, .series = &set, .samplers = samplers, .sampler_count = sampler_count};
	usleep(500000); /* until all are there */
	place.now_ns = clock_ns(CLOCK_MONOTONIC);
	if (tc_sampling_open(&sampling, &place)) {
		fprintf(stderr, "bench: %s\n", tacho_last_error());
		exit(1);
	}
	double least = 1e9;
	for (int tick = 0; tick < 40; tick++) {
		uint64_t before_ns = tc_worked_ns();
		tc_sampling_read(sampling, place.now_ns += 1000000000, 1u << TC_CHEAP); /* a second passes each time */
		double one = (double)(tc_worked_ns() - before_ns) / 1e3;
		least = one < least ? one : least;
	}
	printf("{\"row\": \"tree\", \"us\": %.2f}\n", least);
	kill(-pid, SIGKILL);
	tc_sampling_close(sampling, 0);
	tc_series_release(&set);
}

int main(int argc, char **argv)
{
	const struct tc_sampler *const *all, *cheap[SAMPLERS_MAX], *same[SAMPLERS_MAX];
	size_t count = tc_samplers(&all), cheaps = 0, sames = 0;
	for (size_t i = 0; i < count && i < SAMPLERS_MAX; i++) {
		if (all[i]->group == TC_CHEAP)
			cheap[cheaps++] = all[i];
		if (is_same(all[i]))
			same[sames++] = all[i];
	}
	if (argc == 3 && !strcmp(argv[1], "tree")) {
		show_tree(cheap, cheaps, atoi(argv[2]));
		return 0;
	}
	show("same", same, sames);
	if (argc == 2 && !strcmp(argv[1], "same"))
		return 0;
	show("cheap", cheap, cheaps);
	for (size_t i = 0; i < count; i++)
		show(all[i]->name, &all[i], 1);
	return 0;
}
