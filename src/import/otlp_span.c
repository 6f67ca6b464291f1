/* SPDX-License-Identifier: MIT
 *
 * otlp_span.c - a span of OpenTelemetry.
 */
#include <string.h>
#include "base/decimal.h"
#include "base/error.h"
#include "import/json_attributes.h"
#include "import/otlp.h"

enum { STATUS_ERROR = 2 };

static void take_plain(struct tc_otlp *otlp, const char *key, size_t bytes, int type)
{
	const char *text = tc_strbuf_text(&otlp->json.text);
	size_t count = otlp->json.text.bytes;
	int64_t whole;
	double real;
	if ((type == TACHO_ATTR_I64 || type == TACHO_ATTR_BOOL) && tc_decimal_scaled(text, count, 0, &whole))
		tc_import_word(otlp->import, type, key, bytes, (uint64_t)whole);
	else if (type == TACHO_ATTR_F64 && tc_decimal_real(text, count, &real))
		tc_import_real(otlp->import, key, bytes, real);
	else
		tc_import_text(otlp->import, TACHO_ATTR_TEXT, key, bytes, text, count);
}

/* Those that say where the span is, and those of tacho's own export, are no attributes here. */
static void take_of_span(struct tc_otlp *otlp, const char *key, size_t bytes, int type)
{
	struct tc_strbuf *to = tc_otlp_key_is(key, bytes, "process.pid")   ? &otlp->pid
	                       : tc_otlp_key_is(key, bytes, "thread.id")   ? &otlp->thread
	                       : tc_otlp_key_is(key, bytes, "thread.name") ? &otlp->thread_name
	                                                                   : NULL;
	const struct tc_strbuf *text = &otlp->json.text;
	if (to)
		tc_import_json_keep(to, &otlp->json, TC_JSON_TEXT);
	else if (tc_otlp_key_is(key, bytes, "tacho.open"))
		otlp->flags |= TC_ITEM_OPEN;
	else if (tc_otlp_key_is(key, bytes, "tacho.kind"))
		otlp->flags |= TC_ITEM_ASYNC;
	else if (tc_otlp_key_is(key, bytes, "tacho.depth"))
		tc_decimal_scaled(tc_strbuf_text(text), text->bytes, 0, &otlp->depth);
	else if (tc_otlp_key_is(key, bytes, "tacho.code"))
		otlp->has_code = tc_decimal_scaled(tc_strbuf_text(text), text->bytes, 0, &otlp->code);
	else
		take_plain(otlp, key, bytes, type);
}

static bool read_status(struct tc_otlp *otlp)
{
	struct tc_json_reader *json = &otlp->json;
	enum tc_json_token token;
	int64_t code;
	while ((token = tc_json_next(json)) != TC_JSON_CLOSE) {
		const char *text = tc_strbuf_text(&json->text);
		bool said = token == TC_JSON_TEXT || token == TC_JSON_NUMBER;
		if (said && tc_json_key_is(json, "code") &&
			(!strcmp(text, "STATUS_CODE_ERROR") ||
				(tc_decimal_scaled(text, json->text.bytes, 0, &code) && code == STATUS_ERROR)))
			otlp->flags |= TC_ITEM_FAILED;
		else if (tc_json_key_is(json, "message"))
			tc_import_json_keep(&otlp->message, json, token);
		if (!tc_json_skip(json, token))
			return false;
	}
	return true;
}

/* Of a message that was sent by somebody who did not wait for it. */
static bool is_consumer(const struct tc_json_reader *json, enum tc_json_token token)
{
	const char *text = tc_strbuf_text(&json->text);
	return token == TC_JSON_NUMBER ? !strcmp(text, "5")
	                               : token == TC_JSON_TEXT && !strcmp(text, "SPAN_KIND_CONSUMER");
}

