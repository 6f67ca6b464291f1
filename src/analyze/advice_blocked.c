/* SPDX-License-Identifier: MIT
 *
 * advice_blocked.c - time in which a name stood still, waiting for something else than a CPU.
 */
#include "analyze/diagnosis.h"

static const char *action(const struct tc_share_view *share)
{
	return share->io_ns >= share->blocked_ns / 2
	               ? "It waits for a disk: read ahead, do more at once, or keep in memory what is read again."
	               : "Do other work meanwhile, or shorten what it waits for: a lock, a pipe, another process.";
}

static bool speaks(const struct tc_name_diagnosis *name)
{
	const struct tc_share_view *share = name->share;
	return share && share->wall_ns > 0 && share->blocked_low_ns >= share->wall_ns / 2 &&
	       name->use.verdict.share >= 0.1;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	bool said = d->limited.by == TC_LIMIT_DISK;
	for (size_t i = 0; i < d->names; i++) {
		const struct tc_share_view *s = d->name[i].share;
		if (speaks(&d->name[i]))
			tc_advice_state(advisor, &d->name[i],
				(struct tc_advice_range){s->blocked_ns, s->blocked_low_ns, s->blocked_high_ns}, said,
				"is blocked for", action(s));
	}
}

const struct tc_advice_rule tc_advice_blocked = {
	.kind = "blocked",
	.looks = "a name is blocked for half of its own time and more",
	.method = "least squares of observed states, 95 % bounds",
	.advise = advise,
};
