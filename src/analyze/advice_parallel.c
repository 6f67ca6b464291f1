/* SPDX-License-Identifier: MIT
 *
 * advice_parallel.c - what runs one after another and might run at the same time.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

enum { NAMED = 3 };

/* "decode, scale and 2 more" */
static const char *names_of(
	struct tc_advisor *advisor, const struct tc_diagnosis *d, const struct tc_opportunity *opportunity)
{
	const char *text = "";
	for (size_t i = 0; i < opportunity->names && i < NAMED; i++) {
		const struct tc_name_view *view = d->name[opportunity->name[i]].view;
		bool last = i + 1 == opportunity->names;
		text = tc_advice_text(advisor, "%s%s%s", text,
			!i     ? ""
			: last ? " and "
			       : ", ",
			tc_advice_escape(advisor, view->name, view->bytes));
	}
	if (opportunity->names > NAMED)
		text = tc_advice_text(advisor, "%s and %zu more", text, opportunity->names - NAMED);
	return text;
}

static void advise_on(
	struct tc_advisor *advisor, const struct tc_diagnosis *d, const struct tc_opportunity *opportunity)
{
	struct tc_advice advice = tc_advice_on(&d->name[opportunity->parent]);
	double all_ns = fmax(1, tc_paths_all_ns(d->paths)), hi = 100 * opportunity->saving_hi_ns / all_ns;
	const char *names = names_of(advisor, d, opportunity);
	struct tc_figure lo_ns = tc_duration(opportunity->saving_lo_ns), hi_ns = tc_duration(opportunity->saving_hi_ns),
			 one = tc_duration(opportunity->sum_ns), same = tc_duration(opportunity->parallel_ns);
	/* What nothing speaks for but that it did not happen is no more than a thought. */
	advice.severity = opportunity->evidence == TC_EVIDENCE_NONE ? TC_SEVERITY_LOW : tc_advice_severity(hi);
	advice.sure = opportunity->confidence;
	advice.issue = opportunity->names == 1 ? tc_advice_text(advisor, "runs its %s one after another", names)
	                                       : tc_advice_text(advisor, "runs %s one after another", names);
	advice.suggested_action =
		tc_advice_text(advisor, "Let them run at the same time: that saves %s to %s.", lo_ns.text, hi_ns.text);
	advice.expected_improvement.percent_lo = 100 * opportunity->saving_lo_ns / all_ns;
	advice.expected_improvement.percent_hi = hi;
	advice.expected_improvement.text = tc_advice_text(advisor, "saves %s to %s", lo_ns.text, hi_ns.text);
	advice.expected_improvement.basis = "trees of spans timed anew, half to all of it coming true";
	tc_advice_prove(advisor, &advice, "%s", tc_evidence_text(opportunity->evidence));
	tc_advice_prove(advisor, &advice, "%s one after another, %s on %.0f CPUs, below %s", one.text, same.text,
		opportunity->cores, tc_counted(opportunity->parents, "span").text);
	tc_advise(advisor, &advice);
}

static double waited_ns(const struct tc_share_view *share)
{
	return share->waiting_told_apart ? share->waiting_ns : share->waiting_low_ns;
}

/* Own time that ran, or surely could have, per time: so many CPUs have work without anything more at the same time.  NAN: not known. */
static double wanted_cpus(const struct tc_diagnosis *d)
{
	double ns = 0;
	for (size_t i = 0; i < d->names; i++)
		if (d->name[i].share)
			ns += d->name[i].share->running_ns + waited_ns(d->name[i].share);
	return ns > 0 && d->to > d->from ? ns / (double)(d->to - d->from) : NAN;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	const struct tc_manifest *m = &d->session->manifest;
	double cpus = m->cpu_limit > 0 ? m->cpu_limit : (double)m->cpus;
	if (wanted_cpus(d) >= cpus)
		return; /* all have work already */
	for (size_t i = 0; i < d->parallel.count; i++)
		advise_on(advisor, d, &d->parallel.at[i]);
}

const struct tc_advice_rule tc_advice_parallel = {
	.kind = "parallel",
	.looks = "siblings on a critical path ran one after another and need not, and a CPU is free for them",
	.method = "re-timed trees of spans",
	.advise = advise,
};
