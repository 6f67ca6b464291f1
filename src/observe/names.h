/* SPDX-License-Identifier: MIT
 *
 * names.h - the numbers that span names have in the log, over all processes.
 */
#ifndef OBSERVE_NAMES_H
#define OBSERVE_NAMES_H

#include "format/log.h"

struct tc_names { /* all zero: empty */
	size_t count, bytes, bytes_room;
	char *text; /* of all, one behind the other */
	struct tc_names_one {
		uint32_t at, count, hash;
	} * name;
	uint32_t *slot; /* hash to number + 1 */
	size_t room, slots;
	uint32_t other; /* number + 1 of "(other)", which has what found no room here; 0: not needed yet */
};

/* The name's number; a new one is written to the log first.  UINT32_MAX: no memory for even one. */
uint32_t tc_names_number(struct tc_names *names, struct tc_log *log, const char *bytes, size_t count);
void tc_names_release(struct tc_names *names);

#endif
