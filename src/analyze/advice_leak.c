/* SPDX-License-Identifier: MIT
 *
 * advice_leak.c - memory that only ever grows, and under whom it grew.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"
#include "stats/confidence.h"

/* The name under which memory grew most; NULL: it is not known of any. */
static const struct tc_name_diagnosis *suspect(const struct tc_diagnosis *d)
{
	const struct tc_name_diagnosis *most = NULL;
	for (size_t i = 0; i < d->names; i++) {
		const struct tc_share_view *share = d->name[i].share;
		if (share && share->memory_bytes > (most ? most->share->memory_bytes : 0))
			most = &d->name[i];
	}
	return most;
}

/* As the forecast has it, which says how sure that is: the same that the section on what lies ahead says. */
static void prove_limit(
	struct tc_advisor *advisor, struct tc_advice *advice, const struct tc_outlook_row *row, bool live)
{
	const struct tc_forecast *f = &row->forecast;
	struct tc_figure left = tc_duration(f->seconds_to_limit * 1e9), soonest = tc_duration(f->soonest * 1e9);
	if (isnan(f->seconds_to_limit)) {
		if (row->limit_of)
			tc_advice_prove(
				advisor, advice, "no time can be told to %s: %s", row->limit_of, f->limit_reason);
		return;
	}
	tc_advice_prove(advisor, advice, "alone it %s %s in %s, %s at the soonest, %s",
		live ? "reaches" : "would reach", row->limit_of, left.text, soonest.text,
		isnan(f->latest) ? "or never" : tc_duration(f->latest * 1e9).text);
}

static void prove_suspect(struct tc_advisor *advisor, struct tc_advice *advice, const struct tc_name_diagnosis *most)
{
	const char *name = tc_advice_escape(advisor, most->view->name, most->view->bytes);
	const char *grew = tc_advice_growth(advisor, most->share, most->share->memory_bytes);
	tc_advice_prove(advisor, advice, "under %s it grew by %s", name, grew);
}

static void prove(struct tc_advisor *advisor, struct tc_advice *advice, const struct tc_outlook_row *row,
	const struct tc_name_diagnosis *most, bool live)
{
	struct tc_figure growth = tc_bytes(row->leak.growth_bytes), since = tc_duration(row->leak.since_seconds * 1e9);
	tc_advice_prove(advisor, advice,
		"the least in use in each of many stretches of time grew by %s, at least since %s, adjusted p %.2g",
		growth.text, since.text, row->leak.p);
	if (most)
		prove_suspect(advisor, advice, most);
	prove_limit(advisor, advice, row, live);
}

static void advise_on(struct tc_advisor *advisor, const struct tc_diagnosis *d, const struct tc_outlook_row *row)
{
	const struct tc_name_diagnosis *most = suspect(d);
	const struct tc_leak *leak = &row->leak;
	struct tc_figure rate = tc_bytes(leak->bytes_per_second), low = tc_bytes(leak->low),
			 high = tc_bytes(leak->high);
	struct tc_advice advice = tc_advice_on_series(row->series);
	advice.severity = row->near ? TC_SEVERITY_CRITICAL : TC_SEVERITY_HIGH;
	advice.sure = tc_confidence(leak->p);
	advice.issue = tc_advice_text(advisor, "leaks %s a second (%s to %s)", rate.text, low.text, high.text);
	advice.suggested_action = most ? tc_advice_text(advisor, "Look first at what is kept of what %s makes.",
						 tc_advice_escape(advisor, most->view->name, most->view->bytes))
	                               : "Look at what is kept: caches without a bound, lists that only grow.";
	prove(advisor, &advice, row, most, d->session->live);
	tc_advise(advisor, &advice);
}

/* Of several measures of the same memory one is enough. */
static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->outlook.count; i++)
		if (d->outlook.row[i].of_memory && d->outlook.row[i].leak.status == TC_LEAK_LEAK) {
			advise_on(advisor, d, &d->outlook.row[i]);
			return;
		}
}

const struct tc_advice_rule tc_advice_leak = {
	.kind = "leak",
	.looks = "the memory of the processes only ever grows",
	.method = "Mann-Kendall of block minima",
	.advise = advise,
};
