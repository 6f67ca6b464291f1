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
	const char *text[TC_ASKED_MOST]; /* NAME=FACTOR; the caller's */
	size_t name_bytes[TC_ASKED_MOST];
	struct tc_what_if what_if[TC_ASKED_MOST];
};

/* "insert=0.5": the factor is from 0 to 1.  False after one line to stderr that says what is wrong. */
bool tc_asked_take(struct tc_asked *asked, const char *text);

/* Finds the names in the session.  False after one line to stderr. */
bool tc_asked_find(struct tc_asked *asked, const struct tc_session *session);

#endif
