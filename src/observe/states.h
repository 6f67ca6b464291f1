/* SPDX-License-Identifier: MIT
 *
 * states.h - looks at threads that are in several spans in turn: which span is open, and does the thread run, sleep, or wait
 * for IO?  That is what tells names apart where sums of time do not.
 *
 * It costs some 10 µs a look, so it is done for such threads only, for a few of them at a time, and never for more than
 * 1/200 of a core: looks come more seldom then.  Where there is no such thread it costs nothing.
 */
#ifndef OBSERVE_STATES_H
#define OBSERVE_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tc_parts;
struct tc_log;
struct tc_part_reading;

struct tc_states {
	uint64_t interval_ns; /* on the average; 0: no looks */
	uint64_t due_ns;      /* UINT64_MAX: nobody to look at */
	uint64_t random;
	size_t turn; /* threads that are passed over in this round, those of the rounds before */
	bool slow;   /* a note was made */
};

void tc_states_init(struct tc_states *states, uint64_t interval_ns);

/* Looks, if it is time; the parts know whether there are threads to be looked at.  When it wants to be called again is in
 * due_ns. */
void tc_states_tick(struct tc_states *states, struct tc_parts *parts, struct tc_log *log, uint64_t now_ns);

/* A part's threads, for parts.c: looks at those whose turn it is. */
struct tc_states_round {
	size_t skip, left, seen; /* seen: threads that could be looked at */
};
void tc_states_look(struct tc_part_reading *reading, struct tc_states_round *round);

#endif
