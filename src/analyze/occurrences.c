/* SPDX-License-Identifier: MIT */
#include "analyze/occurrences.h"

#include <math.h>
#include <string.h>
#include "base/units.h"

static const double second_ns = 1e9;
static const double counted = 0.99; /* as sure as whatever was recorded so */

static bool counts_occurrences(const struct tc_metric_view *metric)
{
	bool of_kind = metric->kind == TACHO_METRIC_COUNTER || metric->kind == TACHO_METRIC_EVENT;
	return of_kind && !(metric->unit && *metric->unit) && tc_metric_has_count(metric);
}

bool tc_occurrences_find(struct tc_occurrences *out, const struct tc_diagnosis *d, const struct tc_metric_view *metric)
{
	if (!counts_occurrences(metric))
		return false;
	*out = (struct tc_occurrences){.count = metric->count, .ns = (double)(d->to - d->from)};
	out->per_second = (double)out->count * second_ns / out->ns;
	if (metric->kind == TACHO_METRIC_EVENT)
		*out = (struct tc_occurrences){
			metric->last_minute, metric->minute_ns, tc_metric_per_minute(metric) / 60};
	return out->ns >= second_ns && !isnan(out->per_second);
}

struct tc_advice tc_occurrences_advice(
	struct tc_advisor *advisor, const struct tc_occurrences *occurrences, const struct tc_metric_view *metric)
{
	struct tc_advice advice = {.of = TC_STAGE_METRIC,
		.stage = metric->name,
		.stage_bytes = strlen(metric->name),
		.n = occurrences->count,
		.severity = TC_SEVERITY_LOW,
		.cost_unknown = true,
		.sure = counted};
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	tc_advice_prove(advisor, &advice, "%s in %s: %s a second", tc_number((double)occurrences->count).text,
		tc_duration(occurrences->ns).text, tc_number(occurrences->per_second).text);
	tc_advice_prove(advisor, &advice,
		"its share of the processes' CPU time is not known: what an occurrence costs is not measured");
	return advice;
}
