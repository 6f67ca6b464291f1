/* SPDX-License-Identifier: MIT
 *
 * paths_fixture.c - a program of which it is known what its roots wait for: paths_fixture PAGES.  A page has two fetches on threads of their own; the
 * one called "slow" ends after "fast" has, whatever the machine does meanwhile.  Then it lays out four tiles, one after another; of every fourth page
 * two at the same time.  Its "record" only follows from it.
 *	paths_fixture requests N   N requests; the first half of them spends its time in "early", the other in "late"
 *	paths_fixture killed   a signal ends it while "stuck" has been open for far longer than all else took
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/tacho.h>
#include <time.h>
#include <unistd.h>

static TACHO_SITE(fast_site, "fast");
static TACHO_SITE(slow_site, "slow");
static TACHO_SITE(tile_site, "tile");
static TACHO_SITE(record_site, "record");

enum { WORK_US = 300 };

static void *end_fast(void *fast)
{
	usleep(WORK_US);
	tacho_async_end(fast);
	return NULL;
}

static void *end_slow(void *slow)
{
	tacho_async_end(slow);
	return NULL;
}

static void fetch(void)
{
	struct tacho_async fast, slow;
	pthread_t thread[2];
	tacho_async_begin(&slow, &slow_site, NULL);
	tacho_async_begin(&fast, &fast_site, NULL);
	if (pthread_create(&thread[0], NULL, end_fast, &fast))
		exit(1);
	pthread_join(thread[0], NULL);
	usleep(WORK_US);
	if (pthread_create(&thread[1], NULL, end_slow, &slow))
		exit(1);
	pthread_join(thread[1], NULL);
}

static void lay_out(bool two_at_once)
{
	struct tacho_async tile[4];
	for (int i = 0; i < 4; i++) {
		tacho_async_begin(&tile[i], &tile_site, NULL);
		usleep(WORK_US);
		if (!two_at_once || i != 2)
			tacho_async_end(&tile[i]);
	}
	tacho_async_end(&tile[2]);
}

static void page(bool two_at_once)
{
	struct tacho_async record;
	TACHO_SPAN(page, "page");
	tacho_async_begin(&record, &record_site, NULL);
	tacho_async_link(&record, tacho_span_id(&page));
	fetch();
	lay_out(two_at_once);
	tacho_async_end(&record);
}

static void request(struct tacho_site *within)
{
	struct tacho_span span;
	struct timespec now;
	TACHO_SCOPE("request");
	tacho_span_begin(&span, within);
	clock_gettime(CLOCK_MONOTONIC, &now);
	for (long from = now.tv_nsec; (now.tv_nsec - from + 1000000000) % 1000000000 < 20000;)
		clock_gettime(CLOCK_MONOTONIC, &now);
	tacho_span_end(&span);
}

static int do_requests(int count)
{
	static TACHO_SITE(early, "early");
	static TACHO_SITE(late, "late");
	TACHO_SCOPE("main");
	for (int i = 0; i < count; i++)
		request(i < count / 2 ? &early : &late);
	return 0;
}

static int be_killed(void)
{
	TACHO_SCOPE("main");
	for (int i = 0; i < 8; i++) {
		TACHO_SCOPE("request");
		TACHO_SCOPE("parse");
		usleep(WORK_US);
	}
	TACHO_SCOPE("stuck");
	usleep(200 * WORK_US);
	return raise(SIGKILL);
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "requests"))
		return do_requests(atoi(argv[2]));
	if (argc > 1 && !strcmp(argv[1], "killed"))
		return be_killed();
	int pages = argc > 1 ? atoi(argv[1]) : 8;
	for (int i = 0; i < pages; i++)
		page(i % 4 == 3);
	return 0;
}
