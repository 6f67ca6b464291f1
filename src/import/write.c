/* SPDX-License-Identifier: MIT */
#include "import/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "format/settings.h"

/* Where the session's own clock begins: it has no instant 0. */
static const uint64_t origin_ns = 1000000000;
static const int64_t least_dated_ns = 100000000000000000; /* 1973: before it times count from somewhere else */
enum { RING = 2048, SHARE = 4 };

uint64_t tc_writing_instant(const struct tc_writing *writing, int64_t ns)
{
	return origin_ns + ((uint64_t)ns - (uint64_t)writing->first_ns);
}

static struct tc_calibration instant(const struct tc_writing *writing, uint64_t ns)
{
	const struct tc_import *import = writing->import;
	uint64_t first_ns = import->base_ns + (uint64_t)writing->first_ns;
	return (struct tc_calibration){
		.ticks = ns, .monotonic_ns = ns, .realtime_ns = import->dated ? first_ns + (ns - origin_ns) : 0};
}

/* Times that are Unix times need no base, also where one is told. */
static void date(struct tc_import *import, int64_t first_ns)
{
	bool by_itself = first_ns >= least_dated_ns;
	import->base_ns = by_itself ? 0 : import->base_ns;
	import->dated = by_itself || (import->base_ns && (first_ns >= 0 || import->base_ns >= -(uint64_t)first_ns));
}

int tc_writing_open(struct tc_writing *writing, struct tc_import *import, int64_t first_ns)
{
	struct tc_settings settings;
	tc_settings_load(&settings);
	tc_foreign_set(&settings, RING);
	*writing = (struct tc_writing){.import = import,
		.first_ns = first_ns,
		.last_ns = origin_ns,
		.ends_most = RING / SHARE,
		.bytes_most = tc_settings_number(&settings, TC_SET_ATTRIBUTE_RING_BYTES) / SHARE};
	date(import, first_ns);
	writing->begin = instant(writing, origin_ns);
	writing->part = calloc(import->process_keys.count + 1, sizeof *writing->part);
	writing->series = calloc(import->counters.count + 1, sizeof *writing->series);
	if (!writing->part || !writing->series)
		return tc_error(TACHO_ENOMEM, "out of memory");
	return tc_replay_open(&writing->replay, import->paths.live, import->paths.directory, &writing->begin,
		import->options->packer);
}

static struct tc_part *part_of(struct tc_writing *writing, uint32_t process, uint64_t at_ns)
{
	struct tc_import_process_entry *entry = &writing->import->process[process];
	struct tc_part **part = &writing->part[process];
	struct tc_foreign_process what = {
		.program = entry->name, .begin_ns = at_ns, .realtime_ns = instant(writing, at_ns).realtime_ns};
	if (*part || writing->error)
		return *part;
	what.pid = entry->numbered ? entry->pid : ++writing->import->highest;
	writing->error = tc_foreign_open(part, writing->import->paths.live, &what);
	if (writing->error == TACHO_ENOSPC) { /* no room beside the log: then where the session will lie */
		writing->error = tc_foreign_open(part, writing->import->paths.directory, &what);
	}
	return *part;
}

struct tacho_block *tc_writing_thread(
	struct tc_writing *writing, uint32_t process, uint32_t tid, const char *name, int64_t at_ns)
{
	uint64_t at = tc_writing_instant(writing, at_ns);
	struct tc_part *part = part_of(writing, process, at);
	if (!part)
		return NULL;
	struct tacho_block *block = NULL;
	if (writing->threads++ >= TC_IMPORT_THREADS_MOST)
		writing->error = tc_error(TACHO_EINVAL,
			"more than %d threads are at work in it, which is more than a session holds: import a part of "
			"it",
			TC_IMPORT_THREADS_MOST);
	else if (!(block = tc_foreign_thread(part, tid, at)))
		writing->error = tc_error(
			TACHO_ENOSPC, "no room for the recording of a thread in %s", writing->import->paths.live);
	if (block)
		tc_foreign_name_thread(block, name);
	return block;
}

/* The observer looks when a window is over, also where nothing ended for long. */
static void pass_time(struct tc_writing *writing, uint64_t to_ns)
{
	if (to_ns > writing->last_ns)
		writing->last_ns = to_ns;
	uint64_t due_ns = tc_replay_due(writing->replay);
	if (writing->last_ns >= due_ns) {
		tc_replay_tick(writing->replay, due_ns);
		tc_replay_tick(writing->replay, writing->last_ns);
	}
}

static void store(struct tc_writing *writing)
{
	int code = tc_replay_keep(writing->replay, writing->last_ns);
	writing->error = writing->error ? writing->error : code;
	writing->ends = writing->bytes = 0;
}

static struct tc_foreign_attribute relative(enum tacho_attribute_type type, const uint64_t *identity)
{
	return (struct tc_foreign_attribute){type, "", 0, identity, sizeof *identity};
}

