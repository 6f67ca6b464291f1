/* SPDX-License-Identifier: MIT
 *
 * The ladder and its log over hours of simulated time.
 */
#include "base/test.h"
#include "observe/compact.h"
#include "observe/windows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <tacho/error.h>
#include <unistd.h>

enum { NAMES = 5, CELLS = 8192, SERIES = 3, LATE = SERIES };
static const uint64_t second = 1000000000;

struct totals {
	uint64_t count[NAMES], failed[NAMES], cells[NAMES], min[NAMES], max[NAMES];
	int64_t self[NAMES];
	tc_u128 sum[NAMES], squares[NAMES];
};

struct seen {
	struct totals totals;
	uint64_t windows, seconds, begin_ns, end_ns, seconds_begin_ns, seconds_end_ns, longest_ns;
	size_t names, series, rows, totals_rows, late, singles, calibrations, processes, notes;
	uint64_t last_row_ns;
	double weighted, peak, trough, total;
};

static void add_entry(struct totals *totals, const struct tc_window_entry *e)
{
	assert_true(e->name < NAMES);
	totals->count[e->name] += e->count;
	totals->failed[e->name] += e->failed;
	totals->self[e->name] += e->self_ns;
	totals->sum[e->name] += tc_u128_of(e->sum_ns);
	totals->squares[e->name] += tc_u128_of(e->squares_ns2);
	if (e->count && (!totals->min[e->name] || e->min_ns < totals->min[e->name]))
		totals->min[e->name] = e->min_ns;
	if (e->count && e->max_ns > totals->max[e->name])
		totals->max[e->name] = e->max_ns;
	for (uint32_t i = 0; i < e->cells; i++)
		totals->cells[e->name] += (uint64_t)e->grown[i] * (e->cell[i] + 1);
}

static void on_window(void *context, int kind, uint64_t begin_ns, uint64_t end_ns,
	const struct tc_window_entry *entries, size_t count)
{
	struct seen *seen = context;
	assert_true(begin_ns < end_ns);
	if (kind == 1) {
		assert_true(!seen->seconds || begin_ns == seen->seconds_end_ns);
		assert_true(end_ns - begin_ns <= 2 * second);
		seen->seconds_begin_ns = seen->seconds++ ? seen->seconds_begin_ns : begin_ns;
		seen->seconds_end_ns = end_ns;
		return;
	}
	assert_true(!seen->windows || begin_ns == seen->end_ns); /* they tile */
	seen->begin_ns = seen->windows++ ? seen->begin_ns : begin_ns;
	seen->end_ns = end_ns;
	seen->longest_ns = end_ns - begin_ns > seen->longest_ns ? end_ns - begin_ns : seen->longest_ns;
	for (size_t i = 0; i < count; i++)
		add_entry(&seen->totals, &entries[i]);
}

static void on_totals(void *context, uint64_t at_ns, const struct tc_sample *totals, size_t count)
{
	struct seen *seen = context;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(totals[i].series, 1);
		assert_float_equal(totals[i].value, (double)at_ns, 0);
		assert_true(totals[i].value > seen->total);
		seen->total = totals[i].value;
	}
	seen->totals_rows++;
}

static void on_samples(void *context, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	struct seen *seen = context;
	assert_true(at_ns >= seen->last_row_ns);
	for (size_t i = 0; i < count; i++) {
		if (samples[i].series == LATE && count > 1) { /* its definition came before */
			assert_int_equal(seen->series, SERIES + 1);
			assert_float_equal(samples[i].value, 7, 0);
			seen->late++;
		}
		if (samples[i].series != 1 || isnan(samples[i].value))
			continue;
		seen->peak = fmax(seen->peak, samples[i].value);
		seen->trough = fmin(seen->trough, samples[i].value);
		if (count > 1)
			seen->weighted += samples[i].value * (double)(at_ns - seen->last_row_ns);
	}
	if (count == 1) {
		seen->singles++;
		return;
	}
	seen->last_row_ns = at_ns;
	seen->rows++;
}

static void on_series(void *context, const struct tc_series *series)
{
	(void)series;
	((struct seen *)context)->series++;
}

static void on_name(void *context, const char *bytes, size_t count)
{
	(void)bytes, (void)count;
	((struct seen *)context)->names++;
}

static void on_calibration(void *context, const struct tc_calibration *calibration)
{
	(void)calibration;
	((struct seen *)context)->calibrations++;
}

static void on_process(void *context, const struct tc_process_entry *process)
{
	(void)process;
	((struct seen *)context)->processes++;
}

