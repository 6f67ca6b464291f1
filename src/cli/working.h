/* SPDX-License-Identifier: MIT
 *
 * working.h - one line on the terminal that says how far long work has come; nothing where stderr is no terminal, and nothing
 * of work that takes no time.
 */
#ifndef CLI_WORKING_H
#define CLI_WORKING_H

#include <stdbool.h>
#include <stdint.h>

struct tc_working {
	bool wanted, visible;
	uint64_t shown_ns;
};

void tc_working_begin(struct tc_working *working);

/* Whether it is time to write the line anew: it is erased then, and what is written to stderr stands in its place. */
bool tc_working_is_due(struct tc_working *working);

/* Erases it. */
void tc_working_end(struct tc_working *working);

#endif