/* What it led to is not there. */
static bool is_lost_link(const struct tc_item_attribute *head, const char *value)
{
	uint64_t identity = 1;
	if (head->type == TACHO_ATTR_LINK)
		memcpy(&identity, value, sizeof identity);
	return !identity;
}

/* How many there are. */
static size_t take_attributes(struct tc_writing *writing, const struct tc_writing_span *span)
{
	const struct tc_item *item = span->item;
	const char *at = (const char *)(item + 1);
	size_t taken = 0;
	if (span->parent)
		writing->attribute[taken++] = relative(TACHO_ATTR_PARENT, &span->parent);
	if (span->parent && item->flags & TC_ITEM_FOLLOWS)
		writing->attribute[taken++] = relative(TACHO_ATTR_LINK, &span->parent);
	for (size_t i = 0; i < item->attributes; i++) {
		struct tc_item_attribute head;
		memcpy(&head, at, sizeof head);
		const char *key = at + sizeof head;
		at += tc_item_round(sizeof head + head.key_bytes + head.value_bytes);
		if (is_lost_link(&head, key))
			continue;
		writing->attribute[taken++] = (struct tc_foreign_attribute){(enum tacho_attribute_type)head.type, key,
			head.key_bytes, key + head.key_bytes, head.value_bytes};
	}
	return taken;
}

static void count(struct tc_writing *writing, const struct tc_item *item)
{
	writing->ends++;
	writing->bytes += item->bytes + 2 * (sizeof(struct tacho_attribute) + sizeof(uint64_t));
	if (writing->ends >= writing->ends_most || writing->bytes >= writing->bytes_most)
		store(writing);
}

static struct tc_foreign_span span_of(struct tc_writing *writing, const struct tc_writing_span *from)
{
	const struct tc_item *item = from->item;
	return (struct tc_foreign_span){.node = from->node,
		.beside = item->flags & TC_ITEM_ASYNC,
		.top = from->top,
		.start_ns = tc_writing_instant(writing, item->start_ns),
		.duration_ns = item->duration_ns,
		.failed = item->flags & TC_ITEM_FAILED,
		.attributes = take_attributes(writing, from),
		.attribute = writing->attribute};
}

void tc_writing_leave_open(struct tc_writing *writing, const struct tc_writing_span *from)
{
	const struct tc_foreign_span span = span_of(writing, from);
	pass_time(writing, span.start_ns + from->item->duration_ns); /* it ran at least until then */
	tc_foreign_leave_open(from->block, &span);
	count(writing, from->item); /* attributes of those that ended lie there, too */
}

void tc_writing_event(struct tc_writing *writing, struct tacho_block *block, const struct tc_item *item)
{
	uint64_t at = tc_writing_instant(writing, item->start_ns);
	pass_time(writing, at);
	if (!tc_foreign_mark(block, writing->import->events.text[item->name].bytes, at) && !writing->error)
		writing->error =
			tc_error(TACHO_ENOSPC, "no room for the events of a thread in %s", writing->import->paths.live);
}

void tc_writing_end(struct tc_writing *writing, const struct tc_writing_span *from)
{
	const struct tc_item *item = from->item;
	const struct tc_foreign_span span = span_of(writing, from);
	pass_time(writing, span.start_ns + item->duration_ns);
	tc_foreign_end(from->block, &span);
	count(writing, item);
}

void tc_writing_reading(struct tc_writing *writing, const struct tc_item *item)
{
	double value;
	memcpy(&value, &item->duration_ns, sizeof value);
	uint64_t at = tc_writing_instant(writing, item->start_ns);
	pass_time(writing, at);
	uint32_t *series = &writing->series[item->name];
	if (!*series) {
		const struct tc_series what = {.name = writing->import->counters.text[item->name].bytes,
			.unit = writing->import->units.text[item->thread].bytes,
			.source = "import",
			.help = "A counter of the trace that was imported."};
		*series = tc_replay_series(writing->replay, &what) + 1;
	}
	tc_replay_sample(writing->replay, *series - 1, at, value);
}

int tc_writing_close(struct tc_writing *writing, struct tc_calibration *end)
{
	*end = instant(writing, writing->last_ns);
	bool whole = true;
	for (size_t i = 0; writing->part && i < writing->import->process_keys.count; i++)
		whole &= !writing->part[i] || tc_foreign_close(writing->part[i], end);
	if (!whole && !writing->error)
		writing->error = tc_error(
			TACHO_ENOSPC, "no room for the statistics of the session in %s", writing->import->paths.live);
	char sentence[1024];
	snprintf(sentence, sizeof sentence, "%s", tacho_last_error());
	int code = tc_replay_close(writing->replay, end);
	free(writing->part);
	free(writing->series);
	return writing->error ? tc_error(writing->error, "%s", sentence) : code;
}
