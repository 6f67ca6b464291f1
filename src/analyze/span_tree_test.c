/* SPDX-License-Identifier: MIT
 *
 * Critical paths and re-timing on trees of chance, against what is written down here once more, a ns at a time.
 */
#include "analyze/span_tree.h"

#include <string.h>
#include "analyze/critical_path.h"
#include "analyze/what_if.h"
#include "base/test.h"

enum { MOST = 48, LONGEST = 160, NAMES = 5, TREES = 4000 };

static uint64_t state;

static uint32_t chance(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

/* Children that overlap, reach beyond their parent, have no duration, follow; apart: siblings one after another. */
static size_t grow(struct tc_plain_span *plain, bool apart)
{
	size_t count = 1 + chance(MOST);
	int64_t free_from[MOST];
	plain[0] = (struct tc_plain_span){.name = chance(NAMES), .parent = TC_NO_SPAN, .end_ns = 1 + chance(LONGEST)};
	free_from[0] = 0;
	for (size_t i = 1; i < count; i++) {
		uint32_t parent = chance((uint32_t)i);
		int64_t from = apart ? free_from[parent] : plain[parent].begin_ns - 3;
		int64_t begin = from + chance(apart ? 6 : LONGEST / 2), end = begin + chance(LONGEST / 3);
		if (apart && end > plain[parent].end_ns)
			end = plain[parent].end_ns;
		plain[i] = (struct tc_plain_span){.name = chance(NAMES),
			.parent = parent,
			.begin_ns = begin,
			.end_ns = end > begin ? end : begin,
			.follows = chance(20) == 0};
		free_from[parent] = plain[i].end_ns;
		free_from[i] = begin;
	}
	return count;
}

/* ---- the same once more, in the plainest way ---- */

struct plain_tree {
	size_t count;
	struct tc_plain_span span[MOST]; /* cut to their parents; parent TC_NO_SPAN: dropped, but for the first */
	int64_t path_ns[MOST];
	int64_t new_ns[MOST];
};

static void cut_to(const struct tc_plain_span *parent, struct tc_plain_span *span)
{
	span->begin_ns = span->begin_ns > parent->begin_ns ? span->begin_ns : parent->begin_ns;
	span->end_ns = span->end_ns < parent->end_ns ? span->end_ns : parent->end_ns;
	if (span->follows || span->begin_ns >= span->end_ns)
		span->parent = TC_NO_SPAN;
}

/* The first of those siblings that begin in the last 3 ns of a longer one. */
static int64_t end_before_others(const struct plain_tree *tree, size_t which)
{
	const struct tc_plain_span *span = &tree->span[which];
	int64_t end = span->end_ns;
	for (size_t i = 1; i < tree->count; i++) {
		int64_t begin = tree->span[i].begin_ns;
		if (tree->span[i].parent == span->parent && begin >= span->end_ns - 3 && begin < end)
			end = begin;
	}
	return span->end_ns - span->begin_ns > 3 ? end : span->end_ns;
}

static void cut(struct plain_tree *tree)
{
	int64_t end[MOST] = {0};
	for (size_t parent = 0; parent < tree->count; parent++) {
		bool there = parent == 0 || tree->span[parent].parent != TC_NO_SPAN;
		for (size_t i = parent + 1; i < tree->count; i++)
			if (tree->span[i].parent == parent && there)
				cut_to(&tree->span[parent], &tree->span[i]);
			else if (tree->span[i].parent == parent)
				tree->span[i].parent = TC_NO_SPAN;
		for (size_t i = parent + 1; i < tree->count; i++)
			end[i] = tree->span[i].parent == parent ? end_before_others(tree, i) : tree->span[i].end_ns;
		for (size_t i = parent + 1; i < tree->count; i++)
			tree->span[i].end_ns = end[i];
	}
}

/* The child of a span that ended last by `at`, of equal ones the longest. */
static size_t last_by(const struct plain_tree *tree, size_t parent, int64_t at)
{
	size_t best = 0;
	for (size_t i = 1; i < tree->count; i++) {
		const struct tc_plain_span *span = &tree->span[i], *other = &tree->span[best];
		if (span->parent != parent || span->end_ns > at)
			continue;
		if (!best || span->end_ns > other->end_ns ||
			(span->end_ns == other->end_ns && span->begin_ns < other->begin_ns))
			best = i;
	}
	return best;
}

static void walk(struct plain_tree *tree, size_t span)
{
	int64_t at = tree->span[span].end_ns;
	for (size_t child; (child = last_by(tree, span, at)); at = tree->span[child].begin_ns) {
		tree->path_ns[span] += at - tree->span[child].end_ns;
		walk(tree, child);
	}
	tree->path_ns[span] += at - tree->span[span].begin_ns;
}

static int64_t own_between(const struct plain_tree *tree, size_t span, int64_t from, int64_t to)
{
	int64_t own = 0;
	for (int64_t at = from; at < to; at++) {
		bool covered = false;
		for (size_t i = 1; i < tree->count; i++)
			covered |= tree->span[i].parent == span && tree->span[i].begin_ns <= at &&
			           at < tree->span[i].end_ns;
		own += !covered;
	}
	return own;
}

/* When a child begins, or the parent ends, that was at `at`; new_ns of the children are their ends. */
static int64_t moved(const struct plain_tree *tree, size_t parent, int64_t at, uint32_t name, int percent)
{
	int64_t latest = 0, last = tree->span[parent].begin_ns;
	for (size_t i = 1; i < tree->count; i++) {
		if (tree->span[i].parent != parent || tree->span[i].end_ns > at)
			continue;
		latest = tree->new_ns[i] > latest ? tree->new_ns[i] : latest;
		last = tree->span[i].end_ns > last ? tree->span[i].end_ns : last;
	}
	int64_t own = own_between(tree, parent, last, at), kept = own * percent / 100;
	return latest + (at - last) - (tree->span[parent].name == name ? own - kept : 0);
}

static int64_t retimed(struct plain_tree *tree, size_t span, uint32_t name, int percent)
{
	for (int64_t at = tree->span[span].begin_ns; at < tree->span[span].end_ns; at++)
		for (size_t i = 1; i < tree->count; i++)
			if (tree->span[i].parent == span && tree->span[i].begin_ns == at)
				tree->new_ns[i] =
					moved(tree, span, at, name, percent) + retimed(tree, i, name, percent);
	return moved(tree, span, tree->span[span].end_ns, name, percent);
}

/* ---- properties ---- */

struct pair { /* the same tree twice */
	struct tc_forest forest;
	struct plain_tree plain;
};

static void make(struct pair *pair, uint64_t seed, bool apart)
{
	state = seed;
	memset(&pair->plain, 0, sizeof pair->plain);
	pair->plain.count = grow(pair->plain.span, apart);
	assert_int_equal(tc_forest_make(&pair->forest, pair->plain.span, pair->plain.count), 0);
	assert_int_equal(pair->forest.trees, 1);
	cut(&pair->plain);
}

static void spans_are_cut_and_dropped(void **unused)
{
	struct pair pair;
	(void)unused;
	for (uint64_t seed = 0; seed < TREES; seed++) {
		make(&pair, seed, false);
		for (size_t i = 0; i < pair.plain.count; i++) {
			uint32_t place = pair.forest.place[i];
			assert_int_equal(i == 0 || pair.plain.span[i].parent != TC_NO_SPAN, place != TC_NO_SPAN);
			if (place == TC_NO_SPAN)
				continue;
			const struct tc_tree_span *span = &pair.forest.span[place];
			assert_int_equal(span->plain, i);
			assert_int_equal(span->begin_ns, pair.plain.span[i].begin_ns);
			assert_int_equal(span->end_ns, pair.plain.span[i].end_ns);
			if (i)
				assert_int_equal(pair.forest.span[span->parent].plain, pair.plain.span[i].parent);
		}
		tc_forest_release(&pair.forest);
	}
}

/* Sections follow each other from the root's end to its begin. */
static void check_sections(const struct tc_forest *forest, const int64_t *want_ns)
{
	struct tc_section section[2 * MOST];
	int64_t again_ns[MOST], sum_ns[MOST] = {0};
	size_t count = tc_critical_sections(forest, &forest->tree[0], again_ns, section);
	int64_t at = forest->span[0].end_ns;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(section[i].end_ns, at);
		at = section[i].begin_ns;
		sum_ns[section[i].span] += section[i].end_ns - section[i].begin_ns;
	}
	assert_int_equal(at, forest->span[0].begin_ns);
	for (size_t i = 0; i < forest->spans; i++)
		assert_int_equal(sum_ns[i], want_ns[i] == TC_OFF_PATH ? 0 : want_ns[i]);
}

