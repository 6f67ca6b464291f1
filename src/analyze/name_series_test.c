/* SPDX-License-Identifier: MIT
 *
 * name_series_test.c - R5.2, R4.4: the durations of a name in time order, from the finest record there is.
 */
#include "analyze/name_series.h"

#include <math.h>
#include "analyze/made.h"
#include "base/test.h"
#include "stats/drawn.h"
#include "stats/trend.h"

static const uint64_t ms = 1000000;

/* A span every ms that takes 100 us and, from the middle on, 200. */
static struct made *stepped(size_t spans, bool kept)
{
	struct made *m = made_new();
	for (size_t i = 0; i < spans; i++) {
		m->no_ring = !kept && i < spans / 2;
		made_span(m, "other", (tc_instant)(i * ms), 5, 5, false);
		made_span(m, "work", (tc_instant)(i * ms), i < spans / 2 ? 100000 : 200000, 50000, false);
	}
	made_session(m);
	return m;
}

static void take(struct tc_name_series *out, const struct made *m, const char *name, size_t most, uint64_t least)
{
	struct tc_name_records records;
	assert_int_equal(tc_name_records_make(&records, &m->session), 0);
	size_t i = 0;
	while (strcmp(m->name[i].name, name))
		i++;
	assert_int_equal(tc_name_series(out, &records, i, most, least), 0);
	tc_name_records_release(&records);
}

static void drop(struct made *m, struct tc_name_series *series)
{
	tc_name_series_release(series);
	made_release(m);
}

static void few_spans_stand_for_themselves(void **state)
{
	struct made *m = stepped(500, true);
	struct tc_name_series s;
	(void)state;
	take(&s, m, "work", 500, 1);
	assert_int_equal(s.units, TC_NAME_SPANS);
	assert_int_equal(s.count, 500);
	assert_true(s.covers && s.all == 500);
	for (size_t i = 0; i < 500; i++) {
		assert_float_equal(s.value_ns[i], i < 250 ? 100000 : 200000, 0);
		assert_int_equal(s.from[i], i * ms);
		assert_true(s.spans[i] == 1 && isnan(s.p95_ns[i]));
	}
	drop(m, &s);
}

static void more_than_asked_for_are_groups_of_equal_count(void **state)
{
	struct made *m = stepped(500, true);
	struct tc_name_series s;
	(void)state;
	take(&s, m, "work", 20, 5);
	assert_int_equal(s.units, TC_NAME_GROUPS);
	assert_int_equal(s.count, 20);
	for (size_t i = 0; i < 20; i++) {
		assert_float_equal(s.value_ns[i], i < 10 ? 100000 : 200000, 0);
		assert_float_equal(s.p95_ns[i], s.value_ns[i], 0);
		assert_int_equal(s.spans[i], 25);
		assert_int_equal(s.from[i], i * 25 * ms);
	}
	drop(m, &s);
	m = stepped(60, true);
	take(&s, m, "work", 20, 8);
	assert_int_equal(s.count, 7); /* as many as have 8 each */
	assert_true(isnan(s.p95_ns[0]));
	drop(m, &s);
}

/* The rings have the second half alone: windows know all of it. */
static void windows_reach_where_rings_do_not(void **state)
{
	struct made *m = stepped(4000, false);
	struct tc_name_series s;
	uint64_t all = 0;
	double self = 0;
	(void)state;
	take(&s, m, "work", 20, 5);
	assert_int_equal(s.units, TC_NAME_GROUPS);
	assert_int_equal(s.count, 20); /* of 41 windows */
	for (size_t i = 0; i < s.count; i++) {
		double want = i < 10 ? 100000 : 200000;
		assert_true(fabs(s.value_ns[i] / want - 1) <= TC_HISTOGRAM_ALPHA);
		assert_int_equal(s.spans[i], 200);
		assert_true(i == 0 || s.from[i] > s.from[i - 1]);
		all += s.spans[i];
		self += s.self_ns[i];
	}
	assert_true(s.covers && s.all == 4000 && all == 4000);
	assert_float_equal(self, 4000 * 50000.0, 0);
	assert_string_equal(s.basis, "medians of groups of the observer's windows");
	drop(m, &s);
}

/* 4000 spans one after another, from 1 ms on, of which none is kept: windows of equal times hold the fewer the longer they take. */
static struct tc_trend course(double (*factor)(double part), size_t *changed_at)
{
	struct made *m = made_new();
	struct tc_name_series s;
	struct tc_change_points points;
	struct tc_trend trend;
	tc_instant now = 0;
	m->no_ring = true;
	for (int i = 0; i < 4000; i++) {
		uint64_t ns = (uint64_t)(1e6 * factor(i / 4000.0) * exp(0.1 * drawn_normal()));
		made_span(m, "work", now, ns, ns, false);
		now += (tc_instant)ns;
	}
	made_session(m);
	take(&s, m, "work", 500, 1);
	for (size_t i = 0; i < s.count; i++)
		assert_true(s.spans[i] == 4000 / s.count || s.spans[i] == 4000 / s.count + 1);
	assert_int_equal(tc_change_points(&points, s.value_ns, s.count, 0.01), 0);
	assert_int_equal(tc_trend(&trend, s.value_ns, s.count, 4000 / (double)s.count, &points), 0);
	*changed_at = points.count ? points.at[0].index * 4000 / s.count : 0;
	tc_change_points_release(&points);
	drop(m, &s);
	return trend;
}

