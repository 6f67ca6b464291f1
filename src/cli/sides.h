/* SPDX-License-Identifier: MIT
 *
 * sides.h - the sessions of one side of a comparison, as somebody names them: SESSION as everywhere, several with commas between, or a
 * pattern over the store such as 'import-*'; each with @FROM..TO behind it where only that time of it is meant.
 */
#ifndef CLI_SIDES_H
#define CLI_SIDES_H

#include <stdbool.h>
#include <stddef.h>
#include "base/strbuf.h"

struct tc_side_session { /* owns all */
	char *directory;
	char *from, *to; /* as they were given; NULL: not */
};

struct tc_side { /* all zero: empty.  Owns the array. */
	size_t count;
	struct tc_side_session *session; /* each once */
};

/* Adds what text names; NULL: the newest session.  0, or a negative code with the sentence set. */
int tc_side_add(struct tc_side *side, const char *text);
void tc_side_release(struct tc_side *side);
bool tc_sides_are_same(const struct tc_side *a, const struct tc_side *b); /* the same times of the same sessions */

/* Whether only a part of a session is meant. */
bool tc_side_is_part(const struct tc_side *side);

/* "import-20261121-134612", "import-… from 0s to 5m", "5 runs, import-… to import-…" */
void tc_side_label(struct tc_strbuf *out, const struct tc_side *side);

#endif
