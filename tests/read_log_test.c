/* SPDX-License-Identifier: MIT
 *
 * What the observer wrote, as a session shows it; and figures of a time window from the rings and from the ladder.
 */
#include <math.h>
#include <stdbool.h>
#include "format/log.h"
#include "format/store.h"
#include "part_builder.h"
#include "read/memory.h"
#include "recorded.h"

static struct tc_log *log_begin(char *path)
{
	struct tc_log *log;
	strcpy(path, "/tmp/tacho-log-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	assert_int_equal(tc_log_create(&log, path), 0);
	return log;
}

static struct tc_memory_file log_end(struct tc_log *log, const char *path)
{
	static unsigned char bytes[1 << 16];
	assert_int_equal(tc_log_flush(log), 0);
	tc_log_close(log);
	FILE *file = fopen(path, "rbe");
	assert_non_null(file);
	size_t count = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	unlink(path);
	return (struct tc_memory_file){bytes, count};
}

static struct tc_session *open_both(
	const struct built *b, struct tc_memory_file log, const struct tc_session_options *options)
{
	struct tc_session *session;
	struct tc_memory_file part = {b ? b->bytes : NULL, b ? b->header->used : 0};
	if (tc_session_open_memory(&session, &part, b ? 1 : 0, log, options))
		fail_msg("%s", tacho_last_error());
	return session;
}

static void test_series_processes_and_notes(void **state)
{
	(void)state;
	char path[64];
	struct tc_log *log = log_begin(path);
	struct tc_series cpu = {"system.cpu", "percent", "/proc/stat", "Use of all CPUs.", NULL, NULL, NULL};
	struct tc_series gpu = {"gpu.load", "percent", "nvml", "Use of the GPU.", "no GPU here", NULL, NULL};
	struct tc_process_entry first = {10, 1, 500, 0, 0.5, 1000, "sh"}, last = {10, 1, 500, 9000, 1.5, 2000, "make"};
	tc_log_series(log, &cpu);
	tc_log_series(log, &gpu);
	for (uint64_t i = 1; i <= 3; i++) {
		struct tc_sample samples[] = {
			{0, i == 2 ? NAN : 10.0 * (double)i}, {7, 1.0}}; /* there is no series 7 */
		tc_log_samples(log, i * 1000, samples, 2);
	}
	tc_log_process(log, &first);
	tc_log_process(log, &last);
	tc_log_note(log, "samples slowed down");
	struct tc_session *s = open_both(NULL, log_end(log, path), NULL);
	assert_int_equal(s->series, 2);
	assert_string_equal(s->series_view[0].series.name, "system.cpu");
	assert_int_equal(s->series_view[0].count, 3);
	assert_true(s->series_view[0].value[2] == 30 && isnan(s->series_view[0].value[1]));
	assert_int_equal(s->series_view[0].at[1], 2000);
	assert_string_equal(s->series_view[1].series.absent, "no GPU here");
	assert_int_equal(s->series_view[1].count, 0);
	assert_int_equal(s->tree_processes, 1);
	assert_string_equal(s->tree_process[0].command, "make");
	assert_int_equal(s->notes, 1);
	assert_int_equal(s->end, 3000);
	tc_session_release(s);
}

/* 1 ms of outer spans of 1 us with 300 ns of inner in them: 200 pairs, of which the ring has the last few. */
static struct built busy(void)
{
	struct built b = built_part("outer", "inner");
	b.now = 1000000;
	for (int i = 0; i < 200; i++) {
		b.now = 1000000 + (uint64_t)i * 5000;
		built_begin(&b, 2);
		built_span(&b, 3, 300);
		built_end(&b, 1000, false, BUILT_STEPS);
	}
	return b;
}

static const struct tc_name_view *find(const struct tc_session *s, const char *name)
{
	for (size_t i = 0; i < s->names; i++)
		if (!strcmp(s->name[i].name, name))
			return &s->name[i];
	fail_msg("no %s", name);
	return NULL;
}

static void test_window_from_the_ring(void **state)
{
	(void)state;
	struct built b = busy();
	struct tc_memory_file none = {NULL, 0};
	struct tc_session_options options = {.has_window = true, .from = 1985000, .to = 1997000};
	struct tc_session *s = open_both(&b, none, &options);
	assert_string_equal(s->basis, "every span that ended in that time, from the rings");
	assert_int_equal(find(s, "outer")->figures.count, 3);
	assert_int_equal(find(s, "outer")->figures.sum_ns.low, 3000);
	assert_int_equal(find(s, "outer")->figures.self_ns, 2100);
	assert_int_equal(find(s, "inner")->figures.self_ns, 900);
	assert_true(find(s, "inner")->summary.median == 300 && find(s, "inner")->summary.quantile_error == 0);
	assert_int_equal(s->spans, 6);
	assert_int_equal(s->root->child[0]->child[0]->figures.count, 3);
	tc_session_release(s);
	options.from = 0; /* where the ring doesn't reach, and there is nothing else */
	s = open_both(&b, none, &options);
	assert_non_null(strstr(s->basis, "overwritten"));
	assert_int_equal(find(s, "outer")->figures.count, 8);
	tc_session_release(s);
	built_free(&b);
}

/* Four windows of 250 us, each with 50 spans. */
static struct tc_memory_file ladder(int kind, uint64_t end_ns)
{
	char path[64];
	struct tc_log *log = log_begin(path);
	uint32_t cell = tacho_cell(1000), inner_cell = tacho_cell(300), n = 50;
	tc_log_name(log, "inner", 5);
	tc_log_name(log, "outer", 5);
	for (uint64_t at = 1000000; at < end_ns; at += 250000) {
		struct tc_window_entry entry[] = {
			{0, 50, 1, 15000, {15000, 0}, {50 * 90000, 0}, 299, 301, 1, &inner_cell, &n, false, {0}},
			{1, 50, 0, at > 1000000 ? 35000 : 33000, {50000, 0}, {50000000, 0}, 995, 1001, 1, &cell, &n,
				false, {0}},
			{9, 1, 1, 1, {1, 0}, {1, 0}, 1, 1, 1, &cell, &n, false, {0}}, /* no such name */
		};
		tc_log_window(log, kind, at, at + 250000, entry, 3);
	}
	return log_end(log, path);
}

static void test_window_from_the_ladder(void **state)
{
	(void)state;
	struct built b = busy();
	struct tc_session_options options = {.has_window = true, .from = 1250000, .to = 1750000};
	struct tc_session *s = open_both(&b, ladder(0, 2000000), &options);
	assert_non_null(strstr(s->basis, "windows"));
	assert_int_equal(find(s, "outer")->figures.count, 100);
	assert_int_equal(find(s, "outer")->figures.sum_ns.low, 100000);
	assert_int_equal(find(s, "outer")->figures.self_ns, 70000);
	assert_int_equal(find(s, "inner")->figures.failed, 2);
	assert_true(fabs(find(s, "outer")->summary.median - 1000) < 3);
	assert_int_equal(s->root->children, 2); /* it knows no call paths */
	assert_int_equal(s->windows, 2);
	tc_session_release(s);
	s = open_both(&b, ladder(1, 2000000), &options); /* seconds of the last hour serve as well */
	assert_int_equal(find(s, "outer")->figures.count, 100);
	assert_int_equal(s->windows, 0);
	tc_session_release(s);
	s = open_both(&b, ladder(0, 2000000), NULL);
	assert_string_equal(s->basis, "all spans of the session");
	assert_int_equal(find(s, "outer")->figures.count, 200);
	assert_int_equal(s->windows, 4);
	assert_string_equal(s->name[tc_entry_name(s, &s->window[0].entry[0])].name, "inner");
	tc_session_release(s);
	built_free(&b);
}

/* A counter that runs a thousandth too fast is held to CLOCK_MONOTONIC where the observer looked at both. */
static void test_calibrations_bend_the_clock(void **state)
{
	(void)state;
	char path[64];
	struct built b = built_part("outer", "inner");
	const uint64_t begin = 5000000000;
	struct tc_calibration middle = {1000 + 1001000, begin + 1000000, 0};
	b.header->begin.monotonic_ns = begin;
	struct tc_log *log = log_begin(path);
	tc_log_calibration(log, &middle);
	b.now = 1000 + 500500;
	built_span(&b, 2, 1000);
	b.now = 1000 + 1001000 + 5000;
	built_span(&b, 2, 1000);
	struct tc_session *s = open_both(&b, log_end(log, path), NULL);
	assert_int_equal(s->span[0].begin, begin + 500000);
	assert_int_equal(s->span[0].duration_ns, 1000);
	assert_int_equal(s->span[1].begin, begin + 1000000 + 5000);
	tc_session_release(s);
	built_free(&b);
}

static void test_torn_log(void **state)
{
	(void)state;
	struct tc_memory_file log = ladder(0, 2000000);
	for (size_t count = 1; count < log.count; count++) {
		struct tc_session *s = open_both(NULL, (struct tc_memory_file){log.bytes, count}, NULL);
		assert_true(s->notes <= 1 && s->windows <= 4);
		tc_session_release(s);
	}
	struct tc_session *s = open_both(NULL, (struct tc_memory_file){log.bytes, log.count - 1}, NULL);
	assert_non_null(strstr(s->note[0], "log is torn"));
	tc_session_release(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_series_processes_and_notes),
		cmocka_unit_test(test_window_from_the_ring),
		cmocka_unit_test(test_window_from_the_ladder),
		cmocka_unit_test(test_calibrations_bend_the_clock),
		cmocka_unit_test(test_torn_log),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
