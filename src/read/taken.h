/* SPDX-License-Identifier: MIT
 *
 * taken.h - what the observed processes took in all, from whoever knows most of it: the kernel told `tacho run` of all that
 * were waited for, the observer saw others too, and of a process that was attached to it alone knows.
 */
#ifndef READ_TAKEN_H
#define READ_TAKEN_H

#include "read/session.h"

struct tc_taken {
	double cpu_ns;         /* NAN: not known */
	double peak_rss_bytes; /* of the process that had most resident at a time, as the kernel says; NAN: not known */
	bool by_usage;         /* cpu_ns is what the kernel told of those that were waited for */
};

/* Of the whole session; only CPU time of a session that no kernel told of is that of the time that was asked for. */
struct tc_taken tc_session_taken(const struct tc_session *session);

#endif
