/* SPDX-License-Identifier: MIT
 *
 * A part's bytes through everything that reads one: check, mend, merge, attributes, time windows.
 */
#include <stdint.h>
#include <string.h>
#include "read/memory.h"

/* Everything a session holds is read, so that a bad pointer or length is met. */
static volatile uint64_t sink;

static void use_text(const char *text)
{
	sink += text ? strlen(text) : 0;
}

static void use_span(const struct tc_session *session, const struct tc_span_view *span)
{
	use_text(session->name[span->name].name);
	use_text(session->process[span->process].program);
	use_text(span->message);
	sink += span->thread + span->depth + span->node->figures.count + (uint64_t)span->begin + span->duration_ns;
	for (size_t i = 0; i < span->attributes; i++) {
		use_text(span->attribute[i].key);
		use_text(span->attribute[i].text);
		sink += (uint64_t)span->attribute[i].i64 + (span->attribute[i].f64 > 0);
	}
}

static void use_spans(const struct tc_session *session, const struct tc_span_view *span, size_t count)
{
	for (size_t i = 0; i < count; i++)
		use_span(session, &span[i]);
}

/* Depth first without calling itself: how deep a tree is, the file says. */
static void use_tree(const struct tc_session *session)
{
	const struct tc_node_view *node = session->root;
	while (node->children)
		node = node->child[node->children - 1];
	for (; node->parent; node = node->parent) {
		use_text(session->name[node->name].name);
		for (size_t i = 0; i < node->parent->children; i++)
			sink += node->parent->child[i]->figures.count;
	}
}

static void read_part(const uint8_t *data, size_t size, const struct tc_session_options *options)
{
	struct tc_memory_file part = {data, size}, log = {NULL, 0};
	struct tc_session *session;
	if (tc_session_open_memory(&session, &part, 1, log, options))
		return;
	for (size_t i = 0; i < session->names; i++) {
		const struct tc_name_view *name = &session->name[i];
		use_text(name->name);
		sink += name->summary.count + (name->summary.median > 0);
		use_spans(session, name->slowest, name->slowest_count);
		use_spans(session, name->failed_kept, name->failed_kept_count);
	}
	use_spans(session, session->span, session->spans);
	use_spans(session, session->open_span, session->open_spans);
	use_tree(session);
	for (size_t i = 0; i < session->metrics; i++) {
		const struct tc_metric_view *metric = &session->metric[i];
		use_text(metric->name);
		use_text(metric->unit);
		use_text(metric->help);
		use_text(metric->source);
		sink += metric->count + metric->last_minute + (metric->median > metric->p99);
		for (size_t k = 0; k < metric->recent; k++)
			sink += metric->recent_value[k].value > 0;
	}
	for (size_t i = 0; i < session->notes; i++)
		use_text(session->note[i]);
	use_text(session->basis);
	tc_session_release(session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tc_session_options window = {
		.has_window = true, .from = 3000, .to = 40000, .name_glob = "[a-m]*"};
	static const struct tc_session_options last = {
		.last = 3, .has_kinds = true, .span_kinds = 3, .metric_kinds = 0x7ff};
	static const struct tc_session_options *const all[] = {&window, NULL, &last, NULL};
	uint64_t sum = 0;
	for (size_t i = 0; i < size; i++)
		sum += data[i];
	read_part(data, size, all[sum % 4]);
	return 0;
}
