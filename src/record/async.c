/* SPDX-License-Identifier: MIT
 *
 * async.c - spans that end where they like.  The thread that begins one notes it among the open ones of its block; the
 * thread that ends it finds the same path in its own tree and counts it there, without a lock.
 */
#include <string.h>
#include <tacho/tacho.h>
#include "base/uri.h"
#include "format/clock.h"
#include "format/identity.h"
#include "format/redact.h"
#include "record/private.h"

enum { NO_PLACE = TACHO_BESIDE_OPEN, SWEEP_EVERY = 64 };

/* Places that other threads freed are found by looking at all; when there were few, not again at once. */
static bool sweep(struct tacho_beside *beside)
{
	if (beside->wait) {
		beside->wait--;
		return false;
	}
	for (uint32_t i = TACHO_BESIDE_OPEN; i--;)
		if (!__atomic_load_n(&beside->open[i].tag, __ATOMIC_ACQUIRE))
			beside->free[beside->frees++] = (uint16_t)i;
	if (beside->frees < SWEEP_EVERY)
		beside->wait = SWEEP_EVERY;
	return beside->frees;
}

static struct tacho_beside *beside_of(const struct tacho_block *block)
{
	return block->beside_at ? tc_at(tc_part_of(block), block->beside_at) : NULL;
}

static struct tacho_beside *make_beside(struct tacho_block *block)
{
	if (!tc_slow_enter())
		return NULL;
	uint64_t at = tc_part_alloc(tc_part_of(block), sizeof(struct tacho_beside));
	tc_slow_leave();
	tacho_publish();
	TACHO_RELAXED_STORE(block->beside_at, at);
	return beside_of(block);
}

uint32_t tc_beside_take(struct tacho_block *block, uint64_t start, uint64_t tag)
{
	struct tacho_beside *beside = beside_of(block);
	if (!beside)
		beside = make_beside(block);
	if (!beside || (!beside->frees && !sweep(beside))) {
		block->beside_lost++;
		return NO_PLACE;
	}
	uint32_t place = beside->free[--beside->frees];
	TACHO_RELAXED_STORE(beside->open[place].start, start);
	tacho_publish();
	TACHO_RELAXED_STORE(beside->open[place].tag, tag);
	return place;
}

/* mine: on the block's own thread and not inside an end of it. */
static void free_place(struct tacho_block *block, uint32_t place, bool mine)
{
	struct tacho_beside *beside = beside_of(block);
	if (place >= NO_PLACE || !beside)
		return;
	__atomic_store_n(&beside->open[place].tag, 0, __ATOMIC_RELEASE);
	if (mine)
		beside->free[beside->frees++] = (uint16_t)place;
}

/* The number of a site's name for spans of a kind beside the stack. */
uint32_t tc_site_beside(struct tacho_site *site, enum tacho_kind kind)
{
	uint16_t *number = &site->beside[kind - 1];
	if (!TACHO_RELAXED_LOAD(*number)) {
		uint32_t id = tc_name_id(site->name, kind);
		TACHO_RELAXED_STORE(*number, (uint16_t)id);
	}
	return *number;
}

struct tacho_node *tc_beside_node(struct tacho_site *site, enum tacho_kind kind, const struct tacho_context *parent)
{
	struct tacho_block *block = tacho_self;
	uint32_t id = TACHO_RELAXED_LOAD(site->beside[kind - 1]), under = (uint32_t)(block->top >> 32);
	struct tacho_node *node = NULL;
	if (block->ready && (block->ready & ~TC_READY_FLAGS) == TACHO_RELAXED_LOAD(tacho_gate.generation) && id &&
		(!parent || parent->block == block))
		node = tc_node_known(block, parent ? parent->node : under, id);
	if (node)
		return node;
	if (!block->ready || !tc_slow_enter()) {
		tc_count_turned_away();
		return NULL;
	}
	block = tc_thread_block();
	if (block) {
		under = parent ? tc_context_node(block, parent) : (uint32_t)(block->top >> 32);
		node = tc_node_find(block, under, tc_site_beside(site, kind));
	}
	tc_slow_leave();
	return node;
}

/* Whether it lies in a scope of this thread's own, and not only where a context puts it. */
static bool is_in_own_scope(
	const struct tacho_block *block, const struct tacho_node *node, const struct tacho_context *parent)
{
	uint32_t depth = (uint32_t)block->top;
	return depth && depth <= TACHO_STACK_DEPTH && (!parent || parent->block == block) &&
	       (uint16_t)(block->stack[depth].tag >> TACHO_TAG_NODE_SHIFT) == node->parent;
}

static void begin(struct tacho_async *async, struct tacho_node *node, const struct tacho_context *parent)
{
	struct tacho_block *block = tacho_self;
	uint64_t ready = block->ready;
	async->node = node;
	async->tag = (uint64_t)node->id << TACHO_TAG_NODE_SHIFT | (uint64_t)TACHO_KIND_ASYNC << TACHO_TAG_KIND_SHIFT |
	             (is_in_own_scope(block, node, parent) ? TACHO_TAG_BEGUN_HERE : 0);
	async->generation = ready & ~TC_READY_FLAGS;
	async->kept_bytes = async->kept_cut = 0;
	TACHO_RELAXED_STORE(block->ready, 0);
	tacho_order();
	async->start = tc_clock_ticks(tc_recorder.clock);
	async->place = tc_beside_take(block, async->start, async->tag);
	tacho_order();
	TACHO_RELAXED_STORE(block->ready, ready);
	async->block = block;
}

