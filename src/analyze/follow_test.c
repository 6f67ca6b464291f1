/* SPDX-License-Identifier: MIT */
#include "analyze/follow.h"

#include <math.h>
#include "analyze/diagnosis_parts.h"
#include "analyze/made.h"
#include "base/test.h"

enum { ROUNDS = 400, NAMES = 3 };
static const char *const names[NAMES] = {"steady", "slower", "late"};
static const tc_instant ms = 1000000;

static struct made *made;
static struct tc_window_view merged[MADE_WINDOWS];

/* 40 s: one name is the same all the time, one gets slower, one comes in the second half and is heavy. */
static int begin(void **state)
{
	(void)state;
	made = made_new();
	made->no_ring = true;
	for (int i = 0; i < ROUNDS; i++)
		for (int n = 0; n < NAMES; n++) {
			double part = n == 1 ? 1 + 0.5 * i / ROUNDS : 1;
			uint64_t ns = (uint64_t)((10e6 + 1e5 * ((i * 7 + n) % 11)) * part);
			tc_instant at = i * 100 * ms + n * 20 * ms;
			if (n == 2 && i < ROUNDS / 2)
				continue;
			made_span(made, names[n], at, ns, ns, false);
			struct tc_window_entry *entry =
				made_entry(made, made_name(made, names[n]), at + (tc_instant)ns);
			entry->has_share = true;
			entry->share.running_ns += (n == 2 ? 120 : 10) * ms;
		}
	made->session.manifest.cpus = 2;
	return !made_session(made);
}

static int end(void **state)
{
	(void)state;
	made_release(made);
	return 0;
}

/* What a reader would have seen when so many windows were written. */
static struct tc_session snapshot(size_t windows)
{
	struct tc_session session = made->session;
	session.windows = windows;
	return session;
}

/* The same with neighbouring windows made one, as the observer does. */
static struct tc_session merged_snapshot(void)
{
	struct tc_session session = made->session;
	session.windows /= 2;
	session.window = merged;
	for (size_t i = 0; i < session.windows; i++) {
		const struct tc_window_view *a = &made->window[2 * i], *b = &made->window[2 * i + 1];
		struct tc_window_entry *both = made_memory((a->entries + b->entries + 1) * sizeof *both);
		memcpy(both, a->entry, a->entries * sizeof *both);
		memcpy(both + a->entries, b->entry, b->entries * sizeof *both);
		merged[i] = (struct tc_window_view){a->begin, b->end, a->entries + b->entries, both};
	}
	return session;
}

static void drop_merged(const struct tc_session *session)
{
	for (size_t i = 0; i < session->windows; i++)
		free((void *)session->window[i].entry);
}

static void same_part(const struct tc_load_part *a, const struct tc_load_part *b)
{
	assert_true(a->figure == b->figure || (isnan(a->figure) && isnan(b->figure)));
	assert_int_equal(a->level, b->level);
	assert_int_equal(a->now, b->now);
	assert_int_equal(a->since, b->since);
	assert_int_equal(a->provisional, b->provisional);
}

static void same_load(const struct tc_load *a, const struct tc_load *b)
{
	same_part(&a->part[TC_LOAD_CPU], &b->part[TC_LOAD_CPU]);
	same_part(&a->part[TC_LOAD_RAM], &b->part[TC_LOAD_RAM]);
	assert_int_equal(a->level, b->level);
	assert_int_equal(a->active, b->active);
}

static const struct tc_load *module(const struct tc_loads *loads, const char *name)
{
	for (size_t i = 0; i < loads->modules; i++)
		if (!strcmp(loads->module[i].name, name))
			return &loads->module[i];
	return NULL;
}

static void same_course(const struct tc_course_of_name *a, const struct tc_course_of_name *b)
{
	assert_int_equal(a->values, b->values);
	assert_int_equal(a->trend.label, b->trend.label);
	assert_true(a->trend.p == b->trend.p || (isnan(a->trend.p) && isnan(b->trend.p)));
	assert_int_equal(a->points.count, b->points.count);
	for (size_t i = 0; i < a->points.count; i++) {
		assert_int_equal(a->changed_at[i], b->changed_at[i]);
		assert_true(a->points.at[i].after == b->points.at[i].after);
	}
}

/* The live result is that of the whole session, worked out by others. */
static void is_the_whole(const struct tc_follow *follow, const struct tc_session *session)
{
	struct tc_loads loads;
	struct tc_name_records records;
	assert_int_equal(tc_loads_find(&loads, session, tc_load_usual), 0);
	assert_int_equal(tc_name_records_make(&records, session), 0);
	assert_int_equal(follow->names, session->names);
	assert_int_equal(follow->heavy, loads.heavy);
	same_load(&follow->tree, &loads.tree);
	for (size_t i = 0; i < session->names; i++) {
		struct tc_course_of_name course = {0};
		assert_string_equal(follow->name[i].name, session->name[i].name);
		assert_int_equal(follow->name[i].count, session->name[i].figures.count);
		same_load(&follow->name[i].load, module(&loads, session->name[i].name));
		assert_int_equal(tc_diagnose_name_course(&course, &records, i, TC_COURSE_COARSE), 0);
		same_course(&follow->name[i].course, &course);
		tc_change_points_release(&course.points);
		free(course.changed_at);
	}
	tc_name_records_release(&records);
	tc_loads_release(&loads);
}

