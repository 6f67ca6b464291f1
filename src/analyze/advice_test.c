/* SPDX-License-Identifier: MIT
 *
 * advice_test.c - R5.3, R5.4, R5.6: each rule speaks where it should, and is silent where little is missing.
 */
#include "analyze/advice.h"

#include <math.h>
#include <stdio.h>
#include "analyze/calibrated.h"
#include "analyze/diagnosis.h"
#include "analyze/made.h"
#include "base/test.h"

static const uint64_t us = 1000, ms = 1000000;

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

/* `spans` spans of a name from t on, one every 10 ms, all of it their own. */
static void fill(struct made *m, const char *name, tc_instant from, size_t spans, uint64_t ns)
{
	for (size_t i = 0; i < spans; i++)
		made_span(m, name, from + (tc_instant)(i * 10 * ms), ns, ns, false);
}

static void drop(struct made *m, struct tc_diagnosis *d)
{
	tc_diagnosis_release(d);
	made_release(m);
}

static void a_bottleneck_is_sure_that_is_one_all_the_time(void **state)
{
	struct made *m = made_new();
	(void)state;
	fill(m, "slow", 0, 1000, 3 * ms);
	fill(m, "fast", 0, 1000, ms);
	struct tc_diagnosis *d = diagnosis_of(m);
	const struct tc_advice *advice = find(d, "bottleneck", "slow");
	assert_non_null(advice);
	assert_int_equal(advice->severity, TC_SEVERITY_CRITICAL);
	assert_float_equal(advice->sure, 19 / 20.0, 1e-12);
	assert_float_equal(advice->confidence, tc_calibrated("bottleneck", advice->sure), 1e-12);
	assert_int_equal(advice->priority, TC_SEVERITY_CRITICAL);
	assert_string_equal(advice->issue, "takes 75.0 % of the time in spans: halving it saves 1.50 s");
	assert_float_equal(advice->expected_improvement.percent_lo, 37.5, 1e-9);
	assert_float_equal(advice->expected_improvement.percent_hi, 75, 1e-9);
	assert_true(d->finding == advice); /* the gravest comes first */
	assert_null(find(d, "bottleneck", "fast"));
	drop(m, d);
}

/* Grave in a part of the run alone: less sure, and so less urgent. */
static void what_is_one_seldom_is_less_urgent(void **state)
{
	struct made *m = made_new();
	(void)state;
	fill(m, "steady", 0, 1000, ms);
	fill(m, "late", (tc_instant)(7000 * ms), 300, 5 * ms);
	struct tc_diagnosis *d = diagnosis_of(m);
	const struct tc_advice *advice = find(d, "bottleneck", "late");
	assert_non_null(advice);
	assert_true(advice->confidence < 0.75);
	assert_int_equal(advice->priority, advice->severity - 1);
	drop(m, d);
}

static void what_never_ended_is_told_as_open(void **state)
{
	struct made *m = made_new();
	(void)state;
	fill(m, "unit", 0, 10, ms);
	uint32_t stuck = made_name(m, "stuck");
	m->name[stuck].open = 1;
	m->name[stuck].open_ns = m->name[stuck].figures.self_ns = m->node[stuck].figures.self_ns = 300 * ms;
	struct tc_diagnosis *d = diagnosis_of(m);
	const struct tc_advice *advice = find(d, "bottleneck", "stuck");
	assert_non_null(advice);
	assert_string_equal(advice->evidence[1], "none has ended, 1 open for 300 ms");
	drop(m, d);
}

