/* SPDX-License-Identifier: MIT
 *
 * otlp.c - OpenTelemetry's spans as JSON: an ExportTraceServiceRequest, or one to the line as the collector's file exporter writes them
 * (opentelemetry-proto, trace.proto; the JSON form has ids in hexadecimal and numbers of 64 bits as texts).  A resource is a process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/decimal.h"
#include "base/error.h"
#include "import/json_attributes.h"
#include "import/private.h"

enum { KEY_MOST = 512, STATUS_ERROR = 2 };
static const int64_t least_dated_ns = 100000000000000000; /* 1973: before it times count from somewhere else */

struct resource {
	struct tc_strbuf service, instance, host, pid;
	uint32_t process; /* TC_NO_TEXT: no span has asked for it yet */
};

struct otlp {
	struct tc_import *import;
	struct tc_json_reader json;
	struct resource resource;
	uint64_t resources;
	/* The span under way. */
	struct tc_strbuf name, trace, id, parent, pid, thread, thread_name, message;
	bool has_begin, has_end, has_code;
	int64_t begin_ns, end_ns, code, depth;
	unsigned flags;
};

/* Where an attribute goes. */
typedef void take_value(struct otlp *otlp, const char *key, size_t bytes, int type);

static void keep_text(struct tc_strbuf *to, const struct tc_json_reader *json, enum tc_json_token token)
{
	tc_strbuf_clear(to);
	if (token == TC_JSON_TEXT || token == TC_JSON_NUMBER)
		tc_strbuf_add(to, tc_strbuf_text(&json->text), json->text.bytes);
}

/* ---- attributes ---- */

static bool read_value(struct otlp *otlp, const char *key, size_t bytes, take_value *take);

/* {"key": …, "value": {…}}, whose key comes first. */
static bool read_pair(struct otlp *otlp, const char *prefix, size_t prefix_bytes, take_value *take)
{
	char key[KEY_MOST] = "";
	size_t bytes = 0;
	enum tc_json_token token;
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		if (tc_json_key_is(&otlp->json, "key") && token == TC_JSON_TEXT) {
			int n = snprintf(key, sizeof key, "%.*s%s%s", (int)prefix_bytes, prefix,
				prefix_bytes ? "." : "", tc_strbuf_text(&otlp->json.text));
			bytes = (size_t)n < sizeof key ? (size_t)n : sizeof key - 1;
		} else if (tc_json_key_is(&otlp->json, "value") && token == TC_JSON_OBJECT) {
			if (!read_value(otlp, key, bytes, take))
				return false;
		} else if (!tc_json_skip(&otlp->json, token)) {
			return false;
		}
	}
	return true;
}

static bool read_values(struct otlp *otlp, const char *key, size_t bytes, bool pairs, take_value *take)
{
	enum tc_json_token token;
	for (unsigned i = 0; (token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE; i++) {
		char place[KEY_MOST];
		int n = snprintf(place, sizeof place, "%.*s.%u", (int)(bytes < 400 ? bytes : 400), key, i);
		bool sound = token != TC_JSON_OBJECT ? tc_json_skip(&otlp->json, token)
		             : pairs                 ? read_pair(otlp, key, bytes, take)
		                                     : read_value(otlp, place, (size_t)n, take);
		if (!sound)
			return false;
	}
	return true;
}

/* A list of values, or of keys with values, each under its place or key. */
static bool read_list(struct otlp *otlp, const char *key, size_t bytes, take_value *take)
{
	bool pairs = tc_json_key_is(&otlp->json, "kvlistValue");
	enum tc_json_token token;
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		bool values = tc_json_key_is(&otlp->json, "values") && token == TC_JSON_ARRAY;
		if (values ? !read_values(otlp, key, bytes, pairs, take) : !tc_json_skip(&otlp->json, token))
			return false;
	}
	return true;
}

