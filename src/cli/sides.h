/* SPDX-License-Identifier: MIT
 *
 * sides.h - the sessions of one side of a comparison, as somebody names them: SESSION as everywhere, several with commas between, or
 * a pattern over the store such as 'import-*'.
 */
#ifndef CLI_SIDES_H
#define CLI_SIDES_H

#include <stddef.h>

struct tc_side { /* all zero: empty.  Owns the paths. */
	size_t count;
	char **directory; /* each session once */
};

/* Adds what text names; NULL: the newest session.  0, or a negative code with the sentence set. */
int tc_side_add(struct tc_side *side, const char *text);
void tc_side_release(struct tc_side *side);

#endif
