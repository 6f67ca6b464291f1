/* SPDX-License-Identifier: MIT
 *
 * advice_killed.c - a run that was killed in the midst of something: that is the first thing to know of it.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

/* The innermost open span of a thread, of those the one that has been open longest: open_span has each thread's from the outermost on. */
static const struct tc_span_view *innermost(const struct tc_session *session)
{
	const struct tc_span_view *longest = NULL;
	for (size_t i = 0; i < session->open_spans; i++) {
		const struct tc_span_view *at = &session->open_span[i];
		bool inner = i + 1 == session->open_spans || at[1].ring != at->ring;
		if (inner && (!longest || at->duration_ns > longest->duration_ns))
			longest = at;
	}
	return longest;
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	const struct tc_session *session = d->session;
	const struct tc_manifest *m = &session->manifest;
	const struct tc_span_view *span = innermost(session);
	if (m->how != TC_HOW_SIGNALLED || !span)
		return;
	const struct tc_name_view *name = &session->name[span->name];
	const char *text = tc_advice_escape(advisor, name->name, name->bytes);
	struct tc_figure open = tc_duration((double)span->duration_ns), usual = tc_duration(name->summary.median);
	struct tc_advice advice = {.of = TC_STAGE_RUN, .severity = TC_SEVERITY_CRITICAL, .sure = 0.99, .first = true};
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	advice.issue = tc_advice_text(
		advisor, "killed by signal %d while %s had been open for %s", m->status, text, open.text);
	if (name->figures.count && (double)span->duration_ns <= name->summary.max) {
		advice.severity = TC_SEVERITY_HIGH;
		advice.suggested_action = "It was open no longer than others of it: see who sent the signal.";
	} else {
		advice.suggested_action = tc_advice_text(advisor, "See what %s waits for or repeats.", text);
	}
	if (name->figures.count)
		tc_advice_prove(advisor, &advice, "%s of it ended, %s in the median",
			tc_counted(name->figures.count, "span").text, usual.text);
	else
		tc_advice_prove(advisor, &advice, "no span of it ever ended");
	tc_advice_prove(advisor, &advice, "%s were open in all", tc_counted(session->open_spans, "span").text);
	tc_advise(advisor, &advice);
}

const struct tc_advice_rule tc_advice_killed = {
	.kind = "killed",
	.method = "exact",
	.looks = "a signal ended the run while spans were open",
	.advise = advise,
};
