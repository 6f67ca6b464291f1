/* SPDX-License-Identifier: MIT */
#include "sample/sched.h"
#include "sample/procfile.h"

#include <time.h>

/* See clock_getcpuclockid(3): the upper bits are those of the pid, inverted. */
enum { CPUCLOCK_SCHED = 2, CPUCLOCK_PERTHREAD = 4 };

static bool read_clock(uint64_t id, unsigned kind, uint64_t *ns)
{
	struct timespec ts;
	if (clock_gettime((clockid_t)(~(unsigned)id << 3 | kind), &ts))
		return false;
	*ns = (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
	return true;
}

bool tc_process_clock(uint64_t pid, uint64_t *ns)
{
	return read_clock(pid, CPUCLOCK_SCHED, ns);
}

bool tc_thread_clock(uint32_t tid, uint64_t *ns)
{
	return read_clock(tid, CPUCLOCK_SCHED | CPUCLOCK_PERTHREAD, ns);
}

bool tc_sched_parse(const char *text, struct tc_sched *out)
{
	return tc_parse_number(tc_parse_number(tc_parse_number(text, &out->run_ns), &out->wait_ns), &out->slices);
}
