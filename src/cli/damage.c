/* SPDX-License-Identifier: MIT */
#include "cli/damage.h"

#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "base/units.h"
#include "read/stored.h"

static void tell(const char *note)
{
	struct tc_strbuf text = {0};
	tc_text_escape(&text, note, strlen(note), false);
	fprintf(stderr, "tacho: %s\n", tc_strbuf_text(&text));
	tc_strbuf_release(&text);
}

void tc_tell_damage(const struct tc_session *session)
{
	for (size_t i = 0; i < session->damages; i++)
		tell(session->note[session->damage[i]]);
	if (session->stored && session->stored->unread)
		fprintf(stderr, "tacho: %s stored spans cannot be read: " TC_SPANS_FILE " is damaged\n",
			tc_count(session->stored->unread).text);
}
