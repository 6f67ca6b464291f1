/* SPDX-License-Identifier: MIT
 *
 * Parts made by hand: torn at every store of an end, cut at every length, with loops and lies in them.
 * With --write DIR it writes the corpus of fuzz/part_fuzz.c.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <tacho/error.h>
#include <unistd.h>
#include "part_builder.h"
#include "read/memory.h"
#include "read/part.h"

static struct tc_session *open_bytes(const void *bytes, size_t count)
{
	struct tc_session *session;
	struct tc_memory_file part = {bytes, count}, log = {NULL, 0};
	if (tc_session_open_memory(&session, &part, 1, log, NULL))
		fail_msg("%s", tacho_last_error());
	return session;
}

static struct tc_session *open_built(const struct built *b)
{
	return open_bytes(b->bytes, b->header->used);
}

static const struct tc_name_view *find(const struct tc_session *s, const char *name)
{
	for (size_t i = 0; i < s->names; i++)
		if (!strcmp(s->name[i].name, name))
			return &s->name[i];
	return NULL;
}

/* Figures of a name equal those of its records, bit by bit, and the histogram lacks nothing. */
static void check_name(const struct tc_session *s, const char *text, uint64_t count)
{
	const struct tc_name_view *name = find(s, text);
	struct tc_figures f = {.min_ns = UINT64_MAX};
	if (!name) {
		assert_int_equal(count, 0);
		return;
	}
	for (size_t i = 0; i < s->spans; i++) {
		const struct tc_span_view *span = &s->span[i];
		if (&s->name[span->name] != name)
			continue;
		f.count++;
		f.failed += span->failed;
		f.sum_ns = tc_wide_add(f.sum_ns, tc_wide_of(span->duration_ns));
		f.squares_ns2 = tc_wide_add(f.squares_ns2, tc_wide_product(span->duration_ns, span->duration_ns));
		f.min_ns = span->duration_ns < f.min_ns ? span->duration_ns : f.min_ns;
		f.max_ns = span->duration_ns > f.max_ns ? span->duration_ns : f.max_ns;
	}
	assert_int_equal(name->figures.count, count);
	assert_int_equal(f.count, count);
	assert_int_equal(f.failed, name->figures.failed);
	assert_true(tc_wide_equal(f.sum_ns, name->figures.sum_ns) &&
		    tc_wide_equal(f.squares_ns2, name->figures.squares_ns2));
	assert_int_equal(tc_histogram_total(&name->figures.histogram), count);
	if (count) {
		assert_int_equal(f.min_ns, name->figures.min_ns);
		assert_int_equal(f.max_ns, name->figures.max_ns);
	}
}

/* After `before` whole spans another ends, and its thread is killed after each store of that. */
static void kill_in_end(unsigned before, bool nested)
{
	for (int steps = 0; steps <= BUILT_STEPS; steps++) {
		struct built b = built_part("outer", "inner");
		for (unsigned i = 0; i < before; i++)
			built_span(&b, i % 2 ? 2 : 1, 300 + 40 * i);
		if (nested)
			built_begin(&b, 2);
		built_begin(&b, nested ? 3 : 2);
		built_end(&b, 777, true, steps);
		struct tc_session *s = open_built(&b);
		bool counts = steps > 8, open = !counts;
		const char *last = nested ? "inner" : "outer";
		uint64_t outer = before / 2 + (!nested && counts);
		check_name(s, "(other)", (before + 1) / 2);
		check_name(s, "outer", outer);
		check_name(s, "inner", nested && counts);
		assert_int_equal(s->process[0].finished, before + counts);
		assert_int_equal(find(s, last) ? find(s, last)->figures.failed : 0, counts);
		assert_int_equal(s->process[0].kept, before + counts);
		assert_int_equal(s->open_spans, nested + open);
		assert_int_equal(s->process[0].mended, steps > 8 && steps < 15);
		for (size_t i = 0; i < s->names; i++)
			assert_int_equal(tc_histogram_total(&s->name[i].figures.histogram), s->name[i].figures.count);
		assert_int_equal(s->notes, 0);
		tc_session_release(s);
		built_free(&b);
	}
}

