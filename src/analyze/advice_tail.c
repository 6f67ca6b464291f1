/* SPDX-License-Identifier: MIT
 *
 * advice_tail.c - a few spans that take far longer than the others.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	const struct tc_summary *s = &name->view->summary;
	struct tc_figure median = tc_duration(s->median), p99 = tc_duration(s->p99);
	struct tc_advice advice = tc_advice_on(name);
	advice.issue = tc_advice_text(advisor, "takes %.0f times its median of %s in 1 of 100: %s and more",
		s->tail_ratio, median.text, p99.text);
	tc_advice_prove(advisor, &advice, "99th percentile by median %.1f, of %s spans", s->tail_ratio,
		tc_count(s->count).text);
	advice.sure = name->variability.tail_sure;
	advice.suggested_action =
		"Find what the slow ones have in common: their attributes, or the time at which they ran.";
	tc_advice_beyond_p75(advisor, &advice, name);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (d->name[i].variability.tail && d->name[i].use.verdict.share >= 0.01)
			advise_on(advisor, &d->name[i]);
}

const struct tc_advice_rule tc_advice_tail = {
	.kind = "tail",
	.looks = "one in a hundred spans of a name takes ten times the median",
	.method = "p99 beside the median",
	.advise = advise,
};
