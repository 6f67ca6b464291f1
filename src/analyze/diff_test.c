/* SPDX-License-Identifier: MIT */
#include "analyze/diff.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "analyze/made.h"
#include "base/test.h"
#include "stats/drawn.h"

enum { MS = 1000000, SESSIONS_MOST = 16 };

static uint64_t state;

static double noise(void) /* even, from -1 to 1 */
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (double)(state >> 11) / 0x1p52 - 1;
}

static void spans(struct made *m, const char *name, size_t count, double ns, double spread)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t took = (uint64_t)(ns * (1 + spread * noise()));
		made_span(m, name, (tc_instant)i * 10 * MS, took, took, false);
	}
}

struct both { /* sessions of both sides, half of them each */
	size_t count;
	struct made *made[SESSIONS_MOST];
	struct tc_diff diff;
};

static struct both begin(size_t count)
{
	struct both both = {.count = count};
	state = 7;
	for (size_t i = 0; i < count; i++)
		both.made[i] = made_new();
	return both;
}

static void compare(struct both *both)
{
	const struct tc_session *session[SESSIONS_MOST];
	for (size_t i = 0; i < both->count; i++)
		session[i] = made_session(both->made[i]);
	assert_int_equal(
		tc_diff_make(&both->diff, session, both->count / 2, session + both->count / 2, both->count / 2, false),
		0);
}

static void end(struct both *both)
{
	tc_diff_release(&both->diff);
	for (size_t i = 0; i < both->count; i++)
		made_release(both->made[i]);
}

static const struct tc_diff_row *row_of(const struct both *both, const char *name)
{
	for (size_t i = 0; i < both->diff.rows; i++)
		if (!strcmp(both->diff.row[i].name, name))
			return &both->diff.row[i];
	fail_msg("no row of %s", name);
	return NULL;
}

static const struct tc_comparison *median_of(const struct both *both, const char *name)
{
	return &row_of(both, name)->value[TC_DIFF_MEDIAN].comparison;
}

static void test_one_run_against_one(void **unused)
{
	(void)unused;
	struct both both = begin(2);
	spans(both.made[0], "insert", 400, 10 * MS, 0.1);
	spans(both.made[1], "insert", 400, 12 * MS, 0.1);
	spans(both.made[0], "encode", 400, 10 * MS, 0.1);
	spans(both.made[1], "encode", 400, 8 * MS, 0.1);
	spans(both.made[0], "parse", 400, 10 * MS, 0.1);
	spans(both.made[1], "parse", 400, 10 * MS, 0.1);
	compare(&both);
	const struct tc_comparison *insert = median_of(&both, "insert");
	assert_int_equal(insert->verdict, TC_REGRESSION);
	assert_int_equal(insert->units, TC_OF_BLOCKS);
	assert_int_equal(insert->base, 20);
	assert_true(fabs(insert->ratio - 1.2) < 0.03 && insert->ratio_lo > 1.15 && insert->ratio_hi < 1.25);
	assert_true(insert->confidence <= 0.8);
	assert_int_equal(median_of(&both, "encode")->verdict, TC_IMPROVEMENT);
	assert_int_equal(median_of(&both, "parse")->verdict, TC_EQUIVALENT);
	assert_int_equal(tc_diff_verdict(row_of(&both, "insert")), TC_REGRESSION);
	assert_int_equal(row_of(&both, "insert")->value[TC_DIFF_TAIL].comparison.verdict, TC_REGRESSION);
	assert_true(both.diff.single);
	end(&both);
}

/* A tenth of the spans takes three times as long: the median does not move, the p95 does. */
static void test_a_longer_tail(void **unused)
{
	(void)unused;
	struct both both = begin(2);
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < 800; i++) {
			uint64_t took = (uint64_t)((s && i % 10 == 0 ? 30 : 10) * MS * (1 + 0.05 * noise()));
			made_span(both.made[s], "insert", (tc_instant)i * 10 * MS, took, took, false);
		}
	compare(&both);
	assert_int_equal(median_of(&both, "insert")->verdict, TC_EQUIVALENT);
	assert_int_equal(row_of(&both, "insert")->value[TC_DIFF_TAIL].comparison.verdict, TC_REGRESSION);
	assert_int_equal(tc_diff_verdict(row_of(&both, "insert")), TC_REGRESSION);
	end(&both);
}

