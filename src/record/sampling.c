/* SPDX-License-Identifier: MIT
 *
 * sampling.c - what this process wishes of whoever samples the machine, said in the header of its part.
 */
#include <tacho/tacho.h>
#include <unistd.h>
#include "base/error.h"
#include "record/private.h"

#define LEAST_NS UINT64_C(10000000)
#define MOST_NS UINT64_C(3600000000000)

void tc_wish_write(struct tc_part *part)
{
	struct tc_wish *wish = &tc_part_header(part)->wish;
	for (int group = 0; group < TC_WISH_GROUPS; group++)
		TACHO_RELAXED_STORE(wish->interval_ns[group], tc_recorder.wish.interval_ns[group]);
	TACHO_RELAXED_STORE(wish->off, tc_recorder.wish.off);
}

bool tc_wish_is_off(void)
{
	bool off = false;
	if (tc_slow_enter()) {
		off = tc_recorder.wish.off;
		tc_slow_leave();
	}
	return off;
}

static int busy(void)
{
	return tc_error(TACHO_EBUSY, "tacho is busy on this thread: not from a signal handler");
}

/* Whoever looks finds a wish in the part: it is opened for it, as for a first span. */
static void changed(void)
{
	if (!tacho_gate.generation)
		tc_recorder_decide();
	if (tc_recorder.part && tc_recorder.pid == getpid())
		tc_wish_write(tc_recorder.part);
	tc_slow_leave();
}

static int set_off(bool off)
{
	if (!tc_slow_enter())
		return busy();
	tc_recorder.wish.off = off;
	changed();
	return 0;
}

int tacho_sampling_stop_called(void)
{
	return set_off(true);
}

int tacho_sampling_start_called(void)
{
	return set_off(false);
}

int tacho_sampling_interval_called(enum tacho_sampling_group group, uint64_t ns)
{
	if ((unsigned)group >= TC_WISH_GROUPS)
		return tc_error(
			TACHO_EINVAL, "there is no group %d of samples: TACHO_SAMPLING_CHEAP or _DEAR", (int)group);
	if (ns && (ns < LEAST_NS || ns > MOST_NS))
		return tc_error(TACHO_EINVAL, "an interval of %llu ns is not possible: from 10 ms to 1 h, in ns, or 0",
			(unsigned long long)ns);
	if (!tc_slow_enter())
		return busy();
	tc_recorder.wish.interval_ns[group] = ns;
	changed();
	return 0;
}
