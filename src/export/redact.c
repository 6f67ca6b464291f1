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

bool tc_export_has_rules(void)
{
	char keys[TC_SETTING_TEXT_BYTES], values[TC_SETTING_TEXT_BYTES];
	if (!tc_setting_get(TC_SET_REDACT_KEYS, keys) || !tc_setting_get(TC_SET_REDACT_VALUES, values))
		return false;
	tc_redact_rules(keys, values);
	return tc_redact_has_rules();
}

void tc_export_redact(struct tc_session *session)
{
	if (!tc_export_has_rules())
		return;
	hide_in(session->span, session->spans);
	hide_in(session->open_span, session->open_spans);
	for (size_t i = 0; i < session->names; i++) {
		hide_in(session->name[i].slowest, session->name[i].slowest_count);
		hide_in(session->name[i].failed_kept, session->name[i].failed_kept_count);
	}
	hide_arguments(session->manifest.arguments);
}