static void on_note(void *context, const char *sentence)
{
	(void)sentence;
	((struct seen *)context)->notes++;
}

static void look(struct tc_log *log, struct seen *seen)
{
	*seen = (struct seen){.peak = -INFINITY, .trough = INFINITY};
	const struct tc_log_visitor visitor = {.context = seen,
		.calibration = on_calibration,
		.series = on_series,
		.samples = on_samples,
		.totals = on_totals,
		.name = on_name,
		.window = on_window,
		.process = on_process,
		.note = on_note};
	uint64_t sound;
	tc_log_flush(log);
	assert_int_equal(tc_log_read_fd(tc_log_fd(log), &visitor, &sound), 0);
	assert_int_equal(sound, tc_log_bytes(log));
}

static struct tc_names names;
static const struct tc_series series = {.name = "s", .unit = "u", .source = "f", .help = "h"};
static struct tc_series_set set;

static char path[64];

static int make_path(void **state)
{
	(void)state;
	strcpy(path, "/tmp/tacho-windows-XXXXXX");
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	tc_names_release(&names);
	tc_series_release(&set);
	return unlink(path);
}

static uint64_t x = 1;

static uint64_t random_below(uint64_t n)
{
	x = x * 6364136223846793005u + 1442695040888963407u;
	return (x >> 33) % n;
}

static void grow_something(struct tc_windows *windows, struct totals *truth)
{
	uint32_t cell[8], grown[8], cells = (uint32_t)random_below(8);
	for (uint32_t i = 0; i < cells; i++) {
		cell[i] = (i ? cell[i - 1] + 1 : 0) + (uint32_t)random_below(1000);
		grown[i] = (uint32_t)random_below(random_below(4) ? 100 : UINT32_MAX);
	}
	uint64_t min = 1 + random_below(1000);
	const struct tc_window_entry entry = {.name = (uint32_t)random_below(NAMES),
		.count = random_below(1000),
		.failed = random_below(10),
		.self_ns = (int64_t)random_below(1u << 30) - (1 << 29),
		.sum_ns = tc_wide_left(tc_wide_of(random_below(1u << 30)), (unsigned)random_below(60)),
		.squares_ns2 = tc_wide_left(tc_wide_of(random_below(1u << 30)), (unsigned)random_below(98)),
		.min_ns = min,
		.max_ns = min + random_below(100000),
		.cells = cells,
		.cell = cell,
		.grown = grown};
	tc_windows_add(windows, &entry);
	add_entry(truth, &entry);
}

static void check_totals(const struct totals *truth, const struct seen *seen)
{
	assert_memory_equal(&seen->totals, truth, sizeof *truth);
}

static struct tc_log *new_log(void)
{
	struct tc_log *log;
	assert_int_equal(tc_log_create(&log, path), 0);
	while (set.count < SERIES)
		tc_series_add(&set, &series);
	assert_int_equal(tc_series_define(&set, log), 0);
	set.defined = set.count;
	for (int i = 0; i < NAMES; i++) {
		char name[] = {'n', (char)('0' + i)};
		assert_int_equal(tc_names_number(&names, log, name, sizeof name), i);
	}
	tc_log_process(log, &(struct tc_process_entry){.pid = 1, .command = "make"});
	tc_log_note(log, "a note");
	return log;
}

