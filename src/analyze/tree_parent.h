/* SPDX-License-Identifier: MIT
 *
 * tree_parent.h - which span a span lies below: what tree_build.c begins with.
 */
#ifndef ANALYZE_TREE_PARENT_H
#define ANALYZE_TREE_PARENT_H

#include "read/session.h"

/* parent[i]: index of the parent of span[i], or TC_NO_SPAN; spans of the session, as it sorts them.  Where parents were recorded one may come
 * behind its child, and what no program wrote may form rings.  0 or TACHO_ENOMEM with the sentence
 * set. */
int tc_find_parents(uint32_t *parent, const struct tc_session *session, const struct tc_span_view *span, size_t spans);

#endif
