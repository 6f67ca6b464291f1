/* SPDX-License-Identifier: MIT
 *
 * advice_spread.c - durations that differ all through.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	const struct tc_summary *s = &name->view->summary;
	struct tc_figure median = tc_duration(s->median), p95 = tc_duration(s->p95);
	struct tc_advice advice = tc_advice_on(name);
	advice.issue =
		tc_advice_text(advisor, "varies widely: %s in the median, 95 %% up to %s", median.text, p95.text);
	tc_advice_prove(advisor, &advice, "a robust spread of %.2f of the median, of %s spans", name->variability.rcv,
		tc_count(s->count).text);
	advice.sure = name->variability.spread_sure;
	advice.suggested_action = "Keep results that are asked for again, or check its input first: its slowest spans "
				  "say which are dear.";
	tc_advice_beyond_p75(advisor, &advice, name);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (d->name[i].variability.spread && d->name[i].use.verdict.share >= 0.01)
			advise_on(advisor, &d->name[i]);
}

const struct tc_advice_rule tc_advice_spread = {
	.kind = "spread",
	.looks = "half of the spans of a name lie far from its median",
	.method = "median distance from the median",
	.advise = advise,
};
