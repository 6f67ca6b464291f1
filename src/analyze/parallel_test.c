/* SPDX-License-Identifier: MIT */
#include "analyze/parallel.h"

#include <math.h>
#include "analyze/critical_path.h"
#include "base/test.h"

enum { ROOT, A, B, C, NAMES, MOST = 64 };

struct made { /* paths of trees that are written down */
	struct tc_plain_span plain[MOST];
	size_t count;
	struct tc_paths paths;
	int64_t path_ns[MOST];
	double weight[MOST];
	struct tc_tree_link link[4];
};

static uint32_t add(struct made *made, uint32_t name, uint32_t parent, int64_t begin, int64_t end)
{
	made->plain[made->count] =
		(struct tc_plain_span){.name = name, .parent = parent, .begin_ns = begin, .end_ns = end};
	return (uint32_t)made->count++;
}

static void finish(struct made *made)
{
	struct tc_forest *forest = &made->paths.trees.forest;
	assert_int_equal(tc_forest_make(forest, made->plain, made->count), 0);
	made->paths.path_ns = made->path_ns;
	made->paths.weight = made->weight;
	made->paths.names = NAMES;
	made->paths.trees.link = made->link;
	for (size_t i = 0; i < forest->trees; i++) {
		made->weight[i] = 1;
		tc_critical_path(forest, &forest->tree[i], made->path_ns);
	}
}

static void link_to(struct made *made, uint32_t from, uint32_t to)
{
	const uint32_t *place = made->paths.trees.forest.place;
	made->link[made->paths.trees.links++] = (struct tc_tree_link){place[from], place[to]};
}

static struct tc_opportunities found_on(const struct made *made, double cores, const double *cpu_ratio)
{
	struct tc_opportunities found;
	assert_int_equal(tc_parallel_find(&found, &made->paths, cores, cpu_ratio), 0);
	return found;
}

static void check(const struct tc_opportunity *o, enum tc_parallel_evidence evidence, size_t names, double sum,
	double parallel, double saving)
{
	assert_int_equal(o->evidence, evidence);
	assert_int_equal(o->names, names);
	assert_true(tc_near(o->sum_ns, sum, 1e-6));
	assert_true(tc_near(o->parallel_ns, parallel, 1e-6));
	assert_true(tc_near(o->saving_hi_ns, saving, (double)o->spans));
	assert_true(tc_near(o->saving_lo_ns, saving / 2, (double)o->spans));
	assert_int_equal(o->parent, ROOT);
}

static void drop(struct made *made, struct tc_opportunities *found)
{
	tc_opportunities_release(found);
	tc_forest_release(&made->paths.trees.forest);
}

/* 400, 300, 200 and 100 one after another, in a root of 1,100. */
static void the_same_operation_in_a_row(void **unused)
{
	static const struct {
		double cores, parallel;
	} cases[] = {{8, 400}, {4, 400}, {3, 400}, {2, 500}, {2.9, 500}};
	struct made made = {0};
	(void)unused;
	uint32_t root = add(&made, ROOT, TC_NO_SPAN, 0, 1100);
	int64_t at = 50;
	for (int64_t ns = 400; ns; at += ns, ns -= 100)
		add(&made, A, root, at, at + ns);
	finish(&made);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tc_opportunities found = found_on(&made, cases[i].cores, NULL);
		assert_int_equal(found.count, 1);
		check(found.at, TC_EVIDENCE_ROW, 1, 1000, cases[i].parallel, 1000 - cases[i].parallel);
		assert_int_equal(found.at->spans, 4);
		assert_true(tc_near(found.at->share_ratio, 1000 / 1100.0, 1e-9));
		assert_true(tc_near(found.at->confidence, tc_evidence_confidence(TC_EVIDENCE_ROW), 0));
		tc_opportunities_release(&found);
	}
	tc_forest_release(&made.paths.trees.forest);
}

/* A and B after each other, once a moment at the same time. */
static void what_overlaps_elsewhere(void **unused)
{
	struct made made = {0};
	(void)unused;
	uint32_t root = add(&made, ROOT, TC_NO_SPAN, 0, 100);
	add(&made, A, root, 0, 60);
	add(&made, B, root, 60, 100);
	finish(&made);
	struct tc_opportunities found = found_on(&made, 4, NULL);
	assert_int_equal(found.count, 1);
	check(found.at, TC_EVIDENCE_NONE, 2, 100, 60, 40);
	assert_true(tc_near(found.at->confidence, tc_evidence_confidence(TC_EVIDENCE_NONE), 0));
	drop(&made, &found);
	root = add(&made, ROOT, TC_NO_SPAN, 200, 300);
	add(&made, A, root, 200, 264); /* by more than rounding */
	add(&made, B, root, 260, 300);
	made.paths = (struct tc_paths){0};
	finish(&made);
	found = found_on(&made, 4, NULL);
	assert_int_equal(found.count, 1);
	check(found.at, TC_EVIDENCE_OVERLAP, 2, 100, 60, 40);
	assert_int_equal(found.at->parents, 1);
	assert_true(tc_near(found.at->confidence, tc_evidence_confidence(TC_EVIDENCE_OVERLAP), 0));
	drop(&made, &found);
}