static void test_killed_in_an_end(void **state)
{
	(void)state;
	for (unsigned before = 0; before < 9; before++) {
		kill_in_end(before, false);
		kill_in_end(before, true);
	}
}

static void test_self_time(void **state)
{
	(void)state;
	struct built b = built_part("outer", "inner");
	built_begin(&b, 2);
	built_span(&b, 3, 300);
	built_end(&b, 1000, false, BUILT_STEPS);
	built_begin(&b, 2);
	built_span(&b, 3, 400);
	struct tc_session *s = open_built(&b);
	/* the 400 lie in an outer that has not ended: its own time is what else it has run for */
	assert_int_equal(find(s, "outer")->figures.self_ns, 1000 - 300 + find(s, "outer")->open_ns - 400);
	assert_in_range(find(s, "outer")->open_ns, 400, 410);
	assert_int_equal(find(s, "inner")->figures.self_ns, 700);
	tc_session_release(s);
	built_free(&b);
}

/* A cell that passed 2^32: with its carry noted, and killed just before that. */
static void test_carries(void **state)
{
	(void)state;
	for (int noted = 0; noted < 2; noted++) {
		struct built b = built_part("outer", "inner");
		for (int i = 0; i < 4; i++)
			built_span(&b, 2, 500);
		struct tacho_node *node = built_node(&b, 2);
		uint64_t cell = (uint64_t)node->page[1] * TACHO_UNIT + tacho_cell(500) % TACHO_PAGE_CELLS * 4;
		*(uint32_t *)(void *)((char *)b.block + cell) = 0; /* 2, and then 2^32 - 2 more */
		node->count += (UINT64_C(1) << 32) - 2;
		node->begun = node->count;
		b.block->finished = node->count;
		b.block->undo_index = node->count - 1;
		for (uint64_t i = 0; i < BUILT_RING; i++)
			tc_part_ring(b.block)[i].word = 500 | UINT64_C(2) << TACHO_TAG_NODE_SHIFT;
		if (noted)
			b.block->carry[0] = (struct tacho_carry){cell, 1};
		struct tc_session *s = open_built(&b);
		const struct tc_figures *figures = &find(s, "outer")->figures;
		assert_int_equal(figures->count, (UINT64_C(1) << 32) + 2);
		assert_int_equal(tc_histogram_total(&figures->histogram), figures->count);
		assert_true(find(s, "outer")->summary.median == 500);
		tc_session_release(s);
		built_free(&b);
	}
}

/* Quantiles come from the cells in which the durations lie. */
static void test_quantiles_from_cells(void **state)
{
	(void)state;
	struct built b = built_part("outer", "inner");
	for (int i = 0; i < 101; i++)
		built_span(&b, 2 + i % 2, i % 2 ? 900 : 400 + 2 * (uint64_t)i);
	struct tc_session *s = open_built(&b);
	const struct tc_summary *outer = &find(s, "outer")->summary;
	assert_true(outer->quantile_error > 0 && fabs(outer->median - 500) <= 500 * TC_HISTOGRAM_ALPHA);
	tc_session_release(s);
	built_free(&b);
}

static void test_rich(void **state)
{
	(void)state;
	struct built b = built_rich();
	struct tc_session *s = open_built(&b);
	const struct tc_name_view *inner = find(s, "inner");
	assert_int_equal(inner->figures.count, 18);
	assert_int_equal(inner->figures.failed, 3);
	assert_int_equal(s->spans, 15);
	assert_int_equal(s->open_spans, 1);
	assert_string_equal(s->open_span[0].attribute[0].text, "a.jpg");
	assert_int_equal(inner->slowest_count, 1);
	assert_int_equal(inner->slowest[0].attribute[0].i64, -3);
	assert_int_equal(inner->failed_kept_count, 1);
	assert_int_equal(s->root->children, 1);
	assert_string_equal(s->name[s->root->child[0]->child[0]->name].name, "link");
	assert_int_equal(s->span[0].thread, 42);
	tc_session_release(s);
	built_free(&b);
}

