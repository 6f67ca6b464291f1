/* SPDX-License-Identifier: MIT
 *
 * advice_throttled.c - time in which a CPU quota held a name back.
 */
#include "analyze/diagnosis.h"
#include "base/units.h"

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	const struct tc_share_view *share = name->share;
	struct tc_advice advice = tc_advice_on(name);
	double ratio = share->throttled_ns / share->wall_ns, percent = 100 * ratio * name->use.verdict.share;
	advice.severity = tc_advice_severity(percent);
	advice.sure = 0.95; /* the bounds are of 95 % */
	advice.issue =
		tc_advice_text(advisor, "is held back by the CPU quota of its control group for %s of its own time",
			tc_percent(100 * ratio).text);
	advice.suggested_action =
		"Raise the quota, or run fewer threads: they use it up together and then all stand still.";
	advice.expected_improvement.percent_lo = 0;
	advice.expected_improvement.percent_hi = percent;
	advice.expected_improvement.text = tc_advice_text(advisor, "up to %s of the time", tc_percent(percent).text);
	advice.expected_improvement.basis = "the part of its own time, times its share of the time";
	tc_advice_prove(advisor, &advice, "%s of %s of its own time that was observed",
		tc_duration(share->throttled_ns).text, tc_duration(share->wall_ns).text);
	tc_advise(advisor, &advice);
}

static bool speaks(const struct tc_name_diagnosis *name)
{
	const struct tc_share_view *share = name->share;
	return share && share->wall_ns > 0 && share->throttled_ns >= share->wall_ns / 10 &&
	       name->use.verdict.share >= 0.05;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (speaks(&d->name[i]))
			advise_on(advisor, &d->name[i]);
}

const struct tc_advice_rule tc_advice_throttled = {
	.kind = "throttled",
	.looks = "a CPU quota holds a name back for a tenth of its own time and more",
	.advise = advise,
};
