/* SPDX-License-Identifier: MIT */
#include "format/trace.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { LENGTH = 55 }; /* 00-<32>-<16>-<2> */

/* `count` lower-case hexadecimal digits, not all of them 0 where an id is asked for. */
static bool is_hexadecimal(const char *text, size_t count, bool id)
{
	return strspn(text, "0123456789abcdef") >= count && (!id || strspn(text, "0") < count);
}

bool tc_trace_take(struct tc_trace *out, const char *traceparent)
{
	uint64_t own;
	memset(out, 0, sizeof *out);
	if (!traceparent || strlen(traceparent) != LENGTH || strncmp(traceparent, "00-", 3) || traceparent[35] != '-' ||
		traceparent[52] != '-' || !is_hexadecimal(traceparent + 3, 32, true) ||
		!is_hexadecimal(traceparent + 36, 16, true) || !is_hexadecimal(traceparent + 53, 2, false))
		return false;
	do
		if (getrandom(&own, sizeof own, 0) != (ssize_t)sizeof own)
			return false;
	while (!own);
	memcpy(out->trace_id, traceparent + 3, 32);
	memcpy(out->parent_span_id, traceparent + 36, 16);
	memcpy(out->flags, traceparent + 53, 2);
	snprintf(out->span_id, sizeof out->span_id, "%016llx", (unsigned long long)own);
	return true;
}

void tc_trace_put(const struct tc_trace *trace, char *out)
{
	snprintf(out, LENGTH + 1, "00-%s-%s-%s", trace->trace_id, trace->span_id, trace->flags);
}
