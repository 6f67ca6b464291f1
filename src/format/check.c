/* SPDX-License-Identifier: MIT */
#include "format/checker.h"

#include <stdlib.h>
#include <string.h>
#include "base/error.h"

/* Whether no byte of [at, at + bytes) leaves the file or belongs to a structure already. */
static bool is_free(const struct tc_checker *c, uint64_t at, uint64_t bytes)
{
	if (!tc_check_inside(c, at, bytes))
		return false;
	for (uint64_t unit = at / TACHO_UNIT; unit * TACHO_UNIT < at + bytes; unit++)
		if (c->claimed[unit / 8] >> unit % 8 & 1)
			return false;
	return true;
}

/* Takes [at, at + bytes) for one structure. */
bool tc_check_claim(struct tc_checker *c, uint64_t at, uint64_t bytes)
{
	if (at % TACHO_UNIT || !is_free(c, at, bytes))
		return false;
	for (uint64_t unit = at / TACHO_UNIT; unit * TACHO_UNIT < at + bytes; unit++)
		c->claimed[unit / 8] |= (unsigned char)(1u << unit % 8);
	return true;
}

static int check_header(const unsigned char *bytes, size_t count, const char *what)
{
	static const char none[sizeof(((struct tc_part_header *)0)->magic)];
	const struct tc_part_header *h = (const void *)bytes;
	if (!count || (count >= sizeof none && !memcmp(h->magic, none, sizeof none)))
		return tc_error(TACHO_ENOENT, "%s is still empty: its process ended before it recorded anything", what);
	if (count < sizeof h->magic || memcmp(h->magic, TC_PART_MAGIC, sizeof h->magic))
		return tc_error(
			TACHO_EFORMAT, "%s is no part of a tacho session: its first bytes are not those of one", what);
	if (count < TC_HEADER_BYTES)
		return tc_error(TACHO_EFORMAT, "%s was cut off within its header: nothing of it can be read", what);
	if (h->byte_order == __builtin_bswap64(TC_BYTE_ORDER))
		return tc_error(TACHO_EVERSION,
			"%s was recorded on a machine of the other byte order: read it on such a one", what);
	if (h->byte_order != TC_BYTE_ORDER)
		return tc_error(TACHO_EFORMAT, "%s is damaged: its header names no byte order", what);
	if (h->layout != TACHO_LAYOUT)
		return tc_error(TACHO_EVERSION,
			"%s has layout %u, this tacho reads layout %u: read it with the tacho that recorded it", what,
			h->layout, TACHO_LAYOUT);
	if (h->header_bytes != TC_HEADER_BYTES || h->block_bytes != sizeof(struct tacho_block) ||
		h->node_bytes != sizeof(struct tacho_node) || h->tick_shift > 63)
		return tc_error(TACHO_EFORMAT, "%s is damaged: sizes in its header are not those of layout %u", what,
			TACHO_LAYOUT);
	return 0;
}

static bool name_is_sound(const struct tc_checker *c, const struct tc_name *name)
{
	return name->bytes <= TC_NAME_BYTES_MAX && tc_check_inside(c, name->at, name->bytes);
}

/* Names are numbered through: an unsound chunk ends them, an unsound entry is emptied.  Their chunks need no claim of their
 * own: what is written to them here, zeros, leaves a chunk that lies across them sound. */
static void check_names(struct tc_checker *c, struct tc_part_header *h)
{
	uint64_t claimed = h->names, names = claimed < TC_NAMES_MAX + 1 ? claimed : TC_NAMES_MAX + 1;
	h->names = 0;
	for (uint64_t at, chunk = 0; chunk * TC_NAMES_PER_CHUNK < names; chunk++) {
		at = h->name_chunk[chunk];
		uint64_t left = names - chunk * TC_NAMES_PER_CHUNK;
		left = left < TC_NAMES_PER_CHUNK ? left : TC_NAMES_PER_CHUNK;
		if (!at || at % 8 || !is_free(c, at, left * sizeof(struct tc_name)))
			break;
		struct tc_name *name = (void *)(c->bytes + at);
		for (uint64_t i = 0; i < left; i++) {
			if (!name_is_sound(c, &name[i])) {
				name[i].at = 0;
				c->damage->names++;
			}
		}
		h->names += left;
	}
	c->damage->names += claimed - h->names;
}

static void check_kept(struct tc_checker *c, uint64_t block_at, struct tacho_node *node)
{
	if (!node->kept)
		return;
	uint64_t at = block_at + (uint64_t)node->kept * TACHO_UNIT;
	if (!tc_check_claim(c, at, sizeof(struct tacho_kept))) {
		node->kept = 0;
		c->damage->kept++;
		return;
	}
	struct tacho_kept *kept = (void *)(c->bytes + at);
	for (int i = 0; i < TACHO_KEPT_SLOTS; i++) {
		struct tacho_kept_span *span = &kept->span[i];
		if (span->attribute_bytes > sizeof span->attributes) {
			span->attribute_bytes = 0;
			span->attributes_cut = 1;
			c->damage->attributes++;
		}
	}
}

/* A node's parent is older than it, so parents can't form a ring.  False: this and all nodes after it are unusable. */
static bool check_node(struct tc_checker *c, uint64_t block_at, struct tacho_node *node, uint32_t id)
{
	if (node->id != id || (id ? node->parent >= id : node->parent))
		return false;
	for (int i = 0; i < TACHO_HISTOGRAM_PAGES; i++) {
		uint64_t at = block_at + (uint64_t)node->page[i] * TACHO_UNIT;
		if (node->page[i] && !tc_check_claim(c, at, TACHO_PAGE_CELLS * sizeof(uint32_t))) {
			node->page[i] = 0;
			c->damage->pages++;
		}
	}
	check_kept(c, block_at, node);
	return true;
}

