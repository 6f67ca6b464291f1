/* SPDX-License-Identifier: MIT
 *
 * kinds.h - kinds of spans and metrics by their names.
 */
#ifndef CLI_KINDS_H
#define CLI_KINDS_H

#include "base/strbuf.h"
#include "read/session.h"

/* "async", "counter,gauge" … into the kinds that are wanted.  0, or TACHO_EINVAL with the sentence set. */
int tc_kinds_parse(struct tc_session_options *out, const char *text);

/* "async, counter" */
void tc_kinds_text(struct tc_strbuf *out, const struct tc_session_options *options);

#endif
