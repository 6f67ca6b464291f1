/* SPDX-License-Identifier: MIT */
#include "cli/working.h"

#include <stdio.h>
#include <unistd.h>
#include "format/clock.h"

#define PAUSE_NS UINT64_C(200000000) /* the first line comes after one, too */

void tc_working_begin(struct tc_working *working)
{
	*working = (struct tc_working){.wanted = isatty(STDERR_FILENO), .shown_ns = tc_monotonic_ns()};
}

bool tc_working_is_due(struct tc_working *working)
{
	uint64_t now_ns = working->wanted ? tc_monotonic_ns() : 0;
	if (!working->wanted || now_ns - working->shown_ns < PAUSE_NS)
		return false;
	working->shown_ns = now_ns;
	working->visible = true;
	fputs("\r\033[K", stderr);
	return true;
}

void tc_working_end(struct tc_working *working)
{
	if (working->visible)
		fputs("\r\033[K", stderr);
	working->visible = false;
}
