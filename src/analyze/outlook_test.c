/* SPDX-License-Identifier: MIT */
#include "analyze/outlook.h"

#include <math.h>
#include <string.h>
#include "base/test.h"

enum { READINGS = 300 };
static const tc_instant second = 1000000000;
static const double mib = 1048576;

static tc_instant at[READINGS];
static double value[READINGS];
static struct tc_series_view view;
static struct tc_session session;

/* As the observer reads: 64 a second for the first two seconds, then one. */
static tc_instant instant(int i)
{
	return i < 128 ? (i + 1) * second / 64 : (i - 125) * second;
}

static void make(const char *name, double (*level)(double seconds))
{
	for (int i = 0; i < READINGS; i++) {
		at[i] = instant(i);
		value[i] = level((double)at[i] / 1e9);
	}
	view = (struct tc_series_view){
		.series = {.name = name, .unit = "bytes"}, .count = READINGS, .at = at, .value = value};
	session = (struct tc_session){.series = 1, .series_view = &view, .end = instant(READINGS - 1)};
	session.manifest.memory_total_bytes = (uint64_t)(8192 * mib);
	session.manifest.memory_limit_bytes = (uint64_t)(1024 * mib);
}

static double leaks(double seconds)
{
	return (200 + 2 * seconds + 5 * fmod(seconds * 7.3, 1)) * mib;
}

static double rests(double seconds)
{
	return (200 + 20 * fmod(seconds * 7.3, 1)) * mib;
}

static double one_step(double seconds)
{
	return (seconds < 60 ? 200 : 500) * mib + fmod(seconds * 7.3, 1) * mib;
}

static void find(struct tc_outlook *out, tc_instant from)
{
	assert_int_equal(tc_outlook_begin(out, &session, from, session.end), 0);
	int code = 1;
	while (code > 0)
		code = tc_outlook_step(out);
	assert_int_equal(code, 0);
}

static struct tc_outlook_row look(tc_instant from)
{
	struct tc_outlook outlook;
	find(&outlook, from);
	assert_int_equal(outlook.count, 1);
	struct tc_outlook_row row = outlook.row[0];
	tc_outlook_release(&outlook);
	return row;
}

/* R5.8 */
static void a_leak_runs_into_the_limit_of_its_group(void **state)
{
	(void)state;
	make("process.memory", leaks);
	struct tc_outlook_row row = look(0);
	assert_int_equal(row.leak.status, TC_LEAK_LEAK);
	assert_true(tc_near(row.leak.bytes_per_second, 2 * mib, 0.1 * mib));
	assert_true(row.limit == 1024 * mib && strstr(row.limit_of, "control group"));
	assert_true(row.forecast.heading);
	double left = (1024 - 202.5) / 2 - (double)session.end / 1e9;
	assert_true(tc_near(row.forecast.seconds_to_limit, left, 0.05 * left));
	assert_false(row.near); /* in four minutes, having been watched for three */
	assert_true(row.forecast.soonest <= left * 1.02 && row.forecast.latest >= left * 0.98);
}

static void a_limit_far_off_is_not_near(void **state)
{
	(void)state;
	make("process.memory", leaks);
	session.manifest.memory_limit_bytes = (uint64_t)(700 * mib);
	assert_true(look(0).near);
	session.manifest.memory_limit_bytes = 0;
	struct tc_outlook_row row = look(0);
	assert_false(row.near);
	assert_string_equal(row.limit_of, "the machine's memory");
}

static void what_comes_and_goes_heads_nowhere(void **state)
{
	(void)state;
	make("process.memory", rests);
	struct tc_outlook_row row = look(0);
	assert_int_equal(row.leak.status, TC_LEAK_NONE);
	assert_false(row.forecast.heading);
	assert_true(isnan(row.forecast.seconds_to_limit));
	make("process.memory", one_step);
	assert_int_not_equal(look(0).leak.status, TC_LEAK_LEAK);
	assert_false(look(0).forecast.heading);
}

static void only_memory_of_the_processes_leaks(void **state)
{
	(void)state;
	make("cgroup.memory", leaks); /* a neighbour's, or of files that were read */
	struct tc_outlook_row row = look(0);
	assert_false(row.of_memory);
	assert_true(row.limit == 1024 * mib && row.forecast.heading);
	make("process.files", leaks);
	row = look(0);
	assert_false(row.of_memory);
	assert_true(isnan(row.limit) && !row.limit_of);
	assert_true(row.forecast.heading);
}

static void a_part_is_judged_by_itself(void **state)
{
	(void)state;
	make("process.memory", one_step);
	struct tc_outlook_row row = look(100 * second);
	assert_true(tc_near(row.forecast.value, 500.5 * mib, 0.5 * mib));
	assert_true(row.samples < 80);
	row = look(170 * second);
	assert_string_equal(row.forecast.reason, "fewer than 20 samples");
	assert_int_equal(row.leak.status, TC_LEAK_INSUFFICIENT_DATA);
}

static void a_gauge_of_the_program_is_looked_at(void **state)
{
	struct tc_outlook outlook;
	struct tc_metric_view metric = {.name = "queue.jobs", .kind = TACHO_METRIC_GAUGE, .series = &view};
	(void)state;
	make("queue.jobs", leaks);
	session.metrics = 1;
	session.metric = &metric;
	find(&outlook, 0);
	assert_int_equal(outlook.count, 1);
	assert_true(outlook.row[0].gauge && outlook.row[0].forecast.heading);
	tc_outlook_release(&outlook);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_leak_runs_into_the_limit_of_its_group),
		cmocka_unit_test(a_limit_far_off_is_not_near),
		cmocka_unit_test(what_comes_and_goes_heads_nowhere),
		cmocka_unit_test(only_memory_of_the_processes_leaks),
		cmocka_unit_test(a_part_is_judged_by_itself),
		cmocka_unit_test(a_gauge_of_the_program_is_looked_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