static void paths_add_up_and_agree(void **unused)
{
	struct pair pair;
	int64_t own_ns[MOST];
	(void)unused;
	for (uint64_t seed = 0; seed < TREES; seed++) {
		make(&pair, seed, false);
		tc_critical_path(&pair.forest, &pair.forest.tree[0], own_ns);
		walk(&pair.plain, 0);
		for (size_t i = 0; i < pair.forest.spans; i++)
			assert_int_equal(own_ns[i] == TC_OFF_PATH ? 0 : own_ns[i],
				pair.plain.path_ns[pair.forest.span[i].plain]);
		check_sections(&pair.forest, own_ns);
		tc_forest_release(&pair.forest);
	}
}

static void unchanged_trees_keep_their_times(void **unused)
{
	static const struct tc_change nothing = {.name = TC_NO_SPAN};
	struct pair pair;
	int64_t end_ns[MOST];
	(void)unused;
	for (uint64_t seed = 0; seed < TREES; seed++) {
		make(&pair, seed, false);
		tc_retime(&pair.forest, &pair.forest.tree[0], &nothing, end_ns);
		for (size_t i = 0; i < pair.forest.spans; i++) {
			const struct tc_tree_span *span = &pair.forest.span[i];
			int64_t from = i ? pair.forest.span[span->parent].begin_ns : span->begin_ns;
			assert_int_equal(end_ns[i], span->end_ns - from);
		}
		tc_forest_release(&pair.forest);
	}
}

