/* SPDX-License-Identifier: MIT
 *
 * advice_waiting.c - time in which a name could have run, had a CPU been free.
 */
#include "analyze/diagnosis.h"
#include "base/units.h"

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	const struct tc_share_view *share = name->share;
	struct tc_advice advice = tc_advice_on(name);
	double ratio = share->waiting_ns / share->wall_ns, percent = 100 * ratio * name->use.verdict.share;
	advice.severity = tc_advice_severity(percent);
	advice.sure = 0.95; /* the bounds are of 95 % */
	advice.issue = tc_advice_text(advisor, "waits for a CPU for %s of its own time", tc_percent(100 * ratio).text);
	advice.suggested_action = "Run fewer threads at once, or give it more CPUs.";
	advice.expected_improvement.percent_lo = 0;
	advice.expected_improvement.percent_hi = percent;
	advice.expected_improvement.text = tc_advice_text(advisor, "up to %s of the time", tc_percent(percent).text);
	advice.expected_improvement.basis = "the part of its own time, times its share of the time";
	tc_advice_prove(advisor, &advice, "%s of %s of its own time that was observed",
		tc_duration(share->waiting_ns).text, tc_duration(share->wall_ns).text);
	tc_advise(advisor, &advice);
}

static bool speaks(const struct tc_name_diagnosis *name)
{
	const struct tc_share_view *share = name->share;
	return share && share->wall_ns > 0 && share->waiting_low_ns >= share->wall_ns / 4 &&
	       share->throttled_ns < share->waiting_ns / 2 && name->use.verdict.share >= 0.05;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (speaks(&d->name[i]))
			advise_on(advisor, &d->name[i]);
}

const struct tc_advice_rule tc_advice_waiting = {
	.kind = "waiting",
	.looks = "a name waits for a CPU for a quarter of its own time and more",
	.advise = advise,
};
