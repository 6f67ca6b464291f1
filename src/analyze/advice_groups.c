/* SPDX-License-Identifier: MIT
 *
 * advice_groups.c - spans of two kinds under one name: most take about the same, and the others about the same, too.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

static void improve(struct tc_advisor *advisor, struct tc_advice *advice, const struct tc_name_diagnosis *name)
{
	const struct tc_summary *s = &name->view->summary;
	double fast = fmin(s->median, name->variability.far_median);
	double percent = 100 * name->use.verdict.share * fmax(0, 1 - fast / s->mean);
	advice->severity = tc_advice_severity(percent);
	advice->expected_improvement.percent_lo = 0;
	advice->expected_improvement.percent_hi = percent;
	advice->expected_improvement.text = tc_advice_text(advisor,
		"if all were as the fast ones it saves up to %s of the time in spans", tc_percent(percent).text);
	advice->expected_improvement.basis = "durations beyond the faster median, times its share of the time";
}

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	const struct tc_variability *v = &name->variability;
	const struct tc_summary *s = &name->view->summary;
	struct tc_figure median = tc_duration(s->median), far = tc_duration(v->far_median);
	struct tc_advice advice = tc_advice_on(name);
	advice.issue = tc_advice_text(advisor, "is of two kinds: %s spans about %s, %s about %s",
		tc_count(s->count - v->far).text, median.text, tc_count(v->far).text, far.text);
	tc_advice_prove(advisor, &advice,
		"%s of them lie at twice the median or half of it and beyond; the robust spread is %.2f of the median",
		tc_percent(100 * (double)v->far / (double)s->count).text, v->rcv);
	advice.sure = v->groups_sure;
	advice.suggested_action = "Find what the slow ones have in common: their attributes, their input, or a way "
				  "that only they take; give each kind a name of its own.";
	improve(advisor, &advice, name);
	tc_advise(advisor, &advice);
}

/* What changed over time is told by its levels there. */
static bool are_mixed(const struct tc_name_diagnosis *name)
{
	return name->variability.groups && !name->course.points.count;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (are_mixed(&d->name[i]) && d->name[i].use.verdict.share >= 0.01)
			advise_on(advisor, &d->name[i]);
}

const struct tc_advice_rule tc_advice_groups = {
	.kind = "two_groups",
	.looks = "most spans of a name are alike, and more than 5 % of them lie together far from these",
	.method = "median and robust spread of each group",
	.advise = advise,
};
