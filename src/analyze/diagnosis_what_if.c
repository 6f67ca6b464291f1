/* SPDX-License-Identifier: MIT
 *
 * diagnosis_what_if.c - what it would save, were the own time of the names that somebody asks about less: a piece to the question.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/diagnosis_parts.h"
#include "base/error.h"

static uint32_t find_name(const struct tc_session *session, const struct tc_what_if *asked)
{
	for (uint32_t i = 0; i < session->names; i++)
		if (session->name[i].bytes == asked->bytes && !memcmp(session->name[i].name, asked->name, asked->bytes))
			return i;
	return TC_NO_NAME;
}

int tc_diagnose_what_ifs(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	if (piece >= d->answers)
		return 0;
	if (!d->answer)
		d->answer = calloc(d->answers, sizeof *d->answer);
	if (!d->answer)
		return tc_error(TACHO_ENOMEM, "no memory for %zu answers", d->answers);
	const struct tc_what_if *asked = &making->asked[piece];
	struct tc_answer *answer = &d->answer[piece];
	answer->asked = asked;
	answer->name = find_name(d->session, asked);
	int code =
		answer->name == TC_NO_NAME ? 0 : tc_paths_save(&answer->saving, d->paths, answer->name, asked->factor);
	return code ? code : 1;
}
