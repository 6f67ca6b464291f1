/* SPDX-License-Identifier: MIT */
#include "format/crc32.h"
#include "format/log.h"
#include "format/log_frame.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <tacho/error.h>
#include <unistd.h>
#include "base/test.h"

struct seen {
	char text[8192]; /* what the visitor was told, one line each */
	size_t used, entries;
	uint64_t window_sum;
};

static void say(struct seen *seen, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct seen *seen, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	if (seen->used < sizeof seen->text)
		seen->used += (size_t)vsnprintf(seen->text + seen->used, sizeof seen->text - seen->used, format, list);
	va_end(list);
	seen->entries++;
}

static void on_calibration(void *context, const struct tc_calibration *c)
{
	say(context, "calibration %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", c->ticks, c->monotonic_ns, c->realtime_ns);
}

static void on_series(void *context, const struct tc_series *s)
{
	say(context, "series %s %s %s %s %s %s %s\n", s->name, s->unit, s->source, s->help, s->absent ? s->absent : "-",
		s->resolution ? s->resolution : "-", s->total_unit ? s->total_unit : "-");
}

static void say_row(void *context, const char *kind, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	say(context, "%s %" PRIu64, kind, at_ns);
	for (size_t i = 0; i < count; i++)
		say(context, " %u=%.17g", samples[i].series, samples[i].value);
	say(context, "\n");
}

static void on_samples(void *context, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	say_row(context, "samples", at_ns, samples, count);
}

static void on_totals(void *context, uint64_t at_ns, const struct tc_sample *totals, size_t count)
{
	say_row(context, "totals", at_ns, totals, count);
}

static void on_name(void *context, const char *bytes, size_t count)
{
	say(context, "name %.*s\n", (int)count, bytes);
}

static void on_window(void *context, int kind, uint64_t begin_ns, uint64_t end_ns,
	const struct tc_window_entry *entries, size_t count)
{
	struct seen *seen = context;
	say(seen, "window %d %" PRIu64 " %" PRIu64 "\n", kind, begin_ns, end_ns);
	for (size_t i = 0; i < count; i++) {
		const struct tc_window_entry *e = &entries[i];
		say(seen,
			" %u %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRIx64 ":%" PRIx64 " %" PRIx64 ":%" PRIx64
			" %" PRIu64 " %" PRIu64,
			e->name, e->count, e->failed, e->self_ns, e->sum_ns.high, e->sum_ns.low, e->squares_ns2.high,
			e->squares_ns2.low, e->min_ns, e->max_ns);
		for (uint32_t c = 0; c < e->cells; c++) {
			say(seen, " %u+%u", e->cell[c], e->grown[c]);
			seen->window_sum += e->grown[c];
		}
		say(seen, "\n");
	}
}

static void on_process(void *context, const struct tc_process_entry *p)
{
	say(context, "process %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %.17g %" PRIu64 " %s\n", p->pid,
		p->parent_pid, p->begin_ns, p->end_ns, p->cpu_seconds, p->peak_rss_bytes, p->command);
}

static void on_note(void *context, const char *sentence)
{
	say(context, "note %s\n", sentence);
}

static void on_tree(void *context, const struct tc_tree_entry *tree)
{
	say(context, "tree %g %" PRIx64 " %" PRIu64 " %" PRIu64, tree->key, tree->part, tree->block, tree->epoch);
	for (size_t i = 0; i < tree->count; i++)
		say(context, " %" PRIu64 ":%" PRIx64, tree->record[i].start_ns, tree->record[i].word);
	say(context, "\n");
}

static const struct tc_log_visitor everything = {.calibration = on_calibration,
	.series = on_series,
	.samples = on_samples,
	.totals = on_totals,
	.name = on_name,
	.window = on_window,
	.process = on_process,
	.note = on_note,
	.tree = on_tree};

static char path[64];

