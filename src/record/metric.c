/* SPDX-License-Identifier: MIT
 *
 * metric.c - what metrics there are.  Their numbers hold for the life of the process, across parts and forks, as those of
 * names do; a part gets a copy of every one.
 */
#include "record/metric.h"
#include <string.h>
#include <tacho/tacho.h>
#include "format/clock.h"

struct known {
	struct tacho_metric metric; /* what tacho_metric_named() hands out; its texts are our copies */
	uint32_t hash, cell, flags;
	uint64_t first_ticks;
};

enum {
	KNOWN_MAX = TACHO_COUNTERS + TACHO_METRIC_CELLS,
	SLOTS = 4096,
	ARENA = 65536,
	FIRST_COUNTER = TC_OTHER_WAITS + 1,
	FIRST_CELL = TC_NO_CELL + 1
};
_Static_assert(KNOWN_MAX <= TC_METRIC_CHUNKS * TC_METRICS_PER_CHUNK, "a part has room for all of them");

static struct known *known;
static uint32_t count, counters = FIRST_COUNTER, cells = FIRST_CELL;
static uint16_t slots[SLOTS]; /* open addressing: number + 1, or 0 */
static char *arena;
static size_t arena_left;

/* What is kept of a text: not cut within a character. */
static size_t kept_bytes(const char *text)
{
	size_t bytes = text ? strnlen(text, TC_METRIC_TEXT_MAX) : 0;
	if (bytes == TC_METRIC_TEXT_MAX)
		while (bytes && ((unsigned char)text[bytes] & 0xc0) == 0x80)
			bytes--;
	return bytes;
}

