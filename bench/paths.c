/* SPDX-License-Identifier: MIT
 *
 * paths.c - what it takes to conclude from single spans where a session's time went: paths DIRECTORY [THREADS [SPANS]].  As many threads as
 * said record requests of seven spans, of which two are jobs beside each other, until all together have SPANS; then, in ms of CPU time, the session is
 * opened, its critical paths are found, and what the ten weightiest names would save, halved and left out, and what could run at the same time.
 */
#include "analyze/paths.h"
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <tacho/tacho.h>
#include <time.h>
#include "analyze/parallel.h"
#include "base/error.h"

enum { SPANS_OF_REQUEST = 7, NAMES_LOOKED_AT = 10 };

static TACHO_SITE(job_site, "job");

static double cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void request(void)
{
	struct tacho_async job[2];
	TACHO_SCOPE("request");
	for (int i = 0; i < 2; i++)
		tacho_async_begin(&job[i], &job_site, NULL);
	{
		TACHO_SCOPE("parse");
	}
	for (int i = 0; i < 2; i++)
		tacho_async_end(&job[i]);
	{
		TACHO_SCOPE("query");
		{
			TACHO_SCOPE("fetch");
		}
		TACHO_SCOPE("sort");
	}
}

static void *do_requests(void *count)
{
	for (size_t i = *(size_t *)count; i; i--)
		request();
	return NULL;
}

static int record(const char *directory, size_t threads, size_t spans)
{
	size_t each = spans / SPANS_OF_REQUEST / threads;
	pthread_t thread[256];
	struct tacho_config config = TACHO_CONFIG_INIT;
	config.directory = directory;
	config.no_observer = true;
	if (tacho_start(&config))
		return 1;
	for (size_t i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, do_requests, &each))
			return 1;
	for (size_t i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	tacho_stop();
	return 0;
}

/* The names with the most time on critical paths. */
static int save(const struct tc_paths *paths)
{
	for (size_t i = 0; i < NAMES_LOOKED_AT && i < paths->names; i++)
		for (int half = 0; half < 2; half++) {
			struct tc_saving saving;
			if (tc_paths_save(&saving, paths, (uint32_t)i, half / 2.0))
				return 1;
		}
	return 0;
}

static int conclude(const char *directory)
{
	struct tc_session *session;
	struct tc_paths *paths;
	struct tc_opportunities found;
	double begin = cpu_ms();
	if (tc_session_open(&session, directory, NULL))
		return 1;
	double opened = cpu_ms();
	if (tc_paths_find(&paths, session))
		return 1;
	double known = cpu_ms();
	if (save(paths))
		return 1;
	double saved = cpu_ms();
	if (tc_parallel_of_session(&found, paths))
		return 1;
	double done = cpu_ms();
	printf("{\"open_ms\": %.2f, \"paths_ms\": %.2f, \"savings_ms\": %.2f, \"parallel_ms\": %.2f, \"spans\": %zu, "
	       "\"trees\": %zu}\n",
		opened - begin, known - opened, saved - known, done - saved, session->spans, paths->trees.forest.trees);
	tc_opportunities_release(&found);
	tc_paths_release(paths);
	tc_session_release(session);
	return 0;
}

int main(int argc, char **argv)
{
	size_t threads = argc > 2 ? strtoul(argv[2], NULL, 10) : 16;
	size_t spans = argc > 3 ? strtoul(argv[3], NULL, 10) : 10000000;
	if (argc < 2 || !threads || threads > 256) {
		fprintf(stderr, "usage: paths DIRECTORY [THREADS [SPANS]], with 1 to 256 threads\n");
		return 2;
	}
	if (record(argv[1], threads, spans) || conclude(argv[1])) {
		fprintf(stderr, "paths: %s\n", tacho_last_error());
		return 1;
	}
	return 0;
}
