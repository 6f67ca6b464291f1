/* SPDX-License-Identifier: MIT */
#include "read/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "read/opening.h"
#include "read/reader.h"
#include "read/stored.h"
#include "read/whole.h"

void tc_reader_no_memory(struct tc_reader *reader)
{
	if (!reader->error)
		reader->error = tc_error(TACHO_ENOMEM, "out of memory while reading %s", reader->session->directory);
}

char *tc_session_text(struct tc_session *session, const char *text, size_t bytes)
{
	struct tc_whole *whole = (struct tc_whole *)(void *)((char *)session - offsetof(struct tc_whole, session));
	return tc_arena_text(&whole->arena, text, bytes);
}

bool tc_reader_grow(struct tc_reader *reader, void *items, size_t count, size_t *room, size_t size)
{
	void *old, *grown;
	memcpy(&old, items, sizeof old); /* items points to a pointer of whatever type */
	grown = tc_grow(old, count, room, size);
	if (!grown) {
		tc_reader_no_memory(reader);
		return false;
	}
	memcpy(items, &grown, sizeof grown);
	return true;
}

bool tc_reader_in_window(const struct tc_reader *reader, tc_instant end)
{
	return !reader->options.has_window || (end >= reader->options.from && end < reader->options.to);
}

static bool note(struct tc_reader *reader, const char *format, va_list list)
{
	struct tc_session *session = reader->session;
	char text[1024];
	vsnprintf(text, sizeof text, format, list);
	if (!tc_reader_grow(reader, &session->note, session->notes, &reader->note_room, sizeof *session->note))
		return false;
	char *own = tc_arena_text(reader->arena, text, strlen(text));
	if (own)
		session->note[session->notes++] = own;
	return own;
}

void tc_reader_note(struct tc_reader *reader, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	note(reader, format, list);
	va_end(list);
}

void tc_reader_damage(struct tc_reader *reader, const char *format, ...)
{
	struct tc_session *session = reader->session;
	va_list list;
	va_start(list, format);
	if (note(reader, format, list) && tc_reader_grow(reader, &session->damage, session->damages,
						  &reader->damage_room, sizeof *session->damage))
		session->damage[session->damages++] = session->notes - 1;
	va_end(list);
}

int tc_session_open(struct tc_session **out, const char *directory, const struct tc_session_options *options)
{
	struct tc_watch watch = {0};
	int code = tc_watch_begin(&watch, directory, options);
	for (code = code ? code : 1; code > 0;)
		code = tc_watch_step(&watch, out);
	tc_watch_release(&watch);
	if (code)
		*out = NULL;
	return code;
}

void tc_session_release(struct tc_session *session)
{
	if (!session)
		return;
	struct tc_whole *whole = (struct tc_whole *)session;
	for (size_t i = 0; i < whole->nodes; i++)
		tc_histogram_release(&whole->node[i]->view.figures.histogram);
	for (size_t i = 0; i < session->names; i++) {
		tc_histogram_release(&session->name[i].figures.histogram);
		free(session->name[i].failed_kept);
	}
	for (size_t i = 0; i < session->series; i++) {
		free(session->series_view[i].at);
		free(session->series_view[i].value);
	}
	for (size_t i = 0; i < session->metrics; i++)
		free(session->metric[i].recent_value);
	free(session->metric);
	free(whole->node);
	free(session->name);
	free(session->process);
	free(session->ring);
	free(session->sampled_span);
	free(session->thread_name);
	free(session->span);
	free(session->open_span);
	free(session->series_view);
	free(session->window);
	free(session->share);
	free(session->tree_process);
	free(session->note);
	free(session->damage);
	tc_stored_release(session->stored);
	tc_manifest_release(&session->manifest);
	tc_arena_release(&whole->arena);
	tc_tail_release(whole->tail);
	free(whole);
}
