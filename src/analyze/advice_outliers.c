/* SPDX-License-Identifier: MIT
 *
 * advice_outliers.c - single spans out of the ordinary among others that are alike.
 */
#include <math.h>
#include "analyze/slow_stretch.h"
#include "base/units.h"

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	const struct tc_summary *s = &name->view->summary;
	struct tc_figure median = tc_duration(s->median), max = tc_duration(s->max);
	struct tc_advice advice = tc_advice_on(name);
	advice.issue = tc_advice_text(advisor, "is steady at %s but for %s of %s spans, of up to %s", median.text,
		tc_count(name->variability.far).text, tc_count(s->count).text, max.text);
	tc_advice_prove(advisor, &advice,
		"the standard deviation is %.2f of the mean, the robust spread %.2f of the median", s->cv,
		name->variability.rcv);
	advice.sure = name->variability.outliers_sure;
	advice.suggested_action = "Look at the slowest of them: something happened then that usually does not.";
	tc_advice_beyond_p75(advisor, &advice, name);
	tc_advise(advisor, &advice);
}

/* What was slow together is a stretch of time, not single spans. */
static bool are_single(const struct tc_name_diagnosis *name)
{
	return name->variability.outliers && !(tc_slow_stretch(&name->course).cost > 0);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (are_single(&d->name[i]) && d->name[i].use.verdict.share >= 0.01)
			advise_on(advisor, &d->name[i]);
}

const struct tc_advice_rule tc_advice_outliers = {
	.kind = "outliers",
	.looks = "almost all spans of a name are alike, and up to 5 % of them are not",
	.method = "robust z of logarithms",
	.advise = advise,
};
