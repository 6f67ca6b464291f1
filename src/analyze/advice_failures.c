/* SPDX-License-Identifier: MIT
 *
 * advice_failures.c - spans that failed by themselves, and not because one below them did.
 */
#include <string.h>
#include "analyze/diagnosis.h"
#include "base/units.h"
#include "stats/wilson.h"

/* By the least that it may be: of few spans a high share says little. */
static enum tc_severity severity_of(double ratio)
{
	return ratio >= 0.5 ? TC_SEVERITY_CRITICAL : ratio >= 0.1 ? TC_SEVERITY_HIGH : TC_SEVERITY_MEDIUM;
}

static void quote(
	struct tc_advisor *advisor, struct tc_advice *advice, const char *which, const struct tc_span_view *span)
{
	struct tc_figure at = tc_duration((double)span->begin);
	if (span->message)
		tc_advice_prove(advisor, advice, "%s at %s: %s", which, at.text,
			tc_advice_escape(advisor, span->message, strlen(span->message)));
	else
		tc_advice_prove(advisor, advice, "%s at %s, without a message", which, at.text);
}

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	const struct tc_name_view *view = name->view;
	struct tc_advice advice = tc_advice_on(name);
	double ratio = (double)name->failed_itself / (double)view->figures.count;
	struct tc_range range = tc_wilson(ratio, (double)view->figures.count);
	struct tc_counted count = tc_counted(view->figures.count, "time");
	struct tc_figure failed = tc_count(name->failed_itself), low = tc_percent(100 * range.low),
			 high = tc_percent(100 * range.high);
	advice.severity = severity_of(range.low);
	advice.sure = 0.99; /* it was recorded so */
	advice.issue = tc_advice_text(advisor, "failed %s of %s (%s; %s to %s with 95 %%)", failed.text, count.text,
		tc_percent(100 * ratio).text, low.text, high.text);
	advice.suggested_action = "Read why: tacho dump --failed has the messages and attributes.";
	if (view->failed_kept_count)
		quote(advisor, &advice, "first", &view->failed_kept[0]);
	if (view->failed_kept_count > 1)
		quote(advisor, &advice, "last", &view->failed_kept[view->failed_kept_count - 1]);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (d->name[i].failed_itself)
			advise_on(advisor, &d->name[i]);
}

const struct tc_advice_rule tc_advice_failures = {
	.kind = "failures",
	.looks = "spans of a name failed, more than those below them",
	.method = "Wilson interval of 95 %",
	.advise = advise,
};
