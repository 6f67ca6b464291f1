/* SPDX-License-Identifier: MIT
 *
 * follow.c - what it costs to follow a running session, reading and analysis: follow [NAMES].  A session is recorded by this process, with so
 * many names; its log has the ladder's windows as they are after a minute, an hour and a day, and an hour's readings of the machine.  Then it
 * is followed: before each snapshot every name ends a span, the log gets a row and, at every other snapshot, a window.  CPU time in ms:
 * "update_ms" the median of the updates that snapshots are spread over, "most_ms" the dearest; "updates" until all is said of a snapshot,
 * "read_ms" of them for opening it, "all_ms" together; "first_ms" opening the first one, for which all of the log is read.
 */
#include "analyze/follow.h"
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/tacho.h>
#include <time.h>
#include <unistd.h>
#include "format/clock.h"
#include "format/log.h"
#include "format/manifest.h"
#include "read/opening.h"
#include "record/recorder.h"

enum { NAMES_MOST = 10000, CELLS = 6, SERIES = 40, ROWS = 3600, SPANS = 100, SNAPSHOTS = 5, UPDATES_MOST = 65536 };

static const struct age {
	const char *after;
	uint64_t windows, width_ns;
} ages[] = {
	{"1 minute", 480, UINT64_C(125000000)},
	{"1 hour", 450, UINT64_C(8000000000)},
	{"24 hours", 338, UINT64_C(256000000000)},
};

struct bench {
	size_t names;
	const struct age *age;
	char directory[64];
	struct tacho_site **site;
	struct tc_log *log;
	uint64_t begin_ns, windows, rows;
};

static uint64_t state = 1;

static uint64_t draw(uint64_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % below;
}

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "follow: %s\n", what);
	exit(2);
}

/* Most names are the same all the time, give or take; a tenth gets slower, another one is slower from the middle on. */
static uint32_t level_of(const struct bench *b, size_t name)
{
	uint64_t done = 64 * b->windows / b->age->windows, slower = name % 10 == 0                ? done
	                                                            : name % 10 == 1 && done > 32 ? 40
	                                                                                          : 0;
	return (uint32_t)(3000 + name % 50 + slower + draw(9));
}

static void add_window(struct bench *b)
{
	static const uint32_t grown[CELLS] = {1, 4, 9, 9, 4, 1};
	uint64_t begin_ns = b->begin_ns + b->windows * b->age->width_ns;
	tc_log_window_begin(b->log, 0, begin_ns, begin_ns + b->age->width_ns, b->names);
	for (size_t i = 0; i < b->names; i++) {
		uint32_t cell[CELLS], level = level_of(b, i);
		for (uint32_t k = 0; k < CELLS; k++)
			cell[k] = level + 2 * k;
		struct tc_window_entry entry = {.name = (uint32_t)i,
			.count = 28,
			.self_ns = 28000000,
			.sum_ns = tc_wide_of(28000000),
			.squares_ns2 = tc_wide_product(28000000, 1000000),
			.min_ns = 900000,
			.max_ns = 1100000,
			.cells = CELLS,
			.cell = cell,
			.grown = grown,
			.has_share = true};
		entry.share.wall_ns = entry.share.running_high_ns = 28000000;
		entry.share.running_ns = (int64_t)(20000000 + draw(1000) * 1000);
		tc_log_window_entry(b->log, &entry);
	}
	tc_log_window_end(b->log);
	b->windows++;
}

static void add_row(struct bench *b)
{
	struct tc_sample row[SERIES];
	for (uint32_t i = 0; i < SERIES; i++)
		row[i] = (struct tc_sample){i, (double)draw(1000) / 100};
	uint64_t length_ns = b->age->windows * b->age->width_ns;
	tc_log_samples(b->log, b->begin_ns + length_ns / ROWS * ++b->rows, row, SERIES);
}

static void define(struct bench *b)
{
	char text[32];
	for (int i = 0; i < SERIES; i++) {
		snprintf(text, sizeof text, "series.%d", i);
		const struct tc_series of_kind[] = {
			{.name = "process.cpu", .unit = "cores", .source = "", .help = "", .total_unit = "seconds"},
			{.name = "process.memory", .unit = "bytes", .source = "", .help = ""},
			{.name = text, .unit = "percent", .source = "", .help = ""}};
		tc_log_series(b->log, &of_kind[i < 2 ? i : 2]);
	}
	for (size_t i = 0; i < b->names; i++) {
		snprintf(text, sizeof text, "stage_%zu", i);
		tc_log_name(b->log, text, strlen(text));
		b->site[i] = tacho_site_named(text);
	}
}

static void record(struct bench *b)
{
	for (size_t i = 0; i < b->names; i++)
		tacho_span_recorded(b->site[i], 0, 900000 + draw(200000), false);
}

