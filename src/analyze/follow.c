/* SPDX-License-Identifier: MIT */
#include "analyze/follow.h"

#include <time.h>

static uint64_t cpu_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int tc_follow_take(struct tc_follow *follow, const struct tc_session *snapshot, const struct tc_report_options *options)
{
	return tc_diagnosis_begin(&follow->next, snapshot, options);
}

int tc_follow_update(struct tc_follow *follow, uint64_t budget_ns)
{
	if (!follow->next)
		return 0;
	uint64_t begun_ns = cpu_ns();
	int code;
	do {
		code = tc_diagnosis_step(follow->next);
	} while (code > 0 && cpu_ns() - begun_ns < budget_ns);
	if (code)
		return code < 0 ? code : 0;
	tc_diagnosis_release(follow->shown);
	follow->shown = follow->next;
	follow->next = NULL;
	return 1;
}

void tc_follow_release(struct tc_follow *follow)
{
	tc_diagnosis_release(follow->next);
	tc_diagnosis_release(follow->shown);
	*follow = (struct tc_follow){0};
}
