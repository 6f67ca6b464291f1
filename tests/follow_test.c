/* SPDX-License-Identifier: MIT
 *
 * follow_test.c - what is said of a session while it runs is what would be said of each snapshot of it by itself, and is worked out in
 * pieces that are no more and no larger later on.
 */
#include "analyze/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/made.h"
#include "base/test.h"
#include "export/report_json.h"

enum { SNAPSHOTS = 3, READINGS = 500 };
static const tc_instant ms = 1000000;
static const double mib = 1048576;
static const struct tc_what_if asked[] = {{"slower", 6, 0.5}, {"late", 4, 0}, {"never", 5, 0.5}};
static const struct tc_report_options usual = {.what_if = asked, .what_ifs = 3};

struct snapshot {
	struct made *made;
	struct tc_series_view series[2];
	tc_instant at[READINGS];
	double cores[READINGS], resident[READINGS];
};

static void read_machine(struct snapshot *s, size_t rounds)
{
	for (size_t i = 0; i < rounds; i++) {
		s->at[i] = (tc_instant)(i + 1) * 100 * ms;
		s->cores[i] = 1.2;
		s->resident[i] = (100 + (double)i) * mib;
	}
	s->series[0] =
		(struct tc_series_view){.series = {.name = "process.cpu", .unit = "cores", .total_unit = "seconds"},
			.count = rounds,
			.at = s->at,
			.value = s->cores};
	s->series[1] = (struct tc_series_view){.series = {.name = "process.memory", .unit = "bytes"},
		.count = rounds,
		.at = s->at,
		.value = s->resident};
	s->made->session.series = 2;
	s->made->session.series_view = s->series;
}

/* One name is the same all the time, one gets slower and fails now and then, one comes later and is heavy; memory grows. */
static struct snapshot *take(size_t rounds, bool in_rings)
{
	static const char *const names[] = {"steady", "slower", "late"};
	struct snapshot *s = made_memory(sizeof *s);
	s->made = made_new();
	s->made->no_ring = !in_rings;
	for (size_t i = 0; i < rounds; i++)
		for (size_t n = 0; n < 3; n++) {
			double part = n == 1 ? 1 + 0.5 * (double)i / 400 : 1;
			uint64_t ns = (uint64_t)((10e6 + 1e5 * (double)((i * 7 + n) % 11)) * part);
			tc_instant at = (tc_instant)i * 100 * ms + (tc_instant)n * 20 * ms;
			if (n == 2 && i < 100)
				continue;
			made_span(s->made, names[n], at, ns, ns, n == 1 && i % 17 == 0);
			struct tc_window_entry *entry =
				made_entry(s->made, made_name(s->made, names[n]), at + (tc_instant)ns);
			entry->has_share = true;
			entry->share.running_ns += (n == 2 ? 120 : 10) * ms;
		}
	s->made->session.manifest.cpus = 2;
	s->made->session.manifest.memory_total_bytes = (uint64_t)(1024 * mib);
	made_session(s->made);
	read_machine(s, rounds);
	return s;
}

static void drop(struct snapshot *s)
{
	made_release(s->made);
	free(s);
}

/* All that is said, as text. */
static char *words_of(const struct tc_diagnosis *d)
{
	char *text;
	size_t bytes;
	struct tc_json json;
	FILE *out = open_memstream(&text, &bytes);
	tc_json_init(&json, out, true);
	tc_json_object(&json, NULL);
	tc_json_text(&json, "limit", d->limited.evidence);
	tc_json_diagnosis(&json, d);
	assert_int_equal(tc_json_paths(&json, d), 0);
	tc_json_load(&json, &d->loads);
	tc_json_outlook(&json, &d->outlook);
	for (size_t i = 0; i < d->names; i++)
		tc_json_course(&json, d->name[i].view->name, &d->name[i].course);
	tc_json_end(&json);
	fclose(out);
	return text;
}

/* Updates until something new is shown; how many it took. */
static size_t settle(struct tc_follow *follow, uint64_t budget_ns)
{
	size_t updates = 1;
	int code;
	for (; !(code = tc_follow_update(follow, budget_ns)); updates++)
		assert_non_null(follow->next);
	assert_int_equal(code, 1);
	assert_null(follow->next);
	return updates;
}

static void is_what_a_diagnosis_says(const struct tc_follow *follow, const struct snapshot *s)
{
	struct tc_diagnosis *once;
	assert_ptr_equal(follow->shown->session, &s->made->session);
	assert_int_equal(tc_diagnose_part(&once, &s->made->session, &usual), 0);
	char *live = words_of(follow->shown), *whole = words_of(once);
	assert_string_equal(live, whole);
	free(live);
	free(whole);
	tc_diagnosis_release(once);
}

static void updates_say_what_a_diagnosis_says(void **state)
{
	static const size_t rounds[SNAPSHOTS] = {3, 150, 400};
	(void)state;
	for (int in_rings = 0; in_rings < 2; in_rings++) {
		struct tc_follow follow = {0};
		struct snapshot *before = NULL;
		for (int i = 0; i < SNAPSHOTS; i++) {
			struct snapshot *s = take(rounds[i], in_rings);
			assert_int_equal(tc_follow_take(&follow, &s->made->session, &usual), 0);
			settle(&follow, (uint64_t)i * 1000000);
			is_what_a_diagnosis_says(&follow, s);
			if (before)
				drop(before);
			before = s;
		}
		assert_true(follow.shown->findings > 0);
		tc_follow_release(&follow);
		drop(before);
	}
}

static void what_was_found_stays_until_the_next_is_whole(void **state)
{
	struct tc_follow follow = {0};
	(void)state;
	struct snapshot *first = take(100, true), *second = take(200, true);
	assert_int_equal(tc_follow_update(&follow, 0), 0); /* it has nothing to do */
	assert_int_equal(tc_follow_take(&follow, &first->made->session, &usual), 0);
	settle(&follow, 0);
	assert_int_equal(tc_follow_take(&follow, &second->made->session, &usual), 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(tc_follow_update(&follow, 0), 0);
	is_what_a_diagnosis_says(&follow, first);
	settle(&follow, 0);
	is_what_a_diagnosis_says(&follow, second);
	tc_follow_release(&follow);
	tc_follow_release(&follow);
	drop(first);
	drop(second);
}

static void a_longer_session_takes_no_more_pieces(void **state)
{
	size_t updates[2];
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct tc_follow follow = {0};
		struct snapshot *s = take(i ? 450 : 120, false);
		assert_int_equal(tc_follow_take(&follow, &s->made->session, &usual), 0);
		updates[i] = settle(&follow, 0);
		tc_follow_release(&follow);
		drop(s);
	}
	assert_int_equal(updates[0], updates[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(updates_say_what_a_diagnosis_says),
		cmocka_unit_test(what_was_found_stays_until_the_next_is_whole),
		cmocka_unit_test(a_longer_session_takes_no_more_pieces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
