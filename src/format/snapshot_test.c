/* SPDX-License-Identifier: MIT
 *
 * An end's stores are replayed one at a time in the order of hot.h, and after each of them the snapshot must be what the
 * block's `finished` says; then a thread ends spans as fast as it can beside a reader.
 */
#include "format/snapshot.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <tacho/hot.h>
#include <unistd.h>
#include "base/test.h"

struct image { /* a part of one block and two nodes */
	struct tacho_block block;
	struct tacho_record ring[16];
	struct tacho_node node[2];
};

static int file;
static struct image *image;

static bool read_file(void *context, uint64_t offset, void *to, size_t bytes)
{
	(void)context;
	return pread(file, to, bytes, (off_t)offset) == (ssize_t)bytes;
}

static const struct tc_snapshot_source source = {NULL, read_file};

static enum tc_snapshot snapshot(int node, struct tacho_node *out)
{
	return tc_snapshot_node(&source, offsetof(struct image, block),
		offsetof(struct image, node) + (size_t)node * sizeof(struct tacho_node), out);
}

static int make_image(void **state)
{
	(void)state;
	file = memfd_create("tacho-snapshot-test", MFD_CLOEXEC);
	if (file < 0 || ftruncate(file, sizeof *image))
		return -1;
	image = mmap(NULL, sizeof *image, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	image->block.ring_mask = 15;
	for (int i = 0; i < 2; i++) {
		image->node[i].id = (uint16_t)(i + 1);
		image->node[i].min_ns = UINT64_MAX;
	}
	return image == MAP_FAILED ? -1 : 0;
}

static int drop_image(void **state)
{
	(void)state;
	munmap(image, sizeof *image);
	return close(file);
}

static void grow(void *number, struct tc_wide by)
{
	tc_wide_store(number, tc_wide_add(tc_wide_load(number), by));
}

#define STEP() \
	do { \
		tacho_publish(); \
		if (steps-- == 0) \
			return false; \
	} while (0)

/* tacho_finish_inline() without its histogram and ring, stopped after that many stores; true: it came to its end. */
static bool end_span(int index, uint64_t ns, bool failed, int steps)
{
	struct tacho_block *block = &image->block;
	struct tacho_node *node = &image->node[index];
	uint64_t tag = (uint64_t)node->id << TACHO_TAG_NODE_SHIFT | (failed ? TACHO_TAG_FAILED : 0);
	uint64_t finished = block->finished, count = node->count, min = node->min_ns, max = node->max_ns;
	block->stack[1] = (struct tacho_open){.tag = (uint64_t)node->id << TACHO_TAG_NODE_SHIFT};
	block->top = (uint64_t)node->id << 32 | 1;
	STEP();
	block->undo_sum = tc_wide_load(&node->sum_ns).low;
	STEP();
	block->undo_squares = node->squares_ns2;
	STEP();
	block->undo_index = finished;
	STEP();
	image->ring[finished & 15].word = ns | tag;
	STEP();
	TACHO_RELAXED_STORE(node->begun, count + 1);
	STEP();
	node->min_ns = ns < min ? ns : min;
	STEP();
	node->max_ns = ns > max ? ns : max;
	STEP();
	grow(&node->sum_ns, tc_wide_of(ns));
	STEP();
	grow(&node->squares_ns2, tc_wide_product(ns, ns));
	STEP();
	TACHO_RELAXED_STORE(block->finished, finished + 1);
	STEP();
	TACHO_RELAXED_STORE(node->count, count + 1);
	STEP();
	block->top = 0;
	STEP();
	if (!failed)
		return true;
	block->undo_failed = node->failed;
	STEP();
	block->undo_failed_index = finished;
	STEP();
	node->failed++;
	STEP();
	block->failed_finished = finished + 1;
	STEP();
	return true;
}

static void a_kill_after_any_store_is_mended(void **state)
{
	uint64_t squares_step = UINT64_C(1) << 33; /* squares pass 2^64 */
	for (int steps = 0;; steps++) {
		struct tacho_node got;
		assert_int_equal(make_image(state), 0);
		for (int i = 0; i < 7; i++)
			assert_true(end_span(i & 1, 1000 + (uint64_t)i, i == 3, 99));
		bool whole = end_span(1, squares_step, true, steps);
		enum tc_snapshot kind = snapshot(1, &got);
		bool counts = image->node[1].begun == 4;
		assert_true(kind == TC_SNAPSHOT_WHOLE || kind == TC_SNAPSHOT_MENDED);
		assert_int_equal(got.count, counts ? 4 : 3);
		assert_int_equal(got.failed, counts ? 2 : 1);
		struct tc_wide sum = tc_wide_load(&got.sum_ns), squares = tc_wide_load(&got.squares_ns2);
		assert_true(tc_wide_equal(sum, tc_wide_of(3009 + (counts ? squares_step : 0))));
		assert_true(squares.low == 1001 * 1001 + 1003 * 1003 + 1005 * 1005 && squares.high == (counts ? 4 : 0));
		assert_int_equal(got.min_ns, 1001);
		assert_int_equal(got.max_ns, counts ? squares_step : 1005);
		assert_true(tc_node_agrees(&got));
		assert_int_equal(snapshot(0, &got), TC_SNAPSHOT_WHOLE);
		assert_int_equal(got.count, 4);
		drop_image(state);
		if (whole)
			break;
	}
}

static void nonsense_is_refused(void **state)
{
	(void)state;
	struct tacho_node got;
	image->node[0].begun = 5; /* count 0, and no undo log that explains it */
	assert_int_equal(snapshot(0, &got), TC_SNAPSHOT_LOST);
	assert_int_equal(snapshot(2, &got), TC_SNAPSHOT_LOST); /* beyond the end */
	memset(image, 0xff, sizeof *image);
	snapshot(0, &got);
	snapshot(1, &got);
}

static bool stop;

static void *end_for_ever(void *unused)
{
	for (uint64_t i = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); i++)
		end_span(i % 8 == 7, 1 + i % 4, i % 2, 99);
	return unused;
}

/* Node 0 gets durations 1 2 3 4 1 2 3, then again: 16 in 7. */
static void beside_a_writer_it_is_whole_or_off_by_one(void **state)
{
	(void)state;
	pthread_t writer;
	uint64_t last = 0;
	int kinds[4] = {0};
	stop = false;
	assert_int_equal(pthread_create(&writer, NULL, end_for_ever, NULL), 0);
	for (int i = 0; i < 20000; i++) {
		struct tacho_node got;
		enum tc_snapshot kind = snapshot(0, &got);
		kinds[kind]++;
		if (kind == TC_SNAPSHOT_LOST)
			continue;
		uint64_t n = got.count, cycle[] = {0, 1, 3, 6, 10, 11, 13}, sum = n / 7 * 16 + cycle[n % 7];
		uint64_t got_sum = tc_wide_load(&got.sum_ns).low, slack = kind == TC_SNAPSHOT_CLOSE ? 4 : 0;
		assert_true(got_sum + slack >= sum && got_sum <= sum + slack);
		assert_true(n >= last);
		last = n;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(writer, NULL);
	print_message("whole %d, mended %d, close %d, lost %d\n", kinds[0], kinds[1], kinds[2], kinds[3]);
	assert_int_equal(kinds[TC_SNAPSHOT_LOST], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kill_after_any_store_is_mended),
		cmocka_unit_test_setup_teardown(nonsense_is_refused, make_image, drop_image),
		cmocka_unit_test_setup_teardown(beside_a_writer_it_is_whole_or_off_by_one, make_image, drop_image),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
