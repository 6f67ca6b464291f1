/* SPDX-License-Identifier: MIT
 *
 * redact.c - rules that were not there yet when a session was recorded, or that only those are to heed who get the export.
 */
#include "format/redact.h"
#include <stdlib.h>
#include "export/export.h"
#include "format/settings.h"

static void hide_attribute(struct tc_attribute_view *a)
{
	bool text = a->type == TACHO_ATTR_TEXT;
	if (!tc_redact_key(a->key, strlen(a->key)) && !(text && tc_redact_value(a->text, a->text_bytes)))
		return;
	a->type = TACHO_ATTR_TEXT;
	a->text = TC_REDACTED;
	a->text_bytes = strlen(TC_REDACTED);
	a->cut = 0;
}

static void hide_in(struct tc_span_view *span, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < span[i].attributes; k++)
			hide_attribute(&span[i].attribute[k]);
		if (span[i].message && tc_redact_value(span[i].message, strlen(span[i].message)))
			span[i].message = TC_REDACTED;
	}
}

const struct tc_span_view *tc_export_redacted(struct tc_export *export, const struct tc_span_view *span)
{
	if (!tc_redact_has_rules() || (!span->attributes && !span->message))
		return span;
	if (span->attributes > export->room) {
		struct tc_attribute_view *more = realloc(export->attribute, 2 * span->attributes * sizeof *more);
		if (!more)
			return NULL;
		export->attribute = more;
		export->room = 2 * span->attributes;
	}
	export->hidden = *span;
	export->hidden.attribute = export->attribute;
	if (span->attributes)
		memcpy(export->attribute, span->attribute, span->attributes * sizeof *span->attribute);
	hide_in(&export->hidden, 1);
	return &export->hidden;
}

static void hide_arguments(char **argument)
{
	for (size_t i = 0; argument && argument[i]; i++) {
		size_t bytes = tc_redact_argument(NULL, 0, argument[i], i ? argument[i - 1] : NULL);
		char *shown = calloc(1, bytes + 1);
		if (!shown) {
			*argument[i] = '\0';
			continue;
		}
		tc_redact_argument(shown, bytes, argument[i], i ? argument[i - 1] : NULL);
		free(argument[i]);
		argument[i] = shown;
	}
}

static bool begins_with_hidden(const char *text)
{
	for (const char *end = text; (end = strchr(end, ' ')); end++)
		if (tc_redact_value(text, (size_t)(end - text)))
			return true;
	return tc_redact_value(text, strlen(text));
}

/* Where the arguments of a command that was recorded as one text ended is not known: what stands behind a hidden one may be
 * the rest of it and is left out; so is a last word that was cut, since half of a secret is not known as one. */
static size_t hide_words(char *out, size_t room, const char *command, char *words)
{
	static const char cut[] = "…";
	const char *before = NULL;
	size_t used = 0, bytes = strlen(command);
	bool is_cut = bytes >= strlen(cut) && !strcmp(command + bytes - strlen(cut), cut);
	for (size_t i = 0; i < bytes; i++)
		if (words[i] == ' ')
			words[i] = '\0';
	for (size_t at = 0, word; at <= bytes; at += word + 1) {
		const char *equals = strchr(words + at, '=');
		size_t key = equals ? (size_t)(equals + 1 - words) - at : 0;
		word = strlen(words + at);
		bool hidden = begins_with_hidden(command + at) || (is_cut && at && at + word == bytes);
		if (hidden || (key && begins_with_hidden(command + at + key)))
			return used + (size_t)snprintf(out + used, room - used, "%.*s" TC_REDACTED,
					      hidden ? 0 : (int)key, command + at);
		size_t shown = tc_redact_argument(out + used, room - used, words + at, before);
		used += shown;
		if (shown != word || memcmp(out + used - shown, words + at, word) != 0)
			return used;
		before = words + at;
		out[used++] = ' ';
	}
	return used - 1;
}

static const char *hide_command(struct tc_session *session, const char *command)
{
	size_t bytes = strlen(command), room = 2 * bytes + sizeof TC_REDACTED + 1;
	char *words = strdup(command), *out = calloc(1, room);
	const char *shown = words && out ? tc_session_text(session, out, hide_words(out, room, command, words)) : NULL;
	free(words);
	free(out);
	return shown ? shown : TC_REDACTED;
}

static const char *hide_text(const char *text)
{
	return text && tc_redact_value(text, strlen(text)) ? TC_REDACTED : text;
}

static void hide_owned(char **text)
{
	if (hide_text(*text) == *text)
		return;
	char *shown = strdup(TC_REDACTED);
	if (shown) {
		free(*text);
		*text = shown;
	} else
		**text = '\0';
}

bool tc_export_has_rules(void)
{
	char keys[TC_SETTING_TEXT_BYTES], values[TC_SETTING_TEXT_BYTES];
	if (!tc_setting_get(TC_SET_REDACT_KEYS, keys) || !tc_setting_get(TC_SET_REDACT_VALUES, values))
		return false;
	tc_redact_rules(keys, values);
	return tc_redact_has_rules();
}

static void hide_in_manifest(struct tc_manifest *manifest)
{
	hide_arguments(manifest->arguments);
	hide_owned(&manifest->name);
	hide_owned(&manifest->directory);
	hide_owned(&manifest->host);
}

static void hide_around(struct tc_session *session)
{
	if (hide_text(session->directory) != session->directory)
		session->directory = tc_session_text(session, TC_REDACTED, strlen(TC_REDACTED));
	for (size_t i = 0; i < session->processes; i++) {
		session->process[i].program = hide_text(session->process[i].program);
		session->process[i].file = hide_text(session->process[i].file);
	}
	for (size_t i = 0; i < session->tree_processes; i++)
		session->tree_process[i].command = hide_command(session, session->tree_process[i].command);
	for (size_t i = 0; i < session->notes; i++)
		if (hide_text(session->note[i]) != session->note[i])
			session->note[i] = tc_session_text(session, TC_REDACTED, strlen(TC_REDACTED));
}

void tc_export_redact(struct tc_session *session)
{
	if (!tc_export_has_rules())
		return;
	hide_in(session->span, session->spans);
	hide_in(session->sampled_span, session->sampled_spans);
	hide_in(session->open_span, session->open_spans);
	for (size_t i = 0; i < session->names; i++) {
		hide_in(session->name[i].slowest, session->name[i].slowest_count);
		hide_in(session->name[i].failed_kept, session->name[i].failed_kept_count);
	}
	hide_in_manifest(&session->manifest);
	hide_around(session);
}
