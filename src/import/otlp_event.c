/* SPDX-License-Identifier: MIT
 *
 * otlp_event.c - what a span of OpenTelemetry says of others and of what happened in it: links and events.
 */
#include <string.h>
#include "import/json_attributes.h"
#include "import/otlp.h"

enum { EVENTS_MOST = 1024 }; /* of a span */

struct event { /* as it is kept, its name behind it, until the span's thread is known */
	int64_t at_ns;
	size_t bytes;
};

uint64_t tc_otlp_id(const struct tc_strbuf *trace, const struct tc_strbuf *id)
{
	if (!id->bytes)
		return 0;
	uint64_t hash =
		tc_text_hash(tc_strbuf_text(id), id->bytes) ^ tc_text_hash(tc_strbuf_text(trace), trace->bytes) * 3;
	return hash ? hash : 1;
}

/* ---- links ---- */

static bool read_link(struct tc_otlp *otlp)
{
	struct tc_json_reader *json = &otlp->json;
	enum tc_json_token token;
	tc_strbuf_clear(&otlp->other_trace);
	tc_strbuf_clear(&otlp->other);
	while ((token = tc_json_next(json)) != TC_JSON_CLOSE) {
		if (tc_json_key_is(json, "traceId"))
			tc_import_json_keep(&otlp->other_trace, json, token);
		else if (tc_json_key_is(json, "spanId"))
			tc_import_json_keep(&otlp->other, json, token);
		if (!tc_json_skip(json, token))
			return false;
	}
	uint64_t id = tc_otlp_id(&otlp->other_trace, &otlp->other);
	if (id)
		tc_import_word(otlp->import, TACHO_ATTR_LINK, "", 0, id);
	return true;
}

/* ---- events ---- */

/* What an exception says stands for a failure that says nothing. */
static void take_of_event(struct tc_otlp *otlp, const char *key, size_t bytes, int type)
{
	if (type == TACHO_ATTR_TEXT && tc_otlp_key_is(key, bytes, "exception.message"))
		tc_import_json_keep(&otlp->exception, &otlp->json, TC_JSON_TEXT);
}

static void keep_event(struct tc_otlp *otlp, int64_t at_ns)
{
	const struct event event = {at_ns, otlp->other.bytes};
	if (otlp->event_count++ >= EVENTS_MOST) {
		tc_import_problem(otlp->import, TC_IMPORT_EVENTS, otlp->json.line);
		return;
	}
	tc_strbuf_add(&otlp->events, (const char *)&event, sizeof event);
	tc_strbuf_add(&otlp->events, tc_strbuf_text(&otlp->other), otlp->other.bytes);
}

static bool read_event(struct tc_otlp *otlp)
{
	struct tc_json_reader *json = &otlp->json;
	enum tc_json_token token;
	bool has_time = false;
	int64_t at_ns = 0;
	tc_strbuf_clear(&otlp->other);
	while ((token = tc_json_next(json)) != TC_JSON_CLOSE) {
		bool attributes = tc_json_key_is(json, "attributes") && token == TC_JSON_ARRAY;
		if (tc_json_key_is(json, "timeUnixNano"))
			has_time = tc_import_json_decimal(json, token, 0, &at_ns);
		else if (tc_json_key_is(json, "name"))
			tc_import_json_keep(&otlp->other, json, token);
		if (attributes ? !tc_otlp_values(otlp, "", 0, true, take_of_event) : !tc_json_skip(json, token))
			return false;
	}
	if (has_time && otlp->other.bytes)
		keep_event(otlp, at_ns);
	else
		tc_import_problem(otlp->import, TC_IMPORT_INCOMPLETE, json->line);
	return true;
}

int tc_otlp_take_events(struct tc_otlp *otlp, uint32_t thread)
{
	const char *at = tc_strbuf_text(&otlp->events), *end = at + otlp->events.bytes;
	int code = 0;
	while (at < end && !code) {
		struct event event;
		memcpy(&event, at, sizeof event);
		code = tc_import_event(otlp->import, at + sizeof event, event.bytes, thread, event.at_ns);
		at += sizeof event + event.bytes;
	}
	return code;
}

/* ---- both ---- */

static bool each(struct tc_otlp *otlp, bool (*read)(struct tc_otlp *otlp))
{
	enum tc_json_token token;
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE)
		if (token == TC_JSON_OBJECT ? !read(otlp) : !tc_json_skip(&otlp->json, token))
			return false;
	return true;
}

bool tc_otlp_read_links(struct tc_otlp *otlp)
{
	return each(otlp, read_link);
}

bool tc_otlp_read_events(struct tc_otlp *otlp)
{
	return each(otlp, read_event);
}