static void new_times_agree(void **unused)
{
	static const int percents[] = {0, 25, 50, 100};
	struct pair pair;
	int64_t end_ns[MOST];
	(void)unused;
	for (uint64_t seed = 0; seed < TREES / 4; seed++) {
		make(&pair, seed, false);
		for (uint32_t name = 0; name < NAMES; name++) {
			int percent = percents[(seed + name) % 4];
			struct tc_change change = {.name = name, .own_factor = percent / 100.0};
			assert_int_equal(tc_retime(&pair.forest, &pair.forest.tree[0], &change, end_ns),
				retimed(&pair.plain, 0, name, percent));
		}
		tc_forest_release(&pair.forest);
	}
}

static int64_t on_path(const struct tc_forest *forest, const int64_t *own_ns, uint32_t name)
{
	int64_t sum = 0;
	for (size_t i = 0; i < forest->spans; i++)
		sum += forest->span[i].name == name && own_ns[i] != TC_OFF_PATH ? own_ns[i] : 0;
	return sum;
}

/* R11.10: what is said to be saved can be, and with nothing at the same time it is all of it. */
static void no_more_is_saved_than_was_on_the_path(void **unused)
{
	struct pair pair;
	int64_t own_ns[MOST], end_ns[MOST];
	size_t less = 0;
	(void)unused;
	for (uint64_t seed = 0; seed < TREES; seed++) {
		bool apart = seed % 4 == 0;
		make(&pair, seed, apart);
		const struct tc_span_tree *tree = &pair.forest.tree[0];
		assert_false(apart && tree->overlaps);
		tc_critical_path(&pair.forest, tree, own_ns);
		for (uint32_t name = 0; name < NAMES; name++) {
			struct tc_change removed = {.name = name}, halved = {.name = name, .own_factor = 0.5};
			int64_t whole = tc_tree_duration(&pair.forest, tree),
				path = on_path(&pair.forest, own_ns, name);
			int64_t all = whole - tc_retime(&pair.forest, tree, &removed, end_ns);
			int64_t half = whole - tc_retime(&pair.forest, tree, &halved, end_ns);
			assert_in_range(all, tree->overlaps ? 0 : path, path);
			assert_in_range(half, 0, all);
			less += all < path;
		}
		tc_forest_release(&pair.forest);
	}
	assert_true(less > TREES / 20); /* the trees do put something in another's place */
}

