/* SPDX-License-Identifier: MIT
 *
 * trace.h - TRACEPARENT of W3C Trace Context: a session is a span of the trace that its caller is in.
 */
#ifndef FORMAT_TRACE_H
#define FORMAT_TRACE_H

#include <stdbool.h>

#define TC_ENV_TRACE "TRACEPARENT"

struct tc_trace { /* lower-case hexadecimal; all empty: in no trace */
	char trace_id[33];
	char parent_span_id[17]; /* the caller's */
	char span_id[17];        /* the session's own, new */
	char flags[3];
};

/* Takes up a TRACEPARENT of version 00 and gives the session an id of its own; false, and *out empty, when the text is none
 * (NULL is fine): then it is to be left alone. */
bool tc_trace_take(struct tc_trace *out, const char *traceparent);

/* What the session's processes are to be given; 56 bytes. */
void tc_trace_put(const struct tc_trace *trace, char *out);

#endif
