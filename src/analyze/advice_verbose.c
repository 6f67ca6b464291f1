/* SPDX-License-Identifier: MIT
 *
 * advice_verbose.c - logging and tracing that takes time, or is counted often.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "analyze/occurrences.h"
#include "base/units.h"

static const double least_share = 0.02, least_counted_per_second = 10;

/* Of what says so, in how many cases it is: a start value, for names are others' to choose. */
static const double by_its_name = 0.8;

/* A word of the name: "debug.capture", "write_log"; not "catalog", nor "capture payment" or "dump truck". */
static bool is_verbose(const char *name, size_t bytes)
{
	static const char *const words[] = {"log", "logging", "trace", "tracing", "debug", "verbose"};
	for (size_t at = 0, end; at < bytes; at = end + 1) {
		for (end = at; end < bytes && isalnum((unsigned char)name[end]);)
			end++;
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (strlen(words[i]) == end - at && !strncasecmp(words[i], name + at, end - at))
				return true;
	}
	return false;
}

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	struct tc_advice advice = tc_advice_on(name);
	double percent = 100 * name->use.verdict.share;
	advice.severity = tc_advice_severity(percent);
	advice.sure = by_its_name * name->use.confidence;
	advice.issue = tc_advice_text(advisor, "takes %s of the time in spans, and by its name may serve watching only",
		tc_percent(percent).text);
	advice.suggested_action = "Switch it off where nobody looks at it, or let it record a part.";
	advice.expected_improvement.percent_lo = percent / 2;
	advice.expected_improvement.percent_hi = percent;
	advice.expected_improvement.text =
		tc_advice_text(advisor, "up to %s of the time in spans", tc_percent(percent).text);
	advice.expected_improvement.basis = "halved to switched off, of the time of all names";
	tc_advice_prove(advisor, &advice, "%s", tc_counted(name->view->figures.count, "span").text);
	tc_advise(advisor, &advice);
}

static void advise_on_metric(
	struct tc_advisor *advisor, const struct tc_diagnosis *d, const struct tc_metric_view *metric)
{
	struct tc_occurrences occurrences;
	if (!tc_occurrences_find(&occurrences, d, metric) || occurrences.per_second < least_counted_per_second)
		return;
	struct tc_advice advice = tc_occurrences_advice(advisor, &occurrences, metric);
	advice.sure *= by_its_name;
	advice.issue = tc_advice_text(advisor, "counts %s a second, and by its name may serve watching only",
		tc_number(occurrences.per_second).text);
	advice.suggested_action = "Switch it off where nobody looks at it, or let it record a part.";
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (d->name[i].use.verdict.share >= least_share &&
			is_verbose(d->name[i].view->name, d->name[i].view->bytes))
			advise_on(advisor, &d->name[i]);
	for (size_t i = 0; i < d->session->metrics; i++) {
		const struct tc_metric_view *metric = &d->session->metric[i];
		if (is_verbose(metric->name, strlen(metric->name)))
			advise_on_metric(advisor, d, metric);
	}
}

const struct tc_advice_rule tc_advice_verbose = {
	.kind = "verbose_capture",
	.looks = "a name that says log, trace, debug or verbose takes 2 % of the time, or counts 10 a second and more",
	.method = "share; judged again in stretches of time; of metrics the rate",
	.advise = advise,
};
