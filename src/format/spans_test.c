/* SPDX-License-Identifier: MIT */
#include "format/spans.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <tacho/layout.h>
#include <unistd.h>
#include "base/error.h"
#include "base/test.h"
#include "format/spans_file.h"

static struct tc_stored_span made[TC_SPANS_IN_BLOCK], got[TC_SPANS_IN_BLOCK];
static uint64_t state = 88172645463325252u;

static uint64_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void same(const struct tc_stored_span *a, const struct tc_stored_span *b)
{
	assert_int_equal(a->start_ns, b->start_ns);
	assert_int_equal(a->duration_ns, b->duration_ns);
	assert_int_equal(a->tag, b->tag);
	assert_int_equal(a->attribute_bytes, b->attribute_bytes);
	assert_int_equal(a->attributes_cut, b->attributes_cut);
	if (a->attribute_bytes)
		assert_memory_equal(a->attributes, b->attributes, a->attribute_bytes);
}

static void come_back(size_t count)
{
	struct tc_spans_coder *coder = tc_spans_coder_new();
	size_t bytes;
	const unsigned char *payload = tc_spans_encode(coder, made, count, &bytes);
	assert_non_null(payload);
	unsigned char *copy = aligned_alloc(8, (bytes + 7) & ~(size_t)7);
	memcpy(copy, payload, bytes);
	assert_int_equal(tc_spans_decode(copy, bytes, got, count), 0);
	for (size_t i = 0; i < count; i++)
		same(&made[i], &got[i]);
	for (size_t less = 1; less <= bytes && less < 40; less++)
		assert_int_equal(tc_spans_decode(copy, bytes - less, got, count), TACHO_EFORMAT);
	assert_int_equal(tc_spans_decode(copy, bytes, got, count - 1), TACHO_EFORMAT);
	free(copy);
	tc_spans_coder_free(coder);
}

static void any_numbers_come_back(void **unused)
{
	(void)unused;
	static const unsigned char attributes[64] = "not looked at here";
	for (size_t i = 0; i < TC_SPANS_IN_BLOCK; i++) {
		made[i] = (struct tc_stored_span){draw() >> draw() % 64, draw() >> draw() % 64,
			draw() & ~TACHO_DURATION_LONG & ~TACHO_TAG_ATTRIBUTES, NULL, 0, false};
		if (draw() % 3)
			made[i].tag &= UINT64_C(0xffff) << TACHO_TAG_NODE_SHIFT;
		if (draw() % 5)
			continue;
		made[i].tag |= TACHO_TAG_ATTRIBUTES;
		made[i].attributes = attributes;
		made[i].attribute_bytes = (uint32_t)(draw() % 9 * 8);
		made[i].attributes_cut = draw() % 2;
	}
	come_back(TC_SPANS_IN_BLOCK);
	come_back(1);
}

/* A span with another inside, again and again, on a clock of ns: what programs do. */
static size_t nested(size_t count)
{
	uint64_t now = 1000000;
	for (size_t i = 0; i + 1 < count; i += 2) {
		uint64_t begin = now, inner = 200 + draw() % 100;
		now += 20 + draw() % 8;
		made[i] = (struct tc_stored_span){now, inner, UINT64_C(3) << TACHO_TAG_NODE_SHIFT, NULL, 0, false};
		now += inner + 20 + draw() % 8;
		made[i + 1] = (struct tc_stored_span){
			begin, now - begin, UINT64_C(2) << TACHO_TAG_NODE_SHIFT, NULL, 0, false};
		now += 20 + draw() % 8;
	}
	return count;
}

static void what_programs_do_is_small(void **unused)
{
	(void)unused;
	struct tc_spans_coder *coder = tc_spans_coder_new();
	size_t bytes, count = nested(TC_SPANS_IN_BLOCK);
	assert_non_null(tc_spans_encode(coder, made, count, &bytes));
	assert_true(bytes <= 4 * count + 64); /* of each a node, a gap and a duration of one byte or two */
	come_back(count);
	tc_spans_coder_free(coder);
}

/* ---- the file ---- */

static char path[64];

static int make(void **unused)
{
	(void)unused;
	strcpy(path, "/tmp/tacho-spans-XXXXXX");
	int fd = mkstemp(path);
	close(fd);
	return fd < 0 ? -1 : 0;
}

static int drop(void **unused)
{
	(void)unused;
	return unlink(path);
}

static size_t halve_room(size_t bytes)
{
	return bytes;
}

