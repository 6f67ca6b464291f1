/* SPDX-License-Identifier: MIT
 *
 * advice_generation.c - what is made again and again by the clock, whether anybody needs it or not: previews, heat maps, reports.
 */
#include <math.h>
#include <stdlib.h>
#include "analyze/occurrences.h"
#include "base/units.h"
#include "read/course.h"
#include "stats/order.h"

enum { LEAST = 11, MOST = 4096 }; /* spans that are looked at */
static const double least_share = 0.02, least_period_ns = 1e8, steadiness = 0.1;

/* Of what is counted: stretches of readings, in each of which it came so often, and by how much less they may differ than chance makes
 * them.  A clock's counts are off by less than one; of 20 stretches by chance 6 of 100,000 differ as little. */
enum { STRETCHES_LEAST = 20, COUNTS_LEAST = 2 };
static const double most_dispersion = 0.2;

struct clock {
	double period_ns; /* NAN: it begins by none, or too few spans are at hand */
	double sure;      /* of the begins those that came by it, (steady + 1) / (n + 2) */
};

/* How long a begin came after the last sibling of its thread had ended; what begins as soon as the thread is free begins by no clock. */
static void find_idle(int64_t *idle_ns, const struct tc_session *session, const struct tc_span_view *const *span,
	size_t count, tc_instant *last_end)
{
	const struct tc_node_view *above = span[0]->node->parent;
	for (size_t i = 0; i < session->rings; i++)
		last_end[i] = INT64_MIN / 2;
	for (size_t i = 0, next = 0; i < session->spans && next < count; i++) {
		const struct tc_span_view *at = &session->span[i];
		if (at == span[next])
			idle_ns[next++] = at->begin - last_end[at->ring];
		if (at->node->parent == above && at->end > last_end[at->ring])
			last_end[at->ring] = at->end;
	}
}

static void judge(struct clock *out, const struct tc_span_view *const *span, size_t count, uint64_t *apart,
	const int64_t *idle_ns)
{
	for (size_t i = 1; i < count; i++)
		apart[i - 1] = (uint64_t)span[i]->begin - (uint64_t)span[i - 1]->begin;
	size_t steady = 0;
	struct tc_order order = tc_order_whole(apart, count - 1);
	double period = tc_order_quantile(&order, 0.5L), off = steadiness * period;
	for (size_t i = 1; i < count; i++) {
		double ns = (double)(span[i]->begin - span[i - 1]->begin);
		steady += fabs(ns - period) <= off && (double)idle_ns[i] >= off;
	}
	if (period >= least_period_ns && 2 * steady >= count - 1)
		*out = (struct clock){period, (double)(steady + 1) / (double)(count + 1)};
}

static struct clock clock_of(const struct tc_name_records *records, size_t name)
{
	const struct tc_span_view *const *span = &records->span[records->span_from[name]];
	size_t count = tc_name_spans(records, name);
	struct clock clock = {NAN, 0};
	count = count > MOST ? MOST : count;
	if (count < LEAST)
		return clock;
	uint64_t *apart = malloc(count * sizeof *apart);
	int64_t *idle_ns = calloc(count, sizeof *idle_ns);
	tc_instant *last_end = malloc((records->session->rings + 1) * sizeof *last_end);
	if (apart && idle_ns && last_end) {
		find_idle(idle_ns, records->session, span, count, last_end);
		judge(&clock, span, count, apart, idle_ns);
	}
	free(apart);
	free(idle_ns);
	free(last_end);
	return clock;
}

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name, const struct clock *clock)
{
	struct tc_advice advice = tc_advice_on(name);
	double percent = 50 * name->use.verdict.share;
	struct tc_figure period = tc_duration(clock->period_ns), share = tc_percent(2 * percent);
	advice.severity = tc_advice_severity(percent);
	advice.sure = fmin(0.99, clock->sure);
	advice.issue =
		tc_advice_text(advisor, "is made every %s, and takes %s of the time in spans", period.text, share.text);
	advice.suggested_action = "Make it less often, or when it is asked for.";
	advice.expected_improvement.percent_lo = 0;
	advice.expected_improvement.percent_hi = percent;
	advice.expected_improvement.text =
		tc_advice_text(advisor, "half as often it saves %s of the time in spans", tc_percent(percent).text);
	advice.expected_improvement.basis = "half of its share of the time";
	tc_advice_prove(advisor, &advice,
		"it begins every %s: %s of the times are off that by less than a tenth, with its thread idle before",
		period.text, tc_percent(100 * clock->sure).text);
	tc_advise(advisor, &advice);
}

