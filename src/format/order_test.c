/* SPDX-License-Identifier: MIT
 *
 * Which barriers a writer needs on a machine of weak order, shown on any machine: the stores of spans, and of a part, a block, a
 * thread and a node that come into being, are run on order_machine.h.  With all barriers whatever a reader takes for good is
 * exact; without any one of them, the reader's own among them, some is not.  tests/aarch64_test.sh sees that hot.h has them.
 */
#include "format/order_machine.h"

#include <tacho/hot.h>
#include "base/test.h"
#include "format/part.h"
#include "format/snapshot.h"

enum { ENDS = 3, NODES = 2, RECORDS = 2, ROUNDS = 40000, TRIES_MAX = 2000000 };
enum { GENERATION = 7, MULT = 5, TID = 9, START = 50, FIRST_NS = 1000 };

enum barrier { /* of tacho_finish_inline() */
	AFTER_RECORD,
	AFTER_BEGUN,
	AFTER_SUMS,
	BEFORE_READY,
	BEFORE_TOP,      /* tacho_begin_inline() */
	BEFORE_MAGIC,    /* src/record/part.c */
	BEFORE_BLOCK,    /* thread.c */
	BEFORE_OCCUPANT, /* thread.c */
	BEFORE_NODE,     /* node.c */
	READERS,
	BARRIERS
};
static const char *const barrier_name[BARRIERS] = {"after the record", "after begun", "after the sums", "before ready",
	"before top", "before the magic", "before first_block", "before occupants", "before nodes", "of the reader"};

static struct image { /* a part of one block and two nodes */
	struct tc_part_header header;
	struct tacho_block block;
	struct tacho_record ring[RECORDS];
	struct tacho_node node[NODES];
	uint64_t cells; /* how many are in the histogram */
} before, program;      /* before all stores; as the writer itself sees it */

static const struct tc_snapshot_source source = {NULL, machine_read};

#define AT(field) ((uint64_t)((const char *)&(field) - (const char *)&program))

static void put(void *field, uint64_t value)
{
	memcpy(field, &value, sizeof value);
	machine_store((size_t)((char *)field - (char *)&program), value);
}

static void put_wide(tacho_u128 *field, tacho_u128 value)
{
	put(field, (uint64_t)value);
	put((char *)field + 8, (uint64_t)(value >> 64));
}

static uint64_t get(uint64_t at)
{
	uint64_t word;
	machine_read(NULL, at, &word, sizeof word);
	return word;
}

/* ---- spans ---- */

static uint64_t tag_of(const struct tacho_node *node)
{
	return (uint64_t)node->id << TACHO_TAG_NODE_SHIFT;
}

static uint64_t top_of(const struct tacho_node *node, unsigned depth)
{
	return (uint64_t)node->id << 32 | depth;
}

/* The stores of tacho_begin_inline() that others see; a span starts when so many others have ended. */
static void begin_span(const struct tacho_node *node, unsigned depth)
{
	struct tacho_block *block = &program.block;
	put(&block->stack[depth].tag, tag_of(node));
	put(&block->stack[depth].start, START + block->finished);
	machine_barrier(BEFORE_TOP);
	put(&block->top, top_of(node, depth));
}

/* Those of tacho_finish_inline(). */
static void end_span(struct tacho_node *node, uint64_t top)
{
	struct tacho_block *block = &program.block;
	uint64_t finished = block->finished, ns = FIRST_NS + finished;
	put(&block->ready, 0);
	put(&program.cells, finished ? finished - 1 : 0); /* of the span before the one before this */
	put(&block->undo_sum, (uint64_t)node->sum_ns);
	put_wide(&block->undo_squares, node->squares_ns2);
	put(&block->undo_index, finished);
	put(&program.ring[finished % RECORDS].word, tag_of(node) | ns);
	machine_barrier(AFTER_RECORD);
	put(&node->begun, node->count + 1);
	machine_barrier(AFTER_BEGUN);
	put(&node->min_ns, ns < node->min_ns ? ns : node->min_ns);
	put(&node->max_ns, ns > node->max_ns ? ns : node->max_ns);
	put_wide(&node->sum_ns, node->sum_ns + ns);
	put_wide(&node->squares_ns2, node->squares_ns2 + (tacho_u128)ns * ns);
	machine_barrier(AFTER_SUMS);
	put(&block->finished, finished + 1);
	put(&node->count, node->count + 1);
	put(&block->last_ns, ns);
	put(&block->top, top);
	machine_barrier(BEFORE_READY);
	put(&block->ready, GENERATION);
}