/* Keeps every second byte: enough to see that it was asked. */
static size_t halve(void *to, size_t room, const void *from, size_t bytes)
{
	for (size_t i = 0; i < bytes / 2 && i < room; i++)
		((char *)to)[i] = ((const char *)from)[2 * i];
	return bytes / 2;
}

static void append(struct tc_spans_writer *writer, uint64_t first, int want)
{
	static const unsigned char payload[100] = "payload";
	struct tc_spans_frame frame = {.part = 7, .thread = 64, .first = first, .count = 5};
	assert_int_equal(tc_spans_append(writer, &frame, payload, sizeof payload), want);
}

static size_t blocks_in(int fd, uint64_t size, struct tc_spans_frame *last)
{
	uint64_t at;
	size_t count = 0;
	assert_int_equal(tc_spans_open(fd, &at), 0);
	while (tc_spans_next(fd, size, &at, last))
		count++;
	return count;
}

static void blocks_come_back_up_to_a_torn_end(void **unused)
{
	(void)unused;
	static const struct tc_packer packer = {halve_room, halve};
	struct tc_spans_writer *writer;
	struct tc_spans_frame frame;
	char payload[100];
	assert_int_equal(tc_spans_writer_new(&writer, path, &packer), 0);
	for (uint64_t i = 0; i < 3; i++)
		append(writer, 5 * i, 0);
	uint64_t size = tc_spans_writer_bytes(writer);
	int fd = open(path, O_RDWR);
	assert_int_equal(blocks_in(fd, size, &frame), 3); /* beside the writer */
	tc_spans_writer_close(writer);
	assert_int_equal(frame.raw_bytes, 100);
	assert_int_equal(frame.packed_bytes, 50);
	assert_int_equal(frame.flags, TC_SPANS_PACKED);
	for (uint64_t less = 1; less < 100; less++)
		assert_int_equal(blocks_in(fd, size - less, &frame), 2);
	uint64_t at = sizeof(struct tc_spans_header), second = at;
	assert_true(tc_spans_next(fd, size, &second, &frame));
	assert_int_equal(tc_spans_payload(fd, at, &frame, payload), 0);
	assert_int_equal(payload[1], 'y');
	assert_int_equal(pwrite(fd, "?", 1, (off_t)(at + sizeof frame + 3)), 1);
	assert_int_equal(tc_spans_payload(fd, at, &frame, payload), TACHO_EFORMAT);
	assert_int_equal(pwrite(fd, "?", 1, (off_t)(second + 3)), 1);
	assert_int_equal(blocks_in(fd, size, &frame), 1);
	close(fd);
}

static void a_full_disk_ends_it_at_a_whole_block(void **unused)
{
	(void)unused;
	struct tc_spans_writer *writer;
	struct tc_spans_frame frame;
	struct rlimit before, limit;
	struct stat st;
	assert_int_equal(tc_spans_writer_new(&writer, path, NULL), 0);
	append(writer, 0, 0);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = tc_spans_writer_bytes(writer) + 50;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	append(writer, 5, TACHO_ENOSPC);
	setrlimit(RLIMIT_FSIZE, &before);
	append(writer, 10, TACHO_ENOSPC); /* a gap is not hidden by what comes after it */
	int fd = open(path, O_RDONLY);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, tc_spans_writer_bytes(writer));
	assert_int_equal(blocks_in(fd, (uint64_t)st.st_size, &frame), 1);
	assert_int_equal(frame.flags, 0);
	close(fd);
	tc_spans_writer_close(writer);
}

static void other_files_are_refused(void **unused)
{
	(void)unused;
	struct tc_spans_header header = {.magic = TC_SPANS_MAGIC, .version = 2};
	uint64_t at;
	int fd = open(path, O_RDWR);
	assert_int_equal(tc_spans_open(fd, &at), TACHO_ENOENT);
	assert_int_equal(write(fd, &header, sizeof header), sizeof header);
	assert_int_equal(tc_spans_open(fd, &at), TACHO_EVERSION);
	assert_int_equal(pwrite(fd, "x", 1, 0), 1);
	assert_int_equal(tc_spans_open(fd, &at), TACHO_EFORMAT);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_numbers_come_back),
		cmocka_unit_test(what_programs_do_is_small),
		cmocka_unit_test_setup_teardown(blocks_come_back_up_to_a_torn_end, make, drop),
		cmocka_unit_test_setup_teardown(a_full_disk_ends_it_at_a_whole_block, make, drop),
		cmocka_unit_test_setup_teardown(other_files_are_refused, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