static bool read_value(struct otlp *otlp, const char *key, size_t bytes, take_value *take)
{
	static const struct {
		const char *key;
		int type;
	} types[] = {{"stringValue", TACHO_ATTR_TEXT}, {"bytesValue", TACHO_ATTR_TEXT}, {"intValue", TACHO_ATTR_I64},
		{"doubleValue", TACHO_ATTR_F64}, {"boolValue", TACHO_ATTR_BOOL}};
	enum tc_json_token token;
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		if (token == TC_JSON_OBJECT) {
			if (!read_list(otlp, key, bytes, take))
				return false;
			continue;
		}
		if (token == TC_JSON_TRUE || token == TC_JSON_FALSE) {
			tc_strbuf_clear(&otlp->json.text);
			tc_strbuf_puts(&otlp->json.text, token == TC_JSON_TRUE ? "1" : "0");
		}
		for (size_t i = 0; i < sizeof types / sizeof *types; i++)
			if (token != TC_JSON_NULL && tc_json_key_is(&otlp->json, types[i].key))
				take(otlp, key, bytes, types[i].type);
		if (!tc_json_skip(&otlp->json, token))
			return false;
	}
	return true;
}

static bool is(const char *key, size_t bytes, const char *wanted)
{
	return strlen(wanted) == bytes && !memcmp(key, wanted, bytes);
}

static void take_of_resource(struct otlp *otlp, const char *key, size_t bytes, int type)
{
	struct resource *r = &otlp->resource;
	struct tc_strbuf *to = is(key, bytes, "service.name")          ? &r->service
	                       : is(key, bytes, "service.instance.id") ? &r->instance
	                       : is(key, bytes, "host.name")           ? &r->host
	                       : is(key, bytes, "process.pid")         ? &r->pid
	                                                               : NULL;
	if (to)
		keep_text(to, &otlp->json, type == TACHO_ATTR_TEXT ? TC_JSON_TEXT : TC_JSON_NUMBER);
}

static void take_plain(struct otlp *otlp, const char *key, size_t bytes, int type)
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
static void take_of_span(struct otlp *otlp, const char *key, size_t bytes, int type)
{
	struct tc_strbuf *to = is(key, bytes, "process.pid")   ? &otlp->pid
	                       : is(key, bytes, "thread.id")   ? &otlp->thread
	                       : is(key, bytes, "thread.name") ? &otlp->thread_name
	                                                       : NULL;
	const struct tc_strbuf *text = &otlp->json.text;
	if (to)
		keep_text(to, &otlp->json, TC_JSON_TEXT);
	else if (is(key, bytes, "tacho.open"))
		otlp->flags |= TC_ITEM_OPEN;
	else if (is(key, bytes, "tacho.kind"))
		otlp->flags |= TC_ITEM_ASYNC;
	else if (is(key, bytes, "tacho.depth"))
		tc_decimal_scaled(tc_strbuf_text(text), text->bytes, 0, &otlp->depth);
	else if (is(key, bytes, "tacho.code"))
		otlp->has_code = tc_decimal_scaled(tc_strbuf_text(text), text->bytes, 0, &otlp->code);
	else
		take_plain(otlp, key, bytes, type);
}

/* ---- a span ---- */

static bool read_status(struct otlp *otlp)
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
			keep_text(&otlp->message, json, token);
		if (!tc_json_skip(json, token))
			return false;
	}
	return true;
}

static bool time_of(const struct tc_json_reader *json, enum tc_json_token token, int64_t *ns)
{
	return (token == TC_JSON_NUMBER || token == TC_JSON_TEXT) &&
	       tc_decimal_scaled(tc_strbuf_text(&json->text), json->text.bytes, 0, ns);
}

/* Of a message that was sent by somebody who did not wait for it. */
static bool is_consumer(const struct tc_json_reader *json, enum tc_json_token token)
{
	const char *text = tc_strbuf_text(&json->text);
	return token == TC_JSON_NUMBER ? !strcmp(text, "5")
	                               : token == TC_JSON_TEXT && !strcmp(text, "SPAN_KIND_CONSUMER");
}

