/* SPDX-License-Identifier: MIT
 *
 * Which barriers an end needs on a machine of weak order, shown on any machine.  The stores of a thread's ends
 * become visible in every order that the barriers between them leave, drawn at random; a reader's loads see any moment
 * since its last own barrier.  With all barriers every snapshot is exact; without any one of them some are not.
 */
#include "format/snapshot.h"

#include <string.h>
#include <tacho/hot.h>
#include "base/test.h"

enum { ENDS = 3, STORES_MAX = 64 * ENDS, NODES = 2, RECORDS = 8, ROUNDS = 40000, TRIES_MAX = 2000000 };

struct image { /* a part of one block and two nodes */
	struct tacho_block block;
	struct tacho_record ring[RECORDS];
	struct tacho_node node[NODES];
};

enum barrier { AFTER_READY, AFTER_RECORD, AFTER_BEGUN, AFTER_SUMS, READERS, BARRIERS };

struct store {
	uint32_t at; /* in words from the image */
	unsigned epoch;
	uint64_t value;
};

static struct image program; /* as the writer itself sees it */
static struct store store[STORES_MAX];
static unsigned stores, epoch;
static int missing; /* enum barrier; BARRIERS: none */

static void put(void *field, uint64_t value)
{
	memcpy(field, &value, sizeof value);
	uint32_t at = (uint32_t)(((char *)field - (char *)&program) / 8);
	store[stores++] = (struct store){at, epoch, value};
}

static void put_wide(tacho_u128 *field, tacho_u128 value)
{
	put(field, (uint64_t)value);
	put((char *)field + 8, (uint64_t)(value >> 64));
}

static void barrier(enum barrier which)
{
	epoch += (int)which != missing;
}

/* The stores of tacho_finish_inline() that concern a snapshot, and its barriers. */
static void end_span(struct tacho_node *node, uint64_t ns)
{
	struct tacho_block *block = &program.block;
	uint64_t finished = block->finished;
	put(&block->ready, 0);
	barrier(AFTER_READY);
	put(&block->undo_sum, (uint64_t)node->sum_ns);
	put_wide(&block->undo_squares, node->squares_ns2);
	put(&block->undo_index, finished);
	put(&program.ring[finished % RECORDS].word, (uint64_t)node->id << TACHO_TAG_NODE_SHIFT | ns);
	barrier(AFTER_RECORD);
	put(&node->begun, node->count + 1);
	barrier(AFTER_BEGUN);
	put(&node->min_ns, ns < node->min_ns ? ns : node->min_ns);
	put(&node->max_ns, ns > node->max_ns ? ns : node->max_ns);
	put_wide(&node->sum_ns, node->sum_ns + ns);
	put_wide(&node->squares_ns2, node->squares_ns2 + (tacho_u128)ns * ns);
	barrier(AFTER_SUMS);
	put(&block->finished, finished + 1);
	put(&node->count, node->count + 1);
}

/* ---- the machine ---- */

static uint64_t random_state;
static struct image before; /* all of the writer's stores */
static unsigned order[STORES_MAX], now, oldest;

static uint64_t random_below(uint64_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

/* Whether b may be seen before a, which comes earlier in the program. */
static bool may_pass(const struct store *a, const struct store *b)
{
	return a->epoch == b->epoch && a->at != b->at;
}

static void draw_order(void)
{
	for (unsigned i = 0; i < stores; i++)
		order[i] = i;
	for (unsigned i = 1; i < stores; i++)
		for (unsigned k = i; k && may_pass(&store[order[k - 1]], &store[order[k]]) && random_below(4); k--) {
			unsigned other = order[k - 1];
			order[k - 1] = order[k];
			order[k] = other;
		}
	now = (unsigned)random_below(stores + 1);
	oldest = now;
}

/* A word as the first `moment` stores to arrive left it. */
static uint64_t word_at(uint32_t at, unsigned moment)
{
	while (moment--)
		if (store[order[moment]].at == at)
			return store[order[moment]].value;
	uint64_t value;
	memcpy(&value, (char *)&before + at * (size_t)8, sizeof value);
	return value;
}

/* Each word was loaded at some moment of its own since the barrier before. */
static bool read_weakly(void *context, uint64_t offset, void *to, size_t bytes)
{
	(void)context;
	if (missing != READERS)
		oldest = now;
	if (random_below(2))
		now += (unsigned)random_below(stores - now < 12 ? stores - now + 1 : 12);
	for (size_t i = 0; i < bytes; i += 8) {
		uint64_t word =
			word_at((uint32_t)((offset + i) / 8), oldest + (unsigned)random_below(now - oldest + 1));
		memcpy((char *)to + i, &word, 8);
	}
	return true;
}

/* ---- */

static void make_program(void)
{
	memset(&program, 0, sizeof program);
	program.block.ring_mask = RECORDS - 1;
	for (int i = 0; i < NODES; i++) {
		program.node[i].id = (uint16_t)(i + 1);
		program.node[i].min_ns = UINT64_MAX;
	}
	before = program;
	stores = epoch = 0;
	for (int i = 0; i < ENDS; i++)
		end_span(&program.node[i & 1], 1000 + (uint64_t)i);
}

/* Node 0 has spans of 1000 and 1002 ns, node 1 one of 1001. */
static bool is_exact(const struct tacho_node *node, int number)
{
	static const uint64_t sum[NODES][3] = {{0, 1000, 2002}, {0, 1001, 1001}};
	static const uint64_t squares[NODES][3] = {{0, 1000000, 2004004}, {0, 1002001, 1002001}};
	return node->count <= 2u - (unsigned)number && node->sum_ns == sum[number][node->count] &&
	       node->squares_ns2 == squares[number][node->count];
}

static unsigned count_wrong(int without, unsigned rounds)
{
	const struct tc_snapshot_source source = {NULL, read_weakly};
	unsigned wrong = 0;
	missing = without;
	random_state = 88172645463325252u;
	make_program();
	for (unsigned i = 0; i < rounds && (without == BARRIERS || !wrong); i++) {
		struct tacho_node got;
		int number = (int)(i & 1);
		draw_order();
		enum tc_snapshot kind = tc_snapshot_node(&source, offsetof(struct image, block),
			offsetof(struct image, node) + (size_t)number * sizeof got, &got);
		if (kind == TC_SNAPSHOT_WHOLE || kind == TC_SNAPSHOT_MENDED)
			wrong += !is_exact(&got, number);
		else
			wrong += kind == TC_SNAPSHOT_LOST;
	}
	return wrong;
}

static void with_all_barriers_snapshots_are_exact(void **state)
{
	(void)state;
	assert_int_equal(count_wrong(BARRIERS, ROUNDS), 0);
}

static void none_of_them_is_idle(void **state)
{
	(void)state;
	static const char *const name[] = {
		"after ready", "after the record", "after begun", "after the sums", "of the reader"};
	for (int without = 0; without < BARRIERS; without++)
		if (!count_wrong(without, TRIES_MAX))
			fail_msg("nothing went wrong without the barrier %s", name[without]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_all_barriers_snapshots_are_exact),
		cmocka_unit_test(none_of_them_is_idle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
