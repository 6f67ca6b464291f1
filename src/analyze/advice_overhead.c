/* SPDX-License-Identifier: MIT
 *
 * advice_overhead.c - what observing took, as it was measured.
 */
#include <math.h>
#include <string.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

static const double most_of_a_core = 0.01, shortest_seconds = 1;

static const struct tc_series_view *find(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, name))
			return &session->series_view[i];
	return NULL;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	const struct tc_series_view *observer = find(d->session, "tacho.observer"),
				    *tree = find(d->session, "process.cpu");
	double seconds = (double)(d->to - d->from) / 1e9;
	if (!observer || !(observer->total >= most_of_a_core * seconds) || seconds < shortest_seconds)
		return;
	struct tc_advice advice = tc_advice_on_series(observer);
	struct tc_figure took = tc_duration(observer->total * 1e9), share = tc_percent(100 * observer->total / seconds);
	advice.severity = TC_SEVERITY_LOW;
	advice.sure = 0.99;
	advice.issue = tc_advice_text(advisor, "took %s of a core for observing", share.text);
	advice.suggested_action = "Raise the setting interval, or lower observer_budget.";
	tc_advice_prove(advisor, &advice, "%s of CPU time, measured by the observer itself", took.text);
	if (tree && tree->total > 0)
		tc_advice_prove(advisor, &advice, "the processes that it observed took %s",
			tc_duration(tree->total * 1e9).text);
	tc_advise(advisor, &advice);
}

const struct tc_advice_rule tc_advice_overhead = {
	.kind = "own_overhead",
	.looks = "observing took more than 1 % of a core",
	.method = "CPU time by the kernel",
	.advise = advise,
};
