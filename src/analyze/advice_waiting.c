/* SPDX-License-Identifier: MIT
 *
 * advice_waiting.c - time in which a name could have run, had a CPU been free.
 */
#include "analyze/diagnosis.h"

static bool speaks(const struct tc_name_diagnosis *name)
{
	const struct tc_share_view *share = name->share;
	return share && share->wall_ns > 0 && share->waiting_low_ns >= share->wall_ns / 4 &&
	       share->throttled_ns < share->waiting_ns / 2 && name->use.verdict.share >= 0.05;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	bool said = d->limited.by == TC_LIMIT_WAITING || d->limited.by == TC_LIMIT_CPU;
	for (size_t i = 0; i < d->names; i++) {
		const struct tc_share_view *s = d->name[i].share;
		if (speaks(&d->name[i]))
			tc_advice_state(advisor, &d->name[i],
				(struct tc_advice_range){s->waiting_ns, s->waiting_low_ns, s->waiting_high_ns}, said,
				"waits for a CPU for", "Run fewer threads at once, or give it more CPUs.");
	}
}

const struct tc_advice_rule tc_advice_waiting = {
	.kind = "waiting",
	.looks = "a name waits for a CPU for a quarter of its own time and more",
	.method = "least squares of observed states, 95 % bounds",
	.advise = advise,
};