static uint32_t hash_text(uint32_t hash, const char *text)
{
	size_t bytes = kept_bytes(text);
	for (size_t i = 0; i < bytes; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x01000193u;
	return hash * 0x01000193u;
}

static uint32_t hash_of(const struct tacho_metric *metric)
{
	return hash_text(hash_text(0x811c9dc5u ^ metric->kind, metric->name), metric->source);
}

static bool same_text(const char *kept, const char *given)
{
	size_t bytes = kept_bytes(given);
	return strlen(kept) == bytes && !memcmp(kept, given ? given : "", bytes);
}

static const char *store(const char *text)
{
	size_t bytes = kept_bytes(text);
	if (!bytes)
		return "";
	if (arena_left < bytes + 1) {
		arena = tc_private_alloc(ARENA);
		arena_left = arena ? ARENA : 0;
		if (!arena)
			return "";
	}
	char *at = arena;
	memcpy(at, text, bytes);
	arena += bytes + 1;
	arena_left -= bytes + 1;
	return at;
}

static bool ends_in(const char *name, size_t bytes, const char *end)
{
	size_t length = strlen(end);
	return bytes > length && !memcmp(name + bytes - length, end, length);
}

/* area.plural_noun: words of lower-case letters and digits between dots and underscores, two of them at least, and at the
 * end neither a unit nor _total. */
bool tc_metric_name_is_good(const char *name)
{
	static const char *const bad_ends[] = {
		"_total", "_seconds", "_ms", "_us", "_ns", "_bytes", "_percent", "_ratio"};
	size_t bytes = strlen(name);
	bool dot = false, begin = true;
	for (size_t i = 0; i < bytes; i++) {
		bool letter = name[i] >= 'a' && name[i] <= 'z';
		if (begin && !letter)
			return false;
		if (!letter && name[i] != '.' && name[i] != '_' && !(name[i] >= '0' && name[i] <= '9'))
			return false;
		begin = name[i] == '.';
		dot |= begin;
	}
	for (size_t i = 0; i < sizeof bad_ends / sizeof *bad_ends; i++)
		if (ends_in(name, bytes, bad_ends[i]))
			return false;
	return dot && !begin;
}

static bool write_metric(struct tc_part *part, uint32_t number)
{
	struct tc_part_header *header = tc_part_header(part);
	const struct known *k = &known[number];
	const char *texts[] = {k->metric.name, k->metric.unit, k->metric.help, k->metric.source};
	uint32_t bytes[4], all = 0;
	uint64_t *chunk = &header->metric_chunk[number / TC_METRICS_PER_CHUNK];
	for (int i = 0; i < 4; i++)
		all += bytes[i] = (uint32_t)strlen(texts[i]);
	if (!*chunk) {
		uint64_t at = tc_part_alloc(part, TC_METRICS_PER_CHUNK * sizeof(struct tc_metric_entry));
		if (!at)
			return false;
		*chunk = at;
	}
	uint64_t at = tc_part_alloc(part, all);
	if (!at)
		return false;
	struct tc_metric_entry *entry = (struct tc_metric_entry *)tc_at(part, *chunk) + number % TC_METRICS_PER_CHUNK;
	*entry = (struct tc_metric_entry){
		at, k->metric.kind, k->cell, bytes[0], bytes[1], bytes[2], bytes[3], k->flags, 0, k->first_ticks};
	for (int i = 0; i < 4; at += bytes[i++])
		memcpy(tc_at(part, at), texts[i], bytes[i]);
	tacho_publish();
	TACHO_RELAXED_STORE(header->metrics, number + 1);
	return true;
}

static struct known *add(const struct tacho_metric *metric, uint32_t hash, uint32_t cell, uint32_t flags)
{
	if (!known)
		known = tc_private_alloc(KNOWN_MAX * sizeof *known);
	if (!known || count >= KNOWN_MAX)
		return NULL;
	struct known *k = &known[count];
	*k = (struct known){.metric = {store(metric->name), store(metric->unit), store(metric->help),
				    store(metric->source), metric->kind, cell},
		.hash = hash,
		.cell = cell,
		.flags = flags,
		.first_ticks = tc_clock_ticks(tc_clock_kind())};
	if (tc_recorder.part && !write_metric(tc_recorder.part, count))
		return NULL;
	uint32_t at = hash % SLOTS;
	while (slots[at])
		at = (at + 1) % SLOTS;
	slots[at] = (uint16_t)++count;
	return k;
}

static struct known *find(const struct tacho_metric *metric, uint32_t hash)
{
	for (uint32_t at = hash % SLOTS; slots[at]; at = (at + 1) % SLOTS) {
		struct known *k = &known[slots[at] - 1];
		if (k->hash == hash && k->metric.kind == metric->kind && same_text(k->metric.name, metric->name) &&
			same_text(k->metric.source, metric->source))
			return k;
	}
	return NULL;
}

/* Where what finds no room is counted; NULL: nowhere. */
static struct known *other(uint32_t kind)
{
	static struct known nowhere[2] = {{.metric.kind = TACHO_METRIC_GAUGE}, {.metric.kind = TACHO_METRIC_TIME}};
	uint32_t cell = kind == TACHO_METRIC_COUNTER ? TC_OTHER_COUNTERS
	                : kind == TACHO_METRIC_WAIT  ? TC_OTHER_WAITS
	                : kind == TACHO_METRIC_EVENT ? TC_OTHER_EVENTS
	                                             : TC_NO_CELL;
	if (tc_recorder.part)
		tc_part_header(tc_recorder.part)->metrics_lost++;
	const struct tacho_metric metric = {"(other)", NULL, "What found no room", NULL, kind, 0};
	struct known *k = cell == TC_NO_CELL ? NULL : find(&metric, hash_of(&metric));
	if (!k && cell != TC_NO_CELL)
		k = add(&metric, hash_of(&metric), cell, 0);
	if (k)
		return k;
	k = &nowhere[kind >= TACHO_METRIC_TIME];
	k->metric.id = k->cell = TC_NO_CELL;
	return k;
}

static struct known *look_up(const struct tacho_metric *metric, bool of_span)
{
	uint32_t hash = hash_of(metric);
	bool counts = metric->kind <= TACHO_METRIC_WAIT;
	struct known *k = find(metric, hash);
	if (k)
		return k;
	/* three are kept for "(other)" */
	if ((counts ? counters >= TACHO_COUNTERS : cells >= TACHO_METRIC_CELLS) || count + 3 >= KNOWN_MAX)
		return other(metric->kind);
	uint32_t flags = of_span || tc_metric_name_is_good(metric->name) ? 0 : TC_METRIC_BAD_NAME;
	k = add(metric, hash, counts ? counters : cells, flags);
	if (!k)
		return other(metric->kind);
	counters += counts;
	cells += !counts;
	return k;
}

static uint32_t sound_kind(uint32_t kind)
{
	return kind >= TACHO_METRIC_COUNTER && kind <= TACHO_METRIC_CUSTOM ? kind : TACHO_METRIC_CUSTOM;
}

void tc_metric_register(struct tacho_metric *metric)
{
	struct tacho_metric sound = *metric;
	sound.kind = sound_kind(metric->kind);
	sound.name = metric->name && *metric->name ? metric->name : "(unnamed)";
	uint32_t cell = look_up(&sound, false)->cell;
	metric->kind = sound.kind;
	__atomic_store_n(&metric->id, cell, __ATOMIC_RELEASE);
}

const struct tacho_metric *tc_metric_next_gauge(const struct tacho_metric *behind)
{
	uint32_t i = behind ? (uint32_t)((const struct known *)(const void *)behind - known) + 1 : 0;
	while (i < count && known[i].metric.kind != TACHO_METRIC_GAUGE)
		i++;
	return i < count ? &known[i].metric : NULL;
}

int tc_metrics_write(struct tc_part *part)
{
	for (uint32_t i = tc_part_header(part)->metrics; i < count; i++)
		if (!write_metric(part, i))
			return -1;
	return 0;
}

static struct tacho_metric *made(const struct tacho_metric *asked, bool of_span)
{
	static struct tacho_metric in_vain[TACHO_METRIC_CUSTOM + 1];
	if (!tc_slow_enter()) { /* a signal handler that interrupted tacho itself */
		struct tacho_metric *metric = &in_vain[asked->kind];
		metric->name = "(other)";
		metric->kind = asked->kind;
		return metric;
	}
	struct tacho_metric *metric = &look_up(asked, of_span)->metric;
	tc_slow_leave();
	return metric;
}

struct tacho_metric *tc_metric_of_span(
	enum tacho_metric_kind kind, const char *name, const char *unit, const char *help)
{
	const struct tacho_metric asked = {name, unit, help, NULL, kind, 0};
	return made(&asked, true);
}

struct tacho_metric *tacho_metric_from(
	const char *source, enum tacho_metric_kind kind, const char *name, const char *unit, const char *help)
{
	const struct tacho_metric asked = {
		name && *name ? name : "(unnamed)", unit, help, source, sound_kind((uint32_t)kind), 0};
	return made(&asked, false);
}

struct tacho_metric *tacho_metric_named(
	enum tacho_metric_kind kind, const char *name, const char *unit, const char *help)
{
	return tacho_metric_from(NULL, kind, name, unit, help);
}