/* The rings hold nothing: the observer's windows do. */
static void test_from_windows(void **unused)
{
	(void)unused;
	struct both both = begin(2);
	both.made[0]->no_ring = both.made[1]->no_ring = true;
	spans(both.made[0], "insert", 4000, 2 * MS, 0.1);
	spans(both.made[1], "insert", 4000, 2.4 * MS, 0.1);
	compare(&both);
	assert_int_equal(median_of(&both, "insert")->units, TC_OF_BLOCKS);
	assert_int_equal(median_of(&both, "insert")->verdict, TC_REGRESSION);
	end(&both);
}

static void test_few_spans(void **unused)
{
	(void)unused;
	struct both both = begin(2);
	spans(both.made[0], "fifty", 50, 10 * MS, 0.05);
	spans(both.made[1], "fifty", 50, 12 * MS, 0.05);
	for (size_t n = 1; n <= 2; n++)
		for (int s = 0; s < 2; s++)
			spans(both.made[s], n == 1 ? "one" : "two", n, (s + 1) * MS, 0);
	compare(&both);
	const struct tc_comparison *fifty = median_of(&both, "fifty");
	assert_int_equal(fifty->units, TC_OF_SINGLES);
	assert_int_equal(fifty->verdict, TC_REGRESSION);
	assert_true(fifty->confidence <= 0.7);
	assert_int_equal(row_of(&both, "fifty")->value[TC_DIFF_TAIL].comparison.verdict, TC_INCONCLUSIVE);
	assert_int_equal(median_of(&both, "one")->verdict, TC_INCONCLUSIVE);
	assert_int_equal(median_of(&both, "two")->verdict, TC_INCONCLUSIVE);
	assert_non_null(median_of(&both, "one")->reason);
	assert_true(row_of(&both, "two")->value[TC_DIFF_MEDIAN].needed_runs >= 2);
	end(&both);
}

static void test_all_equal_all_zero_and_one_outlier(void **unused)
{
	(void)unused;
	struct both both = begin(2);
	for (int s = 0; s < 2; s++) {
		spans(both.made[s], "equal", 200, 777, 0);
		spans(both.made[s], "zero", 200, 0, 0);
		spans(both.made[s], "outlier", 400, MS, 0.02);
	}
	made_span(both.made[1], "outlier", 4100ll * MS, 20000ull * MS, 0, false);
	compare(&both);
	for (size_t i = 0; i < both.diff.rows; i++)
		assert_int_equal(tc_diff_verdict(&both.diff.row[i]), TC_EQUIVALENT);
	assert_int_equal(both.diff.rows, 3);
	end(&both);
}

static void test_runs_of_both_sides(void **unused)
{
	(void)unused;
	for (size_t count = 6; count <= 12; count += 6) {
		struct both both = begin(count);
		for (size_t i = 0; i < count; i++) {
			spans(both.made[i], "insert", 50, (i < count / 2 ? 10 : 12) * MS * (1 + 0.002 * noise()), 0.02);
			spans(both.made[i], "noisy", 50, 10 * MS * (1 + 0.1 * noise()) * (i < count / 2 ? 1 : 1.1),
				0.02);
		}
		compare(&both);
		const struct tc_comparison *insert = median_of(&both, "insert");
		assert_false(both.diff.single);
		assert_int_equal(insert->units, TC_OF_SESSIONS);
		assert_int_equal(insert->base, count / 2);
		assert_int_equal(insert->verdict, count == 6 ? TC_INCONCLUSIVE : TC_REGRESSION);
		assert_true(count > 6 || row_of(&both, "insert")->value[TC_DIFF_MEDIAN].needed_runs == 6);
		assert_true(median_of(&both, "noisy")->delta > 0.1); /* runs of the base differ by more */
		assert_int_not_equal(median_of(&both, "noisy")->verdict, TC_REGRESSION);
		end(&both);
	}
}

