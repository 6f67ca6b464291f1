/* SPDX-License-Identifier: MIT
 *
 * The random sample of whole trees: what the observer keeps of a program that outlives its rings, and what a reader makes of it.
 */
#include "analyze/tree_build.h"
#include "format/store.h"
#include "observe/parts.h"
#include "recorded.h"

enum { PHASES = 10, ROUNDS = 50 };

static TACHO_SITE(around, "around");
static TACHO_SITE(part, "part");
static struct tacho_site phase[PHASES];
static char phase_name[PHASES][16];

struct watch { /* an observer that looks when it is told to */
	struct tc_log *log;
	struct tc_parts parts;
	struct tc_trees trees;
	struct tc_part_target target;
};

static void ignore(void *context, const struct tc_window_entry *entry)
{
	(void)context, (void)entry;
}

static void watch(struct watch *w, const struct recorded *r)
{
	char path[128];
	snprintf(path, sizeof path, "%s/" TC_LOG_FILE, r->directory);
	*w = (struct watch){.trees = {.chance = 42}};
	assert_int_equal(tc_log_create(&w->log, path), 0);
	assert_int_equal(tc_parts_open(&w->parts, r->directory, r->directory), 0);
	w->parts.trees = &w->trees;
	w->target = (struct tc_part_target){w->log, w, ignore};
}

static void look(struct watch *w, bool last)
{
	tc_parts_read(&w->parts, 0, last, &w->target);
}

static void stop(struct watch *w)
{
	look(w, true);
	assert_int_equal(tc_log_flush(w->log), 0);
	tc_log_close(w->log);
	tc_parts_close(&w->parts);
	tc_trees_release(&w->trees);
}

static void do_root(struct tacho_site *site)
{
	struct tacho_span span;
	tacho_span_begin(&span, site);
	recorded_mark(&part, 2);
	tacho_span_end(&span);
}

/* Phases of different length, the first ones with few roots to the reading, the later ones with many. */
static size_t do_phases(struct watch *w)
{
	size_t roots = 0;
	for (int i = 0; i < PHASES; i++) {
		snprintf(phase_name[i], sizeof phase_name[i], "phase %d", i);
		phase[i] = (struct tacho_site){.name = phase_name[i]};
		for (int round = 0; round < ROUNDS; round++, look(w, false))
			for (int k = 0; k <= i; k++, roots++)
				do_root(&phase[i]);
	}
	return roots;
}

static size_t sampled_of(const struct tc_session *s, const char *name)
{
	size_t count = 0;
	for (size_t i = 0; i < s->sampled_spans; i++)
		count += !strcmp(s->name[s->sampled_span[i].name].name, name);
	return count;
}

/* Each phase has its share, within five standard deviations. */
static void check_shares(const struct tc_session *s, size_t roots)
{
	for (int i = 0; i < PHASES; i++) {
		double share = (double)((i + 1) * ROUNDS) / (double)roots, expected = share * TC_TREES_MOST;
		double off = (double)sampled_of(s, phase_name[i]) - expected;
		assert_true(off * off < 25 * expected * (1 - share));
	}
}

static void the_sample_is_of_the_whole_run(void **unused)
{
	struct recorded r;
	struct watch w;
	struct tacho_span open;
	(void)unused;
	recorded_make(&r);
	recorded_begin(&r, 64);
	watch(&w, &r);
	tacho_span_begin(&open, &around);
	size_t roots = do_phases(&w);
	tacho_span_end(&open);
	stop(&w);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(sampled_of(s, "part"), 2 * TC_TREES_MOST); /* whole trees: 256 roots of two parts each */
	assert_int_equal(s->sampled_spans, 3 * TC_TREES_MOST);
	check_shares(s, roots);
	recorded_drop(&r, s);
}

/* Of each tree of a session: its root's name and how many spans it has. */
static void kept_trees_are_built(void **unused)
{
	static TACHO_SITE(root, "root");
	struct recorded r;
	struct watch w;
	struct tc_session_trees trees;
	(void)unused;
	recorded_make(&r);
	recorded_begin(&r, 64);
	watch(&w, &r);
	for (int i = 0; i < 1000; i++) {
		do_root(&root);
		if (i % 10 == 9)
			look(&w, false);
	}
	stop(&w);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(tc_session_trees_build(&trees, s), 0);
	assert_string_equal(trees.basis, "a random sample, 256 of 1,000 root trees");
	for (size_t i = 0; i < trees.forest.trees; i++)
		assert_string_equal(s->name[trees.forest.span[trees.forest.tree[i].first].name].name, "root");
	tc_session_trees_release(&trees);
	recorded_drop(&r, s);
}

/* While the rings have everything, that is what trees are of; and the sample is as good as all. */
static void short_runs_are_kept_whole(void **unused)
{
	static TACHO_SITE(root, "root");
	struct recorded r;
	struct watch w;
	struct tc_session_trees trees;
	(void)unused;
	recorded_make(&r);
	recorded_begin(&r, 1024);
	watch(&w, &r);
	do_root(&part); /* at the oldest record nobody knows what was before */
	for (int i = 0; i < 100; i++)
		do_root(&root);
	stop(&w);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(sampled_of(s, "root"), 100);
	assert_int_equal(tc_session_trees_build(&trees, s), 0);
	assert_string_equal(trees.basis, "all 101 root trees");
	tc_session_trees_release(&trees);
	recorded_drop(&r, s);
}

static void exponential_numbers_have_their_mean_and_tail(void **unused)
{
	uint64_t chance = 7;
	double sum = 0, beyond = 0;
	enum { DRAWN = 200000 };
	(void)unused;
	for (int i = 0; i < DRAWN; i++) {
		double number = tc_trees_exponential(&chance);
		assert_true(number >= 0);
		sum += number;
		beyond += number > 3;
	}
	assert_true(tc_near(sum / DRAWN, 1, 0.012));             /* 5 standard deviations */
	assert_true(tc_near(beyond / DRAWN, 0.0497871, 0.0025)); /* exp(-3) */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample_is_of_the_whole_run),
		cmocka_unit_test(kept_trees_are_built),
		cmocka_unit_test(short_runs_are_kept_whole),
		cmocka_unit_test(exponential_numbers_have_their_mean_and_tail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