static void the_ladder_spans_the_session(uint64_t duration_ns, uint64_t late_ns)
{
	struct tc_log *log = new_log();
	struct tc_windows windows;
	struct totals truth = {.count = {0}};
	struct seen seen;
	uint64_t begin = 12345678901, now = begin, merges = 0, ticks = 0;
	tc_windows_init(&windows, begin);
	while (now < begin + duration_ns) {
		now = tc_windows_due(&windows, now) + random_below(late_ns);
		for (uint64_t i = random_below(4); i; i--)
			grow_something(&windows, &truth);
		tc_windows_tick(&windows, log, now);
		ticks++;
		assert_true(windows.count <= TC_WINDOWS_MAX);
		if (!tc_windows_want_merge(&windows))
			continue;
		struct tc_compaction compaction = {.path = path, .now_ns = now, .series = &set, .names = &names};
		assert_int_equal(tc_compact(&log, &windows, &compaction), 0);
		merges++;
		assert_true(windows.count >= TC_WINDOWS_MAX / 2 && windows.count < TC_WINDOWS_MAX);
		look(log, &seen);
		assert_int_equal(seen.windows, windows.count);
		assert_int_equal(seen.seconds, windows.seconds_count);
		assert_true(seen.seconds <= 3602);
		assert_true(!seen.seconds || seen.seconds_end_ns == now);
		assert_int_equal(seen.begin_ns, begin);
		assert_int_equal(seen.names + seen.series + seen.processes + seen.notes, NAMES + SERIES + 2);
		if (windows.begin_ns == now)
			check_totals(&truth, &seen);
	}
	tc_windows_finish(&windows, log, now + 1000);
	look(log, &seen);
	check_totals(&truth, &seen);
	assert_int_equal(seen.begin_ns, begin);
	assert_int_equal(seen.end_ns, now + 1000);
	assert_true(seen.windows >= 256 || !merges);
	assert_true(seen.windows <= TC_WINDOWS_MAX + 1);
	assert_true(seen.longest_ns <= duration_ns / 128 + 2 * late_ns || !merges);
	if (duration_ns > 520 * second) /* the last hour in seconds, as far as there was one */
		assert_true(seen.seconds_end_ns - seen.seconds_begin_ns + 2 * second >=
			    (duration_ns < 3600 * second ? duration_ns : 3600 * second));
	print_message("%lu s: %lu ticks, %lu merges, %lu windows, %lu of a second, %lu bytes\n", duration_ns / second,
		ticks, merges, seen.windows, seen.seconds, tc_log_bytes(log));
	tc_windows_release(&windows);
	tc_log_close(log);
}

static void the_ladder_over_hours(void **state)
{
	(void)state;
	static const uint64_t seconds[] = {1, 9, 30, 511, 513, 3599, 20000};
	for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
		the_ladder_spans_the_session(seconds[i] * second, 200000);
		if (seconds[i] < 600)
			the_ladder_spans_the_session(seconds[i] * second, 60000000); /* an observer that is starved */
	}
}

static void cells_beyond_32_bits_are_split(void **state)
{
	(void)state;
	struct tc_log *log = new_log();
	struct tc_windows windows;
	struct seen seen;
	tc_windows_init(&windows, 1);
	const uint32_t cell = 9, grown = UINT32_MAX;
	for (int i = 0; i < 3; i++)
		tc_windows_add(
			&windows, &(struct tc_window_entry){.count = 1, .cells = 1, .cell = &cell, .grown = &grown});
	tc_windows_finish(&windows, log, second);
	look(log, &seen);
	assert_int_equal(seen.windows, 1);
	assert_int_equal(seen.totals.count[0], 3);
	assert_int_equal(seen.totals.cells[0], 30 * (uint64_t)UINT32_MAX);
	tc_windows_release(&windows);
	tc_log_close(log);
}

/* A series that comes in the midst of the run is in the rows from then on. */
static void put_row(struct tc_log *log, uint64_t at_ns, double value)
{
	tc_series_put(&set, 0, (struct tc_reading){50, NAN});
	tc_series_put(&set, 1, (struct tc_reading){value, (double)at_ns});
	tc_series_put(&set, LATE, (struct tc_reading){7, NAN});
	tc_series_write(&set, log, at_ns);
	tc_series_write_totals(&set, log, at_ns);
}

static void rows_are_thinned_and_peaks_kept(void **state)
{
	(void)state;
	struct tc_log *log = new_log();
	struct tc_windows windows;
	struct seen seen;
	uint64_t at = 0;
	double weighted = 0, peak = 0;
	size_t rows = 0, calibrations = 0;
	tc_windows_init(&windows, 0);
	for (int i = 0; i < 30000; i++) {
		uint64_t step = second / 50 + random_below(second);
		double value = i % 17 == 3 ? NAN : (double)random_below(1000) / 8 + (i == 4321 || i == 20202 ? i : 0);
		at += step;
		if (i == 10000)
			assert_int_equal(tc_series_add(&set, &series), LATE);
		put_row(log, at, value);
		tc_log_calibration(log, &(struct tc_calibration){at, at, at});
		weighted += isnan(value) ? 0 : value * (double)step;
		peak = fmax(peak, isnan(value) ? 0 : value);
		rows++;
		calibrations++;
		if (rows < TC_ROWS_MAX)
			continue;
		struct tc_compaction compaction = {path, at, rows, calibrations, &set, &names, 0};
		assert_int_equal(tc_compact(&log, &windows, &compaction), 0);
		rows = compaction.samples_rows;
		calibrations = compaction.calibrations;
		look(log, &seen);
		assert_int_equal(seen.rows, rows);
		assert_int_equal(seen.calibrations, calibrations);
		assert_true(seen.totals_rows <= calibrations + 1);
		assert_true(rows >= TC_ROWS_MAX / 2 && rows <= TC_ROWS_MAX / 2 + 1);
		assert_int_equal(seen.series, set.count);
		assert_true(seen.singles <= 2 * set.count);
		assert_float_equal(seen.peak, peak, 0);
		assert_float_equal(seen.trough, set.one[1].extremes.min, 0);
	}
	look(log, &seen);
	assert_float_equal(seen.peak, 20202, 125);
	assert_float_equal(seen.total, (double)at, 0);
	assert_true(seen.late && seen.late < seen.rows);
	/* What is missing in one of two rows is taken to be as in the other: 1 in 17. */
	assert_true(fabs(seen.weighted / (weighted * 17 / 16) - 1) < 0.02);
	tc_windows_release(&windows);
	tc_log_close(log);
}

