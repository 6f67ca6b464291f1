/* SPDX-License-Identifier: MIT
 *
 * advice_resources_test.c - R5.6, R5.7, R5.8: what is said of levels, limits and heavy modules.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "analyze/made.h"
#include "base/test.h"

enum { READINGS = 200 };
static const tc_instant second = 1000000000;
static const double mib = 1048576;

static struct made *made;
static struct tc_series_view series[2];
static tc_instant at[READINGS];
static double value[READINGS];

/* A run of 200 s with one series, whose level is `from` and grows by `step` a second. */
static const struct tc_session *run(const char *name, double from, double step)
{
	struct tc_session *session = &made->session;
	for (int i = 0; i < READINGS; i++) {
		at[i] = (i + 1) * second;
		value[i] = from + step * i + mib * fmod(i * 0.37, 1);
	}
	series[0] = (struct tc_series_view){
		.series = {.name = name, .unit = "bytes"}, .count = READINGS, .at = at, .value = value, .total = NAN};
	session->series = 1;
	session->series_view = series;
	session->manifest.memory_total_bytes = (uint64_t)(2048 * mib);
	session->end = READINGS * second;
	return session;
}

static int begin(void **state)
{
	(void)state;
	made = made_new();
	made_span(made, "decode", 0, 1000, 1000, false);
	return 0;
}

static int end(void **state)
{
	(void)state;
	made_release(made);
	return 0;
}

/* The advice of a kind, or none; the diagnosis is the caller's. */
static const struct tc_advice *advice(
	struct tc_diagnosis **diagnosis, const struct tc_session *session, const char *kind)
{
	assert_int_equal(tc_diagnose(diagnosis, session, 0, session->end), 0);
	for (size_t i = 0; i < (*diagnosis)->findings; i++)
		if (!strcmp((*diagnosis)->finding[i].kind, kind))
			return &(*diagnosis)->finding[i];
	return NULL;
}

static bool says(const struct tc_session *session, const char *kind)
{
	struct tc_diagnosis *d;
	bool found = advice(&d, session, kind);
	tc_diagnosis_release(d);
	return found;
}

static void memory_that_only_grows_leaks(void **state)
{
	struct tc_diagnosis *d;
	(void)state;
	const struct tc_advice *a = advice(&d, run("process.memory", 200 * mib, mib), "leak");
	assert_non_null(a);
	assert_int_equal(a->of, TC_STAGE_SERIES);
	assert_string_equal(a->stage, "process.memory");
	assert_int_equal(a->severity, TC_SEVERITY_HIGH); /* the machine's memory lasts for half an hour */
	assert_non_null(strstr(a->issue, "leaks 1.00 MiB a second"));
	assert_non_null(strstr(a->evidence[0], "at least since")); /* what is judged begins there, not the leak */
	assert_ptr_equal(strstr(a->evidence[a->evidences - 1], "alone it would reach the machine's memory in "),
		a->evidence[a->evidences - 1]); /* others take some too, and the run is over */
	assert_true(a->confidence > 0.9);
	tc_diagnosis_release(d);
	assert_false(says(run("process.memory", 200 * mib, 0), "leak"));
	assert_false(says(run("system.memory", 200 * mib, mib), "leak")); /* others' memory is nobody's leak */
}

static void a_limit_that_comes_near_is_told(void **state)
{
	struct tc_diagnosis *d;
	(void)state;
	const struct tc_advice *a = advice(&d, run("system.memory", 1000 * mib, 4 * mib), "limit_ahead");
	assert_non_null(a);
	assert_non_null(strstr(a->issue, "reaches the machine's memory, 2.00 GiB, in 1m"));
	tc_diagnosis_release(d);
	assert_false(says(run("system.memory", 200 * mib, mib), "limit_ahead"));       /* too far to see */
	assert_false(says(run("process.memory", 1000 * mib, 4 * mib), "limit_ahead")); /* the leak says it */
	assert_true(says(run("process.memory", 1000 * mib, 4 * mib), "leak"));
}

static void a_red_module_is_heavy(void **state)
{
	struct tc_diagnosis *d;
	(void)state;
	for (int i = 0; i < 120; i++) {
		made_span(made, "decode", i * second / 10, 50000000, 50000000, false);
		struct tc_window_entry *entry = made_entry(made, made_name(made, "decode"), i * second / 10);
		entry->has_share = true;
		entry->share.running_ns = 60000000;
	}
	made->session.manifest.cpus = 1;
	const struct tc_advice *a = advice(&d, made_session(made), "disable_heavy_module");
	assert_non_null(a);
	assert_string_equal(a->stage, "decode");
	assert_non_null(strstr(a->issue, "60.0 % of all CPUs"));
	tc_diagnosis_release(d);
	static struct tc_share_view share = {.name = "decode", .bytes = 6, .wall_ns = 6e9};
	made->session.share = &share;
	made->session.shares = 1;
	assert_false(says(made_session(made), "disable_heavy_module")); /* the table says that it is not told apart */
	share.told_apart = share.waiting_told_apart = true;
	assert_true(says(made_session(made), "disable_heavy_module"));
	made->session.manifest.cpus = 2; /* a third of it: yellow */
	assert_false(says(made_session(made), "disable_heavy_module"));
}

/* R11.6: as little as the table says who it was does a finding. */
static void growth_that_is_not_told_apart_is_no_finding(void **state)
{
	static struct tc_share_view share = {
		.name = "decode", .bytes = 6, .wall_ns = 6e9, .memory_bytes = 240e6, .memory_high_bytes = 240e6};
	struct tc_diagnosis *d;
	(void)state;
	for (int i = 0; i < 120; i++) {
		made_span(made, "decode", i * second / 10, 50000000, 50000000, false);
		struct tc_window_entry *entry = made_entry(made, made_name(made, "decode"), i * second / 10);
		entry->has_share = true;
		entry->share.memory_bytes = 2000000;
	}
	assert_true(says(made_session(made), "disable_heavy_module"));
	made->session.share = &share;
	made->session.shares = 1;
	assert_false(says(made_session(made), "disable_heavy_module"));
	share.memory_low_bytes = 120e6; /* which is enough */
	const struct tc_advice *a = advice(&d, made_session(made), "disable_heavy_module");
	assert_non_null(a);
	assert_non_null(strstr(a->issue, "as estimated (114 MiB to 229 MiB) under it"));
	tc_diagnosis_release(d);
}

static void what_observing_took_is_told_where_it_is_much(void **state)
{
	struct tc_diagnosis *d;
	const struct tc_session *session = run("tacho.observer", 1, 0);
	(void)state;
	series[0].total = 4; /* of 200 s */
	const struct tc_advice *a = advice(&d, session, "own_overhead");
	assert_non_null(a);
	assert_string_equal(a->issue, "took 2.0 % of a core for observing");
	tc_diagnosis_release(d);
	series[0].total = 1;
	assert_false(says(session, "own_overhead"));
	series[0].total = NAN;
	assert_false(says(session, "own_overhead"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(memory_that_only_grows_leaks, begin, end),
		cmocka_unit_test_setup_teardown(a_limit_that_comes_near_is_told, begin, end),
		cmocka_unit_test_setup_teardown(a_red_module_is_heavy, begin, end),
		cmocka_unit_test_setup_teardown(growth_that_is_not_told_apart_is_no_finding, begin, end),
		cmocka_unit_test_setup_teardown(what_observing_took_is_told_where_it_is_much, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