void tacho_async_begin_called(struct tacho_async *async, struct tacho_site *site, const struct tacho_context *parent)
{
	async->block = NULL;
	if (TACHO_RELAXED_LOAD(tacho_gate.generation) == TACHO_GENERATION_OFF)
		return;
	struct tacho_node *node = tc_beside_node(site, TACHO_KIND_ASYNC, parent);
	if (node)
		begin(async, node, parent);
}

/* Its attributes, which were waiting for the thread that counts it. */
static void give_attributes(struct tacho_span *span, const struct tacho_async *async)
{
	struct tacho_attribute entry;
	for (uint32_t at = 0; at < async->kept_bytes;) {
		memcpy(&entry, async->kept + at, sizeof entry);
		char key[UINT8_MAX + 1];
		const unsigned char *value = async->kept + at + sizeof entry + entry.key_bytes;
		memcpy(key, async->kept + at + sizeof entry, entry.key_bytes);
		key[entry.key_bytes] = 0;
		tc_attribute_add(span, entry.type, key, value, entry.value_bytes, entry.cut);
		at += (uint32_t)sizeof entry + entry.key_bytes + entry.value_bytes;
	}
}

/* The thread that had a block then; 0: too many have had it since.  The lock is held where it is another thread's. */
static uint32_t thread_of(const struct tacho_block *block, uint64_t at)
{
	uint64_t first = block->occupants > TACHO_OCCUPANTS ? block->occupants - TACHO_OCCUPANTS : 0;
	for (uint64_t i = block->occupants; i-- > first;)
		if (block->occupant[i % TACHO_OCCUPANTS].start <= at)
			return block->occupant[i % TACHO_OCCUPANTS].tid;
	return 0;
}

/* Which thread began a span is never worth attributes of others: it is noted until the ring first goes round. */
static inline bool has_spare_room(const struct tacho_block *block)
{
	enum { ENTRY = sizeof(struct tacho_attribute) + sizeof(uint64_t) };
	return block->attributes_written + ENTRY <= tc_attribute_limits.ring_bytes;
}

static inline void end(struct tacho_async *async, struct tacho_node *node, uint64_t begun_by, uint64_t now)
{
	struct tacho_block *block = tacho_self;
	uint64_t ready = block->ready;
	uint64_t start_ns = tacho_ticks_to_ns(async->start, block->mult);
	uint64_t ns = tacho_ticks_to_ns(now, block->mult) - start_ns;
	struct tacho_span span = {.block = block, .node = node, .start = async->start, .top = block->top};
	span.tag = (uint64_t)node->id << TACHO_TAG_NODE_SHIFT |
	           (async->tag & ~((uint64_t)UINT16_MAX << TACHO_TAG_NODE_SHIFT));
	TACHO_RELAXED_STORE(block->ready, 0);
	tacho_order();
	free_place(async->block, async->place, async->block == block);
	if (begun_by && has_spare_room(block))
		tc_attribute_add(&span, TACHO_ATTR_BEGUN_BY, "", &begun_by, sizeof begun_by, 0);
	block->attributes_lost += async->kept_cut;
	if (async->kept_bytes)
		give_attributes(&span, async);
	tc_span_finish(&span, start_ns, (int64_t)ns < 0 ? 0 : ns, ready);
}

/* By the thread that began it: a block of one that has ended goes on with another. */
static inline bool is_own(const struct tacho_async *async)
{
	const struct tacho_block *block = tacho_self;
	return async->block == block &&
	       (!(async->tag & TACHO_TAG_BEGUN_HERE) || block->occupants == 1 ||
		       block->occupant[(block->occupants - 1) % TACHO_OCCUPANTS].start <= async->start);
}

/* Where its path lies in this thread's tree; NULL: it is not counted.  The lock is held. */
static struct tacho_node *node_here(const struct tacho_async *async)
{
	struct tacho_block *here = tc_thread_block();
	if (!here || !tc_same_opening(here->ready, async->generation))
		return NULL;
	struct tacho_context path = tacho_async_context(async);
	return tc_node_at(here, tc_context_node(here, &path));
}

/* false: it is not counted. */
static bool end_elsewhere(struct tacho_async *async, uint64_t now)
{
	uint64_t begun_by = 0;
	if (!tacho_self->ready || TACHO_RELAXED_LOAD(tacho_gate.generation) == TACHO_GENERATION_OFF || !tc_slow_enter())
		return false;
	struct tacho_node *node = node_here(async);
	if (node && async->tag & TACHO_TAG_BEGUN_HERE && !is_own(async)) {
		begun_by = thread_of(async->block, async->start);
		async->tag &= ~TACHO_TAG_BEGUN_HERE;
	}
	tc_slow_leave();
	if (node)
		end(async, node, begun_by, now);
	return node;
}

