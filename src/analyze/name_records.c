/* SPDX-License-Identifier: MIT */
#include "analyze/name_records.h"

#include <stdlib.h>
#include <string.h>
#include "base/error.h"

/* from[i + 1] has how many there are of name i; afterwards from[i] is where they begin. */
static void to_places(size_t *from, size_t names)
{
	for (size_t i = 0; i < names; i++)
		from[i + 1] += from[i];
}

static void place_spans(struct tc_name_records *out, size_t *next)
{
	const struct tc_session *session = out->session;
	for (size_t i = 0; i < session->spans; i++)
		out->span_from[session->span[i].name + 1]++;
	to_places(out->span_from, session->names);
	memcpy(next, out->span_from, session->names * sizeof *next);
	for (size_t i = 0; i < session->spans; i++)
		out->span[next[session->span[i].name]++] = &session->span[i];
}

static int fail(struct tc_name_records *records, size_t names)
{
	tc_name_records_release(records);
	return tc_error(TACHO_ENOMEM, "no memory to order the records of %zu names", names);
}

int tc_name_records_begin(struct tc_name_records *out, const struct tc_session *session)
{
	size_t *next = calloc(session->names + 1, sizeof *next);
	*out = (struct tc_name_records){.session = session,
		.span_from = calloc(session->names + 1, sizeof *out->span_from),
		.entry_from = calloc(session->names + 1, sizeof *out->entry_from),
		.span = calloc(session->spans + 1, sizeof *out->span)};
	bool room = next && out->span_from && out->entry_from && out->span;
	if (room)
		place_spans(out, next);
	free(next);
	return room ? 0 : fail(out, session->names);
}

size_t tc_window_piece(const struct tc_session *session, size_t window)
{
	for (size_t entries = 0; window < session->windows && entries < TC_RECORDS_PIECE; window++)
		entries += session->window[window].entries;
	return window;
}

static void take_window(struct tc_name_records *out, const struct tc_window_view *window)
{
	for (size_t k = 0; k < window->entries; k++) {
		const struct tc_window_entry *entry = &window->entry[k];
		uint32_t name = tc_entry_name(out->session, entry);
		if (name >= out->session->names)
			continue;
		if (out->next)
			out->entry[out->next[name]++] = (struct tc_window_place){window, entry};
		else
			out->entry_from[name + 1]++;
	}
}

/* All entries are counted: there is room for them. */
static int begin_to_place(struct tc_name_records *out)
{
	size_t names = out->session->names;
	to_places(out->entry_from, names);
	out->entry = calloc(out->entry_from[names] + 1, sizeof *out->entry);
	out->next = malloc((names + 1) * sizeof *out->next);
	if (!out->entry || !out->next)
		return fail(out, names);
	memcpy(out->next, out->entry_from, (names + 1) * sizeof *out->next);
	out->window = 0;
	return 1;
}

int tc_name_records_step(struct tc_name_records *out)
{
	const struct tc_session *session = out->session;
	for (size_t end = tc_window_piece(session, out->window); out->window < end; out->window++)
		take_window(out, &session->window[out->window]);
	if (out->window < session->windows)
		return 1;
	if (!out->next)
		return begin_to_place(out);
	free(out->next);
	out->next = NULL;
	return 0;
}

int tc_name_records_make(struct tc_name_records *out, const struct tc_session *session)
{
	int code = tc_name_records_begin(out, session);
	for (code = code ? code : 1; code > 0;)
		code = tc_name_records_step(out);
	return code;
}

void tc_name_records_release(struct tc_name_records *records)
{
	free(records->span_from);
	free(records->span);
	free(records->entry_from);
	free(records->entry);
	free(records->next);
	*records = (struct tc_name_records){0};
}
