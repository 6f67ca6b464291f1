/* SPDX-License-Identifier: MIT
 *
 * advice_limit.c - what of the machine held the run back.
 */
#include <math.h>
#include "analyze/diagnosis.h"

static const struct {
	const char *issue, *action;
	enum tc_severity severity;
} words[TC_LIMITS] = {
	[TC_LIMIT_MEMORY] = {"memory", "Give it more memory, or let it hold less at once.", TC_SEVERITY_HIGH},
	[TC_LIMIT_THROTTLED] = {"a CPU quota", "Raise the quota, or run fewer threads.", TC_SEVERITY_HIGH},
	[TC_LIMIT_CPU] = {"the CPUs", "Only less work or more CPUs make it faster: begin with what computes most.",
		TC_SEVERITY_MEDIUM},
	[TC_LIMIT_WAITING] = {"waiting for a CPU", "Run it while others do not, or bind it to CPUs of its own.",
		TC_SEVERITY_MEDIUM},
	[TC_LIMIT_DISK] = {"a disk", "Read and write less, in larger pieces, or on a faster disk.", TC_SEVERITY_MEDIUM},
	[TC_LIMIT_ONE_THREAD] = {"one thread", "Let several threads share the work of the busiest.",
		TC_SEVERITY_MEDIUM},
};

static const double grave = 0.5; /* of the time: what else it does matters less then */

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	const struct tc_limited *limited = &d->limited;
	struct tc_advice advice = {.of = TC_STAGE_RUN, .sure = 0.95};
	if (!words[limited->by].issue)
		return;
	advice.severity = words[limited->by].severity;
	if (limited->share >= grave)
		advice.severity = TC_SEVERITY_HIGH;
	advice.issue = tc_advice_text(advisor, "limited by %s: %s", words[limited->by].issue, limited->evidence);
	advice.suggested_action = words[limited->by].action;
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	if (limited->by == TC_LIMIT_WAITING || limited->by == TC_LIMIT_THROTTLED) {
		advice.expected_improvement.percent_lo = 0;
		advice.expected_improvement.percent_hi = 100 * limited->share;
		advice.expected_improvement.text = "as fast as if it had the CPUs to itself";
		advice.expected_improvement.basis = "the part of the time in which it could have run and did not";
	}
	tc_advice_prove(advisor, &advice, "%s", limited->evidence);
	tc_advise(advisor, &advice);
}

const struct tc_advice_rule tc_advice_limit = {
	.kind = "limited",
	.looks = "memory, a quota, the CPUs, others, a disk or a single thread limited the run",
	.method = "parts of the run by what held it back",
	.advise = advise,
};
