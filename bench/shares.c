/* SPDX-License-Identifier: MIT
 *
 * shares.c - what it costs the observer to tell where time went: shares [THREADS].  A child works and sleeps in turn on so many
 * threads, in two spans; each row is CPU time of the observer's thread for one reading, in µs; looks_percent: of
 * looks for a second, as they run.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include <time.h>
#include <unistd.h>
#include "format/clock.h"
#include "observe/parts.h"
#include "observe/share.h"

enum { READINGS = 300, WORK_NS = 50000, REST_NS = 1000000, INTERVAL_NS = 20000000, RUN_NS = 1000000000 };

static uint64_t cpu_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void *take_turns(void *unused)
{
	const struct timespec rest = {0, REST_NS};
	for (;;) {
		{
			TACHO_SCOPE("work");
			for (uint64_t end = cpu_ns() + WORK_NS; cpu_ns() < end;)
				;
		}
		TACHO_SCOPE("rest");
		nanosleep(&rest, NULL);
	}
	return unused;
}

static pid_t start_child(const char *directory, int threads)
{
	pid_t child = fork();
	if (child)
		return child;
	struct tacho_config config = TACHO_CONFIG_INIT;
	config.directory = directory;
	config.live = "none";
	config.no_observer = true;
	if (tacho_start(&config))
		_exit(1);
	for (int i = 1; i < threads; i++) {
		pthread_t thread;
		pthread_create(&thread, NULL, take_turns, NULL);
	}
	take_turns(NULL);
	_exit(0);
}

static void ignore(void *context, const struct tc_window_entry *entry)
{
	(void)context, (void)entry;
}

static size_t threads_seen(struct tc_parts *parts, bool mixed)
{
	size_t seen = 0;
	for (size_t i = 0; i < parts->count; i++)
		for (size_t k = 0; k < parts->part[i].blocks; k++) {
			struct tc_thread_share *thread = parts->part[i].block[k].thread;
			seen += thread && thread->alive;
			if (thread)
				thread->mixed |= mixed;
		}
	return seen;
}

/* Readings of the machine's own pace, so that there is something new in each. */
static double readings(struct tc_parts *parts, const struct tc_part_target *target, bool looks)
{
	const struct timespec pause = {0, 2 * REST_NS};
	uint64_t sum_ns = 0;
	for (int i = 0; i < READINGS; i++) {
		struct tc_states_round round = {.left = SIZE_MAX};
		nanosleep(&pause, NULL);
		threads_seen(parts, true);
		uint64_t begin_ns = cpu_ns();
		if (looks)
			tc_parts_look(parts, &round);
		else
			tc_parts_read(parts, tc_monotonic_ns(), false, target);
		sum_ns += cpu_ns() - begin_ns;
	}
	return (double)sum_ns / 1e3 / READINGS;
}

/* Looks as an observer takes them, state_interval apart or as long as what holds them back demands: share of a core, in percent. */
static double looks_percent(struct tc_parts *parts, struct tc_log *log)
{
	struct tc_states states;
	uint64_t begin_ns = tc_monotonic_ns(), now_ns = begin_ns, sum_ns = 0;
	tc_states_init(&states, INTERVAL_NS);
	while (now_ns - begin_ns < RUN_NS) {
		threads_seen(parts, true);
		parts->shares->mixed = true;
		uint64_t before_ns = cpu_ns();
		tc_states_tick(&states, parts, log, now_ns);
		sum_ns += cpu_ns() - before_ns;
		const struct timespec rest = {
			0, (long)((states.due_ns > now_ns ? states.due_ns - now_ns : 0) % 1000000000u)};
		nanosleep(&rest, NULL);
		now_ns = tc_monotonic_ns();
	}
	return 100 * (double)sum_ns / (double)(now_ns - begin_ns);
}

static void measure(const char *directory, size_t threads)
{
	static struct tc_shares shares;
	struct tc_parts parts;
	struct tc_log *log;
	char path[128];
	snprintf(path, sizeof path, "%s.log", directory);
	if (tc_parts_open(&parts, directory, directory) || tc_log_create(&log, path))
		exit(1);
	const struct tc_part_target target = {.log = log, .grew = ignore};
	tc_shares_init(&shares, &parts.names, 0);
	shares.urgent = true;
	parts.shares = &shares;
	while (threads_seen(&parts, false) < threads)
		tc_parts_read(&parts, tc_monotonic_ns(), false, &target);
	double with = readings(&parts, &target, false), looks = readings(&parts, &target, true);
	double running = looks_percent(&parts, log);
	parts.shares = NULL;
	double without = readings(&parts, &target, false);
	parts.shares = &shares;
	printf("{\"threads\": %zu, \"reading_us\": %.2f, \"shares_us\": %.2f, \"looks_us\": %.2f, "
	       "\"looks_percent\": %.3f}\n",
		threads, without, with - without, looks, running);
	tc_parts_close(&parts);
	tc_shares_release(&shares);
	tc_log_close(log);
}

int main(int argc, char **argv)
{
	char place[] = "/tmp/tacho-shares-XXXXXX", directory[64], command[64];
	int threads = argc > 1 ? atoi(argv[1]) : 1;
	if (!mkdtemp(place))
		return 1;
	snprintf(directory, sizeof directory, "%s/session", place);
	pid_t child = start_child(directory, threads);
	measure(directory, (size_t)threads);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	snprintf(command, sizeof command, "rm -r %s", place);
	return system(command) != 0;
}
