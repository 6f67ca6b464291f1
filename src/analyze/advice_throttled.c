/* SPDX-License-Identifier: MIT
 *
 * advice_throttled.c - time in which a CPU quota held a name back.
 */
#include <math.h>
#include "analyze/diagnosis.h"

/* How much of the waiting was for that has no bounds of its own: it lies within those of all waiting. */
static bool speaks(const struct tc_name_diagnosis *name)
{
	const struct tc_share_view *share = name->share;
	return share && share->wall_ns > 0 && share->throttled_ns >= share->wall_ns / 10 &&
	       name->use.verdict.share >= 0.05;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	bool said = d->limited.by == TC_LIMIT_THROTTLED;
	for (size_t i = 0; i < d->names; i++) {
		const struct tc_share_view *s = d->name[i].share;
		if (speaks(&d->name[i]))
			tc_advice_state(advisor, &d->name[i],
				(struct tc_advice_range){
					s->throttled_ns, fmin(s->throttled_ns, s->waiting_low_ns), s->waiting_high_ns},
				said, "is held back by the CPU quota of its control group for",
				"Raise the quota, or run fewer threads: they use it up together and then all stand "
				"still.");
	}
}

const struct tc_advice_rule tc_advice_throttled = {
	.kind = "throttled",
	.looks = "a CPU quota holds a name back for a tenth of its own time and more",
	.method = "least squares of observed states, 95 % bounds",
	.advise = advise,
};