/* An outer span with an inner one, then an inner one again: two ends follow on each other, and an end and a begin. */
static void write_spans(void)
{
	struct tacho_node *outer = &program.node[0], *inner = &program.node[1];
	begin_span(outer, 1);
	begin_span(inner, 2);
	end_span(inner, top_of(outer, 1));
	end_span(outer, 0);
	begin_span(inner, 1);
	end_span(inner, 0);
}

static bool is_exact(const struct tacho_node *node, unsigned number)
{
	static const uint64_t sum[NODES][3] = {{0, FIRST_NS + 1}, {0, FIRST_NS, 2 * FIRST_NS + 2}};
	static const uint64_t squares[NODES][3] = {{0, (FIRST_NS + 1) * (FIRST_NS + 1)},
		{0, FIRST_NS * FIRST_NS, FIRST_NS * FIRST_NS + (FIRST_NS + 2) * (FIRST_NS + 2)}};
	return node->count <= 1u + number && node->sum_ns == sum[number][node->count] &&
	       node->squares_ns2 == squares[number][node->count];
}

/* One node beside the writer. */
static bool snapshot_is_right(unsigned round)
{
	struct tacho_node got;
	unsigned number = round & 1;
	enum tc_snapshot kind = tc_snapshot_node(&source, AT(program.block), AT(program.node[number]), &got);
	if (kind == TC_SNAPSHOT_WHOLE || kind == TC_SNAPSHOT_MENDED)
		return is_exact(&got, number);
	return kind == TC_SNAPSHOT_CLOSE;
}

/* What top says is open lies on the stack. */
static bool stack_is_right(uint64_t finished, uint64_t top, const struct tacho_open *stack)
{
	static const uint64_t outer_first[] = {START, START, START + 2}; /* start of what is at depth 1 */
	uint32_t depth = (uint32_t)top;
	return depth <= 2 &&
	       (!depth || (stack[depth].tag >> TACHO_TAG_NODE_SHIFT == top >> 32 && finished < ENDS &&
				  stack[1].start == outer_first[finished])) &&
	       (depth < 2 || stack[2].start == START);
}

/* The newest record is its span's, and no more cells are missing than a reader completes. */
static bool newest_is_right(uint64_t finished, uint64_t cells, uint64_t last_ns, const struct tacho_record *ring)
{
	if (!finished)
		return !cells && !last_ns;
	return last_ns == FIRST_NS + finished - 1 && cells <= finished && finished - cells <= TACHO_HISTOGRAM_LAG &&
	       (ring[(finished - 1) % RECORDS].word & TACHO_DURATION_LONG) == last_ns;
}

/* All of a block that stood still is as the spans left it that it says have ended. */
static bool still_is_right(unsigned round)
{
	struct tc_still still;
	struct image got;
	(void)round;
	if (!tc_still_begin(&source, AT(program.block), &still))
		return true;
	uint64_t last_ns = get(AT(program.block.last_ns)), top = get(AT(program.block.top));
	machine_read(NULL, AT(program.block.stack), got.block.stack, 3 * sizeof *got.block.stack);
	machine_read(NULL, AT(program.ring), got.ring, sizeof got.ring);
	machine_read(NULL, AT(program.node), got.node, sizeof got.node);
	uint64_t cells = get(AT(program.cells));
	if (!tc_still_end(&source, AT(program.block), &still))
		return true;
	return stack_is_right(still.finished, top, got.block.stack) &&
	       newest_is_right(still.finished, cells, last_ns, got.ring) &&
	       got.node[0].count == (still.finished >= 2) && got.node[0].count + got.node[1].count == still.finished &&
	       is_exact(&got.node[0], 0) && is_exact(&got.node[1], 1);
}

/* ---- a part that comes into being, up to the first node of a name ---- */

