/* SPDX-License-Identifier: MIT */
#include "analyze/budget.h"

#include <math.h>
#include <string.h>
#include <tacho/error.h>
#include "analyze/made.h"
#include "base/error.h"
#include "base/test.h"

enum { MS = 1000000 };

static void test_expressions(void **state)
{
	(void)state;
	static const struct {
		const char *text, *name, *statistic;
		enum tc_budget_operator sign;
		double limit;
	} cases[] = {{"Mask Batch.p95 < 2s", "Mask Batch", "p95", TC_BELOW, 2e9},
		{"process.memory.peak<1GiB", "process.memory", "max", TC_BELOW, 0x1p30},
		{"  insert.failure_rate  <=  1% ", "insert", "failure_rate", TC_AT_MOST, 1},
		{"operator<.p50 >= 3ms", "operator<", "median", TC_AT_LEAST, 3e6},
		{"a.b..count == 0", "a.b.", "count", TC_EQUALS, 0}, {"x.average > 0.5", "x", "mean", TC_ABOVE, 0.5}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tc_budget budget;
		size_t at;
		assert_int_equal(tc_budget_parse(&budget, cases[i].text, &at), 0);
		assert_string_equal(budget.name, cases[i].name);
		assert_string_equal(tc_statistic_name(budget.statistic), cases[i].statistic);
		assert_int_equal(budget.sign, cases[i].sign);
		assert_true(budget.limit.value == cases[i].limit);
		tc_budget_release(&budget);
	}
}

static void test_mistakes_have_a_place(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t at;
		const char *said;
	} cases[] = {{"", 0, "is missing"}, {"insert", 6, "is missing"}, {"insert.p95", 10, "is missing"},
		{"insert < 2s", 6, "a statistic is missing"}, {".p95 < 2s", 0, "name"},
		{"insert.p96 < 2s", 7, "did you mean p9"}, {"insert.p95 =< 2s", 11, "compares nothing"},
		{"insert.p95 <", 12, "a value is missing"}, {"insert.p95 <  fast", 14, "this is no value"},
		{"insert.failure_rate < 2s", 22, "not measured in this unit: write it as in failure_rate < 1%"},
		{"insert.count < 1GiB", 15, "count < 1000"}, {"insert.p999 < 7", 14, "p999 < 2s"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tc_budget budget;
		size_t at;
		assert_int_equal(tc_budget_parse(&budget, cases[i].text, &at), TACHO_EINVAL);
		assert_int_equal(at, cases[i].at);
		assert_non_null(strstr(tacho_last_error(), cases[i].said));
		assert_null(strchr(tacho_last_error(), '\n'));
	}
}

static struct tc_budget_result check(const struct tc_session *session, const char *text)
{
	struct tc_budget budget;
	struct tc_budget_result result;
	size_t at;
	assert_int_equal(tc_budget_parse(&budget, text, &at), 0);
	tc_budget_check(&result, &budget, session, NULL);
	tc_budget_release(&budget);
	assert_int_equal(result.state == TC_BUDGET_NOT_KNOWN, *result.reason != 0);
	assert_false(isinf(result.measured.amount.value));
	return result;
}

/* 100 inserts of 1 to 100 ms, the last two of which failed. */
static struct made *inserts(void)
{
	struct made *m = made_new();
	for (uint64_t i = 1; i <= 100; i++)
		made_span(m, "insert", (tc_instant)(i * 100 * MS), i * MS, i * MS, i > 98);
	return m;
}

static void test_held_and_broken(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum tc_budget_state want;
	} cases[] = {{"insert.p95 < 96ms", TC_BUDGET_HELD}, {"insert.p95 < 95ms", TC_BUDGET_BROKEN},
		{"insert.max <= 100ms", TC_BUDGET_HELD}, {"insert.max < 100ms", TC_BUDGET_BROKEN},
		{"insert.count == 100", TC_BUDGET_HELD}, {"insert.failed == 2", TC_BUDGET_HELD},
		{"insert.failure_rate <= 2%", TC_BUDGET_HELD}, {"insert.failure_rate < 2%", TC_BUDGET_BROKEN},
		{"insert.success_rate > 99%", TC_BUDGET_BROKEN}, {"insert.total < 5.1s", TC_BUDGET_HELD},
		{"insert.mean > 0", TC_BUDGET_HELD}, {"insert.throughput > 9", TC_BUDGET_HELD},
		{"insert.throughput > 10/s", TC_BUDGET_BROKEN}, {"session.runtime < 10s", TC_BUDGET_BROKEN},
		{"session.runtime < 1m", TC_BUDGET_HELD}};
	struct made *m = inserts();
	const struct tc_session *session = made_session(m);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(check(session, cases[i].text).state, cases[i].want);
	made_release(m);
}

