/* SPDX-License-Identifier: MIT
 *
 * advice_frequency.c - what is short and takes much because it is done so often; and what is counted so often that it may.
 */
#include "analyze/occurrences.h"
#include "base/units.h"

static const double least_per_second = 100, least_share = 0.1, longest_ns = 1e6;

/* Of what is not timed: at 10 us each it takes a tenth of a core. */
static const double least_counted_per_second = 10000;

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name, double per_second)
{
	struct tc_advice advice = tc_advice_on(name);
	double percent = 100 * name->use.verdict.share;
	struct tc_figure share = tc_percent(percent), mean = tc_duration(name->view->summary.mean);
	advice.severity = tc_advice_severity(percent / 2);
	advice.sure = name->use.confidence;
	advice.issue = tc_advice_text(advisor, "is done %s times a second, and takes %s of the time in spans by that",
		tc_number(per_second).text, share.text);
	advice.suggested_action = "Do it less often: only when something changed, or many at once.";
	advice.expected_improvement.percent_lo = 0;
	advice.expected_improvement.percent_hi = percent / 2;
	advice.expected_improvement.text =
		tc_advice_text(advisor, "half as often it saves %s of the time in spans", tc_percent(percent / 2).text);
	advice.expected_improvement.basis = "half of its share of the time";
	tc_advice_prove(
		advisor, &advice, "%s of %s on average", tc_counted(name->view->figures.count, "span").text, mean.text);
	tc_advise(advisor, &advice);
}

static void advise_on_metric(
	struct tc_advisor *advisor, const struct tc_diagnosis *d, const struct tc_metric_view *metric)
{
	struct tc_occurrences occurrences;
	if (!tc_occurrences_find(&occurrences, d, metric) || occurrences.per_second < least_counted_per_second)
		return;
	struct tc_advice advice = tc_occurrences_advice(advisor, &occurrences, metric);
	advice.issue = tc_advice_text(advisor, "counts %s a second", tc_number(occurrences.per_second).text);
	advice.suggested_action =
		"If each costs something, do it less often: only when something changed, or many at once.";
	tc_advise(advisor, &advice);
}

/* Where a few long ones make the time, less of the many short ones saves nothing. */
static bool many_make_the_time(const struct tc_summary *s)
{
	return s->median * (double)s->count >= s->total / 2;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	double seconds = (double)(d->to - d->from) / 1e9;
	for (size_t i = 0; i < d->names && seconds >= 1; i++) {
		const struct tc_name_diagnosis *name = &d->name[i];
		double per_second = (double)name->view->figures.count / seconds;
		if (per_second >= least_per_second && name->use.verdict.share >= least_share &&
			name->view->summary.mean <= longest_ns && many_make_the_time(&name->view->summary))
			advise_on(advisor, name, per_second);
	}
	for (size_t i = 0; i < d->session->metrics; i++)
		advise_on_metric(advisor, d, &d->session->metric[i]);
}

const struct tc_advice_rule tc_advice_frequency = {
	.kind = "reduce_frequency",
	.looks = "a name of less than 1 ms takes a tenth of the time because it is done 100 times a second and more "
		 "and not because a few take long, or an event or counter counts 10,000 a second and more",
	.method = "count and share; judged again in stretches of time; of metrics the rate",
	.advise = advise,
};
