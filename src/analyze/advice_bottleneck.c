/* SPDX-License-Identifier: MIT
 *
 * advice_bottleneck.c - what the time goes to.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

static const char *savings(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	const struct tc_saving *halved = &name->use.halved;
	struct tc_figure saved = tc_duration(halved->ns), lo = tc_duration(halved->low_ns),
			 hi = tc_duration(halved->high_ns);
	if (isnan(halved->ns))
		return tc_advice_text(advisor, "%s open for %s%s when the run was killed",
			name->view->open > 1 ? tc_advice_text(advisor, "%zu of it had been", name->view->open)
					     : "it had been",
			tc_duration((double)name->view->open_ns).text, name->view->open > 1 ? " in all" : "");
	if (isnan(halved->low_ns))
		return tc_advice_text(advisor, "halving it saves %s", saved.text);
	return tc_advice_text(advisor, "halving it saves %s (%s to %s)", saved.text, lo.text, hi.text);
}

static const char *action(const struct tc_name_diagnosis *name)
{
	const struct tc_share_view *share = name->share;
	if (isnan(name->use.halved.ns))
		return "See what it waits for or repeats.";
	if (share && share->told_apart && share->running_low_ns >= share->wall_ns / 2)
		return "It computes: make its code faster, or do less of it.";
	if (share && share->told_apart && share->blocked_low_ns >= share->wall_ns / 2)
		return "It waits for something else: avoid that, or do other work meanwhile.";
	return "Make it faster, or do less of it.";
}

static void prove(struct tc_advisor *advisor, struct tc_advice *advice, const struct tc_diagnosis *d,
	const struct tc_name_diagnosis *name)
{
	const struct tc_time_use *use = &name->use;
	const struct tc_summary *s = &name->view->summary;
	struct tc_figure time = tc_duration(use->time_ns), all = tc_duration(d->pool.time_ns),
			 mean = tc_duration(s->mean), p95 = tc_duration(s->p95);
	tc_advice_prove(advisor, advice, "%s of %s (%s), %.1f times its part among %s", time.text, all.text,
		d->time_basis, use->verdict.lift, tc_counted(d->pool.names, "name").text);
	if (!s->count)
		tc_advice_prove(advisor, advice, "none has ended, %zu open for %s", name->view->open,
			tc_duration((double)name->view->open_ns).text);
	else if (s->count == 1)
		tc_advice_prove(advisor, advice, "1 span of %s", mean.text);
	else
		tc_advice_prove(advisor, advice, "%s of %s on average, 95 %% of them up to %s",
			tc_counted(s->count, "span").text, mean.text, p95.text);
	if (use->blocks_reason)
		tc_advice_prove(advisor, advice, "not judged again in stretches of time: it %s", use->blocks_reason);
	else
		tc_advice_prove(advisor, advice, "at least as grave in %zu of %s of time", use->agreeing,
			tc_counted(use->blocks, "stretch").text);
	if (use->halved.reason && !isnan(use->halved.ns))
		tc_advice_prove(advisor, advice, "no interval of what it saves: it %s", use->halved.reason);
	tc_advice_prove(advisor, advice,
		use->verdict.severity > use->verdict.impact ? "a step graver than its share alone makes it, for the "
							      "older rule, which looks at averages, says %s"
							    : "the older rule, which looks at averages alone, says %s",
		tc_severity_name(use->verdict.documented));
}

static void improve(struct tc_advice *advice, const struct tc_diagnosis *d, const struct tc_time_use *use)
{
	double all_ns = tc_paths_all_ns(d->paths);
	advice->expected_improvement.percent_lo = advice->expected_improvement.percent_hi = NAN;
	if (isnan(use->halved.ns))
		return;
	advice->expected_improvement.percent_lo = 100 * use->halved.ns / all_ns;
	advice->expected_improvement.percent_hi = 100 * use->removed.ns / all_ns;
	advice->expected_improvement.basis =
		use->halved.overlap ? "re-timed, halved to removed, with as many root spans at once as before"
				    : "re-timed, halved to removed, of the time of all names";
}

static void advise_on(struct tc_advisor *advisor, const struct tc_diagnosis *d, const struct tc_name_diagnosis *name)
{
	const struct tc_time_use *use = &name->use;
	struct tc_advice advice = tc_advice_on(name);
	const char *saved = savings(advisor, name);
	advice.severity = use->verdict.severity;
	advice.sure = use->confidence;
	advice.issue = tc_advice_text(
		advisor, "takes %s of the time in spans: %s", tc_percent(100 * use->verdict.share).text, saved);
	advice.suggested_action = action(name);
	improve(&advice, d, use);
	advice.expected_improvement.text = isnan(use->halved.ns) ? NULL : saved;
	prove(advisor, &advice, d, name);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++) {
		const struct tc_name_diagnosis *name = &d->name[d->by_time[i]];
		if (name->use.verdict.severity > TC_SEVERITY_LOW)
			advise_on(advisor, d, name);
	}
}

const struct tc_advice_rule tc_advice_bottleneck = {
	.kind = "bottleneck",
	.looks = "a name takes so much of the time that making it faster is felt",
	.method = "re-timed trees of spans, else own time; judged again in stretches of time",
	.advise = advise,
};