static bool read_member(struct otlp *otlp, enum tc_json_token token)
{
	struct tc_json_reader *json = &otlp->json;
	if (tc_json_key_is(json, "attributes") && token == TC_JSON_ARRAY)
		return read_values(otlp, "", 0, true, take_of_span);
	if (tc_json_key_is(json, "status") && token == TC_JSON_OBJECT)
		return read_status(otlp);
	if (tc_json_key_is(json, "startTimeUnixNano"))
		otlp->has_begin = time_of(json, token, &otlp->begin_ns);
	else if (tc_json_key_is(json, "endTimeUnixNano"))
		otlp->has_end = time_of(json, token, &otlp->end_ns) && otlp->end_ns; /* 0: it had none */
	else if (tc_json_key_is(json, "kind"))
		otlp->flags |= is_consumer(json, token) ? TC_ITEM_FOLLOWS : 0;
	else if (tc_json_key_is(json, "name"))
		keep_text(&otlp->name, json, token);
	else if (tc_json_key_is(json, "traceId"))
		keep_text(&otlp->trace, json, token);
	else if (tc_json_key_is(json, "spanId"))
		keep_text(&otlp->id, json, token);
	else if (tc_json_key_is(json, "parentSpanId"))
		keep_text(&otlp->parent, json, token);
	return tc_json_skip(json, token);
}

static void begin_span(struct otlp *otlp)
{
	struct tc_strbuf *const texts[] = {&otlp->name, &otlp->trace, &otlp->id, &otlp->parent, &otlp->pid,
		&otlp->thread, &otlp->thread_name, &otlp->message};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		tc_strbuf_clear(texts[i]);
	otlp->has_begin = otlp->has_end = otlp->has_code = false;
	otlp->flags = 0;
	otlp->depth = 0;
	tc_import_forget(otlp->import);
}

static uint64_t id_of(const struct otlp *otlp, const struct tc_strbuf *id)
{
	if (!id->bytes)
		return 0;
	uint64_t hash = tc_text_hash(tc_strbuf_text(id), id->bytes) ^
	                tc_text_hash(tc_strbuf_text(&otlp->trace), otlp->trace.bytes) * 3;
	return hash ? hash : 1;
}

/* ---- who ---- */

static void name_process(struct otlp *otlp, uint32_t process, const struct tc_strbuf *pid)
{
	const struct tc_strbuf *service = &otlp->resource.service;
	int64_t number;
	tc_import_name_process(otlp->import, process, service->bytes ? tc_strbuf_text(service) : "unknown_service",
		service->bytes ? service->bytes : strlen("unknown_service"));
	if (tc_decimal_scaled(tc_strbuf_text(pid), pid->bytes, 0, &number) && number > 0)
		tc_import_number_process(otlp->import, process, (uint64_t)number);
}

/* A resource that comes behind its spans names them afterwards; until then it is one of its own. */
static uint32_t process_of(struct otlp *otlp)
{
	struct resource *r = &otlp->resource;
	const struct tc_strbuf *pid = otlp->pid.bytes ? &otlp->pid : &r->pid;
	struct tc_strbuf key = {0};
	if (!otlp->pid.bytes && r->process != TC_NO_TEXT)
		return r->process;
	tc_strbuf_printf(&key, "%s\n%s\n%s\n%s", tc_strbuf_text(&r->service), tc_strbuf_text(&r->instance),
		tc_strbuf_text(&r->host), tc_strbuf_text(pid));
	if (key.bytes == 3)
		tc_strbuf_printf(&key, "resource %llu", (unsigned long long)otlp->resources);
	size_t known = otlp->import->process_keys.count;
	uint32_t process = tc_import_process(otlp->import, tc_strbuf_text(&key), key.bytes);
	tc_strbuf_release(&key);
	if (process != TC_NO_TEXT && process >= known)
		name_process(otlp, process, pid);
	if (!otlp->pid.bytes)
		r->process = process;
	return process;
}

