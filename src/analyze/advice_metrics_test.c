/* SPDX-License-Identifier: MIT
 *
 * advice_metrics_test.c - R5.3, R5.6: what is said of events, counters and times that a program measured.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "analyze/made.h"
#include "base/test.h"

static const uint64_t ms = 1000000;

static struct tc_diagnosis *diagnosis_of(struct made *m)
{
	struct tc_diagnosis *d;
	assert_int_equal(tc_diagnose(&d, made_session(m), 0, m->session.end), 0);
	return d;
}

static const struct tc_advice *find(const struct tc_diagnosis *d, const char *kind, const char *stage)
{
	for (size_t i = 0; i < d->findings; i++)
		if (!strcmp(d->finding[i].kind, kind) && (!stage || !strcmp(d->finding[i].stage, stage)))
			return &d->finding[i];
	return NULL;
}

static void drop(struct made *m, struct tc_diagnosis *d)
{
	tc_diagnosis_release(d);
	made_release(m);
}

static const double two_seconds_ns = 2e9;

/* `count` in the two seconds of a session with a span at each end. */
static struct tc_metric_view metric(const char *name, enum tacho_metric_kind kind, uint64_t count)
{
	return (struct tc_metric_view){.name = name,
		.unit = "",
		.kind = kind,
		.count = count,
		.last_minute = count,
		.minute_ns = two_seconds_ns};
}

static struct tc_diagnosis *diagnosis_with(struct made *m, struct tc_metric_view *metric, size_t metrics)
{
	made_span(m, "work", 0, ms, ms, false);
	made_span(m, "work", (tc_instant)(1999 * ms), ms, ms, false);
	m->session.metric = metric;
	m->session.metrics = metrics;
	return diagnosis_of(m);
}

static void a_frequent_metric_is_told_by_its_rate(void **state)
{
	struct made *m = made_new();
	struct tc_metric_view metrics[] = {metric("ocr.calls", TACHO_METRIC_EVENT, 20000),
		metric("cache.hits", TACHO_METRIC_COUNTER, 20000), metric("few.calls", TACHO_METRIC_EVENT, 19999),
		metric("few.hits", TACHO_METRIC_COUNTER, 19999), metric("queue.level", TACHO_METRIC_GAUGE, 20000),
		metric("lock.waits", TACHO_METRIC_WAIT, 20000), metric("step.times", TACHO_METRIC_TIME, 20000),
		metric("disk.reads", TACHO_METRIC_COUNTER, 20000)};
	(void)state;
	metrics[7].unit = "bytes";
	struct tc_diagnosis *d = diagnosis_with(m, metrics, sizeof metrics / sizeof *metrics);
	const struct tc_advice *advice = find(d, "reduce_frequency", "ocr.calls");
	assert_non_null(advice);
	assert_int_equal(advice->of, TC_STAGE_METRIC);
	assert_int_equal(advice->severity, TC_SEVERITY_LOW);
	assert_int_equal(advice->n, 20000);
	assert_string_equal(advice->issue, "counts 10,000 a second");
	assert_string_equal(advice->evidence[0], "20,000 in 2.00 s: 10,000 a second");
	assert_non_null(strstr(advice->evidence[1], "not known: what an occurrence costs is not measured"));
	assert_true(isnan(advice->expected_improvement.percent_hi));
	assert_true(advice->sure > 0.98 &&
		    advice->confidence < TC_ADVICE_CONFIDENCE); /* so often it comes; what it costs … */
	assert_non_null(find(d, "reduce_frequency", "cache.hits"));
	for (size_t i = 2; i < sizeof metrics / sizeof *metrics; i++)
		assert_null(find(d, "reduce_frequency", metrics[i].name));
	drop(m, d);
}

static void watching_that_is_counted_is_known_by_its_name(void **state)
{
	struct made *m = made_new();
	struct tc_metric_view metrics[] = {metric("verbose.captures", TACHO_METRIC_EVENT, 20),
		metric("log.lines", TACHO_METRIC_COUNTER, 20), metric("debug.lines", TACHO_METRIC_EVENT, 19),
		metric("trace.lines", TACHO_METRIC_COUNTER, 19), metric("catalog.reads", TACHO_METRIC_EVENT, 2000),
		metric("log.level", TACHO_METRIC_GAUGE, 2000), metric("log.times", TACHO_METRIC_TIME, 2000),
		metric("log.calls", TACHO_METRIC_EVENT, 2000), metric("trace.calls", TACHO_METRIC_COUNTER, 2000)};
	(void)state;
	metrics[7].minute_ns = 0.9e9;        /* too short to tell a rate from */
	metrics[8].part = TC_METRIC_UNKNOWN; /* nothing is known of it then */
	struct tc_diagnosis *d = diagnosis_with(m, metrics, sizeof metrics / sizeof *metrics);
	const struct tc_advice *advice = find(d, "verbose_capture", "verbose.captures");
	assert_non_null(advice);
	assert_int_equal(advice->severity, TC_SEVERITY_LOW);
	assert_float_equal(advice->sure, 0.8 * 0.99, 1e-12);
	assert_string_equal(advice->issue, "counts 10.0 a second, and by its name may serve watching only");
	assert_non_null(find(d, "verbose_capture", "log.lines"));
	for (size_t i = 2; i < sizeof metrics / sizeof *metrics; i++)
		assert_null(find(d, "verbose_capture", metrics[i].name));
	drop(m, d);
}