static void updates_come_to_the_same_as_the_whole(void **state)
{
	struct tc_follow *follow;
	(void)state;
	assert_int_equal(tc_follow_make(&follow, tc_load_usual), 0);
	for (size_t windows = 0; windows < made->session.windows; windows += 7) {
		struct tc_session now = snapshot(windows);
		assert_int_equal(tc_follow_update(follow, &now), 0);
		assert_int_equal(follow->windows, windows);
	}
	struct tc_session whole = snapshot(made->session.windows);
	assert_int_equal(tc_follow_settle(follow, &whole), 0);
	is_the_whole(follow, &whole);
	assert_int_equal(follow->name[1].course.trend.label, TC_TREND_DEGRADING);
	assert_int_equal(follow->name[0].course.trend.label, TC_TREND_STABLE);
	assert_int_equal(follow->name[2].load.now, TC_LEVEL_RED);
	tc_follow_release(follow);
}

static void a_merged_ladder_is_folded_anew(void **state)
{
	struct tc_follow *follow;
	(void)state;
	struct tc_session half = snapshot(made->session.windows / 2), all = merged_snapshot();
	assert_int_equal(tc_follow_make(&follow, tc_load_usual), 0);
	assert_int_equal(tc_follow_update(follow, &half), 0);
	assert_int_equal(tc_follow_settle(follow, &all), 0);
	for (size_t i = 0; i < all.names; i++) { /* an odd window at the end is not in it */
		uint64_t count = 0;
		for (size_t w = 0; w < all.windows; w++)
			for (size_t k = 0; k < all.window[w].entries; k++)
				count += all.window[w].entry[k].name == i ? all.window[w].entry[k].count : 0;
		assert_int_equal(follow->name[i].count, count);
	}
	struct tc_follow *once;
	assert_int_equal(tc_follow_make(&once, tc_load_usual), 0);
	assert_int_equal(tc_follow_settle(once, &all), 0);
	for (size_t i = 0; i < all.names; i++) {
		same_load(&follow->name[i].load, &once->name[i].load);
		same_course(&follow->name[i].course, &once->name[i].course);
	}
	tc_follow_release(once);
	tc_follow_release(follow);
	drop_merged(&all);
}

/* Names of a snapshot are in order of first appearance, which may change as more is read. */
static void names_may_change_places(void **state)
{
	struct tc_name_view order[NAMES];
	struct tc_window_entry turned[NAMES];
	struct tc_follow *follow;
	(void)state;
	struct tc_session first = snapshot(30), second = snapshot(31);
	struct tc_window_view windows[31];
	for (int i = 0; i < NAMES; i++)
		order[i] = made->name[NAMES - 1 - i];
	memcpy(windows, made->window, sizeof windows);
	for (size_t k = 0; k < windows[30].entries; k++) {
		turned[k] = windows[30].entry[k];
		turned[k].name = NAMES - 1 - turned[k].name;
	}
	windows[30].entry = turned;
	second.name = order;
	second.window = windows;
	assert_int_equal(tc_follow_make(&follow, tc_load_usual), 0);
	assert_int_equal(tc_follow_update(follow, &first), 0);
	assert_int_equal(tc_follow_update(follow, &second), 0);
	assert_int_equal(follow->names, NAMES);
	assert_string_equal(follow->name[0].name, "steady");
	uint64_t count = 0;
	for (size_t w = 0; w < 31; w++)
		for (size_t k = 0; k < made->window[w].entries; k++)
			count += made->window[w].entry[k].name == 0 ? made->window[w].entry[k].count : 0;
	assert_int_equal(follow->name[0].count, count);
	tc_follow_release(follow);
}

static void nothing_is_nothing(void **state)
{
	struct tc_follow *follow;
	const struct tc_session none = {0};
	(void)state;
	assert_int_equal(tc_follow_make(&follow, tc_load_usual), 0);
	assert_int_equal(tc_follow_update(follow, &none), 0);
	assert_int_equal(tc_follow_settle(follow, &none), 0);
	assert_int_equal(follow->names + follow->windows + follow->heavy, 0);
	tc_follow_release(follow);
	tc_follow_release(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(updates_come_to_the_same_as_the_whole, begin, end),
		cmocka_unit_test_setup_teardown(a_merged_ladder_is_folded_anew, begin, end),
		cmocka_unit_test_setup_teardown(names_may_change_places, begin, end),
		cmocka_unit_test(nothing_is_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
