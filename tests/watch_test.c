/* SPDX-License-Identifier: MIT
 *
 * watch_test.c - a session that is opened again and again, at the price of what is new, says each time what it would say if it were opened
 * for the first time: while its log grows, by whole entries or not, is written anew, or is cut back; while parts grow and come.
 *
 * runs in: release clang asan
 */
#include "read/opening.h"

#include "export/report_json.h"
#include "format/log.h"
#include "recorded.h"

enum { NAMES = 5, ROUNDS = 40, SERIES = 2 };
static const struct tc_report_options usual;

static void put_window(struct tc_log *log, uint64_t begin_ns, unsigned round, int kind)
{
	uint32_t cell[3] = {2000 + round % 7, 2010, 2020}, grown[3] = {1, round, 2};
	struct tc_window_entry entry[NAMES + 1];
	for (uint32_t i = 0; i <= NAMES; i++) {
		entry[i] = (struct tc_window_entry){.name = i, /* the last one has no name yet, or none at all */
			.count = round + 3,
			.self_ns = 1000000 * (int64_t)(i + 1),
			.sum_ns = tc_wide_of(2000000),
			.min_ns = 40000 + round,
			.max_ns = 900000,
			.cells = 3,
			.cell = cell,
			.grown = grown,
			.has_share = i % 2};
		entry[i].share.wall_ns = entry[i].share.running_high_ns = 1000000 * (int64_t)(round + 1);
		entry[i].share.running_ns = 500000;
	}
	tc_log_window(log, kind, begin_ns, begin_ns + 500000000, entry, NAMES + 1);
}

static void put_round(struct tc_log *log, uint64_t begin_ns, unsigned round)
{
	char text[32];
	uint64_t at_ns = begin_ns + round * UINT64_C(500000000);
	const struct tc_sample row[SERIES] = {{0, 0.5 + round}, {1, 1e6 * round}};
	const struct tc_process_entry process = {.pid = 70 + round % 3,
		.begin_ns = begin_ns,
		.end_ns = round > 9 ? at_ns : 0,
		.cpu_seconds = round,
		.command = "cmd"};
	const struct tacho_record record = {.start_ns = 1000, .word = 500};
	const struct tc_tree_entry tree = {
		.key = 1.0 / (round + 1), .part = 1, .block = 8192, .count = 1, .record = &record};
	const struct tc_calibration calibration = {.ticks = at_ns, .monotonic_ns = at_ns, .realtime_ns = at_ns};
	snprintf(text, sizeof text, "name %u", round);
	if (round < NAMES)
		tc_log_name(log, text, strlen(text));
	tc_log_samples(log, at_ns, row, SERIES);
	tc_log_totals(log, at_ns, row, 1);
	put_window(log, at_ns, round, 0);
	put_window(log, at_ns, round, 1);
	tc_log_process(log, &process);
	tc_log_tree(log, &tree);
	tc_log_calibration(log, &calibration);
	snprintf(text, sizeof text, "note %u", round);
	if (round % 5 == 0)
		tc_log_note(log, text);
}

/* The bytes of a log of a session that begins at begin_ns. */
static char *write_log(const char *path, uint64_t begin_ns, unsigned rounds, size_t *bytes)
{
	static const struct tc_series series[SERIES] = {
		{.name = "process.cpu", .unit = "cores", .source = "s", .help = "h", .total_unit = "seconds"},
		{.name = "process.memory", .unit = "bytes", .source = "s", .help = "h"}};
	struct tc_log *log;
	assert_int_equal(tc_log_create(&log, path), 0);
	for (int i = 0; i < SERIES; i++)
		tc_log_series(log, &series[i]);
	for (unsigned i = 0; i < rounds; i++)
		put_round(log, begin_ns, i);
	assert_int_equal(tc_log_flush(log), 0);
	*bytes = (size_t)tc_log_bytes(log);
	tc_log_close(log);
	char *text = malloc(*bytes);
	FILE *file = fopen(path, "re");
	assert_true(text && file && fread(text, 1, *bytes, file) == *bytes);
	fclose(file);
	assert_int_equal(unlink(path), 0);
	return text;
}

static char *words_of(const struct tc_session *session)
{
	char *text;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(tc_report_json(session, &usual, out), 0);
	fclose(out);
	return text;
}

struct watched {
	struct recorded r;
	struct tc_watch watch;
	const struct tc_session_options *options;
	struct tc_session *before; /* is not to change while the watch goes on */
	char *before_words;
	uint64_t begin_ns;
	char log[128], work[128];
};

static struct tc_session *next(struct watched *w)
{
	struct tc_session *session = NULL;
	assert_int_equal(tc_watch_begin(&w->watch, w->r.directory, w->options), 0);
	int code;
	while ((code = tc_watch_step(&w->watch, &session)) > 0)
		assert_non_null(w->watch.opening);
	assert_int_equal(code, 0);
	return session;
}

static void forget_before(struct watched *w)
{
	if (!w->before)
		return;
	char *words = words_of(w->before);
	assert_string_equal(words, w->before_words);
	free(words);
	free(w->before_words);
	tc_session_release(w->before);
	w->before = NULL;
}

static void says_what_a_first_look_says(struct watched *w)
{
	struct tc_session *again = next(w), *first = recorded_open(&w->r, w->options);
	char *words = words_of(again), *wanted = words_of(first);
	assert_string_equal(words, wanted);
	free(wanted);
	tc_session_release(first);
	forget_before(w);
	w->before = again;
	w->before_words = words;
}

