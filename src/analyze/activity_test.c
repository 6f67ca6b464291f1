/* SPDX-License-Identifier: MIT
 *
 * activity_test.c - R4.5: how much was collected, what takes most on average, what went on lately.
 */
#include "analyze/activity.h"

#include <math.h>
#include "analyze/made.h"
#include "base/test.h"

static const uint64_t ms = 1000000;

static void the_head_counts_ranks_and_looks_back(void **state)
{
	static struct tc_metric_view metric[] = {{.kind = TACHO_METRIC_COUNTER, .count = 5000},
		{.kind = TACHO_METRIC_WAIT, .count = 1000000000}, /* ns */
		{.kind = TACHO_METRIC_TIME, .count = 4}, {.kind = TACHO_METRIC_EVENT, .count = 3}};
	static const char *const names[] = {"a", "b", "c", "d"};
	struct made *m = made_new();
	struct tc_activity activity;
	(void)state;
	for (size_t i = 0; i < 100; i++)
		for (size_t n = 0; n < 4; n++)
			made_span(m, names[n], (tc_instant)((i * 100 + n) * ms), (n + 1) * ms, ms, false);
	m->session.metric = metric;
	m->session.metrics = sizeof metric / sizeof *metric;
	tc_activity_find(&activity, made_session(m), 0, (tc_instant)(10000 * ms));
	assert_int_equal(activity.collected, 407);
	assert_int_equal(activity.top, 3);
	assert_string_equal(activity.by_average[0]->name, "d");
	assert_string_equal(activity.by_average[2]->name, "b");
	assert_int_equal(activity.recent, 40); /* the last of ten seconds */
	assert_float_equal(activity.recent_ns, 1e9, 0);
	assert_int_equal(activity.newest, 3);
	assert_string_equal(activity.last[0]->name, "d");
	m->session.metrics = 0;
	made_release(m);
}

static void of_an_empty_session_nothing_is_known(void **state)
{
	struct tc_session session = {0};
	struct tc_activity activity;
	(void)state;
	tc_activity_find(&activity, &session, 0, 0);
	assert_true(!activity.collected && !activity.top && !activity.newest && isnan(activity.recent_ns));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_counts_ranks_and_looks_back),
		cmocka_unit_test(of_an_empty_session_nothing_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
