/* SPDX-License-Identifier: MIT
 *
 * whole.h - a session with the memory its strings lie in.
 */
#ifndef READ_WHOLE_H
#define READ_WHOLE_H

#include "read/reader.h"

struct tc_whole {
	struct tc_session session;
	struct tc_arena arena;
	struct tc_tail *tail;         /* the windows' entries are shared */
	struct tc_merged_node **node; /* their histograms are malloc'ed */
	size_t nodes;
};

#endif