static void a_killed_run_says_so_first(void **state)
{
	struct made *m = made_new();
	struct tc_span_view open[2] = {{.duration_ns = 6000 * ms}, {.duration_ns = 4900 * ms}};
	(void)state;
	fill(m, "slow", 0, 1000, 3 * ms);
	fill(m, "fast", 0, 1000, ms);
	open[0].name = made_name(m, "outer");
	open[1].name = made_name(m, "stuck");
	m->session.open_span = open;
	m->session.open_spans = 2;
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_null(find(d, "killed", NULL)); /* it ended by itself */
	tc_diagnosis_release(d);
	m->session.manifest.how = TC_HOW_SIGNALLED;
	m->session.manifest.status = 9;
	d = diagnosis_of(m);
	assert_string_equal(d->finding[0].issue, "killed by signal 9 while stuck had been open for 4.90 s");
	assert_string_equal(d->finding[0].suggested_action, "See what stuck waits for or repeats.");
	tc_diagnosis_release(d);
	open[1] = (struct tc_span_view){.name = made_name(m, "slow"), .duration_ns = 2 * ms};
	open[0].ring = 1;
	open[0].duration_ns = ms;
	d = diagnosis_of(m);
	assert_int_equal(d->finding[0].severity, TC_SEVERITY_HIGH);
	assert_non_null(strstr(d->finding[0].suggested_action, "who sent the signal"));
	m->session.open_spans = 0;
	drop(m, d);
}

static void a_step_is_told_with_its_time(void **state)
{
	struct made *m = made_new();
	(void)state;
	fill(m, "other", 0, 400, ms);
	fill(m, "work", 0, 200, ms);
	fill(m, "work", (tc_instant)(2000 * ms), 200, 2 * ms);
	struct tc_diagnosis *d = diagnosis_of(m);
	const struct tc_advice *advice = find(d, "degradation", "work");
	assert_non_null(advice);
	assert_non_null(strstr(advice->issue, "since 2.00 s: 2.00 ms instead of 1.00 ms"));
	assert_true(advice->confidence >= 0.9);
	assert_float_equal(advice->expected_improvement.percent_hi, 100 * 0.6 * 0.5, 1e-6);
	assert_null(find(d, "degradation", "other"));
	drop(m, d);
}

/* Levels that come and go: the moment is that of a step up, with its own levels, and what is compared are the ends. */
static void the_moment_is_that_of_the_step_up(void **state)
{
	static const struct {
		const char *name, *issue, *action;
		uint64_t level[3];
	} of[] = {{"up, then half way back",
			  "at the end than at the beginning, 2.00 ms instead of 1.00 ms: of its 2 "
			  "steps the largest up is at 1.00 s, from 1.00 ms to 4.00 ms",
			  "See what changed at 1.00 s.", {1, 4, 2}},
		{"up, and a little more",
			"4.00 ms instead of 1.00 ms: of its 2 steps the largest up is at 1.00 s, "
			"from 1.00 ms to 3.00 ms",
			"See what changed at 1.00 s.", {1, 3, 4}},
		{"down, then up",
			"4.00 ms instead of 3.00 ms: of its 2 steps the largest up is at 2.00 s, from 1.00 ms "
			"to 4.00 ms",
			"See what changed at 2.00 s.", {3, 1, 4}}};
	struct made *m = made_new();
	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 3; k++)
			fill(m, of[i].name, (tc_instant)(k * 1000 * ms), 100, of[i].level[k] * ms);
	struct tc_diagnosis *d = diagnosis_of(m);
	for (size_t i = 0; i < 3; i++) {
		const struct tc_advice *advice = find(d, "degradation", of[i].name);
		assert_non_null(advice);
		assert_non_null(strstr(advice->issue, of[i].issue));
		assert_string_equal(advice->suggested_action, of[i].action);
	}
	drop(m, d);
}

static void what_was_slow_for_a_while_is_told(void **state)
{
	struct made *m = made_new();
	(void)state;
	fill(m, "warms up", 0, 30, 20 * ms);
	fill(m, "warms up", (tc_instant)(300 * ms), 370, 2 * ms);
	fill(m, "hump", 0, 100, 2 * ms);
	fill(m, "hump", (tc_instant)(1000 * ms), 200, 6 * ms);
	fill(m, "hump", (tc_instant)(3000 * ms), 100, 2 * ms);
	fill(m, "slower since", 0, 200, 2 * ms);
	fill(m, "slower since", (tc_instant)(2000 * ms), 200, 6 * ms);
	fill(m, "became faster", 0, 300, 6 * ms);
	fill(m, "became faster", (tc_instant)(3000 * ms), 100, 2 * ms);
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_string_equal(find(d, "slow_stretch", "warms up")->issue,
		"is slow at first: its first 30 spans, until 300 ms, took 20.0 ms, those afterwards 2.00 ms, which "
		"cost "
		"40.3 % of its time");
	assert_null(find(d, "outliers", "warms up"));
	const struct tc_advice *hump = find(d, "slow_stretch", "hump");
	assert_string_equal(hump->issue,
		"was slower from 1.00 s to 3.00 s: it took 6.00 ms, 2.00 ms afterwards, which cost 50.0 % of its time");
	assert_float_equal(hump->expected_improvement.percent_hi, 100 * 800 / (1340.0 + 1600 + 1600 + 2000), 1e-9);
	assert_null(find(d, "degradation", "hump"));
	assert_null(find(d, "slow_stretch", "slower since"));
	assert_null(find(d, "slow_stretch", "became faster"));
	drop(m, d);
}

