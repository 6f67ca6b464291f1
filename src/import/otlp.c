/* SPDX-License-Identifier: MIT
 *
 * otlp.c - OpenTelemetry's spans as JSON: an ExportTraceServiceRequest, or one to the line as the collector's file exporter writes them
 * (opentelemetry-proto, trace.proto; the JSON form has ids in hexadecimal and numbers of 64 bits as texts).  A resource is a process.
 */
#include "import/otlp.h"
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "import/json_attributes.h"

static void take_of_resource(struct tc_otlp *otlp, const char *key, size_t bytes, int type)
{
	struct tc_otlp_resource *r = &otlp->resource;
	struct tc_strbuf *to = tc_otlp_key_is(key, bytes, "service.name")          ? &r->service
	                       : tc_otlp_key_is(key, bytes, "service.instance.id") ? &r->instance
	                       : tc_otlp_key_is(key, bytes, "host.name")           ? &r->host
	                       : tc_otlp_key_is(key, bytes, "process.pid")         ? &r->pid
	                                                                           : NULL;
	if (to)
		tc_import_json_keep(to, &otlp->json, type == TACHO_ATTR_TEXT ? TC_JSON_TEXT : TC_JSON_NUMBER);
}

static int broken(const struct tc_otlp *otlp)
{
	const struct tc_json_reader *json = &otlp->json;
	return tc_import_fail(otlp->import, json->line, "%s, at byte %llu of the file%s", json->error,
		(unsigned long long)tc_json_offset(json), json->cut_off ? ": is it cut off?" : "");
}

typedef int take_object(struct tc_otlp *otlp);

/* Of an array each object; else it is passed over. */
static int each_of(struct tc_otlp *otlp, enum tc_json_token token, take_object *take)
{
	if (token != TC_JSON_ARRAY)
		return tc_json_skip(&otlp->json, token) ? 0 : broken(otlp);
	int code = 0;
	while (!code && (token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE)
		code = token == TC_JSON_OBJECT ? take(otlp) : tc_json_skip(&otlp->json, token) ? 0 : broken(otlp);
	return code;
}

static int read_span(struct tc_otlp *otlp)
{
	return tc_otlp_read_span(otlp) ? tc_otlp_take_span(otlp) : broken(otlp);
}

static int read_scope(struct tc_otlp *otlp)
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

static int read_resource(struct tc_otlp *otlp, enum tc_json_token token)
{
	if (token != TC_JSON_OBJECT)
		return tc_json_skip(&otlp->json, token) ? 0 : broken(otlp);
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		bool attributes = tc_json_key_is(&otlp->json, "attributes") && token == TC_JSON_ARRAY;
		if (attributes ? !tc_otlp_values(otlp, "", 0, true, take_of_resource)
			       : !tc_json_skip(&otlp->json, token))
			return broken(otlp);
	}
	tc_otlp_name_process(otlp);
	return 0;
}

static int read_resource_spans(struct tc_otlp *otlp)
{
	struct tc_otlp_resource *r = &otlp->resource;
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

static int read_request(struct tc_otlp *otlp)
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

static int read_requests(struct tc_otlp *otlp)
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
	struct tc_otlp *otlp = calloc(1, sizeof *otlp);
	if (!otlp)
		return tc_error(TACHO_ENOMEM, "out of memory");
	otlp->import = import;
	tc_import_skip_mark(input);
	tc_json_read(&otlp->json, tc_import_json_fill, input);
	int code = read_requests(otlp);
	struct tc_strbuf *const texts[] = {&otlp->name, &otlp->trace, &otlp->id, &otlp->parent, &otlp->pid,
		&otlp->thread, &otlp->thread_name, &otlp->message, &otlp->exception, &otlp->events, &otlp->other_trace,
		&otlp->other, &otlp->resource.service, &otlp->resource.instance, &otlp->resource.host,
		&otlp->resource.pid};
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