static void test_names_of_one_side(void **unused)
{
	(void)unused;
	struct both both = begin(2);
	spans(both.made[0], "old", 3, MS, 0);
	spans(both.made[1], "new", 5, MS, 0);
	spans(both.made[0], "both", 5, MS, 0);
	spans(both.made[1], "both", 5, MS, 0);
	made_name(both.made[1], "old"); /* it is open there, and has not ended */
	compare(&both);
	assert_int_equal(both.diff.rows, 1);
	assert_int_equal(both.diff.vanished, 1);
	assert_int_equal(both.diff.added, 1);
	assert_string_equal(both.diff.gone->name, "old");
	assert_int_equal(both.diff.gone->count, 3);
	assert_string_equal(both.diff.fresh->name, "new");
	assert_true(both.diff.fresh->total_ns == 5 * MS);
	end(&both);
}

/* Many names that are the same, asked at once, and no verdict that is wrong. */
static void test_the_same_program_twice(void **unused)
{
	(void)unused;
	struct both both = begin(2);
	for (int s = 0; s < 2; s++)
		for (int i = 0; i < 50; i++) {
			char name[] = {'s', (char)('a' + i / 26), (char)('a' + i % 26), 0};
			spans(both.made[s], strdup(name), 200, (i + 1) * 1000, 0.5); /* names belong to who made them */
		}
	compare(&both);
	assert_int_equal(both.diff.rows, 50);
	for (size_t i = 0; i < both.diff.rows; i++) {
		assert_int_not_equal(tc_diff_verdict(&both.diff.row[i]), TC_REGRESSION);
		assert_int_not_equal(tc_diff_verdict(&both.diff.row[i]), TC_IMPROVEMENT);
		assert_true(
			both.diff.row[i].value[0].comparison.q_value >= both.diff.row[i].value[0].comparison.p_value);
	}
	for (size_t i = 0; i < 50; i++)
		for (int s = 0; s < 2; s++)
			free((void *)(uintptr_t)both.made[s]->name[i].name);
	end(&both);
}

static void test_what_the_process_tree_used(void **unused)
{
	(void)unused;
	enum { READINGS = 200, SERIES = 4 };
	static double value[2][SERIES][READINGS];
	static tc_instant at[READINGS];
	static struct tc_series_view series[2][SERIES];
	static const char *const names[] = {"process.memory", "process.waiting", "process.read", "process.files"};
	struct both both = begin(2);
	for (int s = 0; s < 2; s++)
		for (int k = 0; k < SERIES; k++) {
			for (int i = 0; i < READINGS; i++) {
				at[i] = (tc_instant)(i + 1) * 100 * MS;
				value[s][k][i] = k == 2 ? 0 : (1 + s) * 1e6 * (1 + 0.01 * noise());
			}
			series[s][k] = (struct tc_series_view){.series = {.name = names[k], .unit = "bytes"},
				.course = {.average = k == 2 ? 0 : (1 + s) * 1e6},
				.count = k == 3 ? 10 : READINGS,
				.at = at,
				.value = value[s][k]};
			both.made[s]->session.series_view = series[s];
			both.made[s]->session.series = SERIES;
		}
	compare(&both);
	assert_int_equal(both.diff.resources, 3); /* others' doing is not compared, nor what is nothing on both sides */
	const struct tc_diff_row *runtime = both.diff.resource, *memory = runtime + 1, *files = runtime + 2;
	assert_string_equal(runtime->name, "runtime");
	assert_int_equal(runtime->value[0].comparison.verdict, TC_INCONCLUSIVE);
	assert_string_equal(memory->name, "process.memory");
	assert_int_equal(memory->value[0].comparison.verdict, TC_REGRESSION);
	assert_true(fabs(memory->value[0].comparison.ratio - 2) < 0.05);
	const struct tc_diff_value *few = &files->value[0];
	assert_string_equal(files->name, "process.files");
	assert_int_equal(few->comparison.verdict, TC_INCONCLUSIVE);
	assert_true(few->base == 1e6 && few->other == 2e6);
	assert_true(few->needed_runs == 6 && few->at_least); /* 2 / C(12, 6) times three is below 0.01 */
	end(&both);
}