static void set_file_limit(rlim_t bytes)
{
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void names_that_found_no_room_come_with_the_next_merge(void **state)
{
	(void)state;
	struct tc_log *log = new_log();
	struct tc_windows windows;
	struct seen seen;
	tc_windows_init(&windows, 0);
	assert_int_equal(tc_log_flush(log), 0);
	set_file_limit(tc_log_bytes(log));
	assert_int_equal(tc_names_number(&names, log, "late", 4), NAMES);
	assert_int_equal(tc_log_flush(log), TACHO_ENOSPC);
	set_file_limit(RLIM_INFINITY);
	struct tc_compaction compaction = {.path = path, .names = &names, .series = &set};
	assert_int_equal(tc_compact(&log, &windows, &compaction), 0);
	look(log, &seen);
	assert_int_equal(seen.names, NAMES + 1);
	assert_int_equal(seen.notes, 1);
	assert_int_equal(tc_log_lost_bytes(log), 0);
	tc_windows_release(&windows);
	tc_log_close(log);
}

struct keys {
	size_t count;
	double sum;
};

static void on_tree(void *context, const struct tc_tree_entry *tree)
{
	struct keys *keys = context;
	assert_int_equal(tree->count, 2);
	assert_int_equal(tree->record[1].start_ns, 5);
	keys->count++;
	keys->sum += tree->key;
}

/* Of the trees those stay that are in the sample yet. */
static void trees_that_others_displaced_go_with_the_next_merge(void **state)
{
	(void)state;
	static const struct tacho_record records[] = {{7, 1}, {5, 3}};
	struct keys keys = {0};
	struct tc_log *log = new_log();
	struct tc_windows windows;
	tc_windows_init(&windows, 0);
	for (int i = 1; i < 10; i++)
		tc_log_tree(log, &(struct tc_tree_entry){i / 8.0, 42, 64, 0, 2, records});
	struct tc_compaction compaction = {.path = path, .names = &names, .series = &set, .trees_limit = 0.5};
	assert_int_equal(tc_compact(&log, &windows, &compaction), 0);
	const struct tc_log_visitor visitor = {.context = &keys, .tree = on_tree};
	assert_int_equal(tc_log_read_fd(tc_log_fd(log), &visitor, NULL), 0);
	assert_int_equal(keys.count, 4);
	assert_float_equal(keys.sum, 1.25, 0);
	tc_windows_release(&windows);
	tc_log_close(log);
}

static void a_merge_that_fails_leaves_the_log(void **state)
{
	(void)state;
	struct tc_log *log = new_log(), *same = log;
	struct tc_windows windows;
	struct seen seen;
	tc_windows_init(&windows, 0);
	windows.count = TC_WINDOWS_MAX;
	struct tc_compaction compaction = {.path = "/nonexistent/log", .names = &names, .series = &set};
	assert_true(tc_compact(&log, &windows, &compaction) < 0);
	assert_ptr_equal(log, same);
	assert_int_equal(windows.width_ns, TC_WINDOW_FIRST_NS);
	look(log, &seen);
	assert_int_equal(seen.names, NAMES);
	tc_windows_release(&windows);
	tc_log_close(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_ladder_over_hours, make_path, remove_path),
		cmocka_unit_test_setup_teardown(cells_beyond_32_bits_are_split, make_path, remove_path),
		cmocka_unit_test_setup_teardown(rows_are_thinned_and_peaks_kept, make_path, remove_path),
		cmocka_unit_test_setup_teardown(
			names_that_found_no_room_come_with_the_next_merge, make_path, remove_path),
		cmocka_unit_test_setup_teardown(
			trees_that_others_displaced_go_with_the_next_merge, make_path, remove_path),
		cmocka_unit_test_setup_teardown(a_merge_that_fails_leaves_the_log, make_path, remove_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