/* Sixty names of noise: none of them gets worse. */
static void among_many_names_chance_finds_nothing(void **state)
{
	static char names[60][8];
	struct made *m = made_new();
	uint64_t random = 88172645463325252u;
	(void)state;
	for (size_t i = 0; i < 60; i++) {
		snprintf(names[i], sizeof names[i], "n%u", (unsigned)(i % 100));
		for (size_t k = 0; k < 60; k++) {
			random ^= random << 13, random ^= random >> 7, random ^= random << 17;
			made_span(m, names[i], (tc_instant)(k * 10 * ms), 800 * us + random % (400 * us), 0, false);
		}
	}
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_null(find(d, "degradation", NULL));
	assert_null(find(d, "slow_stretch", NULL));
	drop(m, d);
}

/* Of next to nothing most is next to nothing; of a server that is idle outside of its spans it is all that it does. */
static void what_lies_outside_of_spans_weighs_more(void **state)
{
	struct tc_share_view share = {.row = TC_SHARE_OF_NO_SPAN, .name = "", .wall_ns = 3e9, .running_low_ns = 1e9};
	(void)state;
	for (size_t busy = 0; busy < 2; busy++) {
		struct made *m = made_new();
		fill(m, "tiny", 0, 20, 100 * us);
		fill(m, "other", (tc_instant)(3000 * ms), 20, 10 * us);
		m->session.share = &share;
		m->session.shares = busy;
		struct tc_diagnosis *d = diagnosis_of(m);
		assert_int_equal(
			find(d, "bottleneck", "tiny")->severity, busy ? TC_SEVERITY_LOW : TC_SEVERITY_CRITICAL);
		assert_int_equal(d->name[0].use.verdict.severity, TC_SEVERITY_CRITICAL);
		assert_int_equal(!strcmp(d->finding[0].kind, "outside_spans"), busy);
		drop(m, d);
	}
}

static void failures_are_told(void **state)
{
	struct made *m = made_new();
	(void)state;
	fill(m, "well", 0, 50, ms);
	fill(m, "bad", 0, 40, ms);
	for (size_t i = 0; i < 10; i++)
		made_span(m, "bad", (tc_instant)(i * ms), ms, ms, true);
	made_span(m, "once", 0, ms, ms, true);
	for (size_t i = 0; i < 3; i++)
		made_span(m, "1 of 3", (tc_instant)(i * ms), ms, ms, i == 0);
	for (size_t i = 0; i < 10; i++)
		made_span(m, "always", (tc_instant)(i * ms), ms, ms, true);
	struct tc_diagnosis *d = diagnosis_of(m);
	const struct tc_advice *advice = find(d, "failures", "bad");
	assert_non_null(advice);
	assert_string_equal(advice->issue, "failed 10 of 50 times (20.0 %; 11.2 % to 33.0 % with 95 %)");
	assert_int_equal(advice->priority, TC_SEVERITY_HIGH);
	assert_null(find(d, "failures", "well"));
	assert_int_equal(find(d, "failures", "once")->severity, TC_SEVERITY_HIGH); /* 20.7 % at least */
	assert_int_equal(find(d, "failures", "1 of 3")->severity, TC_SEVERITY_MEDIUM);
	assert_int_equal(find(d, "failures", "always")->severity, TC_SEVERITY_CRITICAL);
	drop(m, d);
}