static void make(struct bench *b)
{
	char name[] = "bench", root[] = "/", version[] = TACHO_VERSION, path[96], *arguments[] = {name, NULL};
	struct tc_manifest m = {.format = TC_MANIFEST_FORMAT,
		.name = name,
		.arguments = arguments,
		.directory = root,
		.host = name,
		.kernel = name,
		.tacho = version,
		.cpus = 4,
		.interval_ms = 1000};
	strcpy(b->directory, access("/dev/shm", W_OK) ? "/tmp/tacho-bench-XXXXXX" : "/dev/shm/tacho-bench-XXXXXX");
	must(mkdtemp(b->directory), "no folder for the session");
	tc_clock_calibrate(tc_clock_kind(), &m.begin);
	m.begin.monotonic_ns -= m.begin.monotonic_ns / 2; /* long enough ago */
	b->begin_ns = m.begin.monotonic_ns;
	struct tc_recorder_options options = {.live = b->directory};
	snprintf(path, sizeof path, "%s/log.tacho", b->directory);
	must(!tc_manifest_write(b->directory, &m) && !tc_recorder_open(&options) && !tc_log_create(&b->log, path),
		tacho_last_error());
	define(b);
	for (int i = 0; i < SPANS; i++)
		record(b);
	while (b->windows < b->age->windows)
		add_window(b);
	while (b->rows < ROWS)
		add_row(b);
	must(!tc_log_flush(b->log), tacho_last_error());
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void drop(struct bench *b)
{
	tc_log_close(b->log);
	tc_recorder_close();
	nftw(b->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
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

struct following {
	struct tc_watch watch;
	struct tc_follow follow;
	struct tc_session *session[2]; /* shown, next */
	double read_ms, ms[UPDATES_MOST];
	size_t updates;
};

/* One update, as live.c has them: opening goes on until the budget is used up, then the analysis.  Whether something new is to be shown. */
static bool update(struct following *f)
{
	static const struct tc_report_options usual;
	double begun = cpu_ms(), until = begun + TC_FOLLOW_BUDGET_NS / 1e6, now;
	int code = 0;
	for (; code >= 0 && f->watch.opening && cpu_ms() < until; f->read_ms += cpu_ms() - now) {
		now = cpu_ms();
		code = tc_watch_step(&f->watch, &f->session[1]);
		if (!code)
			code = tc_follow_take(&f->follow, f->session[1], &usual);
	}
	must(code >= 0, tacho_last_error());
	if (!f->watch.opening && (now = cpu_ms()) < until)
		code = tc_follow_update(&f->follow, (uint64_t)((until - now) * 1e6));
	else
		code = 0;
	must(code >= 0 && f->updates < UPDATES_MOST, "the analysis failed");
	f->ms[f->updates++] = cpu_ms() - begun;
	return code;
}

static void settle(struct following *f, const struct bench *b)
{
	must(!tc_watch_begin(&f->watch, b->directory, NULL), tacho_last_error());
	while (!update(f))
		;
	tc_session_release(f->session[0]);
	f->session[0] = f->session[1];
}

static void measure(const struct age *age, size_t names)
{
	static struct following f;
	struct bench b = {.names = names, .age = age, .site = calloc(names, sizeof *b.site)};
	f = (struct following){.read_ms = 0};
	must(b.site, "no memory");
	make(&b);
	settle(&f, &b);
	double first_ms = f.read_ms, all_ms = 0;
	f.updates = 0;
	f.read_ms = 0;
	for (int i = 0; i < SNAPSHOTS; i++) {
		record(&b);
		add_row(&b);
		if (i % 2)
			add_window(&b);
		must(!tc_log_flush(b.log), tacho_last_error());
		settle(&f, &b);
	}
	for (size_t i = 0; i < f.updates; i++)
		all_ms += f.ms[i];
	qsort(f.ms, f.updates, sizeof *f.ms, ascending);
	printf("{\"row\": \"follow\", \"names\": %zu, \"after\": \"%s\", \"updates\": %.1f, \"update_ms\": %.3f, "
	       "\"most_ms\": %.3f, "
	       "\"read_ms\": %.1f, \"all_ms\": %.1f, \"first_ms\": %.1f}\n",
		names, age->after, (double)f.updates / SNAPSHOTS, f.ms[f.updates / 2], f.ms[f.updates - 1],
		f.read_ms / SNAPSHOTS, all_ms / SNAPSHOTS, first_ms);
	tc_follow_release(&f.follow);
	tc_watch_release(&f.watch);
	tc_session_release(f.session[0]);
	drop(&b);
	free(b.site);
}

int main(int argc, char **argv)
{
	size_t asked = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	size_t names = asked && asked <= NAMES_MOST ? asked : 1000;
	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++)
		measure(&ages[i], names);
	return 0;
}
