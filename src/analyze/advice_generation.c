/* SPDX-License-Identifier: MIT
 *
 * advice_generation.c - what is made again and again by the clock, whether anybody needs it or not: previews, heat maps, reports.
 */
#include <math.h>
#include <stdlib.h>
#include "analyze/diagnosis.h"
#include "base/units.h"
#include "stats/order.h"

enum { LEAST = 11, MOST = 4096 }; /* spans that are looked at */
static const double least_share = 0.02, least_period_ns = 1e8, steadiness = 0.1;

/* The ns from one begin to the next, where they are all about the same; NAN: they are not, or too few are at hand. */
static double period_of(const struct tc_name_records *records, size_t name)
{
	const struct tc_span_view *const *span = &records->span[records->span_from[name]];
	size_t count = tc_name_spans(records, name);
	count = count > MOST ? MOST : count;
	uint64_t *apart = count < LEAST ? NULL : malloc(count * sizeof *apart);
	if (!apart)
		return NAN;
	for (size_t i = 1; i < count; i++)
		apart[i - 1] = (uint64_t)span[i]->begin - (uint64_t)span[i - 1]->begin;
	struct tc_order order = tc_order_whole(apart, count - 1);
	double median = tc_order_quantile(&order, 0.5L), mad = tc_order_mad(&order);
	free(apart);
	return median >= least_period_ns && mad <= steadiness * median ? median : NAN;
}

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name, double period_ns)
{
	struct tc_advice advice = tc_advice_on(name);
	double percent = 50 * name->use.verdict.share;
	struct tc_figure period = tc_duration(period_ns), share = tc_percent(2 * percent);
	advice.severity = tc_advice_severity(percent);
	advice.sure = name->use.confidence;
	advice.issue =
		tc_advice_text(advisor, "is made every %s, and takes %s of the time in spans", period.text, share.text);
	advice.suggested_action = "Make it less often, or when it is asked for.";
	advice.expected_improvement.percent_lo = 0;
	advice.expected_improvement.percent_hi = percent;
	advice.expected_improvement.text =
		tc_advice_text(advisor, "half as often it saves %s of the time in spans", tc_percent(percent).text);
	advice.expected_improvement.basis = "half of its share of the time";
	tc_advice_prove(advisor, &advice, "it begins every %s, and half of the times are off that by less than a tenth",
		period.text);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++) {
		double period_ns = d->name[i].use.verdict.share >= least_share ? period_of(&d->records, i) : NAN;
		if (!isnan(period_ns) && period_ns >= 2 * d->name[i].view->summary.mean)
			advise_on(advisor, &d->name[i], period_ns);
	}
}

const struct tc_advice_rule tc_advice_generation = {
	.kind = "lower_generation_rate",
	.looks = "a name that begins by the clock, every 0.1 s or more, takes 2 % of the time",
	.method = "intervals between begins; judged again in stretches of time",
	.advise = advise,
};