static void what_varies_is_told_apart(void **state)
{
	struct made *m = made_new();
	(void)state;
	for (size_t i = 0; i < 200; i++) {
		tc_instant at = (tc_instant)(i * 10 * ms);
		made_span(m, "spread", at, (i % 2 ? 1 : 4) * ms + i * us, ms, false);
		made_span(m, "tail", at, i % 20 ? ms : 30 * ms, ms, false);
		made_span(m, "outliers", at, i % 100 ? ms + i * us / 10 : 20 * ms, ms, false);
		made_span(m, "steady", at, ms + i * us, ms, false);
	}
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_non_null(find(d, "spread", "spread"));
	assert_non_null(find(d, "tail", "tail"));
	assert_non_null(find(d, "outliers", "outliers"));
	for (const char *const *kind = (const char *const[]){"spread", "tail", "outliers", NULL}; *kind; kind++)
		assert_null(find(d, *kind, "steady"));
	drop(m, d);
}

/* R5.3: of 600 spans each fifth, and nearly each second, takes thrice as long; or it did in the second half of the run. */
static void two_groups_are_no_single_spans(void **state)
{
	struct made *m = made_new();
	(void)state;
	for (size_t i = 0; i < 600; i++) {
		uint64_t noise = i * 7919 % 100 * us, quick = 5 * ms + noise, slow = 15 * ms + noise;
		tc_instant at = (tc_instant)(i * 10 * ms);
		made_span(m, "a fifth", at, i % 5 ? quick : 2 * slow, ms, false);
		made_span(m, "most", at, i * 7919 % 100 < 35 ? quick : 2 * slow, ms, false);
		made_span(m, "half", at, i * 7919 % 100 < 55 ? quick : slow, ms, false);
		made_span(m, "later", at, i < 310 ? quick : slow, ms, false);
		made_span(m, "single", at, i % 100 == 7 ? slow : quick, ms, false);
		made_span(m, "loud", at, i % 40 == 7 ? 10 * slow : quick, ms, false);
	}
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_string_equal(
		find(d, "two_groups", "a fifth")->issue, "is of two kinds: 480 spans about 5.06 ms, 120 about 30.2 ms");
	assert_string_equal(
		find(d, "two_groups", "most")->issue, "is of two kinds: 390 spans about 30.1 ms, 210 about 5.02 ms");
	assert_string_equal(
		find(d, "two_groups", "half")->issue, "is of two kinds: 330 spans about 5.05 ms, 270 about 15.1 ms");
	assert_null(find(d, "two_groups", "later"));
	assert_null(find(d, "two_groups", "loud"));
	assert_string_equal(
		find(d, "outliers", "loud")->issue, "is steady at 5.05 ms but for 15 of 600 spans, of up to 151 ms");
	for (const char *const *name = (const char *const[]){"a fifth", "most", "half", "later", "single", NULL}; *name;
		name++)
		assert_null(find(d, "outliers", *name));
	drop(m, d);
}

static void less_often_is_said_of_what_is_short_and_frequent(void **state)
{
	struct made *m = made_new();
	(void)state;
	fill(m, "rest", 0, 200, 8 * ms);
	for (size_t i = 0; i < 2000; i++) {
		made_span(m, "poll", (tc_instant)(i * ms), 500 * us, 500 * us, false);
		made_span(m, "few", (tc_instant)(i * ms), i % 200 ? us : 200 * ms, us, false);
		made_span(m, "tick", (tc_instant)(i * ms), 50 * us, 50 * us, false);
	}
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_non_null(find(d, "reduce_frequency", "poll"));
	assert_null(find(d, "reduce_frequency", "few"));  /* 10 of 2,000 make the time */
	assert_null(find(d, "reduce_frequency", "tick")); /* too little of the time */
	assert_null(find(d, "reduce_frequency", "rest")); /* too long */
	drop(m, d);
}

static void watching_is_known_by_its_name(void **state)
{
	struct made *m = made_new();
	(void)state;
	fill(m, "work", 0, 100, 5 * ms);
	fill(m, "write_log", 0, 100, ms);
	fill(m, "catalog", 0, 100, ms);
	fill(m, "debug", 0, 2, ms);
	fill(m, "capture payment", 0, 100, ms);
	fill(m, "dump truck", 0, 100, ms);
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_non_null(find(d, "verbose_capture", "write_log"));
	assert_null(find(d, "verbose_capture", "catalog"));
	assert_null(find(d, "verbose_capture", "debug"));
	assert_null(find(d, "verbose_capture", "capture payment"));
	assert_null(find(d, "verbose_capture", "dump truck"));
	assert_true(find(d, "verbose_capture", "write_log")->sure <= 0.8);
	drop(m, d);
}