static bool read_member(struct tc_otlp *otlp, enum tc_json_token token)
{
	struct tc_json_reader *json = &otlp->json;
	if (tc_json_key_is(json, "attributes") && token == TC_JSON_ARRAY)
		return tc_otlp_values(otlp, "", 0, true, take_of_span);
	if (tc_json_key_is(json, "status") && token == TC_JSON_OBJECT)
		return read_status(otlp);
	if (tc_json_key_is(json, "events") && token == TC_JSON_ARRAY)
		return tc_otlp_read_events(otlp);
	if (tc_json_key_is(json, "links") && token == TC_JSON_ARRAY)
		return tc_otlp_read_links(otlp);
	if (tc_json_key_is(json, "startTimeUnixNano"))
		otlp->has_begin = tc_import_json_decimal(json, token, 0, &otlp->begin_ns);
	else if (tc_json_key_is(json, "endTimeUnixNano"))
		otlp->has_end =
			tc_import_json_decimal(json, token, 0, &otlp->end_ns) && otlp->end_ns; /* 0: it had none */
	else if (tc_json_key_is(json, "kind"))
		otlp->flags |= is_consumer(json, token) ? TC_ITEM_FOLLOWS : 0;
	else if (tc_json_key_is(json, "name"))
		tc_import_json_keep(&otlp->name, json, token);
	else if (tc_json_key_is(json, "traceId"))
		tc_import_json_keep(&otlp->trace, json, token);
	else if (tc_json_key_is(json, "spanId"))
		tc_import_json_keep(&otlp->id, json, token);
	else if (tc_json_key_is(json, "parentSpanId"))
		tc_import_json_keep(&otlp->parent, json, token);
	return tc_json_skip(json, token);
}

static void begin_span(struct tc_otlp *otlp)
{
	struct tc_strbuf *const texts[] = {&otlp->name, &otlp->trace, &otlp->id, &otlp->parent, &otlp->pid,
		&otlp->thread, &otlp->thread_name, &otlp->message, &otlp->exception, &otlp->events};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		tc_strbuf_clear(texts[i]);
	otlp->has_begin = otlp->has_end = otlp->has_code = false;
	otlp->flags = 0;
	otlp->depth = 0;
	otlp->event_count = 0;
	tc_import_forget(otlp->import);
}

int tc_otlp_take_span(struct tc_otlp *otlp)
{
	uint64_t place = otlp->json.line;
	if (!otlp->has_begin) {
		tc_import_problem(otlp->import, TC_IMPORT_INCOMPLETE, place);
		return 0;
	}
	const struct tc_strbuf *message = otlp->message.bytes ? &otlp->message : &otlp->exception;
	if (message->bytes && otlp->flags & TC_ITEM_FAILED)
		tc_import_text(otlp->import, TACHO_ATTR_ERROR, "", 0, tc_strbuf_text(message), message->bytes);
	if (otlp->has_code)
		tc_import_word(otlp->import, TACHO_ATTR_CODE, "", 0, (uint64_t)otlp->code);
	struct tc_import_span span = {.name = tc_strbuf_text(&otlp->name),
		.name_bytes = otlp->name.bytes,
		.thread = tc_otlp_thread(otlp),
		.start_ns = otlp->begin_ns,
		.id = tc_otlp_id(&otlp->trace, &otlp->id),
		.parent = tc_otlp_id(&otlp->trace, &otlp->parent),
		.group = tc_text_hash(tc_strbuf_text(&otlp->trace), otlp->trace.bytes),
		.depth = otlp->depth > 0 && otlp->depth < UINT32_MAX ? (uint32_t)otlp->depth : 0,
		.flags = otlp->flags,
		.place = place};
	if (span.thread == TC_NO_TEXT)
		return TACHO_EINVAL;
	if (!otlp->has_end) /* it had not ended when this was written */
		span.flags |= TC_ITEM_OPEN;
	else if (__builtin_sub_overflow(otlp->end_ns, otlp->begin_ns, &span.duration_ns))
		span.duration_ns = -1;
	int code = tc_import_span(otlp->import, &span);
	return code ? code : tc_otlp_take_events(otlp, span.thread);
}

bool tc_otlp_read_span(struct tc_otlp *otlp)
{
	enum tc_json_token token;
	begin_span(otlp);
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE)
		if (!read_member(otlp, token))
			return false;
	return true;
}