static uint32_t check_chunk(
	struct tc_checker *c, struct tacho_block *block, uint64_t block_at, int chunk, uint32_t wanted)
{
	uint64_t at = block->node_chunk[chunk], first = ((1u << chunk) - 1) * TACHO_FIRST_CHUNK;
	uint64_t fit = at && at < c->size ? (c->size - at) / sizeof(struct tacho_node) : 0;
	uint32_t count = wanted < fit ? wanted : (uint32_t)fit;
	if (!tc_check_claim(c, at, count * sizeof(struct tacho_node)))
		return 0;
	struct tacho_node *node = (void *)(c->bytes + at);
	for (uint32_t i = 0; i < count; i++)
		if (!check_node(c, block_at, &node[i], (uint32_t)first + i))
			return i;
	return count;
}

static void check_nodes(struct tc_checker *c, struct tacho_block *block, uint64_t block_at)
{
	uint32_t claimed = block->nodes, nodes = claimed <= UINT16_MAX + 1u ? claimed : UINT16_MAX + 1u;
	block->nodes = 0;
	for (int chunk = 0; chunk < TACHO_NODE_CHUNKS && block->nodes < nodes; chunk++) {
		uint32_t room = (uint32_t)TACHO_FIRST_CHUNK << chunk, wanted = nodes - block->nodes;
		wanted = wanted < room ? wanted : room;
		uint32_t got = check_chunk(c, block, block_at, chunk, wanted);
		block->nodes += got;
		if (got < wanted)
			break;
	}
	c->damage->nodes += claimed - block->nodes;
}

static void check_attributes(struct tc_checker *c, struct tacho_block *block)
{
	uint64_t size = block->attributes_size;
	if (!block->attributes_at)
		return;
	if (size < 64 || size & (size - 1) || block->attributes_at % 8 ||
		!tc_check_inside(c, block->attributes_at, size)) {
		block->attributes_at = 0;
		c->damage->attributes++;
	}
}

static bool check_block(struct tc_checker *c, uint64_t at)
{
	if (!tc_check_claim(c, at, sizeof(struct tacho_block)))
		return false;
	struct tacho_block *block = (void *)(c->bytes + at);
	uint32_t records = block->ring_records;
	if (records & (records - 1) ||
		!tc_check_claim(c, at + sizeof *block, (uint64_t)records * sizeof(struct tacho_record))) {
		block->ring_records = 0;
		c->damage->rings++;
	}
	block->ring_mask = block->ring_records ? block->ring_records - 1 : 0;
	for (int i = 0; i < TACHO_OCCUPANTS; i++)
		block->occupant[i].name[sizeof block->occupant[i].name - 1] = 0;
	check_nodes(c, block, at);
	check_attributes(c, block);
	if (block->beside_at && !tc_check_claim(c, block->beside_at, sizeof(struct tacho_beside))) {
		block->beside_at = 0;
		c->damage->rings++;
	}
	tc_check_block_metrics(c, block);
	return true;
}

static void check_blocks(struct tc_checker *c, struct tc_part_header *h)
{
	uint64_t *at = &h->first_block;
	h->blocks = 0;
	while (*at) {
		if (!check_block(c, *at)) { /* a claim twice: the chain is a ring */
			*at = 0;
			c->damage->chains++;
			return;
		}
		h->blocks++;
		at = &tc_part_block(c->bytes, *at)->next;
	}
}

int tc_part_check(unsigned char *bytes, size_t count, const char *what, struct tc_part_damage *damage)
{
	*damage = (struct tc_part_damage){0};
	int code = check_header(bytes, count, what);
	if (code)
		return code;
	struct tc_part_header *h = (void *)bytes;
	struct tc_checker c = {.bytes = bytes, .size = count, .damage = damage};
	c.claimed = calloc(count / TACHO_UNIT / 8 + 2, 1);
	if (!c.claimed)
		return tc_error(TACHO_ENOMEM, "no memory to check %s", what);
	tc_check_claim(&c, 0, TC_HEADER_BYTES);
	h->program[sizeof h->program - 1] = 0;
	if (h->parent_path_bytes > sizeof h->parent_path)
		h->parent_path_bytes = 0;
	damage->bytes = h->used > count ? h->used - count : 0;
	tc_check_metrics(&c, h);
	check_blocks(&c, h);
	check_names(&c, h); /* last: the blocks' claims keep them apart */
	free(c.claimed);
	return 0;
}

bool tc_part_is_damaged(const struct tc_part_damage *d)
{
	return d->bytes || d->chains || d->rings || d->nodes || d->pages || d->kept || d->names || d->attributes ||
	       d->metrics;
}

struct tacho_node *tc_part_node(unsigned char *bytes, const struct tacho_block *block, uint32_t id)
{
	if (id >= block->nodes)
		return NULL;
	unsigned chunk = 31u - (unsigned)__builtin_clz(id / TACHO_FIRST_CHUNK + 1);
	uint32_t first = ((1u << chunk) - 1) * TACHO_FIRST_CHUNK;
	return (struct tacho_node *)(void *)(bytes + block->node_chunk[chunk]) + (id - first);
}

const struct tc_name *tc_part_name(const unsigned char *bytes, uint32_t number)
{
	const struct tc_part_header *h = (const void *)bytes;
	if (number >= h->names)
		return NULL;
	const struct tc_name *chunk = (const void *)(bytes + h->name_chunk[number / TC_NAMES_PER_CHUNK]);
	return chunk[number % TC_NAMES_PER_CHUNK].at ? &chunk[number % TC_NAMES_PER_CHUNK] : NULL;
}