static void orders(struct made *made, int of_each)
{
	for (int i = 0; i < 2 * of_each; i++) {
		int64_t from = made->count ? made->plain[made->count - 3].end_ns : 0;
		uint32_t root = add(made, ROOT, TC_NO_SPAN, from, from + 100);
		add(made, i % 2 ? A : B, root, from, from + 50);
		add(made, i % 2 ? B : A, root, from + 50, from + 100);
	}
	finish(made);
}

static void either_order(void **unused)
{
	struct made once = {0}, twice = {0};
	(void)unused;
	orders(&once, 1);
	orders(&twice, 2);
	struct tc_opportunities few = found_on(&once, 2, NULL), enough = found_on(&twice, 2, NULL);
	check(few.at, TC_EVIDENCE_NONE, 2, 200, 100, 100);
	check(enough.at, TC_EVIDENCE_ORDER, 2, 400, 200, 200);
	drop(&once, &few);
	drop(&twice, &enough);
}

/* Also where a span below one goes back to a span below the other. */
static void a_link_says_that_it_waits(void **unused)
{
	for (int below = 0; below < 2; below++) {
		struct made made = {0};
		(void)unused;
		uint32_t root = add(&made, ROOT, TC_NO_SPAN, 0, 100);
		uint32_t a = add(&made, A, root, 0, 60), b = add(&made, B, root, 60, 100);
		uint32_t within = add(&made, C, a, 10, 20);
		finish(&made);
		link_to(&made, below ? within : a, b);
		struct tc_opportunities found = found_on(&made, 4, NULL);
		assert_int_equal(found.count, 0);
		drop(&made, &found);
	}
}

static void little_is_not_worth_it(void **unused)
{
	struct made made = {0};
	(void)unused;
	uint32_t root = add(&made, ROOT, TC_NO_SPAN, 0, 1000);
	add(&made, A, root, 0, 49);
	add(&made, B, root, 50, 99);
	finish(&made);
	struct tc_opportunities found = found_on(&made, 4, NULL);
	assert_int_equal(found.count, 0);
	drop(&made, &found);
}

/* On one core only what waits can be done meanwhile. */
static void one_core_has_no_room_for_work(void **unused)
{
	static const double working[NAMES] = {1, 0.9, 0.9, 0.9}, waiting[NAMES] = {0.5, 0.5, 0.1, 0},
			    unknown[NAMES] = {1, NAN, 0.1, 0};
	struct made made = {0};
	(void)unused;
	uint32_t root = add(&made, ROOT, TC_NO_SPAN, 0, 200);
	for (int64_t i = 0; i < 5; i++)
		add(&made, A, root, i * 40, i * 40 + 40);
	finish(&made);
	struct tc_opportunities found = found_on(&made, 1, working);
	assert_int_equal(found.count, 0);
	tc_opportunities_release(&found);
	found = found_on(&made, 1, unknown);
	assert_int_equal(found.count, 0);
	tc_opportunities_release(&found);
	found = found_on(&made, 1, NULL);
	assert_int_equal(found.count, 0);
	tc_opportunities_release(&found);
	found = found_on(&made, 1, waiting);
	assert_int_equal(found.count, 1);
	check(found.at, TC_EVIDENCE_ROW, 1, 200, 100, 100);
	drop(&made, &found);
}

/* C waits for nobody and nobody for it; A and B are linked: the better group is found, and no one is in two. */
static void the_weightiest_comes_first(void **unused)
{
	struct made made = {0};
	(void)unused;
	uint32_t root = add(&made, ROOT, TC_NO_SPAN, 0, 300);
	uint32_t a = add(&made, A, root, 0, 100), b = add(&made, B, root, 100, 180);
	add(&made, C, root, 180, 300);
	finish(&made);
	link_to(&made, a, b);
	struct tc_opportunities found = found_on(&made, 4, NULL);
	assert_int_equal(found.count, 1);
	check(found.at, TC_EVIDENCE_NONE, 2, 220, 120, 100);
	assert_int_equal(found.at->name[0], C);
	assert_int_equal(found.at->name[1], A);
	drop(&made, &found);
}

static void nothing_is_found_in_nothing(void **unused)
{
	struct made made = {0};
	(void)unused;
	finish(&made);
	struct tc_opportunities found = found_on(&made, 4, NULL);
	assert_int_equal(found.count, 0);
	drop(&made, &found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_operation_in_a_row),
		cmocka_unit_test(what_overlaps_elsewhere),
		cmocka_unit_test(either_order),
		cmocka_unit_test(a_link_says_that_it_waits),
		cmocka_unit_test(little_is_not_worth_it),
		cmocka_unit_test(one_core_has_no_room_for_work),
		cmocka_unit_test(the_weightiest_comes_first),
		cmocka_unit_test(nothing_is_found_in_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