static uint32_t thread_of(struct otlp *otlp)
{
	uint32_t process = process_of(otlp);
	if (process == TC_NO_TEXT)
		return process;
	if (!otlp->thread.bytes)
		return tc_import_any_thread(otlp->import, process);
	uint32_t thread = tc_import_thread(otlp->import, process, tc_strbuf_text(&otlp->thread), otlp->thread.bytes);
	if (thread != TC_NO_TEXT && otlp->thread_name.bytes)
		tc_import_name_thread(
			otlp->import, thread, tc_strbuf_text(&otlp->thread_name), otlp->thread_name.bytes);
	return thread;
}

static int take_span(struct otlp *otlp)
{
	uint64_t place = otlp->json.line;
	if (!otlp->has_begin || (!otlp->has_end && !(otlp->flags & TC_ITEM_OPEN))) {
		tc_import_problem(otlp->import, TC_IMPORT_INCOMPLETE, place);
		return 0;
	}
	if (otlp->begin_ns >= least_dated_ns)
		tc_import_is_dated(otlp->import);
	if (otlp->message.bytes && otlp->flags & TC_ITEM_FAILED)
		tc_import_text(
			otlp->import, TACHO_ATTR_ERROR, "", 0, tc_strbuf_text(&otlp->message), otlp->message.bytes);
	if (otlp->has_code)
		tc_import_word(otlp->import, TACHO_ATTR_CODE, "", 0, (uint64_t)otlp->code);
	struct tc_import_span span = {.name = tc_strbuf_text(&otlp->name),
		.name_bytes = otlp->name.bytes,
		.thread = thread_of(otlp),
		.start_ns = otlp->begin_ns,
		.id = id_of(otlp, &otlp->id),
		.parent = id_of(otlp, &otlp->parent),
		.group = tc_text_hash(tc_strbuf_text(&otlp->trace), otlp->trace.bytes),
		.depth = otlp->depth > 0 && otlp->depth < UINT32_MAX ? (uint32_t)otlp->depth : 0,
		.flags = otlp->flags,
		.place = place};
	if (span.thread == TC_NO_TEXT)
		return TACHO_EINVAL;
	if (otlp->flags & TC_ITEM_OPEN)
		span.duration_ns = 0;
	else if (__builtin_sub_overflow(otlp->end_ns, otlp->begin_ns, &span.duration_ns))
		span.duration_ns = -1;
	return tc_import_span(otlp->import, &span);
}

/* ---- the file ---- */

static int broken(const struct otlp *otlp)
{
	const struct tc_json_reader *json = &otlp->json;
	return tc_import_fail(otlp->import, json->line, "%s, at byte %llu of the file%s", json->error,
		(unsigned long long)tc_json_offset(json), json->cut_off ? ": is it cut off?" : "");
}

typedef int take_object(struct otlp *otlp);

/* Of an array each object; else it is passed over. */
static int each_of(struct otlp *otlp, enum tc_json_token token, take_object *take)
{
	if (token != TC_JSON_ARRAY)
		return tc_json_skip(&otlp->json, token) ? 0 : broken(otlp);
	int code = 0;
	while (!code && (token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE)
		code = token == TC_JSON_OBJECT ? take(otlp) : tc_json_skip(&otlp->json, token) ? 0 : broken(otlp);
	return code;
}

static int read_span(struct otlp *otlp)
{
	enum tc_json_token token;
	begin_span(otlp);
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE)
		if (!read_member(otlp, token))
			return broken(otlp);
	return take_span(otlp);
}