static void write_part(void)
{
	struct tc_part_header *header = &program.header;
	struct tacho_block *block = &program.block;
	uint64_t magic;
	memcpy(&magic, TC_PART_MAGIC, sizeof magic);
	put(&header->byte_order, TC_BYTE_ORDER);
	put(&header->mult, MULT);
	machine_barrier(BEFORE_MAGIC);
	put(header->magic, magic);
	put(&block->at, AT(*block));
	put(&block->mult, MULT);
	machine_barrier(BEFORE_BLOCK);
	put(&header->first_block, AT(*block));
	put(&block->occupant[0].start, 1);
	put(&block->occupant[0].tid, TID);
	machine_barrier(BEFORE_OCCUPANT);
	put(&block->occupants, 1);
	put(&block->node_chunk[0], AT(program.node[0]));
	put(&program.node[0].max_ns, 1);
	put(&program.node[0].id, 1);
	machine_barrier(BEFORE_NODE);
	put(&block->nodes, 1);
}

/* Each is looked for by what leads to it. */
static bool part_is_right(unsigned round)
{
	const struct tacho_block *block = &program.block;
	struct tc_part_header header;
	(void)round;
	if (get(AT(program.header.magic))) {
		machine_read(NULL, 0, &header, sizeof header);
		if (header.byte_order != TC_BYTE_ORDER || header.mult != MULT)
			return false;
	}
	uint64_t at = get(AT(program.header.first_block));
	if (at && (get(AT(block->at)) != at || get(AT(block->mult)) != MULT))
		return false;
	if (get(AT(block->occupants)) &&
		(get(AT(block->occupant[0].start)) != 1 || get(AT(block->occupant[0].tid)) != TID))
		return false;
	return !get(AT(block->nodes)) || (get(AT(block->node_chunk[0])) && get(AT(program.node[0].max_ns)) == 1 &&
						 get(AT(program.node[0].id)) == 1);
}

/* ---- */

static const struct scenario {
	const char *name;
	void (*write)(void);
	bool (*is_right)(unsigned round);
	unsigned needs; /* barriers, a bit each */
} scenarios[] = {
	{"a node beside its writer", write_spans, snapshot_is_right,
		1u << AFTER_RECORD | 1u << AFTER_BEGUN | 1u << AFTER_SUMS | 1u << BEFORE_READY | 1u << READERS},
	{"a block that stood still", write_spans, still_is_right,
		1u << BEFORE_READY | 1u << BEFORE_TOP | 1u << READERS},
	{"a part that is made", write_part, part_is_right,
		1u << BEFORE_MAGIC | 1u << BEFORE_BLOCK | 1u << BEFORE_OCCUPANT | 1u << BEFORE_NODE | 1u << READERS},
};

static void begin_scenario(const struct scenario *scenario, int missing)
{
	memset(&before, 0, sizeof before);
	before.block.ring_mask = RECORDS - 1;
	before.block.ready = GENERATION;
	for (int i = 0; i < NODES; i++) {
		before.node[i].id = (uint16_t)(i + 1);
		before.node[i].min_ns = UINT64_MAX;
	}
	if (scenario->write == write_part)
		memset(&before, 0, sizeof before);
	program = before;
	machine_begin(&before, missing, READERS);
	scenario->write();
}

/* Whether it was right in so many draws. */
static bool holds(const struct scenario *scenario, int missing, unsigned rounds)
{
	begin_scenario(scenario, missing);
	for (unsigned i = 0; i < rounds; i++) {
		machine_draw();
		if (!scenario->is_right(i))
			return false;
	}
	return true;
}

static void with_all_barriers_all_is_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
		if (!holds(&scenarios[i], ALL_BARRIERS, ROUNDS))
			fail_msg("%s: wrong with all barriers", scenarios[i].name);
}

static void none_of_them_is_idle(void **state)
{
	(void)state;
	unsigned shown = 0;
	for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
		for (int without = 0; without < BARRIERS; without++) {
			if (!(scenarios[i].needs >> without & 1))
				continue;
			shown |= 1u << without;
			if (holds(&scenarios[i], without, TRIES_MAX))
				fail_msg("%s: nothing went wrong without the barrier %s", scenarios[i].name,
					barrier_name[without]);
		}
	assert_int_equal(shown, (1u << BARRIERS) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_all_barriers_all_is_exact),
		cmocka_unit_test(none_of_them_is_idle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