static void make(struct watched *w, const struct tc_session_options *options)
{
	struct tc_manifest manifest = {0};
	*w = (struct watched){.options = options};
	recorded_make(&w->r);
	recorded_begin(&w->r, 64);
	snprintf(w->log, sizeof w->log, "%s/log.tacho", w->r.directory);
	snprintf(w->work, sizeof w->work, "%s/work", w->r.directory);
	assert_int_equal(tc_manifest_read(w->r.directory, &manifest), 0);
	w->begin_ns = manifest.begin.monotonic_ns;
	tc_manifest_release(&manifest);
}

static void drop(struct watched *w)
{
	tc_watch_release(&w->watch); /* snapshots outlive it */
	forget_before(w);
	tc_recorder_close();
	recorded_remove(&w->r);
}

static void set_log(const char *path, const char *bytes, size_t from, size_t to)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && pwrite(fd, bytes + from, to - from, (off_t)from) == (ssize_t)(to - from));
	assert_int_equal(ftruncate(fd, (off_t)to), 0);
	close(fd);
}

static void record(unsigned round)
{
	char name[16];
	for (unsigned i = 0; i <= round % 9; i++) {
		snprintf(name, sizeof name, "name %u", round % (i + 2)); /* some have names of the log */
		tacho_span_recorded(tacho_site_named(name), 0, 1000 * (round + 1), i == 8);
	}
}

/* A log that grows, mostly by what is no whole number of entries. */
static void while_all_grows(const struct tc_session_options *options)
{
	struct watched w;
	size_t bytes;
	make(&w, options);
	char *log = write_log(w.work, w.begin_ns, ROUNDS, &bytes);
	says_what_a_first_look_says(&w); /* there is no log yet */
	for (size_t at = 0, end, round = 0; at < bytes; at = end, round++) {
		end = at + 7 + round * 131 % 1999;
		end = end < bytes ? end : bytes;
		set_log(w.log, log, at, end);
		record((unsigned)round);
		says_what_a_first_look_says(&w);
	}
	bool of_a_part = options && (options->has_window || options->last);
	assert_true(of_a_part || w.before->windows == ROUNDS);
	free(log);
	drop(&w);
}

static void a_log_that_grows(void **state)
{
	(void)state;
	while_all_grows(NULL);
}

static void with_filters(void **state)
{
	static const struct tc_session_options options[] = {{.name_glob = "name 1*"}, {.last = 3}, {.no_spans = true},
		{.has_window = true, .from = 2000000000, .to = 9000000000}, {.has_kinds = true, .span_kinds = 1}};
	(void)state;
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		while_all_grows(&options[i]);
}

static void a_log_that_is_written_anew_or_cut_back(void **state)
{
	struct watched w;
	size_t bytes, fewer;
	(void)state;
	make(&w, NULL);
	char *log = write_log(w.work, w.begin_ns, ROUNDS, &bytes),
	     *anew = write_log(w.work, w.begin_ns, ROUNDS / 2, &fewer);
	set_log(w.log, log, 0, bytes / 4 * 3);
	says_what_a_first_look_says(&w);
	size_t windows = w.before->windows;
	set_log(w.work, anew, 0, fewer);
	assert_int_equal(rename(w.work, w.log), 0);
	says_what_a_first_look_says(&w);
	assert_true(w.before->windows == ROUNDS / 2 && windows != ROUNDS / 2);
	set_log(w.log, anew, fewer / 3, fewer / 3);
	says_what_a_first_look_says(&w);
	assert_true(w.before->windows < ROUNDS / 2);
	anew[fewer / 2] ^= 1; /* and what follows is damaged */
	set_log(w.log, anew, fewer / 3, fewer);
	says_what_a_first_look_says(&w);
	assert_int_equal(unlink(w.log), 0);
	says_what_a_first_look_says(&w);
	assert_int_equal(w.before->windows, 0);
	set_log(w.log, "no log at all, but a text", 0, 25);
	says_what_a_first_look_says(&w);
	free(log);
	free(anew);
	drop(&w);
}

static void parts_that_come_and_end(void **state)
{
	struct watched w;
	(void)state;
	make(&w, NULL);
	for (unsigned i = 0; i < 6; i++) {
		pid_t child = fork();
		if (!child) {
			record(i);
			if (i % 2)
				tc_recorder_close();
			_exit(0);
		}
		recorded_wait_for(child);
		record(i);
		says_what_a_first_look_says(&w);
		assert_int_equal(w.before->processes, i + 2);
	}
	drop(&w);
}

static void a_watch_that_is_given_up_half_way(void **state)
{
	struct watched w;
	struct tc_session *session = NULL;
	(void)state;
	make(&w, NULL);
	record(8);
	for (int steps = 0, code = 1; code > 0; steps++) {
		assert_int_equal(tc_watch_begin(&w.watch, w.r.directory, NULL), 0);
		for (int i = 0; i < steps && code > 0; i++)
			code = tc_watch_step(&w.watch, &session);
		if (code > 0)
			tc_watch_release(&w.watch);
	}
	assert_int_equal(session->names, 5);
	tc_session_release(session);
	assert_true(tc_watch_begin(&w.watch, "/tmp/tacho-no-session", NULL) == 0);
	assert_int_equal(tc_watch_step(&w.watch, &session), TACHO_ENOENT);
	drop(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_that_grows),
		cmocka_unit_test(with_filters),
		cmocka_unit_test(a_log_that_is_written_anew_or_cut_back),
		cmocka_unit_test(parts_that_come_and_end),
		cmocka_unit_test(a_watch_that_is_given_up_half_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
