/* SPDX-License-Identifier: MIT
 *
 * advice_deadline.c - spans, and times that a program measured, that take so long that it is better to give up and try again.
 */
#include <math.h>
#include <string.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

static const double least_times = 100, least_share = 0.01;

static void advise_on(
	struct tc_advisor *advisor, struct tc_advice *advice, double max_ns, double median_ns, const char *what)
{
	struct tc_figure max = tc_duration(max_ns), median = tc_duration(median_ns),
			 limit = tc_duration(10 * median_ns);
	advice->severity = TC_SEVERITY_LOW;
	advice->sure = 0.9;
	advice->issue = tc_advice_text(
		advisor, "took up to %s, %.0f times its median of %s", max.text, max_ns / median_ns, median.text);
	advice->suggested_action =
		tc_advice_text(advisor, "Give it a limit, such as %s, and try again beyond it.", limit.text);
	tc_advice_prove(advisor, advice, "the longest of %s", tc_counted(advice->n, what).text);
	tc_advise(advisor, advice);
}

static bool speaks(const struct tc_name_diagnosis *name)
{
	const struct tc_summary *s = &name->view->summary;
	return s->count >= TC_TAIL_LEAST && s->median > 0 && s->max >= least_times * s->median &&
	       name->use.verdict.share >= least_share;
}

/* Its values are ns. */
static bool metric_speaks(const struct tc_diagnosis *d, const struct tc_metric_view *metric)
{
	return metric->kind == TACHO_METRIC_TIME && tc_metric_has_count(metric) && metric->count >= TC_TAIL_LEAST &&
	       metric->median > 0 && metric->max >= least_times * metric->median &&
	       metric->sum >= least_share * (double)(d->to - d->from);
}

static void examine(struct tc_advisor *advisor, const struct tc_diagnosis *d, const struct tc_metric_view *metric)
{
	struct tc_advice advice = {
		.of = TC_STAGE_METRIC, .stage = metric->name, .stage_bytes = strlen(metric->name), .n = metric->count};
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	if (metric_speaks(d, metric))
		advise_on(advisor, &advice, metric->max, metric->median, "value");
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++) {
		struct tc_advice advice = tc_advice_on(&d->name[i]);
		const struct tc_summary *s = &d->name[i].view->summary;
		if (speaks(&d->name[i]))
			advise_on(advisor, &advice, s->max, s->median, "span");
	}
	for (size_t i = 0; i < d->session->metrics; i++)
		examine(advisor, d, &d->session->metric[i]);
}

const struct tc_advice_rule tc_advice_deadline = {
	.kind = "limit",
	.looks = "the longest of 100 spans and more, or times that a program measured, takes 100 times the median",
	.method = "exact",
	.advise = advise,
};
