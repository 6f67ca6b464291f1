/* SPDX-License-Identifier: MIT
 *
 * memory.h - a session from bytes in memory instead of files, for tests and fuzzing.  It began at CLOCK_MONOTONIC 0, has no
 * manifest and is not live.
 */
#ifndef READ_MEMORY_H
#define READ_MEMORY_H

#include <stddef.h>
#include "read/session.h"

struct tc_memory_file {
	const void *bytes;
	size_t count;
};

/* Parts in order of their begins; log.bytes may be NULL.  Codes as from tc_session_open(). */
int tc_session_open_memory(struct tc_session **out, const struct tc_memory_file *part, size_t parts,
	struct tc_memory_file log, const struct tc_session_options *options);

#endif
