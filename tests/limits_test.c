/* SPDX-License-Identifier: MIT
 *
 * Limits of spans: names without number, threads, depth, durations and counts that no short run would reach; and programs
 * that leave spans by every way there is.
 *
 * runs in: release asan
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "recorded.h"

static TACHO_SITE(outer, "outer");
static TACHO_SITE(inner, "inner");

/* Names are of the process, so each of these has one of its own. */
static void in_a_child(struct recorded *r, void (*records)(void))
{
	recorded_make(r);
	pid_t child = fork();
	if (!child) {
		recorded_begin(r, 1024);
		records();
		tc_recorder_close();
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	recorded_manifest(r, true);
}

/* They differ in their last bytes only. */
static void mark_names(int names)
{
	char name[120];
	memset(name, 'n', 100);
	for (int i = 0; i < names; i++) {
		snprintf(name + 100, sizeof name - 100, "%d", i);
		recorded_mark(tacho_site_named(name), 1 + i % 3);
	}
}

static void mark_a_thousand(void)
{
	mark_names(1000);
	mark_names(1000);
}

static void mark_a_hundred_thousand(void)
{
	mark_names(100000);
}

static void a_thousand_names(void **state)
{
	(void)state;
	struct recorded r;
	in_a_child(&r, mark_a_thousand);
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(s->names, 1000);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(s->name[i].figures.count, 2 * (1 + i % 3));
	assert_int_equal(s->process[0].names_lost, 0);
	recorded_drop(&r, s);
}

/* Each beyond the limit is counted, under one name, and that is said. */
static void a_hundred_thousand_names(void **state)
{
	(void)state;
	struct recorded r;
	uint64_t total = 0, wanted = 0;
	in_a_child(&r, mark_a_hundred_thousand);
	struct tc_session_options options = {.no_spans = true};
	struct tc_session *s = recorded_open(&r, &options);
	for (size_t i = 0; i < s->names; i++)
		total += s->name[i].figures.count;
	for (int i = 0; i < 100000; i++)
		wanted += 1 + (uint64_t)i % 3;
	assert_int_equal(total, wanted);
	assert_true(s->names > 65000 && s->names <= 65535);
	assert_true(recorded_count(s, "(other)") > 2 * 34000);
	assert_int_equal(s->process[0].names_lost, 100000 - 65533);
	bool said = false;
	for (size_t i = 0; i < s->notes; i++)
		said |= strstr(s->note[i], "\"(other)\"") != NULL;
	assert_true(said);
	recorded_drop(&r, s);
}

static void nest(int levels)
{
	struct tacho_span span;
	tacho_span_begin(&span, levels % 2 ? &outer : &inner);
	if (levels > 1)
		nest(levels - 1);
	tacho_span_end(&span);
}

static void sixty_four_levels_and_a_thousand(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	nest(64);
	nest(64);
	nest(1000); /* the ring has all of these */
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_count(s, "outer"), 32 + 500 + 32);
	assert_int_equal(recorded_count(s, "inner"), 32 + 500 + 32);
	assert_int_equal(s->open_spans, 0);
	uint32_t deepest = 0;
	for (size_t i = 0; i < s->spans; i++)
		deepest = s->span[i].depth > deepest ? s->span[i].depth : deepest;
	assert_int_equal(deepest, 999);
	recorded_drop(&r, s);
}

static pthread_barrier_t barrier;

static void *live_at_once(void *unused)
{
	struct tacho_span span;
	tacho_span_begin(&span, &outer);
	pthread_barrier_wait(&barrier);
	recorded_mark(&inner, 10);
	pthread_barrier_wait(&barrier);
	tacho_span_end(&span);
	return unused;
}