struct counts {
	double per_ns, ns, count; /* of all; of the stretch at hand */
	double squares;           /* of distances from what was expected, over that */
	size_t stretches;
};

static void add_reading(struct counts *counts, double count, double ns)
{
	counts->count += count;
	counts->ns += ns;
	double expected = counts->per_ns * counts->ns, off = counts->count - expected;
	if (expected < COUNTS_LEAST)
		return;
	counts->squares += off * off / expected;
	counts->stretches++;
	counts->count = counts->ns = 0;
}

/* What all its readings came to, or with per_ns known how these differ. */
static void go_through(struct counts *counts, const struct tc_metric_view *metric, const struct tc_diagnosis *d)
{
	const struct tc_series_view *series = metric->series;
	double second = metric->kind == TACHO_METRIC_EVENT ? 6e10 : 1e9; /* of its rate, in ns */
	for (size_t i = 0; i < series->count; i++) {
		double ns = (double)(series->at[i] - tc_series_from(series, i)), count = series->value[i] * ns / second;
		if (series->at[i] <= d->from || series->at[i] > d->to || !isfinite(count) || ns <= 0)
			continue;
		if (counts->per_ns > 0) {
			add_reading(counts, count, ns);
			continue;
		}
		counts->ns += ns;
		counts->count += count;
	}
}

static void advise_on_metric(
	struct tc_advisor *advisor, const struct tc_diagnosis *d, const struct tc_metric_view *metric)
{
	struct tc_occurrences occurrences;
	struct counts all = {0};
	if (!metric->series || !tc_occurrences_find(&occurrences, d, metric))
		return;
	go_through(&all, metric, d);
	struct counts each = {.per_ns = all.count / all.ns};
	if (!(each.per_ns > 0) || 1 / each.per_ns < least_period_ns)
		return;
	go_through(&each, metric, d);
	double dispersion = each.squares / ((double)each.stretches - 1);
	if (each.stretches < STRETCHES_LEAST || dispersion > most_dispersion)
		return;
	struct tc_advice advice = tc_occurrences_advice(advisor, &occurrences, metric);
	advice.n = each.stretches;
	advice.sure = fmin(advice.sure, 1 - dispersion);
	advice.issue =
		tc_advice_text(advisor, "comes every %s, as evenly as by the clock", tc_duration(1 / each.per_ns).text);
	advice.suggested_action = "If each costs something, make it less often, or when it is asked for.";
	tc_advice_prove(advisor, &advice,
		"%zu stretches of readings differ by %s of what chance makes them differ; whether its thread waits for "
		"a clock is not known",
		each.stretches, tc_percent(100 * dispersion).text);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++) {
		if (d->name[i].use.verdict.share < least_share)
			continue;
		struct clock clock = clock_of(&d->records, i);
		if (clock.period_ns >= 2 * d->name[i].view->summary.mean)
			advise_on(advisor, &d->name[i], &clock);
	}
	for (size_t i = 0; i < d->session->metrics; i++)
		advise_on_metric(advisor, d, &d->session->metric[i]);
}

const struct tc_advice_rule tc_advice_generation = {
	.kind = "lower_generation_rate",
	.looks = "a name that begins by the clock, every 0.1 s or more with its thread idle before, takes 2 % of the "
		 "time, or an event or counter comes as evenly",
	.method = "intervals between begins, and the idle time before them; of metrics how evenly they are counted",
	.advise = advise,
};
