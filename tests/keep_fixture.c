/* SPDX-License-Identifier: MIT
 *
 * keep_fixture.c - programs for keep_test.py, which says what is to be found of them.
 *
 *	keep_fixture spans N            N spans "span" with attribute i, the odd ones fail
 *	keep_fixture steps N            N times 8,192 plain spans "step", each time waiting until some more were stored
 *	keep_fixture threads N SPANS    N threads at once and then N more, each ends SPANS spans
 *	keep_fixture forks N SPANS      N children, one after another, each ends SPANS spans
 *	keep_fixture killed N           N spans, then SIGKILL
 *	keep_fixture outlives N         N spans inside of one "outer", which ends last and has attribute late
 *	keep_fixture reset N            N spans, tacho_reset(), N more
 *	keep_fixture start DIRECTORY N  a session of its own, with N spans
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include <time.h>
#include <unistd.h>

static void spans(long count)
{
	for (long i = 0; i < count; i++) {
		TACHO_SPAN(span, "span");
		tacho_span_attr(&span, "i", (int64_t)i);
		if (i % 2)
			tacho_span_fail(&span, -1);
	}
}

static void plain(long count)
{
	for (long i = 0; i < count; i++) {
		TACHO_SCOPE("step");
	}
}

static long stored_bytes(void)
{
	char path[4096];
	struct stat st;
	snprintf(path, sizeof path, "%s/spans.tacho", tacho_session_directory());
	return stat(path, &st) == 0 ? (long)st.st_size : 0;
}

static void steps(long count)
{
	const struct timespec moment = {0, 1000000};
	for (long i = 0; i < count; i++) {
		long before = stored_bytes();
		plain(8192);
		while (stored_bytes() == before)
			nanosleep(&moment, NULL);
	}
}

static pthread_barrier_t all_run;

static void *in_thread(void *count)
{
	{
		TACHO_SCOPE("first");
	}
	pthread_barrier_wait(&all_run); /* else one could go on with the block of another that ended */
	spans(*(long *)count);
	return NULL;
}

static void threads(long count, long of_each)
{
	pthread_t thread[64];
	pthread_barrier_init(&all_run, NULL, (unsigned)count);
	for (int round = 0; round < 2; round++) {
		for (long i = 0; i < count && i < 64; i++)
			pthread_create(&thread[i], NULL, in_thread, &of_each);
		for (long i = 0; i < count && i < 64; i++)
			pthread_join(thread[i], NULL);
	}
}

static void forks(long count, long of_each)
{
	for (long i = 0; i < count; i++) {
		pid_t child = fork();
		if (child == 0) {
			spans(of_each);
			_exit(0);
		}
		waitpid(child, NULL, 0);
	}
}

static void outlives(long count)
{
	TACHO_SPAN(outer, "outer");
	tacho_span_attr(&outer, "early", 1);
	spans(count);
	tacho_span_attr(&outer, "late", "still");
}

static int own_session(const char *directory, long count)
{
	struct tacho_config config = TACHO_CONFIG_INIT;
	config.directory = directory;
	config.keep = "all";
	if (tacho_start(&config)) {
		fprintf(stderr, "%s\n", tacho_last_error());
		return 1;
	}
	spans(count);
	tacho_stop();
	return 0;
}

int main(int argc, char **argv)
{
	long first = argc > 2 ? atol(argv[2]) : 0, second = argc > 3 ? atol(argv[3]) : 0;
	const char *what = argc > 2 ? argv[1] : "";
	if (!strcmp(what, "spans")) {
		spans(first);
	} else if (!strcmp(what, "steps")) {
		steps(first);
	} else if (!strcmp(what, "threads")) {
		threads(first, second);
	} else if (!strcmp(what, "forks")) {
		forks(first, second);
	} else if (!strcmp(what, "killed")) {
		spans(first);
		raise(SIGKILL);
	} else if (!strcmp(what, "outlives")) {
		outlives(first);
	} else if (!strcmp(what, "reset")) {
		spans(first);
		tacho_reset();
		spans(first);
	} else if (!strcmp(what, "start")) {
		return own_session(argv[2], second);
	} else {
		return 2;
	}
	return 0;
}