static void three_hundred_threads_at_once(void **state)
{
	(void)state;
	static pthread_t thread[300];
	struct recorded r;
	pthread_attr_t small;
	recorded_make(&r);
	recorded_begin(&r, 64);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 128 << 10);
	pthread_barrier_init(&barrier, NULL, 301);
	for (int i = 0; i < 300; i++)
		assert_int_equal(pthread_create(&thread[i], &small, live_at_once, NULL), 0);
	pthread_barrier_wait(&barrier);
	struct tc_session *live = recorded_open(&r, NULL);
	assert_int_equal(live->process[0].threads, 300);
	assert_int_equal(live->open_spans, 300);
	tc_session_release(live);
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 300; i++)
		pthread_join(thread[i], NULL);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_count(s, "outer"), 300);
	assert_int_equal(recorded_count(s, "inner"), 3000);
	assert_int_equal(s->process[0].threads_lost, 0);
	recorded_drop(&r, s);
}

static void *live_shortly(void *unused)
{
	recorded_mark(&outer, 2);
	return unused;
}

static uint64_t part_bytes(void)
{
	const struct tc_part_header *header = (const void *)((char *)tacho_self - tacho_self->at);
	return header->used;
}

/* One after another they use the same block: the file does not grow. */
static void twenty_thousand_threads(void **state)
{
	(void)state;
	struct recorded r;
	uint64_t after_first = 0;
	recorded_start(&r);
	recorded_mark(&inner, 1);
	for (int i = 0; i < 20000; i++) {
		pthread_t thread;
		assert_int_equal(pthread_create(&thread, NULL, live_shortly, NULL), 0);
		pthread_join(thread, NULL);
		if (i == 100)
			after_first = part_bytes();
	}
	assert_in_range(part_bytes(), after_first, after_first + 20480); /* pages for durations not met before */
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_count(s, "outer"), 40000);
	assert_int_equal(s->process[0].threads, 20001);
	recorded_drop(&r, s);
}

/* The rest of what the spans lasted is not known; that they were open is. */
static void exit_in_a_span(void **state)
{
	(void)state;
	struct recorded r;
	recorded_make(&r);
	pid_t child = fork();
	if (!child) {
		recorded_begin(&r, 1024);
		recorded_mark(&inner, 5);
		TACHO_SCOPE("outer");
		TACHO_SCOPE("inner");
		exit(0);
	}
	waitpid(child, NULL, 0);
	recorded_manifest(&r, true);
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(recorded_count(s, "inner"), 5);
	assert_int_equal(s->open_spans, 2);
	recorded_drop(&r, s);
}

static jmp_buf back;

static void (*volatile jump_next)(int levels);

static void jump(int levels)
{
	struct tacho_span span; /* nobody ends it */
	tacho_span_begin(&span, &inner);
	if (!levels)
		longjmp(back, 1);
	jump_next(levels - 1);
}

static void longjmp_over_spans(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	jump_next = jump;
	for (int i = 0; i < 50; i++) {
		struct tacho_span span;
		tacho_span_begin(&span, &outer);
		if (!setjmp(back))
			jump(i % 10);
		tacho_span_end(&span);
		recorded_mark(&outer, 1);
	}
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_count(s, "outer"), 100);
	assert_int_equal(recorded_count(s, "inner"), 0);
	assert_int_equal(s->open_spans, 0);
	assert_int_equal(s->root->children, 1);
	recorded_drop(&r, s);
}

static void a_clock_that_goes_back(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span span;
	recorded_start(&r);
	for (int i = 0; i < 10; i++) {
		tacho_span_begin(&span, &outer);
		span.start += (uint64_t)1 << 36; /* it was later when it began */
		tacho_self->stack[1].start = span.start;
		tacho_span_end(&span);
	}
	struct tc_session *s = recorded_finish(&r);
	const struct tc_figures *f = &recorded_name(s, "outer")->figures;
	assert_int_equal(f->count, 10);
	assert_true(tc_u128_of(f->sum_ns) == 0);
	assert_int_equal(f->max_ns, 0);
	assert_int_equal(tc_histogram_total(&f->histogram), 10);
	assert_int_equal(s->open_spans, 0);
	recorded_drop(&r, s);
}

