/* SPDX-License-Identifier: MIT */
#include "analyze/name_records.h"

#include <stdlib.h>
#include "base/error.h"

/* from[i + 1] has how many there are of name i; afterwards from[i] is where they begin. */
static void to_places(size_t *from, size_t names)
{
	for (size_t i = 0; i < names; i++)
		from[i + 1] += from[i];
}

static size_t count(const struct tc_session *session, size_t *span_from, size_t *entry_from)
{
	size_t entries = 0;
	for (size_t i = 0; i < session->spans; i++)
		span_from[session->span[i].name + 1]++;
	for (size_t w = 0; w < tc_session_span_windows(session); w++)
		for (size_t k = 0; k < session->window[w].entries; k++, entries++)
			entry_from[session->window[w].entry[k].name + 1]++;
	to_places(span_from, session->names);
	to_places(entry_from, session->names);
	return entries;
}

/* next: for each name, where its next record goes. */
static void place(struct tc_name_records *out, size_t *next)
{
	const struct tc_session *session = out->session;
	for (size_t i = 0; i < session->names; i++)
		next[i] = out->span_from[i];
	for (size_t i = 0; i < session->spans; i++)
		out->span[next[session->span[i].name]++] = &session->span[i];
	for (size_t i = 0; i < session->names; i++)
		next[i] = out->entry_from[i];
	for (size_t w = 0; w < tc_session_span_windows(session); w++) {
		const struct tc_window_view *window = &session->window[w];
		for (size_t k = 0; k < window->entries; k++)
			out->entry[next[window->entry[k].name]++] = (struct tc_window_place){window, &window->entry[k]};
	}
}

int tc_name_records_make(struct tc_name_records *out, const struct tc_session *session)
{
	size_t *next = calloc(session->names + 1, sizeof *next);
	*out = (struct tc_name_records){.session = session,
		.span_from = calloc(session->names + 1, sizeof *out->span_from),
		.entry_from = calloc(session->names + 1, sizeof *out->entry_from),
		.span = calloc(session->spans + 1, sizeof *out->span)};
	if (next && out->span_from && out->entry_from && out->span) {
		size_t entries = count(session, out->span_from, out->entry_from);
		out->entry = calloc(entries + 1, sizeof *out->entry);
	}
	int rc = 0;
	if (out->entry) {
		place(out, next);
	} else {
		tc_name_records_release(out);
		rc = tc_error(TACHO_ENOMEM, "no memory to order the records of %zu names", session->names);
	}
	free(next);
	return rc;
}

void tc_name_records_release(struct tc_name_records *records)
{
	free(records->span_from);
	free(records->span);
	free(records->entry_from);
	free(records->entry);
	*records = (struct tc_name_records){0};
}