static void test_wrong_headers(void **state)
{
	(void)state;
	struct tc_part_damage damage;
	struct built b = built_rich();
	size_t size = b.header->used;
	b.header->layout++;
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), TACHO_EVERSION);
	assert_non_null(strstr(tacho_last_error(), "layout 2"));
	b.header->layout--;
	b.header->byte_order = __builtin_bswap64(TC_BYTE_ORDER);
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), TACHO_EVERSION);
	b.header->byte_order = 5;
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), TACHO_EFORMAT);
	b.header->byte_order = TC_BYTE_ORDER;
	b.header->block_bytes += 8;
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), TACHO_EFORMAT);
	b.header->block_bytes -= 8;
	assert_int_equal(tc_part_check(b.bytes, 0, "p", &damage), TACHO_ENOENT);
	assert_int_equal(tc_part_check(b.bytes, 4096, "p", &damage), TACHO_EFORMAT);
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_false(tc_part_is_damaged(&damage));
	built_free(&b);
}

/* Opens at each length, never says more than there was, and says that something is missing. */
static void test_cut_at_every_length(void **state)
{
	(void)state;
	struct built b = built_rich();
	size_t whole = b.header->used;
	for (size_t count = 0; count < whole; count++) {
		struct tc_session *s;
		struct tc_memory_file part = {b.bytes, count}, log = {NULL, 0};
		int code = tc_session_open_memory(&s, &part, 1, log, NULL);
		assert_int_equal(code, !count ? TACHO_ENOENT : count < TC_HEADER_BYTES ? TACHO_EFORMAT : 0);
		if (code)
			continue;
		assert_true(s->notes >= 1);
		assert_true(s->process[0].finished <= 27 && s->spans <= 15);
		tc_session_release(s);
	}
	built_free(&b);
}

/* However much it says was ever written there, an attribute ring is gone through once. */
static void test_endless_attributes(void **state)
{
	(void)state;
	static const uint64_t written[] = {
		UINT64_MAX, UINT64_MAX - 7, UINT64_MAX - 2000, 1u << 31, BUILT_ATTRIBUTES + 8};
	for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
		struct built b = built_rich();
		b.block->attributes_written = written[i];
		struct tc_session *s = open_built(&b);
		assert_int_equal(s->spans, 15);
		tc_session_release(s);
		built_free(&b);
	}
}

static void test_loops_and_overlaps(void **state)
{
	(void)state;
	struct tc_part_damage damage;
	struct built b = built_rich();
	size_t size = b.header->used;
	b.block->next = b.block->at; /* the list of blocks is a ring */
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(damage.chains == 1 && b.header->blocks == 1 && !b.block->next);
	built_node(&b, 3)->parent = 3; /* its own parent */
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(damage.nodes == 1 && b.block->nodes == 3);
	built_node(&b, 2)->page[0] = built_node(&b, 2)->page[1]; /* two pages in one place */
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(damage.pages == 1 && built_node(&b, 2)->page[0] && !built_node(&b, 2)->page[1]);
	b.header->name_chunk[0] = b.block->at + 8; /* names over a block */
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(damage.names == 4 && !b.header->names);
	b.block->node_chunk[0] = UINT64_MAX - 63;
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(damage.nodes == 3 && !b.block->nodes);
	b.block->ring_records = 1u << 31;
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(damage.rings == 1 && !b.block->ring_records);
	built_free(&b);
}