static int read_scope(struct otlp *otlp)
{
	enum tc_json_token token;
	int code = 0;
	while (!code && (token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		if (tc_json_key_is(&otlp->json, "spans"))
			code = each_of(otlp, token, read_span);
		else if (!tc_json_skip(&otlp->json, token))
			code = broken(otlp);
	}
	return code;
}

static int read_resource(struct otlp *otlp, enum tc_json_token token)
{
	if (token != TC_JSON_OBJECT)
		return tc_json_skip(&otlp->json, token) ? 0 : broken(otlp);
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		bool attributes = tc_json_key_is(&otlp->json, "attributes") && token == TC_JSON_ARRAY;
		if (attributes ? !read_values(otlp, "", 0, true, take_of_resource) : !tc_json_skip(&otlp->json, token))
			return broken(otlp);
	}
	if (otlp->resource.process != TC_NO_TEXT)
		name_process(otlp, otlp->resource.process, &otlp->resource.pid);
	return 0;
}

static int read_resource_spans(struct otlp *otlp)
{
	struct resource *r = &otlp->resource;
	enum tc_json_token token;
	int code = 0;
	tc_strbuf_clear(&r->service);
	tc_strbuf_clear(&r->instance);
	tc_strbuf_clear(&r->host);
	tc_strbuf_clear(&r->pid);
	r->process = TC_NO_TEXT;
	otlp->resources++;
	while (!code && (token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		if (tc_json_key_is(&otlp->json, "resource"))
			code = read_resource(otlp, token);
		else if (tc_json_key_is(&otlp->json, "scopeSpans") ||
			 tc_json_key_is(&otlp->json, "instrumentationLibrarySpans"))
			code = each_of(otlp, token, read_scope);
		else if (!tc_json_skip(&otlp->json, token))
			code = broken(otlp);
	}
	return code;
}

static int read_request(struct otlp *otlp)
{
	enum tc_json_token token;
	int code = 0;
	while (!code && (token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		if (tc_json_key_is(&otlp->json, "resourceSpans"))
			code = each_of(otlp, token, read_resource_spans);
		else if (!tc_json_skip(&otlp->json, token))
			code = broken(otlp);
	}
	return code;
}

static int read_requests(struct otlp *otlp)
{
	enum tc_json_token token;
	int code = 0;
	while (!code && (token = tc_json_next(&otlp->json)) != TC_JSON_NOTHING) {
		if (token == TC_JSON_ARRAY) { /* of requests */
			code = each_of(otlp, token, read_request);
			continue;
		}
		code = token == TC_JSON_OBJECT  ? read_request(otlp)
		       : token == TC_JSON_ERROR ? broken(otlp)
		                                : tc_import_fail(otlp->import, otlp->json.line,
							  "here must be an object with \"resourceSpans\"");
	}
	return code;
}

static int read_otlp(struct tc_import *import, struct tc_input *input)
{
	struct otlp *otlp = calloc(1, sizeof *otlp);
	if (!otlp)
		return tc_error(TACHO_ENOMEM, "out of memory");
	otlp->import = import;
	tc_import_skip_mark(input);
	tc_json_read(&otlp->json, tc_import_json_fill, input);
	int code = read_requests(otlp);
	struct tc_strbuf *const texts[] = {&otlp->name, &otlp->trace, &otlp->id, &otlp->parent, &otlp->pid,
		&otlp->thread, &otlp->thread_name, &otlp->message, &otlp->resource.service, &otlp->resource.instance,
		&otlp->resource.host, &otlp->resource.pid};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		tc_strbuf_release(texts[i]);
	tc_json_read_end(&otlp->json);
	free(otlp);
	return code;
}

static bool recognises(const unsigned char *head, size_t bytes)
{
	return memmem(head, bytes, "\"resourceSpans\"", strlen("\"resourceSpans\""));
}

const struct tc_importer tc_importer_otlp = {
	.name = "otlp",
	.summary =
		"OpenTelemetry's spans as JSON, also one object to the line, as collectors and tacho export write it",
	.unit = "line",
	.recognises = recognises,
	.read = read_otlp,
};
