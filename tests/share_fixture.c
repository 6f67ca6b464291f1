/* SPDX-License-Identifier: MIT
 *
 * share_fixture.c - programs of which it is known where their time goes, because they ask the kernel at each begin and end of
 * a phase; they print it as JSON: ns of "wall", "cpu" and "waiting", and bytes of resident memory "taken", by name.
 *	share_fixture alternate MS ROUNDS   on one thread, MS of CPU time in "A", then a sleep of MS in "B"
 *	share_fixture together MS           two threads on one CPU, MS of CPU time each in "A"
 *	share_fixture forked MS ROUNDS      the first in three children
 *	share_fixture own MS ROUNDS         the first in a session of the program's own
 *	share_fixture short MS ROUNDS       ROUNDS threads one after another, MS of CPU time each in "A"
 *	share_fixture crowd MS ROUNDS       the same with eight of them at a time on one CPU
 *	share_fixture beside_stack MS ROUNDS   the first, under a "job" that lies beside the stack
 *	share_fixture takes MS ROUNDS       on one thread, 60 MiB / ROUNDS taken in "A" in MS, then a sleep of MS in "B"
 *	share_fixture beside MS ROUNDS      the same with "B" on a second thread, at the same time
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <tacho/async.h>
#include <tacho/tacho.h>
#include <time.h>
#include <unistd.h>

enum { TAKEN = 60 << 20 };

struct cost {
	uint64_t wall_ns, cpu_ns, waiting_ns, taken_bytes;
};
static struct cost *total; /* shared with children: of "A", of "B" */
static pthread_barrier_t both;

