/* SPDX-License-Identifier: MIT
 *
 * follow.c - what an update of the analysis of a running session costs: follow [NAMES].  The ladder's windows as they are after a minute, an
 * hour and a day, with so many names in each, and 4096 readings of the machine.  CPU time in ms of the updates that a diagnosis is spread over:
 * "update_ms" their median, "most_ms" the dearest, "all_ms" their sum; "mib" what is kept.
 */
#include "analyze/follow.h"
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>
#include <time.h>

enum { NAMES_MOST = 10000, WINDOWS = 512, CELLS = 6, ALL_CELLS = 100, READINGS = 4096, UPDATES_MOST = 65536 };

static const struct age {
	const char *after;
	size_t windows;
	tc_instant width;
} ages[] = {
	{"1 minute", 480, INT64_C(125000000)},
	{"1 hour", 450, INT64_C(8000000000)},
	{"24 hours", 338, INT64_C(256000000000)},
};

static struct tc_window_view window[WINDOWS];
static struct tc_name_view name[NAMES_MOST];
static char text[NAMES_MOST][16];
static uint32_t cell[NAMES_MOST][CELLS];
static const uint32_t grown[CELLS] = {1, 4, 9, 9, 4, 1};
static struct tc_series_view series[2];
static struct tc_node_view root = {.name = TC_ROOT};
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

/* 28 to the window, of all durations between 0.2 and 1.2 ms. */
static void count_spans(struct tc_name_view *view)
{
	struct tc_figures *f = &view->figures;
	f->count = 28 * WINDOWS;
	f->self_ns = 28000000ull * WINDOWS;
	f->sum_ns = tc_wide_of(f->self_ns);
	f->squares_ns2 = tc_wide_product(f->self_ns, 1100000);
	f->min_ns = 200000;
	f->max_ns = 1200000;
	for (uint64_t i = 0; i < ALL_CELLS; i++)
		if (tc_histogram_add(&f->histogram, tacho_cell(f->min_ns + i * 10000), f->count / ALL_CELLS))
			abort();
	tc_summarize(&view->summary, f->count, 0, f->sum_ns, f->squares_ns2, f->min_ns, f->max_ns, &f->histogram, NULL);
}

static void make_names(size_t names)
{
	for (size_t i = 0; i < names; i++) {
		snprintf(text[i], sizeof text[i], "stage_%zu", i);
		name[i] = (struct tc_name_view){.name = text[i], .bytes = strlen(text[i])};
		count_spans(&name[i]);
		for (uint32_t k = 0; k < CELLS; k++)
			cell[i][k] = (uint32_t)(3000 + i % 50 + 2 * k);
	}
	for (size_t w = 0; w < WINDOWS; w++)
		window[w] = (struct tc_window_view){.entries = names, .entry = entries(names, w)};
}

static struct tc_session make(size_t names, const struct age *age)
{
	tc_instant end = (tc_instant)age->windows * age->width;
	for (size_t w = 0; w < age->windows; w++) {
		window[w].begin = (tc_instant)w * age->width;
		window[w].end = (tc_instant)(w + 1) * age->width;
	}
	for (size_t i = 0; i < READINGS; i++) {
		at[i] = end / READINGS * (tc_instant)(i + 1);
		value[i] = 1 + (double)(i % 13) / 10;
	}
	series[0] = (struct tc_series_view){.series = {.name = "process.cpu", .unit = "cores", .total_unit = "seconds"},
		.count = READINGS,
		.at = at,
		.value = value};
	series[1] = (struct tc_series_view){
		.series = {.name = "process.memory", .unit = "bytes"}, .count = READINGS, .at = at, .value = value};
	struct tc_session session = {.names = names,
		.name = name,
		.root = &root,
		.nodes = 1,
		.window = window,
		.windows = age->windows,
		.end = end,
		.series = 2,
		.series_view = series};
	session.manifest.cpus = 4;
	return session;
}

static double cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The updates that it takes until the snapshot is settled; how many. */
static size_t settle(struct tc_follow *follow, double *ms)
{
	for (size_t i = 0; i < UPDATES_MOST; i++) {
		double before = cpu_ms();
		int code = tc_follow_update(follow, TC_FOLLOW_BUDGET_NS);
		ms[i] = cpu_ms() - before;
		if (code < 0)
			break;
		if (code)
			return i + 1;
	}
	abort();
}

static void measure(const struct age *age, size_t names)
{
	static const struct tc_report_options usual;
	static double ms[UPDATES_MOST];
	struct tc_session session = make(names, age);
	struct tc_follow follow = {0};
	struct mallinfo2 before = mallinfo2();
	double all_ms = 0;
	if (tc_follow_take(&follow, &session, &usual))
		abort();
	size_t updates = settle(&follow, ms);
	struct mallinfo2 after = mallinfo2();
	double mib = (double)(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / 1048576;
	for (size_t i = 0; i < updates; i++)
		all_ms += ms[i];
	qsort(ms, updates, sizeof *ms, ascending);
	printf("{\"row\": \"follow\", \"names\": %zu, \"after\": \"%s\", \"updates\": %zu, \"update_ms\": %.3f, "
	       "\"most_ms\": %.3f, \"all_ms\": %.1f, \"mib\": %.1f}\n",
		names, age->after, updates, ms[updates / 2], ms[updates - 1], all_ms, mib);
	tc_follow_release(&follow);
}

int main(int argc, char **argv)
{
	size_t asked = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	size_t names = asked && asked <= NAMES_MOST ? asked : 1000;
	make_names(names);
	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++)
		measure(&ages[i], names);
	for (size_t w = 0; w < WINDOWS; w++)
		free((void *)window[w].entry);
	for (size_t i = 0; i < names; i++)
		tc_histogram_release(&name[i].figures.histogram);
	return 0;
}
