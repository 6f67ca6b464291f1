/* SPDX-License-Identifier: MIT
 *
 * advice_ahead.c - what reaches its limit if it goes on so.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"
#include "stats/confidence.h"

static const char *when(struct tc_advisor *advisor, const struct tc_forecast *f)
{
	struct tc_figure soonest = tc_duration(f->soonest * 1e9), latest = tc_duration(f->latest * 1e9);
	if (isnan(f->latest))
		return tc_advice_text(advisor, "%s at the soonest", soonest.text);
	return tc_advice_text(advisor, "%s to %s", soonest.text, latest.text);
}

static void advise_on(struct tc_advisor *advisor, const struct tc_outlook_row *row)
{
	const struct tc_forecast *f = &row->forecast;
	struct tc_figure limit = tc_bytes(row->limit), rate = tc_bytes(f->per_second), value = tc_bytes(f->value);
	struct tc_figure left = tc_duration(f->seconds_to_limit * 1e9), low = tc_bytes(f->value_low),
			 high = tc_bytes(f->value_high);
	struct tc_advice advice = tc_advice_on_series(row->series);
	const char *interval = when(advisor, f);
	advice.severity = TC_SEVERITY_HIGH;
	advice.sure = tc_confidence(f->p);
	advice.issue = tc_advice_text(advisor, "reaches %s, %s, in %s (%s) if it goes on so", row->limit_of, limit.text,
		left.text, interval ? interval : "");
	advice.suggested_action = "Give it more room, or bound what it keeps, before it is there.";
	tc_advice_prove(advisor, &advice, "it grows by %s a second, p %.2g, of %zu readings since %s", rate.text, f->p,
		f->n, tc_duration(f->since_seconds * 1e9).text);
	tc_advice_prove(advisor, &advice, "%s are expected %s after the begin, %s to %s with 95 %%", value.text,
		tc_duration(f->at_seconds * 1e9).text, low.text, high.text);
	tc_advise(advisor, &advice);
}

/* A leak says so itself. */
static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->outlook.count; i++) {
		const struct tc_outlook_row *row = &d->outlook.row[i];
		if (row->near && !(row->of_memory && row->leak.status == TC_LEAK_LEAK))
			advise_on(advisor, row);
	}
}

const struct tc_advice_rule tc_advice_ahead = {
	.kind = "limit_ahead",
	.looks = "memory or swap reaches its limit within the time that it has been heading there",
	.method = "courses of block medians, weighed",
	.advise = advise,
};
