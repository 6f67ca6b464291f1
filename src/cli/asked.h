/* SPDX-License-Identifier: MIT
 *
 * asked.h - what people ask with --what-if.
 */
#ifndef CLI_ASKED_H
#define CLI_ASKED_H

#include "analyze/considered.h"

enum { TC_ASKED_MOST = 16 };

struct tc_asked { /* all zero: nothing */
	size_t count;
	struct tc_what_if what_if[TC_ASKED_MOST]; /* names: the caller's */
};

/* "insert=0.5": the factor is from 0 to 1.  False after one line to stderr that says what is wrong. */
bool tc_asked_take(struct tc_asked *asked, const char *text);

/* Whether the session has all of the names.  False after one line to stderr. */
bool tc_asked_known(const struct tc_asked *asked, const struct tc_session *session);

#endif
