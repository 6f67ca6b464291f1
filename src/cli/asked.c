/* SPDX-License-Identifier: MIT */
#include "cli/asked.h"

#include <stdlib.h>
#include <string.h>
#include "base/strbuf.h"
#include "base/text.h"
#include "cli/command.h"

/* Digits and a point; no sign, no exponent, nothing that is no number. */
static bool take_factor(double *out, const char *text)
{
	char *end;
	if (!*text || strspn(text, "0123456789.") != strlen(text))
		return false;
	*out = strtod(text, &end);
	return !*end && *out <= 1;
}

bool tc_asked_take(struct tc_asked *asked, const char *text)
{
	const char *equals = strrchr(text, '='); /* a name may have one */
	struct tc_what_if *what_if = &asked->what_if[asked->count % TC_ASKED_MOST];
	if (asked->count == TC_ASKED_MOST) {
		tc_fail("--what-if may be given %d times (see tacho report --help)", TC_ASKED_MOST);
		return false;
	}
	if (!equals || equals == text || !take_factor(&what_if->factor, equals + 1)) {
		tc_fail("--what-if takes a name and what is left of its own time, from 0 to 1, like insert=0.5, not "
			"\"%.60s\" (see tacho report --help)",
			text);
		return false;
	}
	what_if->name = text;
	what_if->bytes = (size_t)(equals - text);
	asked->count++;
	return true;
}

static bool is_known(const struct tc_what_if *what_if, const struct tc_session *session)
{
	for (size_t i = 0; i < session->names; i++)
		if (session->name[i].bytes == what_if->bytes &&
			!memcmp(session->name[i].name, what_if->name, what_if->bytes))
			return true;
	struct tc_strbuf shown = {0};
	tc_text_escape(&shown, what_if->name, what_if->bytes, false);
	tc_fail("no span of the session is called \"%.60s\": tacho report lists the names that there are",
		tc_strbuf_text(&shown));
	tc_strbuf_release(&shown);
	return false;
}

bool tc_asked_known(const struct tc_asked *asked, const struct tc_session *session)
{
	for (size_t i = 0; i < asked->count; i++)
		if (!is_known(&asked->what_if[i], session))
			return false;
	return true;
}
