/* SPDX-License-Identifier: MIT
 *
 * follow.c - what an update of the analysis of a running session costs: follow [NAMES].  An hour of windows as the ladder has them, 450 of 8 s,
 * with so many names in each; then one window more at a time.  CPU time in ms: "update_ms" their median, "most_ms" the dearest,
 * "anew_ms" all windows at once, as after the ladder was merged; "mib" what is kept.
 */
#include "analyze/follow.h"
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NAMES_MOST = 10000, WINDOWS = 512, FIRST = 450, CELLS = 6, READINGS = 4096 };

static struct tc_window_view window[WINDOWS];
static struct tc_name_view name[NAMES_MOST];
static char text[NAMES_MOST][16];
static uint32_t cell[NAMES_MOST][CELLS];
static const uint32_t grown[CELLS] = {1, 4, 9, 9, 4, 1};
static struct tc_series_view series[2];
static tc_instant at[READINGS];
static double value[READINGS];

static void *memory(size_t bytes)
{
	void *taken = calloc(1, bytes);
	if (!taken)
		abort();
	return taken;
}

static struct tc_window_entry *entries(size_t names, size_t w)
{
	struct tc_window_entry *entry = memory(names * sizeof *entry);
	for (size_t i = 0; i < names; i++) {
		entry[i] = (struct tc_window_entry){.name = (uint32_t)i,
			.count = 28,
			.self_ns = 28000000,
			.min_ns = 900000,
			.max_ns = 1100000,
			.cells = CELLS,
			.cell = cell[(i + w * 7) % names],
			.grown = grown,
			.has_share = true};
		entry[i].share.running_ns = (int64_t)(20000000 + (i * 31 + w * 17) % 1000 * 1000);
	}
	return entry;
}

static struct tc_session make(size_t names)
{
	const tc_instant width = INT64_C(8000000000);
	for (size_t i = 0; i < names; i++) {
		snprintf(text[i], sizeof text[i], "stage_%zu", i);
		name[i] = (struct tc_name_view){.name = text[i], .bytes = strlen(text[i]), .figures.count = 1};
		for (uint32_t k = 0; k < CELLS; k++)
			cell[i][k] = (uint32_t)(3000 + i % 50 + 2 * k);
	}
	for (size_t w = 0; w < WINDOWS; w++)
		window[w] = (struct tc_window_view){
			(tc_instant)w * width, (tc_instant)(w + 1) * width, names, entries(names, w)};
	for (size_t i = 0; i < READINGS; i++) {
		at[i] = (tc_instant)i * 1000000000;
		value[i] = 1 + (double)(i % 13) / 10;
	}
	series[0] = (struct tc_series_view){.series = {.name = "process.cpu", .unit = "cores", .total_unit = "seconds"},
		.count = READINGS,
		.at = at,
		.value = value};
	series[1] = (struct tc_series_view){
		.series = {.name = "process.memory", .unit = "bytes"}, .count = READINGS, .at = at, .value = value};
	struct tc_session session = {
		.names = names, .name = name, .window = window, .windows = FIRST, .series = 2, .series_view = series};
	session.manifest.cpus = 4;
	return session;
}

static double cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double update(struct tc_follow *follow, const struct tc_session *session)
{
	double before = cpu_ms();
	if (tc_follow_update(follow, session))
		abort();
	return cpu_ms() - before;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	size_t names = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	struct tc_session session = make(names && names <= NAMES_MOST ? names : 1000);
	struct tc_follow *follow;
	double ms[WINDOWS - FIRST];
	struct mallinfo2 before = mallinfo2();
	if (tc_follow_make(&follow, tc_load_usual))
		return 1;
	double anew = update(follow, &session);
	for (size_t i = 0; i < WINDOWS - FIRST; i++) {
		session.windows++;
		ms[i] = update(follow, &session);
	}
	struct mallinfo2 after = mallinfo2();
	double mib = (double)(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / 1048576;
	qsort(ms, WINDOWS - FIRST, sizeof *ms, ascending);
	printf("{\"row\": \"follow\", \"names\": %zu, \"update_ms\": %.3f, \"most_ms\": %.3f, \"anew_ms\": %.3f, "
	       "\"mib\": %.1f}\n",
		session.names, ms[(WINDOWS - FIRST) / 2], ms[WINDOWS - FIRST - 1], anew, mib);
	tc_follow_release(follow);
	for (size_t w = 0; w < WINDOWS; w++)
		free((void *)window[w].entry);
	return 0;
}
