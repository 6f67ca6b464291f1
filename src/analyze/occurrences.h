/* SPDX-License-Identifier: MIT
 *
 * occurrences.h - how often something comes that is counted and not timed: an event, or a counter of what has no unit.  What an
 * occurrence costs nobody measured, so advice on it speaks of the rate alone, and is a finding: too unsure to be recommended.
 */
#ifndef ANALYZE_OCCURRENCES_H
#define ANALYZE_OCCURRENCES_H

#include "analyze/diagnosis.h"

struct tc_occurrences {
	uint64_t count;
	double ns; /* in which they came: of an event the last minute, as its rate per minute has it; else what is considered */
	double per_second;
};

/* False: the metric counts no occurrences, or they are not known, or of less than a second. */
bool tc_occurrences_find(
	struct tc_occurrences *out, const struct tc_diagnosis *diagnosis, const struct tc_metric_view *metric);

/* Advice on them: low, of no known improvement, with their rate as evidence; what to say of them is left to the rule. */
struct tc_advice tc_occurrences_advice(
	struct tc_advisor *advisor, const struct tc_occurrences *occurrences, const struct tc_metric_view *metric);

#endif