/* Each duration almost the one before it, around 10 ms, on both sides. */
static void wandering(struct made *m, const char *name, size_t count)
{
	double last = drawn_normal();
	for (size_t i = 0; i < count; i++) {
		uint64_t took = (uint64_t)(10 * MS * exp(0.1 * last));
		made_span(m, name, (tc_instant)i * 20 * MS, took, took, false);
		last = 0.98 * last + sqrt(1 - 0.98 * 0.98) * drawn_normal();
	}
}

/* Of names that are the same on both sides at most 5 of 100 differ, however alike neighbours are; as if they were independent many do. */
static void test_what_wanders_does_not_differ(void **unused)
{
	enum { NAMES = 60 };
	static char name[NAMES][8];
	int told = 0, independent = 0;
	(void)unused;
	struct both both = begin(2);
	drawn_seed = 88;
	for (int i = 0; i < NAMES; i++) {
		snprintf(name[i], sizeof name[i], "name%d", i);
		wandering(both.made[0], name[i], 500);
		wandering(both.made[1], name[i], 500);
	}
	compare(&both);
	for (int i = 0; i < NAMES; i++) {
		const struct tc_comparison *c = median_of(&both, name[i]);
		told += c->p_widened <= TC_COMPARE_ALPHA && c->verdict != TC_INCONCLUSIVE;
		independent += c->p_value <= TC_COMPARE_ALPHA;
	}
	print_message("%d of %d differ, %d as if they were independent\n", told, NAMES, independent);
	assert_in_range(told, 0, NAMES * 5 / 100);
	assert_in_range(independent, NAMES * 10 / 100, NAMES);
	end(&both);
}

enum { NAMES = 6 };
static const char *const named[NAMES] = {"a", "b", "c", "d", "e", "f"};

/* Six names and their tails, of which three are two fifths slower. */
static struct both programs(size_t runs)
{
	struct both both = begin(2 * runs);
	for (size_t i = 0; i < 2 * runs; i++)
		for (size_t k = 0; k < NAMES; k++)
			spans(both.made[i], named[k], 30,
				10 * MS * (i < runs || k >= 3 ? 1 : 1.4) * (1 + 0.01 * noise()), 0.02);
	compare(&both);
	return both;
}

/* Three runs a side are too few, and so are five, however clear it is, for twelve things are asked; what both say is needed is enough. */
static void test_runs_that_are_needed(void **unused)
{
	(void)unused;
	for (size_t runs = 3; runs <= 5; runs += 2) {
		struct both few = programs(runs);
		struct tc_diff_value value = row_of(&few, "a")->value[TC_DIFF_MEDIAN];
		assert_int_equal(value.comparison.verdict, TC_INCONCLUSIVE);
		assert_int_equal(value.at_least, runs == 3);
		end(&few);
		assert_in_range((size_t)value.needed_runs, 6, SESSIONS_MOST / 2);
		struct both enough = programs((size_t)value.needed_runs);
		for (size_t k = 0; k < NAMES; k++)
			assert_int_equal(median_of(&enough, named[k])->verdict, k < 3 ? TC_REGRESSION : TC_EQUIVALENT);
		end(&enough);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_run_against_one),
		cmocka_unit_test(test_what_wanders_does_not_differ),
		cmocka_unit_test(test_a_longer_tail),
		cmocka_unit_test(test_from_windows),
		cmocka_unit_test(test_few_spans),
		cmocka_unit_test(test_all_equal_all_zero_and_one_outlier),
		cmocka_unit_test(test_runs_of_both_sides),
		cmocka_unit_test(test_runs_that_are_needed),
		cmocka_unit_test(test_names_of_one_side),
		cmocka_unit_test(test_the_same_program_twice),
		cmocka_unit_test(test_what_the_process_tree_used),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