static int make_path(void **state)
{
	(void)state;
	strcpy(path, "/tmp/tacho-log-XXXXXX");
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

static void append_some(struct tc_log *log)
{
	static const uint32_t cell[] = {0, 1, 8193}, grown[] = {7, UINT32_MAX, 1};
	const struct tc_window_entry entries[] = {
		{.name = 0,
			.count = 3,
			.failed = 1,
			.self_ns = 9,
			.sum_ns = {10, 0},
			.squares_ns2 = {UINT64_MAX, UINT64_MAX},
			.min_ns = 1,
			.max_ns = UINT64_MAX,
			.cells = 3,
			.cell = cell,
			.grown = grown},
		{.name = 70000, .self_ns = INT64_MIN, .count = UINT64_MAX, .sum_ns = {0, UINT64_C(1) << 63}},
	};
	const struct tc_sample samples[] = {{0, 12.5}, {1, NAN}, {2, 4096.0 * 1e9}, {3, 0.1}, {400, -1.0}, {5, 0x1p60}};
	tc_log_calibration(log, &(struct tc_calibration){1, 2, UINT64_MAX});
	tc_log_series(log, &(struct tc_series){"disk", "bytes/s", "/proc/diskstats", "Read.", NULL, "512 B", "bytes"});
	tc_log_series(log, &(struct tc_series){"gpu", "percent", "NVML", "", "no GPU here", NULL, NULL});
	tc_log_samples(log, 1234567890123, samples, 6);
	tc_log_samples(log, 5, NULL, 0);
	tc_log_totals(log, 6, &(struct tc_sample){0, 512}, 1);
	tc_log_name(log, "load", 4);
	tc_log_window(log, 1, 1000, UINT64_MAX, entries, 2);
	tc_log_window(log, 0, 7, 7, NULL, 0);
	tc_log_process(log, &(struct tc_process_entry){4711, 1, 10, 0, 1.25, 1 << 20, "make -j2"});
	tc_log_note(log, "samples slowed down");
	tc_log_tree(log, &(struct tc_tree_entry){0.25, 0xabc, 64, 1, 2, (struct tacho_record[]){{7, 0x80}, {5, 0xff}}});
}

static const char expected[] =
	"calibration 1 2 18446744073709551615\n"
	"series disk bytes/s /proc/diskstats Read. - 512 B bytes\n"
	"series gpu percent NVML  no GPU here - -\n"
	"samples 1234567890123 0=12.5 1=nan 2=4096000000000 3=0.10000000000000001 400=-1 5=1.152921504606847e+18\n"
	"samples 5\n"
	"totals 6 0=512\n"
	"name load\n"
	"window 1 1000 18446744073709551615\n"
	" 0 3 1 9 0:a ffffffffffffffff:ffffffffffffffff 1 18446744073709551615 0+7 1+4294967295 8193+1\n"
	" 70000 18446744073709551615 0 -9223372036854775808 8000000000000000:0 0:0 0 0\n"
	"window 0 7 7\n"
	"process 4711 1 10 0 1.25 1048576 make -j2\n"
	"note samples slowed down\n"
	"tree 0.25 abc 64 1 7:80 5:ff\n";

static size_t write_some(unsigned char **bytes)
{
	struct tc_log *log;
	assert_int_equal(tc_log_create(&log, path), 0);
	append_some(log);
	assert_int_equal(tc_log_flush(log), 0);
	size_t count = tc_log_bytes(log);
	*bytes = malloc(count);
	assert_int_equal(pread(tc_log_fd(log), *bytes, count + 1, 0), count);
	tc_log_close(log);
	return count;
}

static int read_copy(const unsigned char *bytes, size_t count, struct seen *seen, size_t *sound)
{
	/* Exactly as large as it is said to be, so that AddressSanitizer sees a step beyond. */
	unsigned char *copy = malloc(count ? count : 1);
	struct tc_log_visitor visitor = everything;
	memcpy(copy, bytes, count);
	*seen = (struct seen){.used = 0};
	visitor.context = seen;
	int code = tc_log_read(count ? copy : NULL, count, &visitor, sound);
	free(copy);
	return code;
}

static void what_goes_in_comes_out(void **state)
{
	(void)state;
	unsigned char *bytes;
	size_t count = write_some(&bytes), sound;
	struct seen seen;
	assert_int_equal(read_copy(bytes, count, &seen, &sound), 0);
	assert_int_equal(sound, count);
	assert_string_equal(seen.text, expected);
	seen = (struct seen){.used = 0};
	struct tc_log_visitor visitor = everything;
	visitor.context = &seen;
	int fd = open(path, O_RDONLY);
	uint64_t sound64;
	assert_int_equal(tc_log_read_fd(fd, &visitor, &sound64), 0);
	close(fd);
	assert_int_equal(sound64, count);
	assert_string_equal(seen.text, expected);
	assert_int_equal(tc_log_read(bytes, count, &(struct tc_log_visitor){.context = NULL}, NULL), 0);
	free(bytes);
}

static void every_truncation_is_read_as_far_as_it_is_whole(void **state)
{
	(void)state;
	unsigned char *bytes;
	size_t count = write_some(&bytes), last = 0;
	struct seen seen;
	for (size_t cut = 0; cut <= count; cut++) {
		size_t sound = 99;
		int code = read_copy(bytes, cut, &seen, &sound);
		assert_int_equal(code, cut < sizeof(struct tc_log_header) ? TACHO_EFORMAT : 0);
		assert_true(sound <= cut && sound >= last);
		last = sound;
	}
	assert_int_equal(last, count);
	free(bytes);
}

static void every_flipped_bit_is_noticed(void **state)
{
	(void)state;
	unsigned char *bytes;
	size_t count = write_some(&bytes), sound;
	struct seen seen;
	for (size_t bit = 0; bit < count * 8; bit++) {
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		read_copy(bytes, count, &seen, &sound);
		assert_true(sound <= bit / 8);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	free(bytes);
}

static uint64_t random_next(uint64_t *x)
{
	*x = *x * 6364136223846793005u + 1442695040888963407u;
	return *x >> 33;
}

/* Payloads that lie: bytes changed at random and the crc made right again. */
static void lies_with_a_right_crc_do_no_harm(void **state)
{
	(void)state;
	unsigned char *bytes;
	size_t count = write_some(&bytes), sound;
	unsigned char *work = malloc(count);
	struct tc_crc32 crc;
	struct seen seen;
	uint64_t x = 42;
	tc_crc32_init(&crc);
	for (int round = 0; round < 20000; round++) {
		memcpy(work, bytes, count);
		for (uint64_t changes = 1 + random_next(&x) % 8; changes; changes--)
			work[16 + random_next(&x) % (count - 16)] =
				(unsigned char)(random_next(&x) % 3 ? random_next(&x) : 0xff);
		for (size_t at = sizeof(struct tc_log_header); at + sizeof(struct tc_log_frame) <= count;) {
			struct tc_log_frame frame;
			memcpy(&frame, work + at, sizeof frame);
			frame.type %= TC_LOG_TREE + 1;
			frame.zero = 0;
			if (frame.bytes > count - at - sizeof frame)
				frame.bytes = (uint32_t)(count - at - sizeof frame);
			frame.crc = tc_crc32_of(
				&crc, tc_crc32_of(&crc, 0, &frame, 8), work + at + sizeof frame, frame.bytes);
			memcpy(work + at, &frame, sizeof frame);
			at += sizeof frame + ((frame.bytes + 7u) & ~7u);
		}
		assert_int_equal(read_copy(work, count, &seen, &sound), 0);
		assert_true(sound <= count);
	}
	free(work);
	free(bytes);
}

static void other_files_are_told_apart(void **state)
{
	(void)state;
	unsigned char *bytes;
	size_t count = write_some(&bytes), sound;
	struct seen seen;
	bytes[8] = 9;
	assert_int_equal(read_copy(bytes, count, &seen, &sound), TACHO_EVERSION);
	assert_int_equal(sound, 0);
	bytes[0] = 'x';
	assert_int_equal(read_copy(bytes, count, &seen, &sound), TACHO_EFORMAT);
	struct tc_log *log;
	assert_int_equal(tc_log_create(&log, "/nonexistent/log"), TACHO_ENOENT);
	assert_null(log);
	free(bytes);
}

static void a_full_disk_stops_it_whole(void **state)
{
	(void)state;
	struct rlimit before, limit;
	struct tc_log *log;
	struct seen seen = {.used = 0};
	struct tc_log_visitor visitor = everything;
	visitor.context = &seen;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){1000, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(tc_log_create(&log, path), 0);
	for (int i = 0; i < 10; i++) {
		tc_log_note(log, "some forty bytes that take their room here");
		assert_int_equal(tc_log_flush(log), 0);
	}
	int code = 0;
	for (int i = 0; i < 10; i++) {
		tc_log_note(log, "some forty bytes that take their room here");
		code = tc_log_flush(log);
	}
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(code, TACHO_ENOSPC);
	assert_int_equal(tc_log_lost_bytes(log), 5 * 64);
	uint64_t sound;
	assert_int_equal(tc_log_read_fd(tc_log_fd(log), &visitor, &sound), 0);
	assert_int_equal(sound, tc_log_bytes(log));
	assert_int_equal(lseek(tc_log_fd(log), 0, SEEK_END), sound);
	tc_log_close(log);
}

static void the_crc_is_the_common_one(void **state)
{
	(void)state;
	struct tc_crc32 crc;
	tc_crc32_init(&crc);
	assert_int_equal(tc_crc32_of(&crc, 0, "123456789", 9), 0xcbf43926);
	assert_int_equal(tc_crc32_of(&crc, tc_crc32_of(&crc, 0, "12345", 5), "6789", 4), 0xcbf43926);
	assert_int_equal(tc_crc32_of(&crc, 0, "", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_goes_in_comes_out, make_path, remove_path),
		cmocka_unit_test_setup_teardown(every_truncation_is_read_as_far_as_it_is_whole, make_path, remove_path),
		cmocka_unit_test_setup_teardown(every_flipped_bit_is_noticed, make_path, remove_path),
		cmocka_unit_test_setup_teardown(lies_with_a_right_crc_do_no_harm, make_path, remove_path),
		cmocka_unit_test_setup_teardown(other_files_are_told_apart, make_path, remove_path),
		cmocka_unit_test_setup_teardown(a_full_disk_stops_it_whole, make_path, remove_path),
		cmocka_unit_test(the_crc_is_the_common_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