static void what_comes_by_the_clock_is_made_too_often(void **state)
{
	struct made *m = made_new();
	uint64_t random = 88172645463325252u;
	(void)state;
	for (size_t i = 0; i < 40; i++) {
		random ^= random << 13, random ^= random >> 7, random ^= random << 17;
		made_span(m, "heatmap", (tc_instant)(i * 500 * ms), 50 * ms, 50 * ms, false);
		made_span(m, "request", (tc_instant)((i * 500 + random % 400) * ms), 50 * ms, 50 * ms, false);
	}
	struct tc_diagnosis *d = diagnosis_of(m);
	const struct tc_advice *advice = find(d, "lower_generation_rate", "heatmap");
	assert_non_null(advice);
	assert_string_equal(advice->issue, "is made every 500 ms, and takes 50.0 % of the time in spans");
	assert_null(find(d, "lower_generation_rate", "request"));
	drop(m, d);
}

/* Stages one right after another begin evenly, too, where they take the same each time; nobody waits for a clock there. */
static void a_loop_is_no_clock(void **state)
{
	struct made *m = made_new();
	(void)state;
	for (size_t i = 0; i < 40; i++) {
		made_span(m, "decode", (tc_instant)(i * 450 * ms), 150 * ms, 150 * ms, false);
		made_span(m, "transform", (tc_instant)((i * 450 + 150) * ms), 200 * ms, 200 * ms, false);
		made_span(m, "store", (tc_instant)((i * 450 + 350) * ms), 100 * ms, 100 * ms, false);
	}
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_null(find(d, "lower_generation_rate", NULL));
	drop(m, d);
}

/* 20 inputs over and over, each with a time of its own; others differ, or don't tell. */
static void what_is_asked_again_can_be_kept(void **state)
{
	static struct tc_attribute_view key[20];
	struct made *m = made_new();
	(void)state;
	for (size_t i = 0; i < 20; i++)
		key[i] = (struct tc_attribute_view){.key = "id", .type = TACHO_ATTR_I64, .i64 = (int64_t)i};
	for (size_t i = 0; i < 200; i++) {
		tc_instant at = (tc_instant)(i * 10 * ms);
		const char *const names[] = {"same", "unlike"};
		for (size_t n = 0; n < 2; n++) {
			uint64_t ns = n ? ms + i * 7919 % 200 * 20 * us : ms + i % 20 * 200 * us;
			made_span(m, names[n], at, ns, ns, false);
			m->session.span[m->session.spans - 1].attributes = 1;
			m->session.span[m->session.spans - 1].attribute = &key[i % 20];
		}
	}
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_non_null(find(d, "cache", "same"));
	assert_null(find(d, "cache", "unlike"));
	drop(m, d);
}

static void uneven_threads_are_told(void **state)
{
	struct made *m = made_new();
	(void)state;
	for (size_t i = 0; i < 120; i++)
		for (size_t n = 0; n < 2; n++) {
			made_span(m, n ? "even" : "uneven", (tc_instant)(i * 10 * ms), ms, ms, false);
			m->session.span[m->session.spans - 1].thread = (uint32_t)(n || i % 4 == 0 ? i / 2 % 4 : 0);
		}
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_non_null(find(d, "balance", "uneven"));
	assert_null(find(d, "balance", "even"));
	drop(m, d);
}

