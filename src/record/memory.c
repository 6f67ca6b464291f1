/* SPDX-License-Identifier: MIT
 *
 * memory.c - the memory of this process, read when the program asks for it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/tacho.h>
#include <unistd.h>
#include "base/slurp.h"
#include "record/metric.h"

/* The file is opened each time: an open one would be the parent's after a fork, and another's where a program closes what it
 * does not know. */
uint64_t tc_resident_bytes(void)
{
	char text[128];
	tc_slurp("/proc/self/statm", text, sizeof text);
	const char *second = strchr(text, ' ');
	return second ? strtoull(second, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

void tacho_record_memory_called(const char *operation)
{
	static const char help[] = "Memory that was resident when the program asked for it.";
	char name[TC_METRIC_TEXT_MAX + 1];
	int error = errno;
	uint64_t bytes = tacho_is_off() ? 0 : tc_resident_bytes();
	if (bytes) {
		snprintf(name, sizeof name, "%.*s.memory", TC_METRIC_TEXT_MAX - 7,
			operation && *operation ? operation : "(unnamed)");
		tacho_distribution_record(
			tacho_metric_from("/proc/self/statm", TACHO_METRIC_MEMORY, name, "bytes", help), (double)bytes);
	}
	errno = error;
}
