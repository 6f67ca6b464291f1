/* SPDX-License-Identifier: MIT
 *
 * chrome_event.c - an event of Chrome's trace format.
 */
#include <stdio.h>
#include <string.h>
#include "base/decimal.h"
#include "import/chrome.h"
#include "import/json_attributes.h"

static void take_id(struct tc_chrome_event *event, const struct tc_json_reader *json)
{
	event->id ^= tc_text_hash(tc_strbuf_text(&json->text), json->text.bytes);
}

static bool read_id2(struct tc_chrome *chrome)
{
	enum tc_json_token token;
	while ((token = tc_json_next(&chrome->json)) != TC_JSON_CLOSE) {
		if (tc_json_key_is(&chrome->json, "local"))
			chrome->event.local = true;
		if (token == TC_JSON_TEXT || token == TC_JSON_NUMBER)
			take_id(&chrome->event, &chrome->json);
		if (!tc_json_skip(&chrome->json, token))
			return false;
	}
	return true;
}

/* What tacho's own export knows of a span. */
static bool is_known(struct tc_chrome *chrome, enum tc_json_token token)
{
	struct tc_json_reader *json = &chrome->json;
	const char *text = tc_strbuf_text(&json->text);
	int64_t code;
	if (*tc_strbuf_text(&json->key) != '(')
		return false;
	if (tc_json_key_is(json, "(failed)") && token == TC_JSON_TRUE)
		chrome->event.flags |= TC_ITEM_FAILED;
	else if (tc_json_key_is(json, "(open)") && token == TC_JSON_TRUE)
		chrome->event.flags |= TC_ITEM_OPEN;
	else if (tc_json_key_is(json, "(message)") && token == TC_JSON_TEXT)
		tc_import_text(chrome->import, TACHO_ATTR_ERROR, "", 0, text, json->text.bytes);
	else if (tc_json_key_is(json, "(code)") && token == TC_JSON_NUMBER &&
		 tc_decimal_scaled(text, json->text.bytes, 0, &code))
		tc_import_word(chrome->import, TACHO_ATTR_CODE, "", 0, (uint64_t)code);
	else
		return false;
	return true;
}

static bool read_arguments(struct tc_chrome *chrome)
{
	struct tc_json_reader *json = &chrome->json;
	struct tc_chrome_event *event = &chrome->event;
	enum tc_json_token token;
	while ((token = tc_json_next(json)) != TC_JSON_CLOSE) {
		if (token == TC_JSON_ERROR)
			return false;
		if (tc_json_key_is(json, "name"))
			tc_import_json_keep(&event->label, json, token);
		struct tc_chrome_value *value = &event->value[event->values];
		if (token == TC_JSON_NUMBER && event->values < TC_CHROME_VALUES &&
			tc_decimal_real(tc_strbuf_text(&json->text), json->text.bytes, &value->value)) {
			snprintf(value->name, sizeof value->name, "%s", tc_strbuf_text(&json->key));
			event->values++;
		}
		if (!is_known(chrome, token) && !tc_import_json_member(chrome->import, json, token, NULL, 0))
			return false;
	}
	return true;
}

static bool read_member(struct tc_chrome *chrome, enum tc_json_token token)
{
	struct tc_json_reader *json = &chrome->json;
	struct tc_chrome_event *event = &chrome->event;
	if (tc_json_key_is(json, "args") && token == TC_JSON_OBJECT)
		return read_arguments(chrome);
	if (tc_json_key_is(json, "id2") && token == TC_JSON_OBJECT)
		return read_id2(chrome);
	if (tc_json_key_is(json, "ph") && token == TC_JSON_TEXT)
		event->phase = *tc_strbuf_text(&json->text);
	else if (tc_json_key_is(json, "ts"))
		event->has_time = tc_import_json_decimal(json, token, 3, &event->time_ns);
	else if (tc_json_key_is(json, "dur"))
		event->has_duration = tc_import_json_decimal(json, token, 3, &event->duration_ns);
	else if (tc_json_key_is(json, "name")) {
		event->has_name = token == TC_JSON_TEXT;
		tc_import_json_keep(&event->name, json, token);
	} else if (tc_json_key_is(json, "cat"))
		tc_import_json_keep(&event->category, json, token);
	else if (tc_json_key_is(json, "pid"))
		tc_import_json_keep(&event->pid, json, token);
	else if (tc_json_key_is(json, "tid"))
		tc_import_json_keep(&event->tid, json, token);
	else if ((tc_json_key_is(json, "id") || tc_json_key_is(json, "scope")) &&
		 (token == TC_JSON_TEXT || token == TC_JSON_NUMBER))
		take_id(event, json);
	return tc_json_skip(json, token);
}

bool tc_chrome_read_event(struct tc_chrome *chrome)
{
	struct tc_chrome_event *event = &chrome->event;
	enum tc_json_token token;
	event->phase = 0;
	event->has_name = event->has_time = event->has_duration = event->local = false;
	event->flags = 0;
	event->id = event->values = 0;
	tc_strbuf_clear(&event->name);
	tc_strbuf_clear(&event->category);
	tc_strbuf_clear(&event->pid);
	tc_strbuf_clear(&event->tid);
	tc_strbuf_clear(&event->label);
	tc_import_forget(chrome->import);
	event->place = tc_json_offset(&chrome->json);
	while ((token = tc_json_next(&chrome->json)) != TC_JSON_CLOSE)
		if (!read_member(chrome, token))
			return false;
	return true;
}