static uint64_t now_ns(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t waited_ns(void)
{
	static _Thread_local int fd;
	char text[96] = "";
	unsigned long long run = 0, wait = 0;
	if (!fd)
		fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	if (pread(fd, text, sizeof text - 1, 0) > 0)
		sscanf(text, "%llu %llu", &run, &wait);
	return wait;
}

static struct cost cost_now(void)
{
	return (struct cost){now_ns(CLOCK_MONOTONIC), now_ns(CLOCK_THREAD_CPUTIME_ID), waited_ns(), 0};
}

static void add(struct cost *to, struct cost begin)
{
	struct cost end = cost_now();
	__atomic_add_fetch(&to->wall_ns, end.wall_ns - begin.wall_ns, __ATOMIC_RELAXED);
	__atomic_add_fetch(&to->cpu_ns, end.cpu_ns - begin.cpu_ns, __ATOMIC_RELAXED);
	__atomic_add_fetch(&to->waiting_ns, end.waiting_ns - begin.waiting_ns, __ATOMIC_RELAXED);
}

static void work(uint64_t ns)
{
	TACHO_SCOPE("A");
	struct cost begin = cost_now();
	while (now_ns(CLOCK_THREAD_CPUTIME_ID) < begin.cpu_ns + ns)
		;
	add(&total[0], begin);
}

static void rest(uint64_t ns)
{
	TACHO_SCOPE("B");
	struct cost begin = cost_now();
	const struct timespec time = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
	nanosleep(&time, NULL);
	add(&total[1], begin);
}

static void alternate(uint64_t ns, long rounds)
{
	for (long i = 0; i < rounds; i++) {
		work(ns);
		rest(ns);
	}
}

static void beside_the_stack(uint64_t ns, long rounds)
{
	static TACHO_SITE(job, "job");
	struct tacho_async span;
	tacho_async_begin(&span, &job, NULL);
	alternate(ns, rounds);
	tacho_async_end(&span);
}

static void *beside_another(void *ns)
{
	pthread_barrier_wait(&both);
	work((uint64_t)(uintptr_t)ns);
	return NULL;
}

static void *alone(void *ns)
{
	work((uint64_t)(uintptr_t)ns);
	return NULL;
}

static void stay_on_one_cpu(void)
{
	cpu_set_t one;
	int cpu = sched_getcpu();
	CPU_ZERO(&one);
	CPU_SET(cpu < 0 ? 0 : cpu, &one);
	sched_setaffinity(0, sizeof one, &one);
}

static void together(uint64_t ns)
{
	pthread_t thread[2];
	stay_on_one_cpu();
	pthread_barrier_init(&both, NULL, 2);
	for (int i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, beside_another, (void *)(uintptr_t)ns);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
}

static void forked(uint64_t ns, long rounds)
{
	for (int i = 0; i < 3; i++) {
		if (fork())
			continue;
		alternate(ns, rounds);
		exit(0);
	}
	while (wait(NULL) > 0)
		;
}

static void some_after_another(uint64_t ns, long rounds, size_t at_once)
{
	pthread_t thread[8];
	for (long i = 0; i < rounds; i++) {
		for (size_t k = 0; k < at_once; k++)
			pthread_create(&thread[k], NULL, alone, (void *)(uintptr_t)ns);
		for (size_t k = 0; k < at_once; k++)
			pthread_join(thread[k], NULL);
	}
}

static void crowd(uint64_t ns, long rounds)
{
	stay_on_one_cpu();
	some_after_another(ns, rounds, 8);
}

/* Kept, so that resident memory grows by just that: pages that nobody had before, none of them a huge one. */
static void take(uint64_t ns, size_t bytes)
{
	TACHO_SCOPE("A");
	struct cost begin = cost_now();
	unsigned char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		exit(2);
	madvise(at, bytes, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < bytes; i += 4096) {
		at[i] = 1;
		while (now_ns(CLOCK_THREAD_CPUTIME_ID) < begin.cpu_ns + ns * i / bytes)
			;
	}
	total[0].taken_bytes += bytes;
	add(&total[0], begin);
}

static void take_and_rest(uint64_t ns, long rounds)
{
	for (long i = 0; i < rounds; i++) {
		take(ns, TAKEN / (size_t)rounds / 4096 * 4096);
		rest(ns);
	}
}

static void *rest_often(void *rounds)
{
	pthread_barrier_wait(&both);
	for (long i = 0; i < (long)(intptr_t)rounds; i++)
		rest(1000000);
	return NULL;
}

static void take_beside(uint64_t ns, long rounds)
{
	pthread_t thread;
	pthread_barrier_init(&both, NULL, 2);
	pthread_create(&thread, NULL, rest_often, (void *)(intptr_t)(rounds * (long)(ns / 1000000)));
	pthread_barrier_wait(&both);
	for (long i = 0; i < rounds; i++)
		take(ns, TAKEN / (size_t)rounds / 4096 * 4096);
	pthread_join(thread, NULL);
}

static void observe_itself(uint64_t ns, long rounds)
{
	if (tacho_start(NULL)) {
		fprintf(stderr, "%s\n", tacho_last_error());
		exit(2);
	}
	alternate(ns, rounds);
	tacho_stop();
}

static void print(const char *name, const struct cost *cost, const char *behind)
{
	printf("\"%s\": {\"wall\": %llu, \"cpu\": %llu, \"waiting\": %llu, \"taken\": %llu}%s", name,
		(unsigned long long)cost->wall_ns, (unsigned long long)cost->cpu_ns,
		(unsigned long long)cost->waiting_ns, (unsigned long long)cost->taken_bytes, behind);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	uint64_t ns = strtoull(argv[2], NULL, 10) * 1000000;
	long rounds = argc > 3 ? strtol(argv[3], NULL, 10) : 1;
	total = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (total == MAP_FAILED)
		return 2;
	if (!strcmp(argv[1], "alternate"))
		alternate(ns, rounds);
	else if (!strcmp(argv[1], "together"))
		together(ns);
	else if (!strcmp(argv[1], "own"))
		observe_itself(ns, rounds);
	else if (!strcmp(argv[1], "takes"))
		take_and_rest(ns, rounds);
	else if (!strcmp(argv[1], "beside"))
		take_beside(ns, rounds);
	else if (!strcmp(argv[1], "forked"))
		forked(ns, rounds);
	else if (!strcmp(argv[1], "beside_stack"))
		beside_the_stack(ns, rounds);
	else if (!strcmp(argv[1], "crowd"))
		crowd(ns, rounds);
	else
		some_after_another(ns, rounds, 1);
	printf("{");
	print("A", &total[0], ", ");
	print("B", &total[1], "}\n");
	return 0;
}
