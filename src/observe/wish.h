/* SPDX-License-Identifier: MIT
 *
 * wish.h - what the processes of a session wish of its observer together; see include/tacho/sampling.h.
 */
#ifndef OBSERVE_WISH_H
#define OBSERVE_WISH_H

#include "observe/parts.h"

struct tc_wishes {
	bool off;                             /* nobody who records wants samples */
	uint64_t interval_ns[TC_WISH_GROUPS]; /* 0: nobody cares */
};

/* As the parts that may still grow said at their last reading. */
struct tc_wishes tc_wishes_of(const struct tc_parts *parts);

#endif
