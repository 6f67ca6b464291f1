/* SPDX-License-Identifier: MIT */
#include "base/tar.h"

#include <string.h>
#include "base/error.h"
#include "base/test.h"

static void an_entry_comes_back(void **state)
{
	static const uint64_t sizes[] = {
		0, 1, 511, 512, (UINT64_C(1) << 33) - 1, UINT64_C(1) << 33, (UINT64_C(1) << 62) + 5};
	unsigned char block[TC_TAR_BLOCK];
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct tc_tar_entry entry = {.type = '0', .bytes = sizes[i], .modified = 1700000000}, got;
		tc_tar_head(block, "job-1", "part-0123456789abcdef.tacho", &entry);
		assert_int_equal(tc_tar_read(block, &got), 1);
		assert_string_equal(got.path, "job-1/part-0123456789abcdef.tacho");
		assert_true(got.type == '0' && got.bytes == sizes[i] && got.modified == 1700000000);
		assert_int_equal((got.bytes + tc_tar_padding(got.bytes)) % TC_TAR_BLOCK, 0);
	}
}

static void names_as_long_as_they_may_be(void **state)
{
	char directory[200], name[120];
	unsigned char block[TC_TAR_BLOCK];
	struct tc_tar_entry entry = {.type = '5'}, got;
	(void)state;
	memset(directory, 'd', sizeof directory);
	directory[sizeof directory - 1] = '\0';
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	tc_tar_head(block, directory, name, &entry);
	assert_int_equal(tc_tar_read(block, &got), 1);
	assert_int_equal(strlen(got.path), 155 + 1 + 100);
	assert_int_equal(got.type, '5');
}

static void what_is_no_entry(void **state)
{
	unsigned char block[TC_TAR_BLOCK] = {0};
	struct tc_tar_entry entry = {.type = '0', .bytes = 5}, got;
	(void)state;
	assert_int_equal(tc_tar_read(block, &got), 0);
	block[0] = 1;
	assert_int_equal(tc_tar_read(block, &got), TACHO_EFORMAT);
	for (size_t i = 0; i < 345; i++) { /* a changed byte is seen wherever it is */
		const size_t behind_checksum = 155;
		tc_tar_head(block, "d", "n", &entry);
		block[i == behind_checksum ? 0 : i] ^= 4;
		assert_int_equal(tc_tar_read(block, &got), TACHO_EFORMAT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_comes_back),
		cmocka_unit_test(names_as_long_as_they_may_be),
		cmocka_unit_test(what_is_no_entry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