static void states_are_told_where_they_are_sure(void **state)
{
	static struct tc_share_view shares[] = {{.name = "waits",
							.bytes = 5,
							.wall_ns = 1e9,
							.waiting_ns = 4e8,
							.waiting_low_ns = 3e8,
							.waiting_high_ns = 5.5e8,
							.told_apart = true,
							.waiting_told_apart = true},
		{.name = "queues",
			.bytes = 6,
			.wall_ns = 1e9,
			.waiting_ns = 4e8,
			.waiting_low_ns = 3e8,
			.waiting_high_ns = 9e8},
		{.name = "held",
			.bytes = 4,
			.wall_ns = 1e9,
			.waiting_ns = 4e8,
			.waiting_low_ns = 3e8,
			.waiting_high_ns = 5e8,
			.throttled_ns = 4e8},
		{.name = "stands",
			.bytes = 6,
			.wall_ns = 1e9,
			.blocked_ns = 9e8,
			.blocked_low_ns = 8e8,
			.blocked_high_ns = 1e9,
			.io_ns = 8e8},
		{.name = "unsure", .bytes = 6, .wall_ns = 1e9, .waiting_ns = 5e8, .blocked_ns = 5e8}};
	struct made *m = made_new();
	(void)state;
	for (size_t i = 0; i < 5; i++)
		fill(m, shares[i].name, 0, 100, 5 * ms);
	m->session.share = shares;
	m->session.shares = 5;
	struct tc_diagnosis *d = diagnosis_of(m);
	assert_non_null(find(d, "waiting", "waits"));
	assert_null(find(d, "waiting", "held"));
	assert_non_null(find(d, "throttled", "held"));
	assert_string_equal(
		find(d, "waiting", "waits")->issue, "waits for a CPU for 40.0 % of its own time (30.0 % to 55.0 %)");
	assert_string_equal(
		find(d, "waiting", "queues")->issue, "waits for a CPU for 30.0 % to 90.0 % of its own time");
	assert_float_equal(find(d, "waiting", "queues")->expected_improvement.percent_hi, 90 * 0.2, 1e-9);
	assert_non_null(strstr(find(d, "blocked", "stands")->suggested_action, "disk"));
	for (size_t i = 0; i < d->findings; i++)
		assert_true(strcmp(d->finding[i].stage, "unsure") || !strcmp(d->finding[i].kind, "bottleneck"));
	drop(m, d);
}

static void a_deadline_is_for_what_takes_forever(void **state)
{
	struct made *m = made_new();
	(void)state;
	fill(m, "call", 0, 199, ms);
	made_span(m, "call", (tc_instant)(1990 * ms), 500 * ms, 500 * ms, false);
	fill(m, "other", 0, 200, ms);
	struct tc_diagnosis *d = diagnosis_of(m);
	const struct tc_advice *advice = find(d, "limit", "call");
	assert_non_null(advice);
	assert_string_equal(advice->suggested_action, "Give it a limit, such as 10.0 ms, and try again beyond it.");
	assert_null(find(d, "limit", "other"));
	drop(m, d);
}

static void each_rule_has_a_factor(void **state)
{
	(void)state;
	for (const struct tc_advice_rule *const *rule = tc_advice_rules; *rule; rule++)
		assert_true(tc_advice_factor((*rule)->kind) > 0 && *(*rule)->looks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bottleneck_is_sure_that_is_one_all_the_time),
		cmocka_unit_test(what_is_one_seldom_is_less_urgent),
		cmocka_unit_test(what_never_ended_is_told_as_open),
		cmocka_unit_test(a_killed_run_says_so_first),
		cmocka_unit_test(a_step_is_told_with_its_time),
		cmocka_unit_test(the_moment_is_that_of_the_step_up),
		cmocka_unit_test(what_was_slow_for_a_while_is_told),
		cmocka_unit_test(among_many_names_chance_finds_nothing),
		cmocka_unit_test(what_lies_outside_of_spans_weighs_more),
		cmocka_unit_test(failures_are_told),
		cmocka_unit_test(what_varies_is_told_apart),
		cmocka_unit_test(two_groups_are_no_single_spans),
		cmocka_unit_test(less_often_is_said_of_what_is_short_and_frequent),
		cmocka_unit_test(watching_is_known_by_its_name),
		cmocka_unit_test(what_comes_by_the_clock_is_made_too_often),
		cmocka_unit_test(a_loop_is_no_clock),
		cmocka_unit_test(what_is_asked_again_can_be_kept),
		cmocka_unit_test(uneven_threads_are_told),
		cmocka_unit_test(states_are_told_where_they_are_sure),
		cmocka_unit_test(a_deadline_is_for_what_takes_forever),
		cmocka_unit_test(each_rule_has_a_factor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
