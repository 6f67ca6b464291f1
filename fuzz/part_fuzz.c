/* SPDX-License-Identifier: MIT
 *
 * A part's bytes through everything that reads one: check, mend, merge, attributes, time windows, a tree of the log that says it is of this part; and
 * through what builds trees of its spans.
 */
#include <stdint.h>
#include <string.h>
#include "analyze/parallel.h"
#include "format/crc32.h"
#include "format/log_frame.h"
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

/* A log with one tree: the first records of the ring of the part's first block. */
struct tree_log {
	struct tc_log_header header;
	struct tc_log_frame frame;
	double key;
	uint64_t part, block, epoch;
	struct tacho_record record[12];
};

static void make_log(struct tree_log *log, const uint8_t *data, size_t size)
{
	static struct tc_crc32 crc;
	const size_t bytes = sizeof *log - offsetof(struct tree_log, key);
	struct tc_part_header header;
	tc_crc32_init(&crc);
	memcpy(&header, data, sizeof header);
	*log = (struct tree_log){.header = {TC_LOG_MAGIC, TC_LOG_VERSION, 0},
		.frame = {.type = TC_LOG_TREE, .bytes = (uint32_t)bytes},
		.key = 1,
		.part = header.id[0],
		.block = header.first_block,
		.epoch = header.epoch};
	uint64_t ring = header.first_block + sizeof(struct tacho_block);
	if (ring < size && size - ring >= sizeof log->record)
		memcpy(log->record, data + ring, sizeof log->record);
	log->frame.crc = tc_crc32_of(&crc, tc_crc32_of(&crc, 0, &log->frame, 8), &log->key, bytes);
}

static void build_trees(const struct tc_session *session)
{
	struct tc_opportunities found;
	struct tc_saving saving;
	struct tc_paths *paths;
	if (tc_paths_find(&paths, session))
		return;
	use_text(paths->trees.basis);
	if (!tc_parallel_find(&found, paths, 4, NULL)) {
		sink += found.count;
		tc_opportunities_release(&found);
	}
	if (session->names && !tc_paths_save(&saving, paths, 0, 0.5))
		sink += saving.ns > 0;
	tc_paths_release(paths);
}

static void read_part(const uint8_t *data, size_t size, const struct tc_session_options *options)
{
	struct tree_log tree;
	struct tc_memory_file part = {data, size}, log = {NULL, 0};
	if (size >= sizeof(struct tc_part_header)) {
		make_log(&tree, data, size);
		log = (struct tc_memory_file){&tree, sizeof tree};
	}
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
	use_spans(session, session->sampled_span, session->sampled_spans);
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
	build_trees(session);
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