static double four_times(double part)
{
	return 1 + 3 * part;
}

static double half_more(double part)
{
	return part < 0.6 ? 1 : 1.49;
}

/* R4.2: what a name's spans say does not hang on whether they were kept, whose trend is over their number, not over time. */
static void courses_of_windows_are_those_of_their_spans(void **state)
{
	const double coarse = 149 * 2 * TC_HISTOGRAM_ALPHA; /* of the two medians of levels */
	int drifts = 0, steps = 0, cases = 40;
	size_t at;
	(void)state;
	for (int i = 0; i < cases; i++) {
		drawn_seed = (uint64_t)(i + 1);
		struct tc_trend t = course(four_times, &at);
		drifts += !strcmp(t.told, "drift") && t.told_low_percent <= 300 && 300 <= t.told_high_percent;
		t = course(half_more, &at);
		steps += !strcmp(t.told, "step") && t.told_low_percent - coarse <= 49 &&
		         49 <= t.told_high_percent + coarse && at >= 2200 && at <= 2600;
	}
	print_message("%d drifts and %d steps held of %d\n", drifts, steps, cases);
	assert_in_range(drifts, cases * 90 / 100, cases);
	assert_in_range(steps, cases * 90 / 100, cases);
}

/* One window with nearly all spans does not make all into one value, nor many. */
static void one_large_window_among_small_ones(void **state)
{
	struct made *m = made_new();
	struct tc_name_series s;
	(void)state;
	m->no_ring = true;
	for (int i = 0; i < 3000; i++)
		made_span(m, "work", i * 10000, 9000, 9000, false);
	for (int i = 1; i < 31; i++)
		made_span(m, "work", i * 100 * (tc_instant)ms, 9000, 9000, false);
	made_session(m);
	take(&s, m, "work", 500, 1);
	assert_int_equal(s.count, 20);
	for (size_t i = 0; i < s.count; i++)
		assert_true(s.spans[i] >= 151 && s.spans[i] <= 152 && (i == 0 || s.from[i] > s.from[i - 1]));
	drop(m, &s);
}

static void groups_have_as_many_spans_as_asked_for(void **state)
{
	struct made *m = stepped(4000, false);
	struct tc_name_series s;
	(void)state;
	take(&s, m, "work", 500, 450);
	for (size_t i = 0; i < s.count; i++)
		assert_true(s.spans[i] >= 450);
	assert_int_equal(s.count, 8);
	tc_name_series_release(&s);
	take(&s, m, "work", 1, 1);
	assert_true(s.count == 1 && s.spans[0] == 4000);
	tc_name_series_release(&s);
	take(&s, m, "work", 9, 100000);
	assert_true(s.count == 1 && s.spans[0] == 4000);
	drop(m, &s);
}

static void without_windows_it_is_the_newest(void **state)
{
	struct made *m = stepped(4000, false);
	struct tc_name_series s;
	(void)state;
	size_t windows = m->session.windows;
	m->session.windows = 0;
	take(&s, m, "work", 500, 1);
	assert_true(!s.covers && s.all == 2000 && s.count == 500);
	assert_string_equal(s.basis, "medians of groups of the newest spans, which the rings still hold");
	m->session.windows = windows;
	drop(m, &s);
}

static void of_nothing_there_is_none(void **state)
{
	struct made *m = stepped(4, true);
	struct tc_name_series s;
	(void)state;
	made_name(m, "never ended");
	made_session(m);
	take(&s, m, "never ended", 500, 1);
	assert_int_equal(s.count, 0);
	drop(m, &s);
}

/* Counts that add up beyond 64 bits, as only a hostile log has them. */
static void absurd_counts_stay_within_bounds(void **state)
{
	struct made *m = stepped(4000, false);
	struct tc_name_series s;
	(void)state;
	for (size_t w = 0; w < m->session.windows; w++)
		((struct tc_window_entry *)m->window[w].entry)[1].count = UINT64_MAX - w;
	m->name[1].figures.count = UINT64_MAX;
	take(&s, m, "work", 3, 1);
	assert_true(s.count <= 3);
	for (size_t i = 0; i < s.count; i++)
		assert_true(isfinite(s.value_ns[i]));
	drop(m, &s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_spans_stand_for_themselves),
		cmocka_unit_test(more_than_asked_for_are_groups_of_equal_count),
		cmocka_unit_test(windows_reach_where_rings_do_not),
		cmocka_unit_test(courses_of_windows_are_those_of_their_spans),
		cmocka_unit_test(one_large_window_among_small_ones),
		cmocka_unit_test(groups_have_as_many_spans_as_asked_for),
		cmocka_unit_test(without_windows_it_is_the_newest),
		cmocka_unit_test(of_nothing_there_is_none),
		cmocka_unit_test(absurd_counts_stay_within_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
