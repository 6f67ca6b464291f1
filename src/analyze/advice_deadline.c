/* SPDX-License-Identifier: MIT
 *
 * advice_deadline.c - spans that take so long that it is better to give up and try again.
 */
#include "analyze/diagnosis.h"
#include "base/units.h"

static const double least_times = 100, least_share = 0.01;

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	const struct tc_summary *s = &name->view->summary;
	struct tc_figure max = tc_duration(s->max), median = tc_duration(s->median),
			 limit = tc_duration(10 * s->median);
	struct tc_advice advice = tc_advice_on(name);
	advice.severity = TC_SEVERITY_LOW;
	advice.sure = 0.9;
	advice.issue = tc_advice_text(
		advisor, "took up to %s, %.0f times its median of %s", max.text, s->max / s->median, median.text);
	advice.suggested_action =
		tc_advice_text(advisor, "Give it a limit, such as %s, and try again beyond it.", limit.text);
	tc_advice_prove(advisor, &advice, "the longest of %s spans", tc_count(s->count).text);
	tc_advise(advisor, &advice);
}

static bool speaks(const struct tc_name_diagnosis *name)
{
	const struct tc_summary *s = &name->view->summary;
	return s->count >= TC_TAIL_LEAST && s->median > 0 && s->max >= least_times * s->median &&
	       name->use.verdict.share >= least_share;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (speaks(&d->name[i]))
			advise_on(advisor, &d->name[i]);
}

const struct tc_advice_rule tc_advice_deadline = {
	.kind = "limit",
	.looks = "the longest of 100 spans and more takes 100 times the median",
	.method = "exact",
	.advise = advise,
};
