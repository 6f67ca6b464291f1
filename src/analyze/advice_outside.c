/* SPDX-License-Identifier: MIT
 *
 * advice_outside.c - a run of which next to nothing lies in spans: what is said of them is said of little.
 */
#include <math.h>
#include "analyze/advisor.h"
#include "analyze/diagnosis.h"
#include "base/units.h"

static const double little = 0.01, much_more = 10;

static double cpu_outside_ns(const struct tc_session *session)
{
	double sum_ns = 0;
	for (size_t i = 0; i < session->shares; i++) {
		const struct tc_share_view *share = &session->share[i];
		if (share->row == TC_SHARE_OF_NO_SPAN || share->row == TC_SHARE_OF_OTHER_THREADS)
			sum_ns += share->running_low_ns > 0 ? share->running_low_ns : 0;
	}
	return sum_ns;
}

/* A server that waits for requests is idle outside of its spans: that is not what this is about. */
bool tc_advice_spans_are_little(const struct tc_diagnosis *d)
{
	double in_spans_ns = d->pool.time_ns;
	return in_spans_ns < little * (double)(d->to - d->from) && cpu_outside_ns(d->session) > much_more * in_spans_ns;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	double run_ns = (double)(d->to - d->from);
	struct tc_advice advice = {.of = TC_STAGE_RUN, .severity = TC_SEVERITY_HIGH, .sure = 0.95};
	if (!d->names || !tc_advice_spans_are_little(d))
		return;
	struct tc_figure outside = tc_percent(100 - 100 * d->pool.time_ns / run_ns),
			 cpu = tc_duration(cpu_outside_ns(d->session)), inside = tc_duration(d->pool.time_ns),
			 run = tc_duration(run_ns);
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	advice.issue = tc_advice_text(advisor, "%s of the run lies outside of all spans, with %s of CPU time and more",
		outside.text, cpu.text);
	advice.suggested_action = "Mark more: what the spans say is of next to nothing.";
	tc_advice_prove(advisor, &advice, "%s of %s in spans", inside.text, run.text);
	tc_advise(advisor, &advice);
}

const struct tc_advice_rule tc_advice_outside = {
	.kind = "outside_spans",
	.looks = "less than 1 % of the run lies in spans, and ten times as much CPU time outside of them",
	.method = "exact",
	.advise = advise,
};