static void test_not_known_is_not_held(void **state)
{
	(void)state;
	static const struct {
		const char *text, *reason;
	} cases[] = {{"insrt.p95 < 2s", "did you mean \"insert\"?"},
		{"nothing like it.p95 < 2s", "no span, metric or series"},
		{"insert.last < 2s", "a span has no last; it has count"}, {"insert.cpu < 40%", "ATTRIBUTION"},
		{"insert.p95 < 1GiB", "write the limit as in 2s"}, {"insert.p95 < 95", "write the limit as in 2s"},
		{"open.p95 < 2s", "no span of it has ended"}, {"open.failure_rate < 1%", "no span of it has ended"},
		{"once.sd < 1s", "two spans"}, {"session.p95 < 1s", "the run has no p95; it has runtime"}};
	struct made *m = inserts();
	made_name(m, "open");
	made_span(m, "once", 0, MS, MS, false);
	const struct tc_session *session = made_session(m);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tc_budget_result result = check(session, cases[i].text);
		assert_int_equal(result.state, TC_BUDGET_NOT_KNOWN);
		assert_non_null(strstr(result.reason, cases[i].reason));
	}
	made_release(m);
}

/* A span that is still open can only become longer: it decides where that is enough, and else is no matter. */
static void test_open_spans_decide_where_they_can(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum tc_budget_state want;
		double at_least_ms; /* 0: it decides nothing */
	} cases[] = {{"main.max < 1s", TC_BUDGET_BROKEN, 3400}, {"main.peak <= 3.3s", TC_BUDGET_BROKEN, 3400},
		{"main.max > 3s", TC_BUDGET_HELD, 3400}, {"main.max >= 3.4s", TC_BUDGET_HELD, 3400},
		{"main.max < 4s", TC_BUDGET_NOT_KNOWN, 0}, {"main.max == 4s", TC_BUDGET_NOT_KNOWN, 0},
		{"main.max == 1s", TC_BUDGET_BROKEN, 3400}, {"main.total < 3.5s", TC_BUDGET_BROKEN, 3600},
		{"main.total > 3.5s", TC_BUDGET_HELD, 3600}, {"main.total < 1h", TC_BUDGET_HELD, 0},
		{"main.median < 1s", TC_BUDGET_NOT_KNOWN, 0}, {"insert.max < 1s", TC_BUDGET_BROKEN, 2000},
		{"insert.max < 3s", TC_BUDGET_HELD, 0}, {"insert.total < 7s", TC_BUDGET_BROKEN, 7050}};
	struct made *m = inserts();
	uint32_t open = made_name(m, "main"), insert = made_name(m, "insert");
	struct tc_span_view spans[] = {{.name = open, .duration_ns = 200 * MS, .open = true},
		{.name = open, .duration_ns = (uint64_t)3400 * MS, .open = true},
		{.name = insert, .duration_ns = 2000 * MS, .open = true}};
	made_session(m);
	m->session.open_span = spans;
	m->session.open_spans = 3;
	m->name[open].open = 2;
	m->name[open].open_ns = (uint64_t)3600 * MS;
	m->name[insert].open = 1;
	m->name[insert].open_ns = 2000 * MS;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tc_budget_result result = check(&m->session, cases[i].text);
		assert_int_equal(result.state, cases[i].want);
		assert_int_equal(result.by_open, cases[i].at_least_ms > 0);
		if (result.by_open)
			assert_true(result.measured.amount.value == cases[i].at_least_ms * MS &&
				    isnan(result.measured.high));
	}
	m->session.open_spans = 0;
	made_release(m);
}

static void test_attribution_within_its_bounds(void **state)
{
	(void)state;
	struct tc_share_view share = {.name = "insert",
		.bytes = 6,
		.row = TC_SHARE_OF_NAME,
		.wall_ns = 1000 * MS,
		.running_ns = 300 * MS,
		.running_low_ns = 250 * MS,
		.running_high_ns = 350 * MS,
		.waiting_ns = NAN,
		.waiting_low_ns = NAN,
		.waiting_high_ns = NAN};
	struct made *m = inserts();
	made_session(m);
	m->session.share = &share;
	m->session.shares = 1;
	assert_int_equal(check(&m->session, "insert.cpu < 40%").state, TC_BUDGET_HELD);
	assert_int_equal(check(&m->session, "insert.cpu < 20%").state, TC_BUDGET_BROKEN);
	assert_int_equal(check(&m->session, "insert.cpu < 400ms").state, TC_BUDGET_HELD);
	assert_int_equal(check(&m->session, "insert.load < 5%").state, TC_BUDGET_HELD); /* 0.3 s of 10 s */
	struct tc_budget_result between = check(&m->session, "insert.cpu < 30%");
	assert_int_equal(between.state, TC_BUDGET_NOT_KNOWN);
	assert_non_null(strstr(between.reason, "25.0 % and 35.0 %"));
	assert_int_equal(check(&m->session, "insert.waiting < 30%").state, TC_BUDGET_NOT_KNOWN);
	made_release(m);
}

