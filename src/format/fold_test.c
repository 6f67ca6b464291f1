/* SPDX-License-Identifier: MIT */
#include "format/fold.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/error.h"
#include "base/test.h"
#include "format/part.h"

enum { BYTES = 65536 };

static char directory[64];

static int make(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/tacho-fold-XXXXXX");
	return mkdtemp(directory) ? 0 : -1;
}

static int drop(void **state)
{
	(void)state;
	char path[128];
	snprintf(path, sizeof path, "%s/" TC_FOLD_FILE, directory);
	unlink(path);
	return rmdir(directory);
}

/* A part by its header alone, with bytes of some kind behind it. */
static int part_of(unsigned kind, unsigned char *bytes, size_t used)
{
	struct tc_part_header header = {.magic = TC_PART_MAGIC, .used = used, .begin = {.monotonic_ns = 1000 + kind}};
	memset(bytes, 0, used);
	for (size_t i = 0; kind && i < used; i++)
		bytes[i] = kind == 1 ? (unsigned char)(i % 251 + 1) : i % 700 < 9 ? 7 : 0;
	memcpy(bytes, &header, sizeof header);
	int fd = memfd_create("part", MFD_CLOEXEC);
	assert_int_equal(write(fd, bytes, used), used);
	return fd;
}

static int open_fold(void)
{
	char path[128];
	snprintf(path, sizeof path, "%s/" TC_FOLD_FILE, directory);
	return open(path, O_RDWR);
}

static void parts_come_back_as_they_were(void **state)
{
	(void)state;
	static unsigned char bytes[3][BYTES], got[BYTES];
	for (unsigned i = 0; i < 3; i++) {
		int fd = part_of(i, bytes[i], BYTES - 8 * i);
		assert_int_equal(tc_fold_append(directory, fd, 100 + i), 0);
		close(fd);
	}
	int fold = open_fold();
	uint64_t at = 0;
	for (unsigned i = 0; i < 3; i++) {
		struct tc_fold_entry entry;
		uint64_t here = at;
		assert_true(tc_fold_next(fold, &at, &entry));
		assert_int_equal(entry.id, 100 + i);
		assert_int_equal(entry.begin_ns, 1000 + i);
		assert_int_equal(entry.raw_bytes, BYTES - 8 * i);
		assert_int_equal(tc_fold_unpack(fold, here, &entry, got), 0);
		assert_memory_equal(got, bytes[i], entry.raw_bytes);
		assert_true(i != 0 || entry.packed_bytes < 1000);
	}
	struct tc_fold_entry none;
	assert_false(tc_fold_next(fold, &at, &none));
	close(fold);
}

/* Cut at every length, and with every bit of the last entry flipped: what is whole is read, nothing else is touched. */
static void a_torn_fold_is_read_as_far_as_it_is_sound(void **state)
{
	(void)state;
	static unsigned char bytes[BYTES];
	for (unsigned i = 0; i < 2; i++) {
		int fd = part_of(2, bytes, sizeof(struct tc_part_header) + 800);
		assert_int_equal(tc_fold_append(directory, fd, 1 + i), 0);
		close(fd);
	}
	int fold = open_fold();
	off_t size = lseek(fold, 0, SEEK_END), half = size / 2;
	unsigned char *whole = malloc((size_t)size), *out = malloc(BYTES);
	assert_int_equal(pread(fold, whole, (size_t)size, 0), size);
	for (off_t flip = half; flip < size; flip++) {
		unsigned char byte = whole[flip] ^ (unsigned char)(1 << flip % 8);
		struct tc_fold_entry entry;
		uint64_t at = 0;
		pwrite(fold, &byte, 1, flip);
		assert_true(tc_fold_next(fold, &at, &entry));
		uint64_t here = at;
		if (tc_fold_next(fold, &at, &entry) && entry.raw_bytes <= BYTES)
			tc_fold_unpack(fold, here, &entry, out);
		pwrite(fold, &whole[flip], 1, flip);
	}
	for (off_t length = size; length-- > 0;) {
		struct tc_fold_entry entry;
		uint64_t at = 0;
		assert_int_equal(ftruncate(fold, length), 0);
		assert_int_equal(tc_fold_next(fold, &at, &entry), length >= half);
		assert_false(length >= half && tc_fold_next(fold, &at, &entry));
	}
	free(whole);
	free(out);
	close(fold);
}

static void what_is_no_part_is_not_folded(void **state)
{
	(void)state;
	int fd = memfd_create("none", MFD_CLOEXEC);
	assert_int_equal(tc_fold_append(directory, fd, 1), TACHO_EFORMAT);
	static unsigned char bytes[BYTES];
	int torn = part_of(1, bytes, BYTES);
	assert_int_equal(ftruncate(torn, BYTES / 2), 0);
	assert_int_equal(tc_fold_append(directory, torn, 1), TACHO_EFORMAT);
	int fold = open_fold();
	assert_true(fold < 0);
	close(fd);
	close(torn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parts_come_back_as_they_were, make, drop),
		cmocka_unit_test_setup_teardown(a_torn_fold_is_read_as_far_as_it_is_sound, make, drop),
		cmocka_unit_test_setup_teardown(what_is_no_part_is_not_folded, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
