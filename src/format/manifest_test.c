/* SPDX-License-Identifier: MIT */
#include "format/manifest.h"

#include <tacho/error.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define TEXT(literal) ((char[]){literal})

static char directory[] = "/tmp/tacho-manifest-XXXXXX";
static char path[64];

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/" TC_MANIFEST_FILE, directory);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

static void write_text(const char *text, size_t bytes)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, bytes, file), bytes);
	assert_int_equal(fclose(file), 0);
}

static void what_is_written_is_read(void **state)
{
	(void)state;
	char *arguments[] = {TEXT("a b"), TEXT(""), TEXT("line\nbreak\ttab"), TEXT("quote\" back\\slash \\n \\u0041"),
		TEXT("\xff\xfe"), TEXT("--x=1"), NULL};
	char *notes[] = {TEXT("a\\b \"c\"\n"), TEXT("second"), NULL};
	struct tc_manifest in = {.notes = notes,
		.name = TEXT("job"),
		.arguments = arguments,
		.directory = TEXT("/tmp/\x01"),
		.host = TEXT("h"),
		.cpus = 3,
		.memory_limit_bytes = 1ull << 40,
		.cpu_limit = 1.5,
		.interval_ms = 1000,
		.pid = 77,
		.begin = {1, 2, 3},
		.end = {4, 5, UINT64_MAX},
		.how = TC_HOW_SIGNALLED,
		.status = -9,
		.has_usage = true,
		.user_ns = 10,
		.system_ns = 11,
		.peak_rss_bytes = 12};
	struct tc_manifest out;
	assert_int_equal(tc_manifest_write(directory, &in), 0);
	assert_int_equal(tc_manifest_read(directory, &out), 0);
	assert_int_equal(out.format, TC_MANIFEST_FORMAT);
	assert_string_equal(out.name, "job");
	for (int i = 0; arguments[i]; i++)
		assert_string_equal(out.arguments[i], arguments[i]);
	assert_null(out.arguments[6]);
	assert_string_equal(out.directory, "/tmp/\x01");
	assert_null(out.kernel);
	assert_int_equal(out.cpus, 3);
	assert_int_equal(out.memory_limit_bytes, 1ull << 40);
	assert_string_equal(out.notes[0], "a\\b \"c\"\n");
	assert_string_equal(out.notes[1], "second");
	assert_null(out.notes[2]);
	assert_true(out.cpu_limit == 1.5);
	assert_memory_equal(&out.begin, &in.begin, sizeof in.begin);
	assert_memory_equal(&out.end, &in.end, sizeof in.end);
	assert_int_equal(out.how, TC_HOW_SIGNALLED);
	assert_int_equal(out.status, -9);
	assert_true(out.has_usage);
	assert_int_equal(out.peak_rss_bytes, 12);
	tc_manifest_release(&out);
}

static void unknown_keys_are_passed_over(void **state)
{
	(void)state;
	static const char text[] = "format 1\nfuture thing\nnovalue\n\nbegin 1 2 3\nhow 9\nname x\nname y";
	struct tc_manifest out;
	write_text(text, sizeof text - 1);
	assert_int_equal(tc_manifest_read(directory, &out), 0);
	assert_string_equal(out.name, "y");
	assert_int_equal(out.how, TC_HOW_RUNNING);
	tc_manifest_release(&out);
}

static void refused(const char *text, int code)
{
	struct tc_manifest out;
	write_text(text, strlen(text));
	assert_int_equal(tc_manifest_read(directory, &out), code);
	assert_null(strchr(tacho_last_error(), '\n'));
}

static void what_is_no_manifest_is_refused(void **state)
{
	struct tc_manifest out;
	(void)state;
	refused("", TACHO_EFORMAT);
	refused("hello world\n", TACHO_EFORMAT);
	refused("format 1\nname x\n", TACHO_EFORMAT);
	refused("format 2\nbegin 1 2 3\n", TACHO_EVERSION);
	assert_int_equal(tc_manifest_read("/nonexistent", &out), TACHO_ENOENT);
	unlink(path);
	assert_int_equal(tc_manifest_read(directory, &out), TACHO_ENOENT);
}

/* Cut at every length and with any byte replaced it is read or refused, never more. */
static void torn_ones_do_no_harm(void **state)
{
	(void)state;
	static const char whole[] =
		"format 1\nname \\u0001\\\\\\q\nargument a\nargument b\ncpus 9\nbegin 1 2 3\nend 4 5 6\nhow 1\n";
	struct tc_manifest out;
	char torn[sizeof whole];
	for (size_t n = 0; n < sizeof whole; n++) {
		write_text(whole, n);
		tc_manifest_read(directory, &out);
		tc_manifest_release(&out);
		memcpy(torn, whole, sizeof whole);
		for (int byte = 0; byte < 256; byte += 5) {
			torn[n] = (char)byte;
			write_text(torn, sizeof whole - 1);
			tc_manifest_read(directory, &out);
			tc_manifest_release(&out);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(unknown_keys_are_passed_over),
		cmocka_unit_test(what_is_no_manifest_is_refused),
		cmocka_unit_test(torn_ones_do_no_harm),
	};
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
