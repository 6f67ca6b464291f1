/* SPDX-License-Identifier: MIT */
#include "base/zstd_stream.h"

#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/test.h"

enum { BYTES = 1 << 20, ROOM = 2 * BYTES };

static unsigned char plain[BYTES], packed[ROOM], back[BYTES + 1];

struct file {
	size_t bytes, at, piece; /* piece: handed out at once, at most */
	int code;                /* instead of the end */
};

static void put(void *context, const void *bytes, size_t count)
{
	struct file *file = context;
	assert_true(file->bytes + count <= ROOM);
	memcpy(packed + file->bytes, bytes, count);
	file->bytes += count;
}

static long get(void *context, void *to, size_t room)
{
	struct file *file = context;
	size_t left = file->bytes - file->at, bytes = left < room ? left : room;
	bytes = bytes < file->piece ? bytes : file->piece;
	memcpy(to, packed + file->at, bytes);
	file->at += bytes;
	return bytes ? (long)bytes : file->code;
}

/* Zeros, then what repeats itself seldom. */
static struct file pack(void)
{
	struct file file = {.piece = ROOM};
	struct tc_zstd_writer *writer;
	uint32_t random = 1;
	for (size_t i = BYTES / 2; i < BYTES; i++)
		plain[i] = (unsigned char)((random = random * 1103515245 + 12345) >> 24);
	int code = tc_zstd_writer_new(&writer, put, &file);
	if (code == TACHO_ENOENT) {
		print_message("skipped: %s\n", tacho_last_error());
		skip();
	}
	assert_int_equal(code, 0);
	for (size_t at = 0; at < BYTES; at += 4096)
		tc_zstd_write(writer, plain + at, 4096);
	assert_int_equal(tc_zstd_writer_close(writer), 0);
	return file;
}

/* All of it, so many bytes at a time. */
static int read_all(struct file *file, size_t step, size_t *all)
{
	struct tc_zstd_reader *reader;
	size_t got = step;
	int code = tc_zstd_reader_new(&reader, get, file);
	*all = 0;
	if (code)
		return code;
	while (!code && got == step && *all < BYTES) {
		code = tc_zstd_read(reader, back + *all, step, &got);
		*all += got;
	}
	if (!code && *all == BYTES) {
		code = tc_zstd_read(reader, back + *all, 1, &got);
		*all += got;
		assert_int_equal(tc_zstd_taken(reader), file->bytes);
	}
	tc_zstd_reader_close(reader);
	return code;
}

static void it_comes_back(void **state)
{
	static const size_t steps[] = {4096, 1 << 16, BYTES}, pieces[] = {7, 1000, ROOM};
	size_t all;
	(void)state;
	for (size_t i = 0; i < 9; i++) {
		struct file file = pack();
		file.piece = pieces[i / 3];
		memset(back, 1, sizeof back);
		assert_int_equal(read_all(&file, steps[i % 3], &all), 0);
		assert_int_equal(all, BYTES);
		assert_memory_equal(back, plain, BYTES);
		assert_true(file.bytes > BYTES / 2 && file.bytes < BYTES / 2 + 4096);
	}
}

static void what_is_not_packed_is_read_as_it_is(void **state)
{
	struct file file = {.bytes = 10000, .piece = ROOM};
	size_t all;
	(void)state;
	memset(packed, 'x', file.bytes);
	assert_int_equal(read_all(&file, 4096, &all), 0);
	assert_int_equal(all, 10000);
	assert_memory_equal(back, packed, 10000);
}

static void cut_off_damaged_or_unreadable(void **state)
{
	size_t all;
	(void)state;
	const size_t whole = pack().bytes, cuts[] = {5, 100, whole / 2, whole - 4, whole - 1};
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		struct file file = pack();
		file.bytes = cuts[i];
		assert_int_equal(read_all(&file, 4096, &all), TACHO_EFORMAT);
		file = pack();
		packed[cuts[i] + (cuts[i] < 6)] ^= 1;
		assert_int_equal(read_all(&file, 4096, &all), TACHO_EFORMAT);
	}
	struct file file = pack();
	file.bytes = whole / 2;
	file.code = tc_error(TACHO_EIO, "the disk is broken");
	assert_int_equal(read_all(&file, 4096, &all), TACHO_EIO);
	assert_string_equal(tacho_last_error(), "the disk is broken");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_comes_back),
		cmocka_unit_test(what_is_not_packed_is_read_as_it_is),
		cmocka_unit_test(cut_off_damaged_or_unreadable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