enum { TICKS = 400 };

static struct tc_series_view readings_of(const uint64_t *count, tc_instant *at, double *value, double unit)
{
	for (size_t i = 0; i < TICKS; i++) {
		at[i] = (tc_instant)((i + 1) * 100 * ms);
		value[i] = (double)count[i] * 10 * unit;
	}
	return (struct tc_series_view){
		.series = {.unit = "per second", .total_unit = ""}, .count = TICKS, .at = at, .value = value};
}

/* Each half a second, and as often by chance; what comes faster than a clock of 0.1 s, or seldom, is none. */
static void what_is_counted_by_the_clock_is_made_too_often(void **state)
{
	static tc_instant at[TICKS];
	static double value[5][TICKS];
	static uint64_t count[5][TICKS];
	static struct tc_series_view series[5];
	struct made *m = made_new();
	uint64_t random = 88172645463325252u;
	struct tc_metric_view metrics[] = {metric("previews", TACHO_METRIC_COUNTER, 80),
		metric("reports", TACHO_METRIC_EVENT, 80), metric("requests", TACHO_METRIC_COUNTER, 80),
		metric("frames", TACHO_METRIC_COUNTER, 800), metric("seldom", TACHO_METRIC_COUNTER, 8)};
	(void)state;
	for (size_t i = 0; i < TICKS; i++) {
		random ^= random << 13, random ^= random >> 7, random ^= random << 17;
		count[0][i] = count[1][i] = i % 5 == 4;
		count[2][i] = random % 5 == 0;
		count[3][i] = 2;
		count[4][i] = i % 50 == 49;
	}
	for (size_t i = 0; i < 5; i++) {
		bool event = metrics[i].kind == TACHO_METRIC_EVENT;
		series[i] = readings_of(count[i], at, value[i], event ? 60 : 1);
		metrics[i].series = &series[i];
	}
	made_span(m, "work", 0, ms, ms, false);
	made_span(m, "work", (tc_instant)(39999 * ms), ms, ms, false);
	m->session.metric = metrics;
	m->session.metrics = 5;
	struct tc_diagnosis *d = diagnosis_of(m);
	for (size_t i = 0; i < 2; i++) {
		const struct tc_advice *advice = find(d, "lower_generation_rate", metrics[i].name);
		assert_non_null(advice);
		assert_string_equal(advice->issue, "comes every 500 ms, as evenly as by the clock");
		assert_int_equal(advice->n, 40);
		assert_true(advice->confidence < TC_ADVICE_CONFIDENCE); /* what each costs is not known */
		assert_true(isnan(advice->expected_improvement.percent_hi));
	}
	for (size_t i = 2; i < 5; i++)
		assert_null(find(d, "lower_generation_rate", metrics[i].name));
	drop(m, d);
}

/* Of the session's two seconds: times that a program measured, one of which took 100 times the others; one with too few values. */
static void a_deadline_is_for_times_that_were_measured_too(void **state)
{
	struct made *m = made_new();
	struct tc_metric_view metrics[] = {metric("fetch", TACHO_METRIC_TIME, 200),
		metric("few", TACHO_METRIC_TIME, 99), metric("sizes", TACHO_METRIC_CUSTOM, 200),
		metric("even", TACHO_METRIC_TIME, 200)};
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		metrics[i].median = 1e6;
		metrics[i].max = i == 3 ? 99e6 : 100e6;
		metrics[i].sum = 300e6;
	}
	struct tc_diagnosis *d = diagnosis_with(m, metrics, 4);
	const struct tc_advice *advice = find(d, "limit", "fetch");
	assert_non_null(advice);
	assert_string_equal(advice->issue, "took up to 100 ms, 100 times its median of 1.00 ms");
	assert_string_equal(advice->evidence[0], "the longest of 200 values");
	assert_true(isnan(advice->expected_improvement.percent_hi));
	for (size_t i = 1; i < 4; i++)
		assert_null(find(d, "limit", metrics[i].name));
	drop(m, d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frequent_metric_is_told_by_its_rate),
		cmocka_unit_test(watching_that_is_counted_is_known_by_its_name),
		cmocka_unit_test(what_is_counted_by_the_clock_is_made_too_often),
		cmocka_unit_test(a_deadline_is_for_times_that_were_measured_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
