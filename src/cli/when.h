/* SPDX-License-Identifier: MIT
 *
 * when.h - instants as people give them.
 */
#ifndef CLI_WHEN_H
#define CLI_WHEN_H

#include "read/session.h"

/* "90s" (since the session began), "14:05", "14:05:30.5" (of the day it began, local time), "2026-11-20 14:05:30" (local),
 * "2026-11-20T14:05:30+01:00", "…Z": to an instant of a session that began at begin_realtime_ns.  0 or TACHO_EINVAL. */
int tc_parse_when(const char *text, uint64_t begin_realtime_ns, tc_instant *out);

#endif
