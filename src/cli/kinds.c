/* SPDX-License-Identifier: MIT */
#include "cli/kinds.h"

#include <string.h>
#include "base/error.h"
#include "format/identity.h"
#include "format/metric_text.h"

enum {
	SPAN_KINDS = TACHO_KIND_MEASURED + 1,
	METRIC_KINDS = TACHO_METRIC_CUSTOM + 1,
	KINDS = SPAN_KINDS + METRIC_KINDS
};

/* Kinds of spans, then those of metrics, which begin at 1; NULL: there is none of this number. */
static const char *name_of(unsigned i)
{
	return i < SPAN_KINDS   ? tc_kind_text(i)
	       : i > SPAN_KINDS ? tc_metric_kind_text((enum tacho_metric_kind)(i - SPAN_KINDS))
	                        : NULL;
}

static bool has(const struct tc_session_options *options, unsigned i)
{
	return i < SPAN_KINDS ? options->span_kinds >> i & 1 : options->metric_kinds >> (i - SPAN_KINDS) & 1;
}

static int refuse(const char *text, size_t bytes)
{
	struct tc_strbuf all = {0};
	for (unsigned i = 0; i < KINDS; i++)
		if (name_of(i))
			tc_strbuf_printf(&all, "%s%s", i ? ", " : "", name_of(i));
	int code = tc_error(TACHO_EINVAL, "there is no kind \"%.*s\"; there are %s", (int)(bytes < 40 ? bytes : 40),
		text, tc_strbuf_text(&all));
	tc_strbuf_release(&all);
	return code;
}

static bool take(struct tc_session_options *out, const char *text, size_t bytes)
{
	for (unsigned i = 0; i < KINDS; i++) {
		if (!name_of(i) || strlen(name_of(i)) != bytes || memcmp(name_of(i), text, bytes))
			continue;
		if (i < SPAN_KINDS)
			out->span_kinds |= 1u << i;
		else
			out->metric_kinds |= 1u << (i - SPAN_KINDS);
		return true;
	}
	return false;
}

int tc_kinds_parse(struct tc_session_options *out, const char *text)
{
	out->has_kinds = true;
	do {
		size_t bytes = strcspn(text, ",");
		if (!take(out, text, bytes))
			return refuse(text, bytes);
		text += bytes + (text[bytes] == ',');
	} while (*text);
	return 0;
}

void tc_kinds_text(struct tc_strbuf *out, const struct tc_session_options *options)
{
	size_t named = 0;
	for (unsigned i = 0; i < KINDS; i++)
		if (name_of(i) && has(options, i))
			tc_strbuf_printf(out, "%s%s", named++ ? ", " : "", name_of(i));
}