void tacho_async_end_called(struct tacho_async *async)
{
	uint64_t now = tc_clock_ticks(tc_recorder.clock), ready = tacho_self->ready;
	if (!async->block)
		return;
	if (ready && is_own(async) && (ready & ~TC_READY_FLAGS) == TACHO_RELAXED_LOAD(tacho_gate.generation) &&
		tc_same_opening(ready, async->generation))
		end(async, async->node, 0, now);
	else if (!end_elsewhere(async, now) && tc_same_opening(tacho_self->ready, async->generation))
		free_place(async->block, async->place, false); /* else it may not be there any more */
	async->block = NULL;
}

/* ---- attributes and identity ---- */

static void keep(struct tacho_async *async, int type, const char *key, const void *value, size_t bytes)
{
	size_t key_bytes = key ? strlen(key) : 0, left = sizeof async->kept - async->kept_bytes;
	struct tacho_attribute entry = {.type = (uint8_t)type, .key_bytes = (uint8_t)key_bytes};
	char hidden[sizeof async->kept + 1]; /* without passwords; more does not fit anyway */
	if (!async->block)
		return;
	if (type < TACHO_ATTR_ERROR && tc_redact_key(key ? key : "", key_bytes)) {
		entry.type = (uint8_t)(type = TACHO_ATTR_TEXT);
		value = TC_REDACTED;
		bytes = strlen(TC_REDACTED);
	}
	bool text = type == TACHO_ATTR_TEXT || type == TACHO_ATTR_ERROR;
	if (text && tc_redact_value(value, bytes)) {
		value = TC_REDACTED;
		bytes = strlen(TC_REDACTED);
	}
	if (text)
		bytes = tc_uri_hide(hidden, sizeof hidden, value, bytes);
	if (key_bytes > UINT8_MAX || sizeof entry + key_bytes + bytes > left) {
		if (!text || key_bytes > UINT8_MAX || sizeof entry + key_bytes + 8 > left) {
			async->kept_cut = 1;
			return;
		}
		size_t fit = left - sizeof entry - key_bytes;
		while (fit && (((const unsigned char *)hidden)[fit] & 0xc0) == 0x80)
			fit--; /* between characters */
		entry.cut = (uint32_t)(bytes - fit);
		bytes = fit;
	}
	entry.value_bytes = (uint32_t)bytes;
	unsigned char *to = async->kept + async->kept_bytes;
	memcpy(to, &entry, sizeof entry);
	if (key_bytes)
		memcpy(to + sizeof entry, key, key_bytes);
	if (bytes)
		memcpy(to + sizeof entry + key_bytes, text ? hidden : value, bytes);
	async->kept_bytes = (uint16_t)(async->kept_bytes + sizeof entry + key_bytes + bytes);
}

void tacho_async_attr_text(struct tacho_async *async, const char *key, const char *value)
{
	keep(async, TACHO_ATTR_TEXT, key, value ? value : "", value ? strlen(value) : 0);
}

void tacho_async_attr_bytes(struct tacho_async *async, const char *key, const char *value, size_t bytes)
{
	keep(async, TACHO_ATTR_TEXT, key, value, value ? bytes : 0);
}

void tacho_async_attr_i64(struct tacho_async *async, const char *key, int64_t value)
{
	keep(async, TACHO_ATTR_I64, key, &value, sizeof value);
}

void tacho_async_attr_f64(struct tacho_async *async, const char *key, double value)
{
	keep(async, TACHO_ATTR_F64, key, &value, sizeof value);
}

void tacho_async_attr_bool(struct tacho_async *async, const char *key, bool value)
{
	unsigned char byte = value;
	keep(async, TACHO_ATTR_BOOL, key, &byte, 1);
}

void tacho_async_failed(struct tacho_async *async, int64_t code, const char *message)
{
	tacho_async_failed_bytes(async, &code, message, message ? strlen(message) : 0);
}

void tacho_async_failed_bytes(struct tacho_async *async, const int64_t *code, const char *message, size_t bytes)
{
	async->tag |= TACHO_TAG_FAILED;
	if (code)
		keep(async, TACHO_ATTR_CODE, NULL, code, sizeof *code);
	if (message)
		keep(async, TACHO_ATTR_ERROR, NULL, message, bytes);
}

void tacho_async_linked(struct tacho_async *async, uint64_t id)
{
	keep(async, TACHO_ATTR_LINK, NULL, &id, sizeof id);
}

uint64_t tacho_async_identity(const struct tacho_async *async)
{
	const struct tacho_block *block = tacho_self;
	if (!tc_same_opening(block->ready ? block->ready : async->generation, async->generation) || block == &tc_nobody)
		return 0;
	const struct tc_part *part = tc_part_of(block);
	return tc_span_identity(tc_part_header(part)->id[0], 0, async->node->site, TACHO_KIND_ASYNC,
		tacho_ticks_to_ns(async->start, block->mult));
}