/* Of one name from two sources the worst counts; a metric of a span's name is looked at where the span has no such statistic. */
static void test_metrics_and_series(void **state)
{
	(void)state;
	struct tc_metric_view metric[] = {{.name = "disk.share",
						  .unit = "ratio",
						  .kind = TACHO_METRIC_RATIO,
						  .last = 0.2,
						  .mean = 0.5,
						  .max = NAN},
		{.name = "disk.share",
			.unit = "ratio",
			.kind = TACHO_METRIC_RATIO,
			.last = 0.9,
			.mean = 0.1,
			.max = NAN},
		{.name = "insert", .unit = "bytes", .kind = TACHO_METRIC_GAUGE, .last = 4096}};
	double cores[] = {0.5, 1.5};
	tc_instant at[] = {0, 1};
	struct tc_series_view series[] = {{.series = {.name = "process.cpu", .unit = "cores", .total_unit = "seconds"},
						  .course = {1.5, 1, 0.5, 1.5, 1.5},
						  .count = 2,
						  .at = at,
						  .value = cores,
						  .total = 20},
		{.series = {.name = "process.memory", .unit = "bytes"}, .course = {.max = 0x1p29}, .total = NAN},
		{.series = {.name = "system.temperature", .unit = "celsius", .absent = "no sensor here"},
			.course = {NAN, NAN, NAN, NAN, NAN}}};
	struct made *m = inserts();
	made_session(m);
	m->session.metric = metric;
	m->session.metrics = 3;
	m->session.series_view = series;
	m->session.series = 3;
	m->session.manifest.has_usage = true;
	m->session.manifest.peak_rss_bytes = 3ull << 29;
	m->session.manifest.user_ns = 25000ull * MS;
	assert_int_equal(check(&m->session, "disk.share.last < 80%").state, TC_BUDGET_BROKEN);
	assert_int_equal(check(&m->session, "disk.share.last > 30%").state, TC_BUDGET_BROKEN);
	assert_int_equal(check(&m->session, "disk.share.mean < 60%").state, TC_BUDGET_HELD);
	assert_int_equal(check(&m->session, "disk.share.max < 60%").state, TC_BUDGET_NOT_KNOWN);
	assert_int_equal(check(&m->session, "insert.last <= 4KiB").state, TC_BUDGET_HELD);
	assert_int_equal(check(&m->session, "process.cpu.total < 30s").state, TC_BUDGET_HELD);
	assert_int_equal(check(&m->session, "process.cpu.total < 22s").state, TC_BUDGET_BROKEN); /* by the kernel */
	assert_int_equal(check(&m->session, "process.cpu.peak < 140%").state, TC_BUDGET_BROKEN);
	assert_int_equal(check(&m->session, "process.cpu.mean < 1.1").state, TC_BUDGET_HELD);
	assert_int_equal(check(&m->session, "process.memory.peak < 1GiB").state, TC_BUDGET_BROKEN); /* by the kernel */
	assert_int_equal(check(&m->session, "process.memory.total < 1GiB").state, TC_BUDGET_NOT_KNOWN);
	assert_non_null(strstr(check(&m->session, "process.memory < 1GiB").reason, "as in process.memory.p95"));
	assert_string_equal(check(&m->session, "system.temperature.max < 90").reason, "no sensor here");
	made_release(m);
}

/* What was seen for less than a minute is a rate all the same; of a moment there is none. */
static void test_a_rate_of_a_short_run(void **state)
{
	struct tc_metric_view metric[] = {
		{.name = "ocr.calls", .kind = TACHO_METRIC_EVENT, .count = 97, .last_minute = 97, .minute_ns = 4e9},
		{.name = "io.waits", .kind = TACHO_METRIC_WAIT, .unit = "ns", .count = 50, .sum = 50}};
	struct made *m = inserts();
	(void)state;
	made_session(m);
	m->session.metric = metric;
	m->session.metrics = 2;
	assert_int_equal(check(&m->session, "ocr.calls.per_minute < 500").state, TC_BUDGET_BROKEN);
	assert_int_equal(check(&m->session, "ocr.calls.per_minute == 1455").state, TC_BUDGET_HELD);
	metric[0].minute_ns = 9e8;
	assert_int_equal(check(&m->session, "ocr.calls.per_minute < 1").state, TC_BUDGET_NOT_KNOWN);
	assert_int_equal(check(&m->session, "io.waits.count < 500").state, TC_BUDGET_NOT_KNOWN);
	assert_int_equal(check(&m->session, "io.waits.sum < 50us").state, TC_BUDGET_HELD);
	made_release(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_mistakes_have_a_place),
		cmocka_unit_test(test_held_and_broken),
		cmocka_unit_test(test_not_known_is_not_held),
		cmocka_unit_test(test_open_spans_decide_where_they_can),
		cmocka_unit_test(test_attribution_within_its_bounds),
		cmocka_unit_test(test_metrics_and_series),
		cmocka_unit_test(test_a_rate_of_a_short_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