/* Years of recording, put into the node as they would stand there. */
static void counts_and_sums_at_their_edges(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span span;
	recorded_start(&r);
	for (int i = 0; i < 4; i++)
		tacho_span_record(&outer, 0, 1000, false);
	tacho_span_begin(&span, &inner);
	struct tacho_block *block = span.block;
	tacho_span_end(&span);
	struct tacho_node *node = (void *)((char *)block - block->at + block->node_chunk[0]);
	for (uint32_t id = 0; id < block->nodes; id++, node++)
		if (node->kind == TACHO_KIND_MEASURED)
			break;
	uint32_t cell = tacho_cell(1000), before = 2; /* two of four are in the histogram */
	uint32_t *counter =
		(uint32_t *)(void *)((char *)block + (uint64_t)node->page[cell / 1024] * TACHO_UNIT) + cell % 1024;
	assert_in_range(*counter, 1, 4);
	uint64_t more = UINT32_MAX - *counter - 1;
	before = *counter;
	*counter = UINT32_MAX - 1;
	node->count = node->begun = node->count + more;
	block->finished += more;
	block->skipped += more;
	block->undo_index = block->finished - 1;
	node->sum_ns = (((tacho_u128)1 << 64) - 1500) + node->sum_ns; /* the next but one carries into the high half */
	node->squares_ns2 = ~(tacho_u128)0 - 999999;                  /* and squares go round, as is documented */
	tacho_u128 sum = node->sum_ns;
	for (int i = 0; i < 10; i++)
		tacho_span_record(&outer, 0, 1000, false);
	assert_true(node->sum_ns == sum + 10000);
	assert_true(node->squares_ns2 == 9000000);
	assert_int_equal(block->carry[0].times, 1);
	assert_true(before <= 4);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_figures *f = &recorded_name(s, "outer")->figures;
	assert_true(f->count == more + 14);
	assert_true(tc_u128_of(f->sum_ns) == sum + 10000);
	assert_true(tc_histogram_total(&f->histogram) == f->count);
	recorded_drop(&r, s);
}

static void record_until_killed(const struct recorded *r, int ready)
{
	recorded_begin((struct recorded *)(uintptr_t)r, 64);
	recorded_mark(&outer, 3);
	struct tacho_span open;
	tacho_span_begin(&open, &outer);
	if (write(ready, "x", 1) != 1)
		_exit(1);
	for (;;)
		recorded_mark(&inner, 1);
}

/* Processes share a session, not a part: the end of one is nothing to another. */
static void another_process_is_killed_meanwhile(void **state)
{
	(void)state;
	struct recorded r;
	int ready[2];
	char byte;
	recorded_start(&r);
	assert_int_equal(pipe(ready), 0);
	for (int i = 0; i < 5; i++) {
		pid_t child = fork();
		if (!child) {
			tc_recorder_close();
			record_until_killed(&r, ready[1]);
		}
		assert_int_equal(read(ready[0], &byte, 1), 1);
		recorded_mark(&outer, 100);
		kill(child, SIGKILL);
		recorded_mark(&outer, 100);
		waitpid(child, NULL, 0);
	}
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(s->processes, 6);
	assert_int_equal(recorded_count(s, "outer"), 1000 + 5 * 3);
	assert_true(s->open_spans >= 5);
	size_t killed = 0;
	for (size_t i = 0; i < s->processes; i++)
		killed += s->process[i].state != TC_PROCESS_CLOSED;
	assert_int_equal(killed, 5); /* not closed by themselves */
	close(ready[0]);
	close(ready[1]);
	recorded_drop(&r, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_names),
		cmocka_unit_test(a_hundred_thousand_names),
		cmocka_unit_test(sixty_four_levels_and_a_thousand),
		cmocka_unit_test(three_hundred_threads_at_once),
		cmocka_unit_test(twenty_thousand_threads),
		cmocka_unit_test(exit_in_a_span),
		cmocka_unit_test(longjmp_over_spans),
		cmocka_unit_test(a_clock_that_goes_back),
		cmocka_unit_test(counts_and_sums_at_their_edges),
		cmocka_unit_test(another_process_is_killed_meanwhile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
