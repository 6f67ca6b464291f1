/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include "export/report_json.h"
#include "format/identity.h"

static bool is_shown(const struct tc_attribute_view *a)
{
	return a->type == TACHO_ATTR_TEXT || a->type == TACHO_ATTR_I64 || a->type == TACHO_ATTR_F64 ||
	       a->type == TACHO_ATTR_BOOL;
}

static void attribute(struct tc_json *json, const struct tc_attribute_view *a)
{
	if (a->type == TACHO_ATTR_TEXT)
		tc_json_bytes(json, a->key, a->text, a->text_bytes);
	else if (a->type == TACHO_ATTR_I64)
		tc_json_i64(json, a->key, a->i64);
	else if (a->type == TACHO_ATTR_F64)
		tc_json_f64(json, a->key, a->f64);
	else
		tc_json_bool(json, a->key, a->i64 != 0);
}

static void attributes(struct tc_json *json, const struct tc_span_view *span)
{
	tc_json_object(json, "attributes");
	for (size_t i = 0; i < span->attributes; i++)
		if (is_shown(&span->attribute[i]))
			attribute(json, &span->attribute[i]);
	tc_json_end(json);
	tc_json_object(json, "attributes_cut_bytes");
	for (size_t i = 0; i < span->attributes; i++)
		if (is_shown(&span->attribute[i]) && span->attribute[i].cut)
			tc_json_u64(json, span->attribute[i].key, span->attribute[i].cut);
	tc_json_end(json);
	tc_json_bool(json, "attributes_lost", span->attributes_lost);
}

static void failure(struct tc_json *json, const struct tc_span_view *span)
{
	tc_json_bool(json, "failed", span->failed);
	if (!span->failed)
		return;
	tc_json_given(json, "message", span->message, span->attributes_lost ? "it was overwritten" : "none was given");
	tc_json_u64(json, "message_cut_bytes", span->message_cut);
	if (span->has_code)
		tc_json_i64(json, "code", span->code);
	else
		tc_json_absent(json, "code", span->attributes_lost ? "it was overwritten" : "none was given");
}

static void path(struct tc_json *json, const struct tc_session *session, const struct tc_span_view *span)
{
	enum { DEPTH_MOST = 1024 };
	uint32_t names[DEPTH_MOST];
	size_t depth = 0;
	for (const struct tc_node_view *node = span->node; node && node->name != TC_ROOT && depth < DEPTH_MOST;
		node = node->parent)
		names[depth++] = node->name;
	tc_json_array(json, "path");
	while (depth--)
		tc_json_bytes(json, NULL, session->name[names[depth]].name, session->name[names[depth]].bytes);
	tc_json_end(json);
}

static void identity(struct tc_json *json, const char *key, uint64_t id)
{
	char text[17]; /* a number that large does not survive readers that have doubles only */
	snprintf(text, sizeof text, "%016llx", (unsigned long long)id);
	tc_json_text(json, key, text);
}

static void links(struct tc_json *json, const struct tc_span_view *span)
{
	identity(json, "id", span->id);
	tc_json_array(json, "links");
	for (size_t i = 0; i < span->links; i++)
		identity(json, NULL, span->link[i]);
	tc_json_end(json);
}

void tc_json_span(
	struct tc_json *json, const char *key, const struct tc_session *session, const struct tc_span_view *span)
{
	const struct tc_name_view *name = &session->name[span->name];
	tc_json_object(json, key);
	tc_json_bytes(json, "name", name->name, name->bytes);
	if (span->node)
		path(json, session, span);
	else
		tc_json_absent(json, "path", "which spans it stood in is not known");
	if (span->process < session->processes)
		tc_json_u64(json, "pid", session->process[span->process].pid);
	tc_json_u64(json, "thread", span->thread);
	tc_json_u64(json, "depth", span->node ? span->node->depth : span->depth);
	tc_json_text(json, "kind", tc_kind_text(span->kind));
	links(json, span);
	tc_json_instant(json, "begin_time", session, span->begin);
	tc_json_i64(json, "begin_ns", span->begin);
	tc_json_u64(json, "duration_ns", span->duration_ns);
	tc_json_bool(json, "open", span->open);
	failure(json, span);
	attributes(json, span);
	tc_json_end(json);
}
