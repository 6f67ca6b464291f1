/* SPDX-License-Identifier: MIT
 *
 * sched.h - the scheduler's own accounts of one process or thread, in ns.  Of one that is on a CPU right now they lag by up
 * to a tick of the kernel, but where a process asks for its own threads.
 */
#ifndef SAMPLE_SCHED_H
#define SAMPLE_SCHED_H

#include <stdbool.h>
#include <stdint.h>

struct tc_sched {
	uint64_t run_ns, wait_ns; /* on a CPU; ready, and without one */
	uint64_t slices;          /* how often it was put on a CPU */
};

/* From the text of /proc/PID/task/TID/schedstat; false: no such text. */
bool tc_sched_parse(const char *text, struct tc_sched *out);

/* CPU time of a process with all threads that it ever had.  In ns where /proc has ticks of 10 ms, and a tenth of the price. */
bool tc_process_clock(uint64_t pid, uint64_t *ns);

/* CPU time of a thread of the calling process, up to this instant. */
bool tc_thread_clock(uint32_t tid, uint64_t *ns);

#endif