/* Any bytes are a name; they come out as they went in. */
static void test_strange_names(void **state)
{
	(void)state;
	char longest[TC_NAME_BYTES_MAX + 1];
	memset(longest, 'x', TC_NAME_BYTES_MAX);
	longest[TC_NAME_BYTES_MAX] = 0;
	struct built b = built_part("\xff\xfe\x80 \x1b[31m\n\x01", longest);
	built_begin(&b, 2);
	built_span(&b, 3, 300);
	built_end(&b, 600, false, BUILT_STEPS);
	struct tc_session *s = open_built(&b);
	assert_non_null(find(s, "\xff\xfe\x80 \x1b[31m\n\x01"));
	assert_non_null(find(s, longest));
	tc_session_release(s);
	built_free(&b);
}

static void test_threads_and_processes_merge(void **state)
{
	(void)state;
	struct built b = built_part("outer", "inner"), c = built_part("inner", "outer");
	built_span(&b, 2, 300);
	built_add_block(&b);
	built_span(&b, 2, 500);
	built_begin(&c, 2);
	built_span(&c, 3, 400);
	struct tc_memory_file part[] = {{b.bytes, b.header->used}, {c.bytes, c.header->used}}, log = {NULL, 0};
	struct tc_session *s;
	assert_int_equal(tc_session_open_memory(&s, part, 2, log, NULL), 0);
	assert_int_equal(s->names, 2);
	assert_int_equal(s->root->children, 2);
	assert_int_equal(find(s, "outer")->figures.count, 3);
	assert_int_equal(find(s, "outer")->figures.sum_ns.low, 1200);
	assert_true(find(s, "outer")->summary.median == 400 && find(s, "outer")->summary.quantile_error == 0);
	assert_int_equal(find(s, "inner")->open, 1);
	assert_int_equal(s->process[0].threads, 2);
	tc_session_release(s);
	built_free(&b);
	built_free(&c);
}

static const struct tc_metric_view *find_metric(const struct tc_session *s, const char *name)
{
	for (size_t i = 0; i < s->metrics; i++)
		if (!strcmp(s->metric[i].name, name))
			return &s->metric[i];
	return NULL;
}

static void test_counted(void **state)
{
	(void)state;
	struct built b = built_counted();
	struct tc_session *s = open_built(&b);
	assert_int_equal(s->metrics, 4);
	assert_int_equal(find_metric(s, "cache.hits")->count, 17);
	assert_true(find_metric(s, "queue.jobs")->last == 5 && find_metric(s, "queue.jobs")->min == -2);
	assert_int_equal(find_metric(s, "ocr.calls")->count, 6);
	assert_true(find_metric(s, "batch.sizes")->sum == 24 && find_metric(s, "batch.sizes")->recent == 3);
	tc_session_release(s);
	/* cut anywhere: what is left is sound */
	for (size_t count = TC_HEADER_BYTES; count < b.header->used; count += 56) {
		struct tc_memory_file part = {b.bytes, count}, log = {NULL, 0};
		assert_int_equal(tc_session_open_memory(&s, &part, 1, log, NULL), 0);
		assert_true(s->notes >= 1 && s->metrics <= 4);
		tc_session_release(s);
	}
	built_free(&b);
}

/* Offsets that lead astray, two readings of the same bytes, kinds and numbers that do not exist. */
/* A sparse file that an address space of 32 bits can't hold is refused in words, not cut. */
static void test_larger_than_32_bits(void **state)
{
	(void)state;
	struct built b = built_rich();
	struct tc_part_copy part;
	char path[] = "/tmp/tacho-part-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0 && write(fd, b.bytes, b.header->used) == (ssize_t)b.header->used);
	assert_int_equal(ftruncate(fd, ((off_t)5 << 30) + 64), 0);
	int code = tc_part_read(&part, path, "it");
	if (sizeof(void *) == 8) {
		assert_int_equal(code, 0);
		assert_true(part.size == (UINT64_C(5) << 30) + 64 && !tc_part_is_damaged(&part.damage));
		tc_part_release(&part);
	} else {
		assert_int_equal(code, TACHO_ENOMEM);
		assert_string_equal(tacho_last_error(),
			"it takes 5368709184 bytes, more than a program of 32 bits can hold: "
			"read it with one of 64 bits");
	}
	close(fd);
	unlink(path);
	built_free(&b);
}

