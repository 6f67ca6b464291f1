/* SPDX-License-Identifier: MIT
 *
 * A thread ends spans as fast as it can beside a reader of its part, on whatever machine this runs: every block that is said to
 * have stood still is one instant, and a new part is read whole or not at all.
 */
#include <glob.h>
#include <pthread.h>
#include <sched.h>
#include <tacho/tacho.h>
#include "read/part.h"
#include "recorded.h"

enum { READINGS = 100, PARTS = 40 };

static TACHO_SITE(outer, "outer");
static TACHO_SITE(inner, "inner");

static _Atomic bool stop;

/* Two inner ones in each outer one, and now and then nothing, so that a reader may find the block at rest. */
static void *record(void *unused)
{
	for (unsigned i = 0; !stop; i++) {
		struct tacho_span span;
		tacho_span_begin(&span, &outer);
		recorded_mark(&inner, 2);
		tacho_span_end(&span);
		if (i % 64 == 0)
			sched_yield();
	}
	return unused;
}

static void find_part(const struct recorded *r, char path[128])
{
	char pattern[96];
	glob_t found;
	snprintf(pattern, sizeof pattern, "%s/part-*", r->directory);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	snprintf(path, 128, "%s", found.gl_pathv[0]);
	globfree(&found);
}

static uint64_t cells_of(struct tacho_block *block, const struct tacho_node *node)
{
	uint64_t sum = 0;
	for (unsigned i = 0; i < TACHO_HISTOGRAM_PAGES; i++) {
		const uint32_t *page = tc_part_page(block, node, i);
		for (unsigned k = 0; page && k < TACHO_PAGE_CELLS; k++)
			sum += page[k];
	}
	return sum;
}

static void check_block(unsigned char *bytes, struct tacho_block *block)
{
	uint64_t count[2] = {0, 0}, cells = 0;
	for (uint32_t id = 2; id < block->nodes; id++) {
		const struct tacho_node *node = tc_part_node(bytes, block, id);
		uint64_t n = node->count;
		assert_int_equal(node->begun, n);
		assert_true(node->sum_ns <= (tacho_u128)n * node->max_ns);
		assert_true(!n || node->sum_ns >= (tacho_u128)n * node->min_ns);
		count[node->depth - 1] += n;
		cells += cells_of(block, node);
	}
	assert_int_equal(count[0] + count[1], block->finished);
	assert_in_range(count[1], 2 * count[0], 2 * count[0] + 2);
	assert_in_range(block->finished - cells, 0, TACHO_HISTOGRAM_LAG);
}

static void a_block_that_stood_still_is_one_instant(void **state)
{
	(void)state;
	struct recorded r;
	pthread_t writer;
	char path[128];
	unsigned settled = 0;
	recorded_start(&r);
	find_part(&r, path);
	stop = false;
	assert_int_equal(pthread_create(&writer, NULL, record, NULL), 0);
	for (uint64_t readings = 0, finished = 0; readings < READINGS;) {
		struct tc_part_copy part;
		assert_int_equal(tc_part_read(&part, path, path), 0);
		struct tacho_block *block = tc_part_block(part.bytes, tc_part_copy_header(&part)->first_block);
		readings += block && block->finished != finished; /* the thread does run beside this */
		finished = block ? block->finished : 0;
		if (block && tc_part_is_settled(block)) {
			check_block(part.bytes, block);
			settled++;
		}
		tc_part_release(&part);
	}
	stop = true;
	pthread_join(writer, NULL);
	print_message("%u stood still\n", settled);
	recorded_drop(&r, recorded_finish(&r));
}

static struct recorded made; /* where parts come and go */
static _Atomic unsigned readings;

/* What there is of a part: nothing yet, or all of its header and names. */
static void read_one(const char *path)
{
	struct tc_part_copy part;
	int code = tc_part_read(&part, path, path);
	assert_true(code == 0 || code == TACHO_ENOENT);
	if (code)
		return;
	assert_true(tc_part_copy_header(&part)->mult && tc_part_copy_header(&part)->names >= 2);
	tc_part_release(&part);
}

static void *read_all_parts(void *unused)
{
	char pattern[96];
	snprintf(pattern, sizeof pattern, "%s/part-*", made.directory);
	for (; !stop; readings++) {
		glob_t found;
		if (glob(pattern, GLOB_NOSORT, NULL, &found))
			continue;
		for (size_t i = 0; i < found.gl_pathc; i++)
			read_one(found.gl_pathv[i]);
		globfree(&found);
	}
	return unused;
}

static void a_new_part_is_whole_or_none(void **state)
{
	(void)state;
	pthread_t reader;
	recorded_make(&made);
	stop = false;
	assert_int_equal(pthread_create(&reader, NULL, read_all_parts, NULL), 0);
	for (int i = 0; i < PARTS; i++) {
		recorded_begin(&made, 16);
		recorded_mark(&outer, 1);
		tc_recorder_close();
	}
	stop = true;
	pthread_join(reader, NULL);
	print_message("read %u times\n", readings);
	recorded_remove(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_that_stood_still_is_one_instant),
		cmocka_unit_test(a_new_part_is_whole_or_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