static void own_time_is_what_no_child_covers(void **unused)
{
	struct pair pair;
	int64_t own_ns[MOST];
	(void)unused;
	for (uint64_t seed = 0; seed < TREES / 4; seed++) {
		make(&pair, seed, false);
		tc_own_time(&pair.forest, &pair.forest.tree[0], own_ns);
		for (size_t i = 0; i < pair.forest.spans; i++) {
			const struct tc_tree_span *span = &pair.forest.span[i];
			assert_int_equal(
				own_ns[i], own_between(&pair.plain, span->plain, span->begin_ns, span->end_ns));
		}
		tc_forest_release(&pair.forest);
	}
}

/* Two downloads beside each other: only what the longer has more than the other can be saved by it. */
static void of_two_at_a_time_the_other_remains(void **unused)
{
	static const struct tc_plain_span plain[] = {
		{.name = 0, .parent = TC_NO_SPAN, .begin_ns = 0, .end_ns = 100},
		{.name = 1, .parent = 0, .begin_ns = 10, .end_ns = 90},
		{.name = 2, .parent = 0, .begin_ns = 10, .end_ns = 60},
	};
	static const struct tc_change removed = {.name = 1}, halved = {.name = 1, .own_factor = 0.5};
	struct tc_forest forest;
	int64_t end_ns[3], own_ns[3];
	(void)unused;
	assert_int_equal(tc_forest_make(&forest, plain, 3), 0);
	tc_critical_path(&forest, &forest.tree[0], own_ns);
	assert_int_equal(own_ns[forest.place[1]], 80);
	assert_int_equal(own_ns[forest.place[2]], TC_OFF_PATH);
	assert_int_equal(tc_retime(&forest, &forest.tree[0], &removed, end_ns), 70);
	assert_int_equal(tc_retime(&forest, &forest.tree[0], &halved, end_ns), 70);
	tc_forest_release(&forest);
}

/* Times of other tools' traces, in broken microseconds of a double, come back up to 3 ns off. */
static void rounding_makes_nothing_parallel(void **unused)
{
	(void)unused;
	for (int64_t off = 0; off <= 4; off++) {
		const struct tc_plain_span plain[] = {
			{.name = 0, .parent = TC_NO_SPAN, .begin_ns = 0, .end_ns = 1000},
			{.name = 1, .parent = 0, .begin_ns = 0, .end_ns = 400 + off},
			{.name = 2, .parent = 0, .begin_ns = 400, .end_ns = 1000},
		};
		static const struct tc_change halved = {.name = 1, .own_factor = 0.5};
		struct tc_forest forest;
		int64_t end_ns[3], own_ns[3];
		assert_int_equal(tc_forest_make(&forest, plain, 3), 0);
		assert_int_equal(forest.tree[0].overlaps, off > 3);
		tc_critical_path(&forest, &forest.tree[0], own_ns);
		assert_int_equal(own_ns[forest.place[1]], off > 3 ? TC_OFF_PATH : 400);
		assert_int_equal(tc_retime(&forest, &forest.tree[0], &halved, end_ns), off > 3 ? 1000 : 800);
		tc_forest_release(&forest);
	}
}

static void nothing_makes_no_tree(void **unused)
{
	struct tc_forest forest;
	(void)unused;
	assert_int_equal(tc_forest_make(&forest, NULL, 0), 0);
	assert_int_equal(forest.trees, 0);
	tc_forest_release(&forest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_cut_and_dropped),
		cmocka_unit_test(paths_add_up_and_agree),
		cmocka_unit_test(unchanged_trees_keep_their_times),
		cmocka_unit_test(new_times_agree),
		cmocka_unit_test(no_more_is_saved_than_was_on_the_path),
		cmocka_unit_test(own_time_is_what_no_child_covers),
		cmocka_unit_test(of_two_at_a_time_the_other_remains),
		cmocka_unit_test(rounding_makes_nothing_parallel),
		cmocka_unit_test(nothing_makes_no_tree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
