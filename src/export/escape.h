/* SPDX-License-Identifier: MIT
 *
 * escape.h - text from anywhere as each format wants it.  In all of them what is no UTF-8, and what a format cannot hold, stands as
 * tc_text_sound() says: names that differ stay different.
 */
#ifndef EXPORT_ESCAPE_H
#define EXPORT_ESCAPE_H

#include "base/strbuf.h"
#include "export/out.h"
#include "read/session.h"

/* Writes text as it stands in a format. */
typedef void tc_escape(struct tc_out *out, const char *text, size_t bytes);

tc_escape tc_escape_json; /* with quotes */
tc_escape tc_escape_csv;  /* a cell of RFC 4180; what a spreadsheet would take for a formula gets a ' before it */
tc_escape tc_escape_text; /* as it is, made sound */
tc_escape tc_escape_xml;  /* of text and of attributes in quotes */

/* What a program attached to a span, as a JSON object. */
void tc_attributes_json(struct tc_strbuf *out, const struct tc_span_view *span);
/* One of them, as a member of this name. */
void tc_attribute_json(struct tc_strbuf *out, const char *key, const struct tc_attribute_view *attribute);

/* The names of a session, escaped once; there may be 65,536 of them and millions of spans. */
struct tc_escaped {
	char *text;
	size_t *end; /* of each name; the next one begins there */
};
int tc_escaped_names(struct tc_escaped *out, const struct tc_session *session, tc_escape *escape);
void tc_escaped_release(struct tc_escaped *names);

static inline void tc_out_name(struct tc_out *out, const struct tc_escaped *names, uint32_t name)
{
	size_t begin = name ? names->end[name - 1] : 0;
	tc_out_add(out, names->text + begin, names->end[name] - begin);
}

#endif