static void test_hostile_metrics(void **state)
{
	(void)state;
	struct tc_part_damage damage;
	struct built b = built_counted();
	size_t size = b.header->used;
	struct tacho_metrics *metrics = tc_part_metrics(b.bytes, b.block);
	struct tc_metric_entry *entry = (void *)(b.bytes + b.header->metric_chunk[0]);
	struct tacho_distribution *d = tacho_metric_cell(metrics, metrics->cell[5]);
	d->page[0] = metrics->cell[5]; /* a page within its own distribution */
	d->page[1] = UINT32_MAX;
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(damage.pages == 2 && !d->page[0] && !d->page[1] && d->page[8]);
	metrics->cell[4] = metrics->cell[3];
	metrics->cell[900] = 7; /* of no metric: one that came later */
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(damage.metrics == 1 && metrics->cell[3] && !metrics->cell[4] && !metrics->cell[900]);
	entry[1].cell = 5; /* of two kinds at once: the first has it */
	entry[2].kind = 77;
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(damage.metrics == 2 && tc_part_metric(b.bytes, 1) && !tc_part_metric(b.bytes, 2));
	entry[0].cell = TACHO_COUNTERS;
	entry[1].at = UINT64_MAX - 3;
	entry[3].name_bytes = TC_METRIC_TEXT_MAX + 1;
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(!tc_part_metric(b.bytes, 0) && !tc_part_metric(b.bytes, 1) && !tc_part_metric(b.bytes, 3));
	b.block->metrics_at = b.block->at;
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_true(damage.metrics && !b.block->metrics_at);
	b.header->metrics = UINT64_MAX;
	b.header->metric_chunk[0] = 8;
	assert_int_equal(tc_part_check(b.bytes, size, "p", &damage), 0);
	assert_int_equal(b.header->metrics, 0);
	built_free(&b);
}

static void write_part(const char *directory, const char *name, const struct built *b, size_t count)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *file = fopen(path, "wbe");
	assert_non_null(file);
	assert_int_equal(fwrite(b->bytes, 1, count, file), count);
	fclose(file);
}

static int write_corpus(const char *directory)
{
	struct built b = built_rich();
	write_part(directory, "everything", &b, b.header->used);
	write_part(directory, "cut", &b, b.header->used - 6000);
	built_free(&b);
	b = built_part("a", "b");
	write_part(directory, "empty", &b, b.header->used);
	for (unsigned i = 0; i < 40; i++)
		built_span(&b, 2, 300 + i);
	built_begin(&b, 2);
	built_begin(&b, 3);
	built_end(&b, 999, true, 13);
	write_part(directory, "killed", &b, b.header->used);
	built_free(&b);
	b = built_part("a", "b");
	built_add_block(&b);
	built_span(&b, 1, 60000);
	b.header->waits = 1;
	b.header->end = (struct tc_calibration){90000, 90000, 90000};
	write_part(directory, "two_threads", &b, b.header->used);
	built_free(&b);
	b = built_counted();
	write_part(directory, "counted", &b, b.header->used);
	built_free(&b);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--write"))
		return write_corpus(argv[2]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_in_an_end),
		cmocka_unit_test(test_self_time),
		cmocka_unit_test(test_carries),
		cmocka_unit_test(test_quantiles_from_cells),
		cmocka_unit_test(test_rich),
		cmocka_unit_test(test_wrong_headers),
		cmocka_unit_test(test_cut_at_every_length),
		cmocka_unit_test(test_endless_attributes),
		cmocka_unit_test(test_loops_and_overlaps),
		cmocka_unit_test(test_strange_names),
		cmocka_unit_test(test_threads_and_processes_merge),
		cmocka_unit_test(test_counted),
		cmocka_unit_test(test_larger_than_32_bits),
		cmocka_unit_test(test_hostile_metrics),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
